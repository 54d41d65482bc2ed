from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    """Figures of service quality, each with the dossiers behind it."""

    name = "lienthong.indicators"
    label = "indicators"
    verbose_name = "Chỉ số"

    def ready(self) -> None:
        """Follow the dossiers, and lead to the figures."""
        from lienthong.dossiers.events import (  # noqa: PLC0415 - models are not loaded before ready()
            DossierChanged,
            DossierFactsChanged,
            DossierRated,
        )
        from lienthong.indicators import handlers  # noqa: PLC0415
        from lienthong.kernel import events  # noqa: PLC0415
        from lienthong.ui import navigation  # noqa: PLC0415

        for event in (DossierChanged, DossierRated, DossierFactsChanged):
            events.subscribe(event, key="indicators.keep", handler=handlers.keep)
        navigation.register(area="footer", route="indicators:public", label=_("Chất lượng phục vụ"), order=40)
        navigation.register(area="footer", route="indicators:open_data", label=_("Dữ liệu mở"), order=50)
        desk: dict[str, Any] = {"area": "desk", "group": _("Theo dõi"), "signed_in": True}
        navigation.register(route="indicators:dashboard", label=_("Bộ chỉ số phục vụ"), order=60, **desk)
        navigation.register(route="indicators:report", label=_("Báo cáo II.06a"), order=61, **desk)
        navigation.register(route="indicators:rules", label=_("Cách tính chỉ số"), order=62, **desk)
