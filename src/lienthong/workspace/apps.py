from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkspaceConfig(AppConfig):
    """The official's desk."""

    name = "lienthong.workspace"
    label = "workspace"
    verbose_name = "Bàn làm việc"

    def ready(self) -> None:
        """Put the desk's entries into its menu."""
        from lienthong.accounts.api import Right  # noqa: PLC0415 - models are not loaded before ready()
        from lienthong.ui import navigation  # noqa: PLC0415
        from lienthong.workspace import menus  # noqa: PLC0415
        from lienthong.workspace.administration import menus as administration  # noqa: PLC0415

        def add(route: str, label: object, order: int, **more: object) -> None:
            navigation.register(area="desk", route=route, label=label, order=order, signed_in=True, **more)  # type: ignore[arg-type]

        add("workspace:tasks", _("Việc của tôi"), 10, count=menus.mine)
        add("workspace:tasks", _("Việc chờ nhận"), 20, query=("pham-vi", "cho-nhan"), count=menus.pool)
        add("workspace:tasks", _("Việc của bộ phận"), 30, query=("pham-vi", "bo-phan"))
        add("workspace:counter", _("Tiếp nhận tại quầy"), 40, right=Right.RECEIVE)
        add("workspace:dossiers", _("Tìm hồ sơ"), 50, group=_("Hồ sơ"))
        add("workspace:complaints", _("Phản ánh"), 60, group=_("Hồ sơ"), right=Right.SUPERVISE, count=menus.complaints)
        add("workspace:scores", _("Chất lượng phục vụ"), 65, group=_("Hồ sơ"))
        add("workspace:retention", _("Hết thời hạn lưu"), 70, group=_("Hồ sơ"), right=Right.SUPERVISE)
        add("portal:messages", _("Thông báo"), 90, group=_("Cá nhân"), count=menus.unread)
        administration.register()
