"""What time alone does to a dossier: a timer of its process, a wait that is over, silence after its due date.

Each dossier is taken in a transaction of its own, under its lock, and only when the lock is free: whoever is
changing the dossier in the same second has come first. What made it due is asked again under the lock, so
nothing ever acts on a date that has moved.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import override

from lienthong.accounts.api import SYSTEM_PRINCIPAL
from lienthong.dossiers.models import (
    Dossier,
    DossierStatus,
    HistoryKind,
    LapseOutcome,
    Result,
    ResultState,
    TacitRule,
    WaitKind,
)
from lienthong.dossiers.services import process, reminders, tacit, waiting
from lienthong.dossiers.services.change import Change, begin, commit, lock
from lienthong.kernel import clock, reference
from lienthong.kernel.errors import DomainError
from lienthong.workflows import api as workflows
from lienthong.workflows.events import ProcessAdvanced

log = structlog.get_logger(__name__)
BATCH = 500
_RUNNING = (DossierStatus.RECEIVED, DossierStatus.PROCESSING)


def follow(*, event: ProcessAdvanced, now: datetime) -> None:
    """Carry out the commands that a fired timer brought."""
    pk = Dossier.objects.filter(uuid=UUID(event.aggregate_id)).values_list("pk", flat=True).first()
    if pk is None:
        return
    with transaction.atomic():
        dossier = lock(dossier_id=pk)
        if dossier.is_final:
            return
        change = begin(dossier=dossier, principal=SYSTEM_PRINCIPAL, now=now, agency_id=dossier.competent_agency_id)
        process.follow_written(change, event.progress())
        change.tasks.extend(event.opened)
        commit(change, action="dossiers.timer.followed")


def end_waits(*, now: datetime) -> int:
    """Do what the rules say with the dossiers whose wait is over; give their number."""
    with reference.remembered():
        due = Dossier.objects.filter(waits_until__lt=now).order_by("waits_until", "id")
        return _each(due.values_list("pk", flat=True)[:BATCH], lambda pk: end_wait(dossier_id=pk, now=now))


def end_wait(*, dossier_id: int, now: datetime) -> bool:
    """End one wait that is over; False when somebody was faster or it is not over.

    The applicant who does not answer gets the dossier back: not received when the desk had not received it, else
    stopped and closed with form 05. For every other wait those above are told, and it begins again.
    """
    with transaction.atomic():
        dossier = _take(Q(pk=dossier_id, waits_until__lt=now))
        if dossier is None:
            return False
        kind = WaitKind(dossier.waits_for)
        rule = waiting.rule_for(dossier, kind, at=now)
        change = begin(dossier=dossier, principal=SYSTEM_PRINCIPAL, now=now, agency_id=dossier.competent_agency_id)
        if rule is not None and rule.outcome == LapseOutcome.CLOSE:
            _close(change, kind, rule.legal_basis)
            commit(change, action="dossiers.wait.closed")
            return True
        dossier.waits_until = waiting.end_of(dossier, kind, since=now)
        _report(change, kind)
        commit(change, action="dossiers.wait.reported")
        return True


_UNANSWERED = {
    WaitKind.SUPPLEMENT: "Người nộp không bổ sung hồ sơ đến hết {until}.",
    WaitKind.PAYMENT: "Người nộp không thực hiện nghĩa vụ tài chính đến hết {until}.",
}


def _close(change: Change, kind: WaitKind, legal_basis: str) -> None:
    """Give the dossier back to an applicant who has not answered; its process ends.

    A dossier at the one-stop desk is not received; a received one passes through "stopped" to its end.
    """
    dossier = change.dossier
    with override("vi"):
        until = date_format(clock.local(dossier.waits_until), "H:i d/m/Y") if dossier.waits_until else ""
    reason = _UNANSWERED.get(kind, "Hồ sơ chờ quá thời hạn, đến hết {until}.").format(until=until)
    note = f"{reason} Căn cứ: {legal_basis}."
    workflows.cancel(business_key=str(dossier.uuid), reason=note, now=change.now)
    dossier.stage = ""
    dossier.paused_at = None
    if dossier.received_at is None:
        change.move_to(DossierStatus.NOT_RECEIVED)
        change.tell(HistoryKind.NOT_RECEIVED, note=note)
        return
    for status in (DossierStatus.STOPPED, DossierStatus.DONE, DossierStatus.RETURNED):
        change.move_to(status)
    dossier.done_at = dossier.returned_at = change.now
    change.tell(HistoryKind.LAPSED, note=note)


def _report(change: Change, kind: WaitKind) -> None:
    dossier = change.dossier
    tasks = workflows.open_tasks(business_keys=[str(dossier.uuid)])
    people = reminders.tell_heads(dossier=dossier, tasks=tasks, now=change.now)
    change.tell(
        HistoryKind.ESCALATED,
        title=f"Báo người đứng đầu: {kind.label} quá lâu",
        note=f"Đã báo: {people}" if people else "",
        is_public=False,
        facts={"wait": kind.value},
    )


def let_silence_speak(*, now: datetime) -> int:
    """Record the tacit outcome of dossiers whose due date has passed without an answer; give their number.

    Only procedures with a rule (:class:`TacitRule`) in force when the dossier was received have one.
    """
    with reference.remembered():
        codes = {rule.procedure_code for rule in TacitRule.objects.filter(valid_from__lte=clock.local_date(now))}
        if not codes:
            return 0
        silent = Dossier.objects.filter(
            status__in=_RUNNING,
            paused_at__isnull=True,
            due_at__lt=now,
            procedure_version__procedure__code__in=codes,
        ).order_by("due_at", "id")
        return _each(
            silent.values_list("pk", flat=True)[:BATCH], lambda pk: let_one_silence_speak(dossier_id=pk, now=now)
        )


def let_one_silence_speak(*, dossier_id: int, now: datetime) -> bool:
    """Record the tacit outcome of one dossier; False when it is not due any more or somebody was faster.

    The due date is the one in force under the lock: a date from before a supplement or an extension decides
    nothing. A result that is signed already is an answer; it only waits for its number.
    """
    with transaction.atomic():
        dossier = _take(Q(pk=dossier_id, status__in=_RUNNING, paused_at__isnull=True, due_at__lt=now))
        if dossier is None or dossier.received_at is None:
            return False
        rule = rule_of_silence(procedure_code=dossier.procedure_version.code, on=clock.local_date(dossier.received_at))
        if rule is None or Result.objects.filter(dossier=dossier, state=ResultState.SIGNED).exists():
            return False
        change = begin(dossier=dossier, principal=SYSTEM_PRINCIPAL, now=now, agency_id=dossier.competent_agency_id)
        workflows.cancel(business_key=str(dossier.uuid), reason="Kết quả mặc nhiên vì quá hạn", now=now)
        dossier.stage = ""
        tacit.decide(change, rule)
        commit(change, action="dossiers.dossier.tacit")
        return True


def rule_of_silence(*, procedure_code: str, on: date) -> TacitRule | None:
    """Find what silence means for a procedure on a date; ``None`` where it means nothing."""
    rules = TacitRule.objects.in_force(on).filter(procedure_code=procedure_code).order_by("-valid_from")
    found: TacitRule | None = rules.first()
    return found


def _take(where: Q) -> Dossier | None:
    """Lock a dossier that still meets a condition, unless somebody is changing it now."""
    rows = Dossier.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
    return rows.select_related("procedure_version__procedure", "competent_agency__area").filter(where).first()


def _each(ids: Iterable[int], act: Callable[[int], bool]) -> int:
    """Act on each dossier by itself; one that refuses is logged and does not hold up the others."""
    done = 0
    for pk in list(ids):
        try:
            done += act(pk)
        except DomainError as error:
            log.exception("dossiers.timer_failed", dossier=pk, code=error.code)
    return done
