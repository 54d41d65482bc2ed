"""What the desk's menu counts: one statement for all task counts of a page, one for messages."""

from django.http import HttpRequest

from lienthong.accounts.api import Right, principal_of
from lienthong.counters import api as counters
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.notifications import api as notifications
from lienthong.workflows import api as workflows

_KEPT = "_workspace_counts"


def counts(request: HttpRequest) -> dict[str, int]:
    """Count what this official has to do, once per request."""
    kept: dict[str, int] | None = getattr(request, _KEPT, None)
    if kept is None:
        principal = principal_of(request)
        kept = workflows.count_tasks(principal=principal, now=clock.now()) if principal.is_official else {}
        remember(request, kept)
    return kept


def remember(request: HttpRequest, counted: dict[str, int]) -> None:
    """Keep counts that a page has worked out anyway, so that its menu asks nothing more."""
    setattr(request, _KEPT, counted)


def mine(request: HttpRequest) -> int:
    """Count the tasks that the official has taken."""
    return counts(request).get("mine", 0)


def pool(request: HttpRequest) -> int:
    """Count the tasks that wait for somebody to take them."""
    return counts(request).get("pool", 0)


def has_desk(request: HttpRequest) -> bool:
    """Say whether the official serves at a desk before the public."""
    return principal_of(request).may_any(counters.DESK_RIGHTS)


def unread(request: HttpRequest) -> int:
    """Count the official's unread messages."""
    account_id = principal_of(request).account_id
    return notifications.count_unread(account_id=account_id) if account_id is not None else 0


def handles_refunds(request: HttpRequest) -> bool:
    """Say whether the official asks for refunds or may be the second person of one."""
    return principal_of(request).may_any((Right.COLLECT, Right.APPROVE, Right.SIGN))


def complaints(request: HttpRequest) -> int:
    """Count the complaints that wait for the supervisor's answer."""
    return dossiers.feedback.count_open_complaints(principal=principal_of(request))
