from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Figures of service quality, each with the dossiers behind it."""

    name = "lienthong.indicators"
    label = "indicators"
    verbose_name = "Chỉ số"

    def ready(self) -> None:
        """Follow the dossiers."""
        from lienthong.dossiers.events import DossierChanged  # noqa: PLC0415 - models are not loaded before ready()
        from lienthong.indicators import handlers  # noqa: PLC0415
        from lienthong.kernel import events  # noqa: PLC0415

        events.subscribe(DossierChanged, key="indicators.keep", handler=handlers.keep)
