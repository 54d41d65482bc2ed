from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Figures of service quality, each with the dossiers behind it."""

    name = "lienthong.indicators"
    label = "indicators"
    verbose_name = "Chỉ số"
