"""Who may see which figures, and who sets the rules of the index.

Figures of agencies, and the codes of the dossiers behind them, are public (NĐ 61/2018/NĐ-CP, Điều 25): no row here
holds anything about a person. Which of those dossiers somebody may open is for dossiers to say. Figures of single
officers are for the head of their unit alone.
"""

from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal, Right
from lienthong.dossiers import api as dossiers
from lienthong.kernel.errors import ForbiddenError
from lienthong.organisations import api as organisations
from lienthong.organisations.api import AgencyLevel

_NODE_LEVELS = (AgencyLevel.CENTRAL, AgencyLevel.PROVINCE)


class NotConfiguringError(ForbiddenError):
    """Only an administrator of the node sets the rules."""

    code = "indicators.not_configuring"


def openable(principal: Principal) -> frozenset[int]:
    """Give the agencies whose dossiers the person may open from a list; the others are codes."""
    return dossiers.agencies_of(principal) if principal.is_official else frozenset()


def officers_of(principal: Principal) -> frozenset[int]:
    """Give the agencies and units whose single officers the person may compare: those where they assign the work."""
    return principal.agencies(Right.ASSIGN)


def may_configure(principal: Principal) -> bool:
    """Say whether the person administers a provincial or central agency: the index is shared by all of the node."""
    if principal.kind == "system":
        return True
    held = organisations.get_agencies(ids=principal.agencies(Right.ADMINISTER))
    return any(agency.level in _NODE_LEVELS for agency in held.values())


def require_configure(principal: Principal) -> None:
    """Refuse everybody else.

    :raises NotConfiguringError: with who does it.
    """
    if not may_configure(principal):
        raise NotConfiguringError(
            _("Bộ chỉ số dùng chung cho mọi cơ quan nên do quản trị cấp tỉnh hoặc trung ương đặt.")
        )
