"""Handing all open tasks of an official over to others: when somebody leaves or is overburdened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle
from uuid import UUID

from django.utils.translation import gettext as _

from lienthong.accounts import api as accounts
from lienthong.accounts.api import Principal, Right
from lienthong.dossiers.errors import SubmissionInvalidError
from lienthong.dossiers.models import Dossier
from lienthong.dossiers.services.handling import reassign
from lienthong.kernel import clock
from lienthong.kernel.errors import DomainError, NotFoundError
from lienthong.organisations import api as organisations
from lienthong.workflows import api as workflows

MOST_TASKS = 1_000


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """One open task of the official who leaves.

    :ivar candidates: pairs of account and name of those who may do it.
    """

    task: workflows.WorkItem
    code: str
    procedure_code: str
    procedure_name: str
    candidates: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class HandoverReport:
    """What became of a handover; ``failed`` pairs a dossier's code with the reason."""

    done: int
    skipped: int
    failed: tuple[tuple[str, str], ...]


def tasks_to_hand_over(*, principal: Principal, account_id: int, now: datetime) -> tuple[HandoverLine, ...]:
    """List the open tasks that an official holds and this principal may hand on, the earliest due first.

    :raises NotFoundError: when the principal oversees none of the agencies where the official works.
    """
    overseen = principal.agencies(Right.ASSIGN) | principal.agencies(Right.SUPERVISE)
    held = workflows.open_tasks_held_by(account_id=account_id, limit=MOST_TASKS)
    tasks = [task for task in held if task.agency_id in overseen or account_id == principal.account_id]
    if held and not tasks:
        raise NotFoundError(_("Người này không giữ việc nào ở bộ phận bạn phụ trách."))
    rows = Dossier.objects.filter(uuid__in={task.business_key for task in tasks})
    dossiers = {str(row.uuid): row for row in rows.select_related("procedure_version__procedure")}
    people: dict[tuple[str, int], tuple[tuple[int, str], ...]] = {}
    lines = []
    for task in tasks:
        dossier = dossiers.get(task.business_key)
        if dossier is None:
            continue
        key = (task.right, task.agency_id)
        if key not in people:
            people[key] = _who_may(task.right, task.agency_id, now, but=account_id)
        version = dossier.procedure_version
        lines.append(HandoverLine(task, dossier.code, version.code, version.name_vi, people[key]))
    return tuple(lines)


def spread(
    *, lines: Sequence[HandoverLine], targets: Sequence[int], by_procedure: Mapping[str, int] | None = None
) -> dict[UUID, int]:
    """Propose who gets which task: as said for its procedure, else in turn among those chosen who may do it.

    A task that none of them may do is left out.
    """
    turn = cycle(targets) if targets else None
    moves: dict[UUID, int] = {}
    for line in lines:
        allowed = {account_id for account_id, _name in line.candidates}
        said = (by_procedure or {}).get(line.procedure_code)
        if said in allowed and said is not None:
            moves[line.task.uuid] = said
            continue
        if turn is None:
            continue
        found = next((one for one in (next(turn) for _index in targets) if one in allowed), None)
        if found is not None:
            moves[line.task.uuid] = found
    return moves


def hand_over(
    *, principal: Principal, account_id: int, moves: Mapping[UUID, int], reason: str, now: datetime
) -> HandoverReport:
    """Hand tasks over, each in its own transaction with its line in the history; what fails is told and the rest done.

    What the official does not hold any more is skipped, so a second click does nothing.

    :raises SubmissionInvalidError: without a reason.
    """
    if not reason.strip():
        raise SubmissionInvalidError(_("Hãy nêu lý do."), field_errors={"reason": [_("Hãy nêu lý do chuyển.")]})
    held = {task.uuid: task for task in workflows.open_tasks_held_by(account_id=account_id, limit=MOST_TASKS)}
    done = skipped = 0
    failed: list[tuple[str, str]] = []
    for task_uuid, target in moves.items():
        task = held.get(task_uuid)
        if task is None or target == account_id:
            skipped += 1
            continue
        try:
            reassign(principal=principal, task_uuid=task_uuid, to_account_id=target, reason=reason, now=now)
        except DomainError as error:
            failed.append((task.title, str(error.message)))
        else:
            done += 1
    return HandoverReport(done, skipped, tuple(failed))


def _who_may(right: str, agency_id: int, now: datetime, *, but: int) -> tuple[tuple[int, str], ...]:
    on = clock.local_date(now)
    units = organisations.descendant_ids(agency_id=agency_id, on=on, units_only=True)
    found: dict[int, str] = {}
    for unit in sorted({agency_id, *units}):
        for account in accounts.accounts_with_right(right=right, agency_id=unit, on=on):
            if account.pk != but and account.official is not None:
                found[account.pk] = account.official.full_name
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))
