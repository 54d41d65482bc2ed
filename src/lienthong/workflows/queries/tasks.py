"""Tasks as officials find them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from django.db.models import Count, DateTimeField, Max, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.kernel.errors import InvalidError, NotFoundError
from lienthong.kernel.prepared import Prepared
from lienthong.workflows.definitions import compiled
from lienthong.workflows.models import Task
from lienthong.workflows.policies import LIVE, may_see, tasks_filter, visible_tasks_filter
from lienthong.workflows.queries.items import work_item
from lienthong.workflows.values import WorkItem

Scope = Literal["mine", "pool", "unit"]
MAX_SIZE = 200
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class TaskMissingError(NotFoundError):
    """The task does not exist, or is none of this person's business."""

    code = "workflows.task_not_found"


class InvalidCursorError(InvalidError):
    """The place to continue a list from is not one that the list gave."""

    code = "workflows.cursor_invalid"


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One page of tasks, the most urgent first; ``next_cursor`` is empty on the last one."""

    items: tuple[WorkItem, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """How many open tasks of one process and one right an official may see.

    :ivar mine: claimed by the official; ``pool``: free for them to take; ``unit``: all; ``overdue``: late among
        ``mine`` and ``pool``.
    """

    process_key: str
    process_name: str
    right: str
    mine: int
    pool: int
    unit: int
    overdue: int


def get_task_for(*, principal: Principal, uuid: UUID) -> WorkItem:
    """Give a task with its outcomes, checklist and form; two statements at most.

    :raises TaskMissingError: absent or foreign.
    """
    task = Task.objects.select_related("instance").defer("instance__state").filter(uuid=uuid).first()
    if task is None or not may_see(principal, task):
        raise TaskMissingError(_("Không tìm thấy nhiệm vụ."))
    return work_item(task, compiled(task.instance.definition_id).diagram)


def business_key_of(*, task_uuid: UUID) -> Subquery:
    """Give, for use inside an owner's own statement, the business key of a task, whoever asks."""
    return Subquery(Task.objects.filter(uuid=task_uuid).values("business_key")[:1])


def tasks_of(*, principal: Principal, business_key: str) -> tuple[WorkItem, ...]:
    """List the open tasks of one dossier that a principal may do, with their outcomes."""
    rows = _LIVE_TASKS.all(allowed=tasks_filter(principal), key=business_key)
    return tuple(work_item(row, compiled(row.instance.definition_id).diagram) for row in rows)


_LIVE_TASKS = Prepared(
    lambda allowed, key: (
        Task.objects.select_related("instance")
        .defer("instance__state")
        .filter(allowed, business_key=key, state__in=LIVE)
        .order_by("id")
    ),
    allowed=Q,
    key=str,
)


@dataclass(frozen=True, slots=True)
class FinishedTask:
    """What somebody did on a dossier."""

    name: str
    right: str
    agency_id: int


def finished_by(*, principal: Principal, business_key: str) -> tuple[FinishedTask, ...]:
    """List the tasks of one dossier that a principal has finished, the latest first."""
    if principal.account_id is None:
        return ()
    rows = _FINISHED.all(key=business_key, account=principal.account_id)
    return tuple(FinishedTask(name=row.name, right=row.right, agency_id=row.agency_id) for row in rows)


_FINISHED = Prepared(
    lambda key, account: (
        Task.objects.filter(business_key=key, state=Task.State.DONE, assignee_id=account)
        .only("name", "right", "agency_id")
        .order_by("-id")
    ),
    key=str,
    account=int,
)


def list_tasks(
    *,
    principal: Principal,
    scope: Scope = "unit",
    process_key: str = "",
    element_id: str = "",
    right: str = "",
    due_before: datetime | None = None,
    business_keys: tuple[str, ...] | None = None,
    cursor: str = "",
    size: int = 50,
    with_outcomes: bool = False,
) -> TaskPage:
    """List open tasks, the earliest due first; one statement whatever their number.

    :param scope: ``mine`` claimed by the principal, ``pool`` free for them to take, ``unit`` all that they may see.
    :param business_keys: keep only these dossiers (the owner's own search found them).
    :param with_outcomes: give each task its outcomes too (a published diagram is read once per process of the server).
    :raises InvalidCursorError: a cursor of another list.
    """
    rows = _scoped(principal, scope)
    if process_key:
        rows = rows.filter(process_key=process_key)
    if element_id:
        rows = rows.filter(element_id=element_id)
    if right:
        rows = rows.filter(right=right)
    if due_before is not None:
        rows = rows.filter(due_at__lt=due_before)
    if business_keys is not None:
        rows = rows.filter(business_key__in=business_keys)
    rows = rows.annotate(urgency=Coalesce("due_at", Value(_NEVER, output_field=DateTimeField())))
    if cursor:
        urgency, last_id = _read_cursor(cursor)
        rows = rows.filter(Q(urgency__gt=urgency) | Q(urgency=urgency, id__gt=last_id))
    size = max(1, min(size, MAX_SIZE))
    if with_outcomes:
        rows = rows.select_related("instance").defer("instance__state")
    found = list(rows.order_by("urgency", "id")[: size + 1])
    following = _write_cursor(found[size - 1]) if len(found) > size else ""
    items = (
        work_item(row, compiled(row.instance.definition_id).diagram if with_outcomes else None) for row in found[:size]
    )
    return TaskPage(tuple(items), following)


def count_tasks(*, principal: Principal, now: datetime) -> dict[str, int]:
    """Count what a principal has to do: ``mine``, ``pool``, and ``overdue`` among both."""
    doable = Task.objects.filter(tasks_filter(principal), state__in=LIVE)
    mine = Q(assignee_id=principal.account_id, state=Task.State.CLAIMED)
    free = Q(state=Task.State.OPEN)
    late = Q(due_at__lt=now)
    return doable.aggregate(
        mine=Count("id", filter=mine),
        pool=Count("id", filter=free),
        overdue=Count("id", filter=late & (mine | free)),
    )


def group_tasks(*, principal: Principal, now: datetime) -> tuple[TaskGroup, ...]:
    """Count the open tasks by process and right, for the filters of a list; one statement."""
    mine = Q(assignee_id=principal.account_id, state=Task.State.CLAIMED)
    free = tasks_filter(principal) & Q(state=Task.State.OPEN)
    rows = (
        Task.objects.filter(visible_tasks_filter(principal), state__in=LIVE)
        .values("process_key", "right")
        .annotate(
            process_name=Max("instance__definition__name"),
            mine=Count("id", filter=mine),
            pool=Count("id", filter=free),
            unit=Count("id"),
            overdue=Count("id", filter=Q(due_at__lt=now) & (mine | free)),
        )
        .order_by("process_name", "right")
    )
    return tuple(TaskGroup(**row) for row in rows)


def _scoped(principal: Principal, scope: Scope) -> QuerySet[Task]:
    match scope:
        case "mine":
            return Task.objects.filter(assignee_id=principal.account_id or 0, state=Task.State.CLAIMED)
        case "pool":
            return Task.objects.filter(tasks_filter(principal), state=Task.State.OPEN)
        case "unit":
            return Task.objects.filter(visible_tasks_filter(principal), state__in=LIVE)


def _write_cursor(task: Task) -> str:
    urgency = task.due_at or _NEVER
    return urlsafe_b64encode(f"{urgency.isoformat()}|{task.pk}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    try:
        moment, number = urlsafe_b64decode(cursor.encode()).decode().split("|")
        urgency = datetime.fromisoformat(moment)
        return (urgency if urgency.tzinfo else urgency.replace(tzinfo=UTC)), int(number)
    except ValueError as error:
        raise InvalidCursorError(_("Vị trí tiếp theo của danh sách không hợp lệ.")) from error


def tasks_due(*, since: datetime, before: datetime, limit: int = 1000, skip: int = 0) -> tuple[WorkItem, ...]:
    """List the open tasks whose deadline lies in a period, earliest first; for reminding those who may do them."""
    rows = (
        Task.objects.select_related("instance")
        .defer("instance__state")
        .filter(state__in=LIVE, due_at__gte=since, due_at__lt=before)
        .order_by("due_at", "id")[skip : skip + limit]
    )
    return tuple(work_item(row, compiled(row.instance.definition_id).diagram) for row in rows)


def open_tasks(*, business_keys: Sequence[str]) -> tuple[WorkItem, ...]:
    """List the open tasks of several dossiers, whoever may do them; one statement."""
    rows = Task.objects.filter(business_key__in=list(business_keys), state__in=LIVE).order_by("business_key", "id")
    return tuple(work_item(row) for row in rows)


def all_tasks(*, business_key: str) -> tuple[WorkItem, ...]:
    """List every task a dossier has had, done ones too, in the order they opened; for its control sheet."""
    rows = Task.objects.filter(business_key=business_key).order_by("opened_at", "id")
    return tuple(work_item(row) for row in rows)


def tasks_by_uuid(*, uuids: Sequence[str]) -> tuple[WorkItem, ...]:
    """List the tasks still open among those named, whoever may do them; for telling people about them."""
    rows = (
        Task.objects.select_related("instance")
        .defer("instance__state")
        .filter(uuid__in=uuids, state__in=LIVE)
        .order_by("id")
    )
    return tuple(work_item(row, compiled(row.instance.definition_id).diagram) for row in rows)


def finished_tasks_of(*, business_key: str) -> tuple[WorkItem, ...]:
    """List the finished tasks of one dossier in the order they were opened, with who did each and by when."""
    rows = Task.objects.filter(business_key=business_key, state=Task.State.DONE).order_by("id")
    return tuple(work_item(row) for row in rows)


def hands_of(*, business_key: str) -> frozenset[int]:
    """Name the accounts that have or had a task of one dossier in hand."""
    rows = Task.objects.filter(business_key=business_key, assignee__isnull=False)
    return frozenset(rows.values_list("assignee_id", flat=True))


def open_tasks_held_by(*, account_id: int, limit: int = 1000) -> tuple[WorkItem, ...]:
    """List the open tasks that an account holds, the earliest due first, whoever asks; for handing them over."""
    rows = Task.objects.filter(assignee_id=account_id, state=Task.State.CLAIMED)
    return tuple(work_item(row) for row in rows.order_by("due_at", "id")[:limit])
