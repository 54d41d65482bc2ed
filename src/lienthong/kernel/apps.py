"""The kernel as Django sees it."""

from django.apps import AppConfig

from lienthong.kernel import logs


class KernelConfig(AppConfig):
    """Ids, clock, errors, audit trail, events, jobs and the embedded database."""

    name = "lienthong.kernel"
    label = "kernel"
    verbose_name = "Hạt nhân"

    def ready(self) -> None:
        """Set the logs up before anything speaks."""
        logs.configure()
