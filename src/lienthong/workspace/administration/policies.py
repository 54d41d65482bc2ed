"""Who keeps what: the whole node from the province up, an agency its own administrators and those above it."""

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal, Right, may_administer, principal_of
from lienthong.kernel.errors import ForbiddenError
from lienthong.organisations import api as organisations
from lienthong.organisations.api import AgencyLevel

NODE_LEVELS = (AgencyLevel.CENTRAL, AgencyLevel.PROVINCE)


class NodeOnlyError(ForbiddenError):
    """The page concerns everybody on this node; an administrator of one commune may not use it."""

    code = "administration.node_only"


class NotAdministratorError(ForbiddenError):
    """The person does not administer the agency."""

    code = "administration.not_administrator"


def keeps_node(principal: Principal, right: str) -> bool:
    """Say whether a right is held at a provincial or central agency, and so for what all agencies share."""
    held = organisations.get_agencies(ids=principal.agencies(right))
    return principal.kind == "system" or any(agency.level in NODE_LEVELS for agency in held.values())


def require_node(principal: Principal, right: str) -> None:
    """Refuse who holds a right only below the province.

    :raises NodeOnlyError: with what to do.
    """
    if not keeps_node(principal, right):
        raise NodeOnlyError(_("Nội dung này dùng chung cho mọi cơ quan nên do quản trị cấp tỉnh hoặc trung ương giữ."))


def require_administrator(principal: Principal, agency_id: int | None, on: date) -> None:
    """Refuse who administers neither an agency nor one above it; without an agency, who does not keep the node.

    :raises NotAdministratorError: for an agency of somebody else.
    :raises NodeOnlyError: for what all share.
    """
    if agency_id is None:
        require_node(principal, Right.ADMINISTER)
    elif not may_administer(principal, agency_id=agency_id, on=on):
        raise NotAdministratorError(_("Chỉ quản trị của cơ quan này hoặc của cơ quan cấp trên được thay đổi."))


def may_manage_absences(principal: Principal, agency_ids: frozenset[int], on: date) -> bool:
    """Say whether somebody may say who is away in some agencies: their head, or an administrator."""
    return any(
        principal.may(Right.ASSIGN, agency_id) or may_administer(principal, agency_id=agency_id, on=on)
        for agency_id in agency_ids
    )


def shows(right: str) -> Callable[[HttpRequest], bool]:
    """Make the condition of a menu entry for those who keep the node; worked out once a request."""
    mark = f"_administration_{right}"

    def is_shown(request: HttpRequest) -> bool:
        known: bool | None = getattr(request, mark, None)
        if known is None:
            known = keeps_node(principal_of(request), right)
            setattr(request, mark, known)
        return known

    return is_shown
