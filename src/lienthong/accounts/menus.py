"""The account menu, and the gate that menus ask about rights."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lienthong.accounts.access import principal_of
from lienthong.ui import navigation

OFFICIAL = "official"


def may_see(request: HttpRequest, right: str) -> bool:
    """Say whether a menu entry is for this person: a right at any agency, or ``official`` for any official."""
    principal = principal_of(request)
    return principal.is_official if right == OFFICIAL else principal.may(right)


def register() -> None:
    """Register our entries; called once when the application is ready."""
    navigation.guard_with(may_see)
    entries = (
        ("accounts:profile", _("Thông tin của tôi"), None),
        ("accounts:acting_for", _("Tôi đang làm cho…"), None),
        ("accounts:security", _("Bảo mật"), None),
        ("accounts:delegations", _("Ủy quyền"), OFFICIAL),
        ("accounts:tokens", _("Khóa cho chương trình"), None),
    )
    for order, (route, label, right) in enumerate(entries, start=1):
        navigation.register(area="account", route=route, label=label, order=order * 10, right=right, signed_in=True)
