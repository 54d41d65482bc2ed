"""Starting, moving and ending instances."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Case, DateTimeField, DurationField, Exists, ExpressionWrapper, F, Value, When
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from lienthong.kernel import events
from lienthong.kernel.errors import ConflictError, DomainError, InvalidError, NotFoundError
from lienthong.kernel.prepared import Prepared, insert, update
from lienthong.workflows.definitions import ProcessNotFoundError, compiled
from lienthong.workflows.engine import Run
from lienthong.workflows.events import ProcessAdvanced
from lienthong.workflows.models import Instance, ProcessDefinition, Task
from lienthong.workflows.policies import LIVE
from lienthong.workflows.services.joining import in_transaction
from lienthong.workflows.services.storing import (
    apply_run,
    clean_data,
    new_tasks,
    progress,
    save_instance,
    task_due_at,
)
from lienthong.workflows.values import CarryOut, Deadline, Progress

log = structlog.get_logger()
RETRY_AFTER = timedelta(hours=1)


class InstanceNotFoundError(NotFoundError):
    """No process was started for this business key."""

    code = "workflows.instance_not_found"


class AlreadyStartedError(ConflictError):
    """A process already runs for this business key."""

    code = "workflows.already_started"


class NotRunningError(ConflictError):
    """The process has ended."""

    code = "workflows.not_running"


class MissingPartyError(InvalidError):
    """The diagram has a role for which no agency was given."""

    code = "workflows.party_missing"


@in_transaction()
def start(
    *,
    key: str,
    business_key: str,
    parties: Mapping[str, int],
    data: Mapping[str, Any],
    now: datetime,
    on: date,
    title: str = "",
    subtitle: str = "",
    counted_from: datetime | None = None,
    due_at: datetime | None = None,
) -> Progress:
    """Start the version of a process in force on a date; three statements.

    :param parties: agency (number inside) of each role the diagram uses.
    :param data: plain JSON values, readable by the diagram's conditions.
    :param title: shown first in task lists, for instance the dossier code.
    :param due_at: the whole limit's end, when already known; else :func:`set_deadline` later.
    :raises ProcessNotFoundError: no such process on that date.
    :raises MissingPartyError: a role without agency, under its name in ``field_errors``.
    :raises AlreadyStartedError: the business key has a process.
    """
    definition_id, is_taken = _definition_for(key, business_key, on)
    if is_taken:
        raise _already_started(business_key)
    made = compiled(definition_id)
    missing = sorted(made.diagram.parties - parties.keys())
    if missing:
        raise MissingPartyError(
            _("Chưa biết cơ quan cho vai: %(parties)s.") % {"parties": ", ".join(missing)},
            field_errors={party: [_("Thiếu cơ quan.")] for party in missing},
        )
    run = Run.begin(made, data=clean_data(data), now=now)
    instance = Instance(
        definition_id=definition_id,
        business_key=business_key,
        title=title,
        subtitle=subtitle,
        parties=dict(parties),
        started_at=now,
        counted_from=counted_from or now,
        due_at=due_at,
    )
    opened = _after_begin(instance, run, key, now)
    try:
        insert([instance])
    except IntegrityError as error:
        raise _already_started(business_key) from error
    insert(opened)
    return progress(instance, run, opened=opened, closed=())


def _definition_for(key: str, business_key: str, on: date) -> tuple[int, bool]:
    """Find the version in force and, in the same statement, whether the business key is taken."""
    found = _IN_FORCE.first(key=key, business_key=business_key, on=on)
    if found is None:
        raise ProcessNotFoundError(_("Không có quy trình “%(key)s” đang có hiệu lực.") % {"key": key}, process=key)
    return found.pk, bool(found.is_taken)


_IN_FORCE: Prepared[Any] = Prepared(
    lambda key, business_key, on: (
        ProcessDefinition.objects.in_force(on)
        .filter(key=key)
        .order_by("-version")
        .only("pk")
        .annotate(is_taken=Exists(Instance.objects.filter(business_key=business_key)))[:1]
    ),
    key=str,
    business_key=str,
    on=date,
)


def _already_started(business_key: str) -> AlreadyStartedError:
    return AlreadyStartedError(_("Hồ sơ này đã có quy trình đang chạy."), business_key=business_key)


def _after_begin(instance: Instance, run: Run, key: str, now: datetime) -> list[Task]:
    instance.stage = run.stage
    opened = new_tasks(instance, run, process_key=key, known=(), now=now)
    apply_run(instance, run, now=now)
    return opened


@in_transaction()
def send_message(
    *, business_key: str, name: str, data: Mapping[str, Any], now: datetime, carry_out: CarryOut | None = None
) -> Progress:
    """Tell a process what it waits for: ``supplemented``, ``paid``, ``resumed``, ``confirmed``.

    :param carry_out: does what the step commands; see ``complete``.
    :raises InstanceNotFoundError: no process for this key.
    :raises NotRunningError: the process has ended.
    :raises ConflictError: it does not wait for this message.
    """
    instance = lock_instance(business_key=business_key)
    run = Run.load(compiled(instance.definition_id), bytes(instance.state), now=now)
    run.send(name, data=clean_data(data))
    return settle(instance, run, now=now, carry_out=carry_out)


@in_transaction()
def cancel(*, business_key: str, reason: str, now: datetime) -> Progress:
    """End a process from outside (withdrawal, hand-over); its open tasks are cancelled with the reason.

    :raises InstanceNotFoundError: no process for this key.
    :raises NotRunningError: the process has already ended.
    """
    instance = lock_instance(business_key=business_key)
    live = list(Task.objects.filter(instance=instance, state__in=LIVE).order_by("id"))
    for task in live:
        _close(task, now=now, note=reason)
    Task.objects.bulk_update(live, ["state", "done_at", "note", "version"])
    instance.status = Instance.State.CANCELLED
    instance.ended_at = now
    instance.next_timer_at = None
    instance.save(update_fields=["status", "ended_at", "next_timer_at"])
    run = Run.load(compiled(instance.definition_id), bytes(instance.state), now=now)
    return Progress(
        instance=instance.uuid,
        commands=(),
        opened=(),
        closed=progress(instance, run, opened=(), closed=live).closed,
        finished=True,
        stage=instance.stage,
    )


@in_transaction()
def set_deadline(
    *,
    business_key: str,
    counted_from: datetime,
    due_at: datetime | None,
    of_tasks: Mapping[str, datetime] | None = None,
) -> None:
    """Set or move the whole limit; open tasks get their share of it anew. Two statements.

    Tasks with a limit of their own keep it.

    A share is a part of the calendar time between ``counted_from`` and ``due_at``: the owner has
    already skipped holidays when it computed ``due_at``.

    :param due_at: empty while the clock stands still.
    :param of_tasks: open tasks (by element) that get a limit of their own now.
    :raises InstanceNotFoundError: no process for this key.
    """
    changed = Instance.objects.filter(business_key=business_key).update(counted_from=counted_from, due_at=due_at)
    if not changed:
        raise _not_found()
    open_tasks = Task.objects.filter(business_key=business_key, state__in=LIVE)
    for element_id, own in (of_tasks or {}).items():
        open_tasks.filter(element_id=element_id).update(due_at=own, has_own_limit=True)
    live = open_tasks.filter(has_own_limit=False)
    if due_at is None:
        live.update(due_at=None)
        return
    length = Value(max(due_at - counted_from, timedelta(0)), output_field=DurationField())
    part = ExpressionWrapper(length * F("time_share"), output_field=DurationField())
    latest = Value(due_at, output_field=DateTimeField())
    share = Least(latest, ExpressionWrapper(F("opened_at") + part, output_field=DateTimeField()))
    live.update(due_at=Case(When(time_share__isnull=True, then=latest), default=share))


@in_transaction()
def set_title(*, business_key: str, title: str, subtitle: str) -> None:
    """Change what task lists show of the owner's thing, for instance once the dossier has its code.

    :raises InstanceNotFoundError: no process for this key.
    """
    if not Instance.objects.filter(business_key=business_key).update(title=title, subtitle=subtitle):
        raise _not_found()
    Task.objects.filter(business_key=business_key).update(title=title, subtitle=subtitle)


def fire_due_timers(*, now: datetime, limit: int = 200) -> int:
    """Move every process whose timer is due, each in its own transaction; says how many moved.

    Owners learn through :class:`ProcessAdvanced`.
    """
    due = (
        Instance.objects.filter(next_timer_at__lte=now)
        .order_by("next_timer_at", "id")
        .values_list("pk", flat=True)[:limit]
    )
    return sum(_fire_or_postpone(pk, now) for pk in list(due))


def _fire_or_postpone(instance_id: int, now: datetime) -> bool:
    """Move one process; one that refuses is tried again in an hour and does not hold up the others."""
    try:
        return _fire(instance_id, now)
    except DomainError as error:
        log.exception("workflows.timer_failed", instance=instance_id, code=error.code)
        Instance.objects.filter(pk=instance_id).update(next_timer_at=now + RETRY_AFTER)
        return False


@transaction.atomic
def _fire(instance_id: int, now: datetime) -> bool:
    """Move one process; one that another worker holds or has just moved is left alone."""
    instance = (
        Instance.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(pk=instance_id, next_timer_at__lte=now, status=Instance.State.RUNNING)
        .first()
    )
    if instance is None:
        return False
    run = Run.load(compiled(instance.definition_id), bytes(instance.state), now=now)
    run.wake()
    done = settle(instance, run, now=now)
    events.publish(
        ProcessAdvanced(
            aggregate_id=instance.business_key,
            occurred_at=now,
            instance=str(instance.uuid),
            commands=[
                {"name": command.name, "element_id": command.element_id, "data": dict(command.data)}
                for command in done.commands
            ],
            opened=[str(item.uuid) for item in done.opened],
            closed=[str(item.uuid) for item in done.closed],
            finished=done.finished,
            stage=done.stage,
        )
    )
    return True


def lock_instance(*, business_key: str) -> Instance:
    """Lock the running instance of a business key.

    :raises InstanceNotFoundError: there is none.
    :raises NotRunningError: it has ended.
    """
    instance = Instance.objects.select_for_update(no_key=True).filter(business_key=business_key).first()
    if instance is None:
        raise _not_found()
    if instance.status != Instance.State.RUNNING:
        raise NotRunningError(_("Quy trình của hồ sơ này đã kết thúc."))
    return instance


def settle(
    instance: Instance,
    run: Run,
    *,
    now: datetime,
    finished_task: Task | None = None,
    live: list[Task] | None = None,
    carry_out: CarryOut | None = None,
) -> Progress:
    """Write a moved run: its row, the task just finished, tasks cut off by it, and new tasks.

    :param live: the open tasks of the instance when the caller has them already.
    :param carry_out: what the owner does before anything is written.
    """
    if live is None:
        live = list(Task.objects.filter(instance=instance, state__in=LIVE).order_by("id"))
    process_key = run.compiled.diagram.key
    still_open = {wait.number for wait in run.tasks()}
    cut_off = [task for task in live if task.number not in still_open and task is not finished_task]
    for task in cut_off:
        _close(task, now=now)
    instance.stage = run.stage
    opened = new_tasks(instance, run, process_key=process_key, known=(task.number for task in live), now=now)
    closed = [*([finished_task] if finished_task else []), *cut_off]
    apply_run(instance, run, now=now)
    told = progress(instance, run, opened=opened, closed=closed)
    deadline = carry_out(told) if carry_out is not None else None
    if deadline is not None:
        waiting = [task for task in live if task.number in still_open]
        _limit(instance, deadline, tasks=[*waiting, *opened])
        Task.objects.bulk_update(waiting, ["due_at", "has_own_limit"])
        told = progress(instance, run, opened=opened, closed=closed)
    save_instance(instance, with_deadline=deadline is not None)
    if finished_task is not None:
        update(
            finished_task,
            "state",
            "assignee",
            "assignee_name",
            "assigned_at",
            "done_at",
            "outcome",
            "note",
            "version",
        )
    if cut_off:
        Task.objects.bulk_update(cut_off, ["state", "done_at", "note", "version"])
    if opened:
        insert(opened)
    return told


def _limit(instance: Instance, deadline: Deadline, *, tasks: Sequence[Task]) -> None:
    instance.counted_from, instance.due_at = deadline.counted_from, deadline.due_at
    for task in tasks:
        own = deadline.of_tasks.get(task.element_id)
        if own is not None:
            task.due_at, task.has_own_limit = own, True
        elif not task.has_own_limit:
            task.due_at = task_due_at(instance, task.time_share, task.opened_at)


def _close(task: Task, *, now: datetime, note: str = "") -> None:
    task.state = Task.State.CANCELLED
    task.done_at = now
    task.note = note
    task.version += 1


def _not_found() -> InstanceNotFoundError:
    return InstanceNotFoundError(_("Không tìm thấy quy trình của hồ sơ này."))
