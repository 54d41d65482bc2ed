from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Ids, clock, errors, audit trail, events, jobs and the embedded database."""

    name = "lienthong.kernel"
    label = "kernel"
    verbose_name = "Hạt nhân"
