"""Who may see and do which tasks; the same rules filter lists."""

from django.db.models import Q

from lienthong.accounts.api import Principal, Right
from lienthong.workflows.models import Task

LIVE = (Task.State.OPEN, Task.State.CLAIMED)
TASK_RIGHTS = (
    Right.RECEIVE,
    Right.PROCESS,
    Right.ASSIGN,
    Right.APPROVE,
    Right.SIGN,
    Right.ISSUE,
    Right.COLLECT,
    Right.RETURN,
)
OVERSEEING = (Right.ASSIGN, Right.SUPERVISE)


def tasks_filter(principal: Principal) -> Q:
    """Give the filter of the tasks a principal may do: theirs, and those of their rights and agencies."""
    if principal.kind == "system":
        return Q()
    allowed = Q(pk__in=[])
    by_reach: dict[frozenset[int], list[str]] = {}
    for right in TASK_RIGHTS:
        if reach := principal.agencies(right):
            by_reach.setdefault(reach, []).append(str(right))
    for reach, rights in by_reach.items():
        allowed |= Q(right__in=rights, agency_id__in=sorted(reach))
    if principal.account_id is not None and principal.kind == "official":
        allowed |= Q(assignee_id=principal.account_id)
    return allowed


def visible_tasks_filter(principal: Principal) -> Q:
    """Give the filter of the tasks a principal may see: those they may do or oversee."""
    overseen = frozenset().union(*(principal.agencies(right) for right in OVERSEEING))
    filters = tasks_filter(principal)
    return filters | Q(agency_id__in=sorted(overseen)) if overseen else filters


def may_do(principal: Principal, task: Task) -> bool:
    """Say whether a principal may take and finish a task (whoever holds it now)."""
    if principal.kind == "system":
        return True
    is_assignee = principal.account_id is not None and task.assignee_id == principal.account_id
    return principal.kind == "official" and (is_assignee or principal.may(task.right, task.agency_id))


def may_see(principal: Principal, task: Task) -> bool:
    """Say whether a principal may see a task."""
    return may_do(principal, task) or principal.may_any((task.right, *OVERSEEING), task.agency_id)


def may_reassign(principal: Principal, task: Task) -> bool:
    """Say whether a principal may give a task to another person: its holder, or who assigns there."""
    is_assignee = principal.account_id is not None and task.assignee_id == principal.account_id
    return is_assignee or principal.may_any(OVERSEEING, task.agency_id)
