"""What officials do with a task: take it, give it back, pass it on, finish it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lienthong.accounts import api as accounts
from lienthong.accounts.api import Principal
from lienthong.kernel import audit, clock
from lienthong.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from lienthong.kernel.prepared import Prepared, update
from lienthong.organisations import api as organisations
from lienthong.workflows.definitions import compiled
from lienthong.workflows.diagrams import Element
from lienthong.workflows.engine import Run
from lienthong.workflows.models import Instance, Task
from lienthong.workflows.policies import LIVE, may_do, may_reassign, may_see
from lienthong.workflows.queries.items import work_item
from lienthong.workflows.services.joining import in_transaction
from lienthong.workflows.services.running import NotRunningError, settle
from lienthong.workflows.services.storing import clean_data
from lienthong.workflows.values import CarryOut, Outcome, Progress, WorkItem

MAX_NOTE = 4_000


class TaskNotFoundError(NotFoundError):
    """The task does not exist, or is none of this person's business."""

    code = "workflows.task_not_found"


class TaskTakenError(ConflictError):
    """Somebody else holds, finished or changed the task first; the message says who."""

    code = "workflows.task_taken"


class TaskForbiddenError(ForbiddenError):
    """The person may see the task but not do this with it."""

    code = "workflows.task_forbidden"


class InvalidOutcomeError(InvalidError):
    """The outcome is not one the task offers, or a reason is missing."""

    code = "workflows.outcome_invalid"


@in_transaction()
def complete(
    *,
    principal: Principal,
    task_uuid: UUID,
    outcome: str,
    data: Mapping[str, Any],
    note: str,
    now: datetime,
    task_version: int | None = None,
    assign_to_account_id: int | None = None,
    carry_out: CarryOut | None = None,
) -> Progress:
    """Finish a task with one of its outcomes and move the process on; five statements.

    An unclaimed task may be finished directly by whoever has the right. The caller audits.

    :param carry_out: does what the step commands, before the step is written: a refusal then leaves
        the process as it was, and a limit that it gives is written with the step.

    :param data: plain JSON values kept by the process under their own names.
    :param task_version: the version the page showed; another one means somebody acted meanwhile.
    :param assign_to_account_id: whoever gets the next task of the same role (the unit head assigns).
    :raises TaskNotFoundError: absent or foreign.
    :raises TaskTakenError: done, claimed or changed by another.
    :raises InvalidOutcomeError: not offered, or without its reason; ``field_errors`` says which.
    """
    instance, task, live = _lock(principal, task_uuid)
    _require_live(task)
    _require_version(task, task_version)
    _require_mine_or_free(principal, task)
    if not may_do(principal, task):
        raise TaskForbiddenError(_("Bạn không có quyền thực hiện nhiệm vụ này."))
    made = compiled(instance.definition_id)
    element = made.diagram.elements[task.element_id]
    note = note.strip()
    _check_outcome(element, outcome, note)
    run = Run.load(made, bytes(instance.state), now=now)
    run.complete(task.number, outcome=outcome, data=clean_data(data), note=note)
    task.state = Task.State.DONE
    task.done_at = now
    task.outcome = outcome
    task.note = note
    task.version += 1
    _hold(task, principal, now)
    if assign_to_account_id is None:
        return settle(instance, run, now=now, finished_task=task, live=live, carry_out=carry_out)
    with transaction.atomic():
        progress = settle(instance, run, now=now, finished_task=task, live=live, carry_out=carry_out)
        return _assign_next(progress, task, assign_to_account_id, now)


@in_transaction()
def claim(*, principal: Principal, task_uuid: UUID, now: datetime) -> WorkItem:
    """Take a task so that nobody else does it; taking one's own again changes nothing.

    :raises TaskNotFoundError: absent or foreign.
    :raises TaskTakenError: done or claimed by another.
    """
    _instance, task, _live = _lock(principal, task_uuid)
    _require_live(task)
    if not may_do(principal, task) or principal.account_id is None:
        raise TaskForbiddenError(_("Bạn không có quyền nhận nhiệm vụ này."))
    _require_mine_or_free(principal, task)
    if task.state == Task.State.OPEN:
        task.state = Task.State.CLAIMED
        _hold(task, principal, now)
        _save_hands(task)
        _audit(task, principal, action="workflows.task.claimed", now=now)
    return work_item(task)


@in_transaction()
def release(*, principal: Principal, task_uuid: UUID, now: datetime) -> WorkItem:
    """Put a claimed task back into the pool of its agency.

    :raises TaskNotFoundError: absent or foreign.
    :raises TaskForbiddenError: it is another's and the person does not assign work there.
    """
    _instance, task, _live = _lock(principal, task_uuid)
    _require_live(task)
    if not may_reassign(principal, task):
        raise TaskForbiddenError(_("Chỉ người đang giữ hoặc người phân công được trả nhiệm vụ về hàng chờ."))
    if task.state == Task.State.CLAIMED:
        task.state = Task.State.OPEN
        task.assignee_id = None
        task.assigned_at = None
        task.assignee_name = ""
        _save_hands(task)
        _audit(task, principal, action="workflows.task.released", now=now)
    return work_item(task)


@in_transaction()
def reassign(*, principal: Principal, task_uuid: UUID, to_account_id: int, reason: str, now: datetime) -> WorkItem:
    """Give a task to another official who has its right there or in an inner unit.

    :raises TaskNotFoundError: absent or foreign.
    :raises TaskForbiddenError: not the holder, and does not assign work there.
    :raises InvalidOutcomeError: no reason, or the receiver may not do it.
    """
    _instance, task, _live = _lock(principal, task_uuid)
    _require_live(task)
    if not may_reassign(principal, task):
        raise TaskForbiddenError(_("Chỉ người đang giữ hoặc người phân công được chuyển nhiệm vụ."))
    if not reason.strip():
        raise InvalidOutcomeError(_("Hãy nêu lý do."), field_errors={"reason": [_("Hãy nêu lý do.")]})
    _give(task, to_account_id, now)
    return work_item(task)


def _assign_next(progress: Progress, task: Task, account_id: int, now: datetime) -> Progress:
    uuids = [item.uuid for item in progress.opened if item.party == task.party]
    opened = {item.uuid: item for item in progress.opened}
    for row in Task.objects.filter(uuid__in=uuids):
        _give(row, account_id, now)
        item = opened[row.uuid]
        opened[row.uuid] = _with_hands(item, row)
    return replace(progress, opened=tuple(opened.values()))


_HOLDER = Prepared(
    lambda task: Instance.objects.select_for_update(no_key=True).filter(
        pk=Subquery(Task.objects.filter(uuid=task).values("instance_id")[:1])
    ),
    task=UUID,
)
_LIVE_TASKS = Prepared(
    lambda task, instance: Task.objects.filter(Q(state__in=LIVE) | Q(uuid=task), instance_id=instance).order_by("id"),
    task=UUID,
    instance=int,
)


def _lock(principal: Principal, task_uuid: UUID) -> tuple[Instance, Task, list[Task]]:
    """Lock the task's instance, then read its open tasks and the task itself, as they now are."""
    instance = _HOLDER.first(task=task_uuid)
    if instance is None:
        raise _not_found()
    rows = _LIVE_TASKS.all(task=task_uuid, instance=instance.pk)
    task = next(row for row in rows if row.uuid == task_uuid)
    if not may_see(principal, task):
        raise _not_found()
    if instance.status != Instance.State.RUNNING and task.state in LIVE:
        raise NotRunningError(_("Quy trình của hồ sơ này đã kết thúc."))
    return instance, task, rows


def _require_live(task: Task) -> None:
    if task.state == Task.State.DONE:
        raise TaskTakenError(
            _("“%(task)s” đã được %(name)s hoàn thành lúc %(time)s.")
            % {"task": task.name, "name": task.assignee_name, "time": _moment(task.done_at)},
            task=str(task.uuid),
        )
    if task.state == Task.State.CANCELLED:
        raise TaskTakenError(_("“%(task)s” không còn cần thực hiện.") % {"task": task.name}, task=str(task.uuid))


def _require_mine_or_free(principal: Principal, task: Task) -> None:
    if task.state == Task.State.CLAIMED and task.assignee_id != principal.account_id:
        raise TaskTakenError(
            _("%(name)s đang giữ nhiệm vụ “%(task)s”.") % {"task": task.name, "name": task.assignee_name},
            task=str(task.uuid),
        )


def _require_version(task: Task, expected: int | None) -> None:
    if expected is not None and expected != task.version:
        raise TaskTakenError(
            _("Nhiệm vụ “%(task)s” đã thay đổi từ khi bạn mở trang. Hãy tải lại trang.") % {"task": task.name},
            task=str(task.uuid),
        )


def _check_outcome(element: Element, key: str, note: str) -> Outcome:
    outcome = next((outcome for outcome in element.outcomes if outcome.key == key), None)
    if outcome is None:
        raise InvalidOutcomeError(
            _("Nhiệm vụ này không có kết quả “%(outcome)s”.") % {"outcome": key[:40]},
            field_errors={"outcome": [_("Hãy chọn một kết quả.")]},
        )
    if outcome.reason == "required" and not note:
        raise InvalidOutcomeError(_("Hãy nêu lý do."), field_errors={"note": [_("Hãy nêu lý do.")]})
    if len(note) > MAX_NOTE:
        raise InvalidOutcomeError(
            _("Lý do dài quá %(limit)s ký tự.") % {"limit": MAX_NOTE},
            field_errors={"note": [_("Hãy viết ngắn hơn.")]},
        )
    return outcome


def _hold(task: Task, principal: Principal, now: datetime) -> None:
    if task.assignee_id != principal.account_id:
        task.assigned_at = now
    task.assignee_id = principal.account_id
    task.assignee_name = principal.name


def _give(task: Task, account_id: int, now: datetime) -> None:
    account = accounts.find_account(account_id=account_id)
    receiver = accounts.principal_for_account(account, now) if account is not None else accounts.ANONYMOUS
    units = organisations.descendant_ids(agency_id=task.agency_id, on=clock.local_date(now), units_only=True)
    reach = {task.agency_id, *units}
    if receiver.kind != "official" or not reach & receiver.agencies(task.right):
        raise InvalidOutcomeError(
            _("Người được chọn không có quyền thực hiện nhiệm vụ này."),
            field_errors={"to_account_id": [_("Hãy chọn người khác.")]},
        )
    task.state = Task.State.CLAIMED
    _hold(task, receiver, now)
    _save_hands(task)


def _save_hands(task: Task) -> None:
    task.version += 1
    update(task, "state", "assignee", "assignee_name", "assigned_at", "version")


def _audit(task: Task, principal: Principal, *, action: str, now: datetime) -> None:
    audit.record(
        actor=principal.actor(task.agency_id),
        action=action,
        subject_type="workflows.task",
        subject_id=task.uuid,
        at=now,
        facts={"business_key": task.business_key, "element": task.element_id},
    )


def _with_hands(item: WorkItem, task: Task) -> WorkItem:
    return replace(
        item, state="CLAIMED", assignee_id=task.assignee_id, assignee_name=task.assignee_name, version=task.version
    )


def _moment(moment: datetime | None) -> str:
    return date_format(clock.local(moment), "H:i d/m/Y") if moment else ""


def _not_found() -> TaskNotFoundError:
    return TaskNotFoundError(_("Không tìm thấy nhiệm vụ."))
