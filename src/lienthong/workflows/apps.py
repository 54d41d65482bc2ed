from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "lienthong.workflows"
    label = "workflows"
    verbose_name = "Quy trình"
