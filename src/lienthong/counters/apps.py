from django.apps import AppConfig


class CountersConfig(AppConfig):
    """Appointments and queue tickets at one-stop desks."""

    name = "lienthong.counters"
    label = "counters"
    verbose_name = "Quầy một cửa"
