"""The entries of administration in the desk's menu."""

from django.utils.translation import gettext_lazy as _

from lienthong.accounts.api import Right
from lienthong.ui import navigation
from lienthong.workspace.administration import policies

GROUP = _("Quản trị")


def register() -> None:
    """Register the entries; called once when the application is ready."""
    operates, publishes = policies.shows(Right.OPERATE), policies.shows(Right.PUBLISH)
    entries = (
        ("calendar", _("Lịch làm việc"), Right.ADMINISTER, None),
        ("agencies", _("Cơ quan, địa bàn"), Right.ADMINISTER, None),
        ("officials", _("Cán bộ"), Right.ADMINISTER, None),
        ("absences", _("Vắng mặt, làm thay"), Right.ASSIGN, None),
        ("counters", _("Quầy một cửa"), Right.ADMINISTER, None),
        ("procedures", _("Thủ tục"), Right.PUBLISH, publishes),
        ("processes", _("Quy trình"), Right.PUBLISH, publishes),
        ("forms", _("Biểu mẫu"), Right.PUBLISH, publishes),
        ("imports", _("Nhập hồ sơ cũ"), Right.ADMINISTER, None),
        ("operations", _("Vận hành"), Right.OPERATE, operates),
        ("audit", _("Nhật ký thay đổi"), Right.OPERATE, operates),
    )
    for order, (route, label, right, when) in enumerate(entries, start=1):
        navigation.register(
            area="desk",
            route=f"administration:{route}",
            label=label,
            order=900 + order * 5,
            group=GROUP,
            right=right,
            when=when,
        )
