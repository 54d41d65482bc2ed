from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The public's pages."""

    name = "lienthong.portal"
    label = "portal"
    verbose_name = "Cổng dịch vụ công"

    def ready(self) -> None:
        """Put the portal's entries into the menus."""
        from lienthong.portal import menus  # noqa: PLC0415 - models are not loaded before ready()
        from lienthong.ui import navigation  # noqa: PLC0415

        def add(route: str, label: object, order: int, **more: object) -> None:
            navigation.register(area="portal", route=route, label=label, order=order, **more)  # type: ignore[arg-type]

        add("portal:procedures", _("Thủ tục"), 10)
        add("portal:track", _("Tra cứu hồ sơ"), 20)
        add("portal:verify", _("Kiểm tra giấy tờ"), 30)
        add("portal:book", _("Đặt lịch ở quầy"), 35)
        add("portal:my_dossiers", _("Hồ sơ của tôi"), 40, signed_in=True)
        add("portal:messages", _("Thông báo"), 50, signed_in=True, count=menus.unread)
        navigation.register(
            area="account", route="portal:charges", label=_("Khoản cần nộp"), order=5, signed_in=True, when=menus.pays
        )
