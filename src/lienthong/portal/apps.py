from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "lienthong.portal"
    label = "portal"
    verbose_name = "Cổng dịch vụ công"

    def ready(self) -> None:
        """Put the portal's pages into the menu."""
        from lienthong.ui import navigation  # noqa: PLC0415 - after all apps are loaded

        navigation.register(area="portal", route="portal:procedures", label=_("Thủ tục"), order=10)
