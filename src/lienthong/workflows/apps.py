import logging

from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    """Processes drawn in BPMN, tasks of people, decisions drawn in DMN."""

    name = "lienthong.workflows"
    label = "workflows"
    verbose_name = "Quy trình"

    def ready(self) -> None:
        """Quieten the engine, which tells every change of every token (some fifty lines a step)."""
        logging.getLogger("spiff").setLevel(logging.WARNING)
