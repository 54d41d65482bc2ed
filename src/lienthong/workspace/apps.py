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
        from lienthong.files import api as files  # noqa: PLC0415
        from lienthong.ui import navigation  # noqa: PLC0415
        from lienthong.workspace import menus  # noqa: PLC0415
        from lienthong.workspace.administration import menus as administration  # noqa: PLC0415

        # The desk searches the words of what applicants hand in.
        files.register_reading("dossiers.document")

        def add(route: str, label: object, order: int, **more: object) -> None:
            navigation.register(area="desk", route=route, label=label, order=order, signed_in=True, **more)  # type: ignore[arg-type]

        add("workspace:tasks", _("Việc của tôi"), 10, count=menus.mine)
        add("workspace:tasks", _("Việc chờ nhận"), 20, query=("pham-vi", "cho-nhan"), count=menus.pool)
        add("workspace:tasks", _("Việc của bộ phận"), 30, query=("pham-vi", "bo-phan"))
        add("workspace:counter", _("Tiếp nhận tại quầy"), 40, right=Right.RECEIVE)
        add("workspace:queue", _("Gọi số, lịch hẹn"), 45, when=menus.has_desk)
        add("workspace:businesses", _("Doanh nghiệp, tổ chức"), 47, right=Right.RECEIVE)
        add("workspace:scan", _("Quét mã"), 48)
        add("workspace:post", _("Bưu chính"), 45, right=Right.RETURN)
        add("workspace:dossiers", _("Tìm hồ sơ"), 50, group=_("Hồ sơ"))
        money = _("Thu phí, lệ phí")
        add("workspace:charges", _("Khoản thu"), 60, group=money, right=Right.COLLECT)
        add("workspace:receipts", _("Biên lai trong ngày"), 61, group=money, right=Right.COLLECT)
        add("workspace:statements", _("Nhập sao kê"), 62, group=money, right=Right.COLLECT)
        add("workspace:reconciliation", _("Đối soát"), 63, group=money, right=Right.COLLECT)
        add("workspace:refunds", _("Hoàn tiền"), 64, group=money, when=menus.handles_refunds)
        add("workspace:hand_overs", _("Bàn giao giấy tờ"), 55, group=_("Hồ sơ"))
        add("workspace:books", _("Sổ theo dõi hồ sơ"), 56, group=_("Hồ sơ"))
        add("workspace:simulation", _("Tính thử ngày hẹn"), 57, group=_("Hồ sơ"))
        add("workspace:alarms", _("Hồ sơ nằm yên"), 58, group=_("Hồ sơ"), right=Right.SUPERVISE)
        add("workspace:certified_book", _("Sổ chứng thực bản sao"), 55, group=_("Hồ sơ"), right=Right.SIGN)
        add("workspace:complaints", _("Phản ánh"), 60, group=_("Hồ sơ"), right=Right.SUPERVISE, count=menus.complaints)
        add("workspace:scores", _("Chất lượng phục vụ"), 65, group=_("Hồ sơ"))
        add("workspace:retention", _("Hết thời hạn lưu"), 70, group=_("Hồ sơ"), right=Right.SUPERVISE)
        add("portal:messages", _("Thông báo"), 90, group=_("Cá nhân"), count=menus.unread)
        administration.register()
