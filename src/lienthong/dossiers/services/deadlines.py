"""Due dates: set at reception, paused while waiting, restarted, shifted, extended once."""

from dataclasses import replace
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lienthong.dossiers.errors import DossierStateError, SubmissionInvalidError
from lienthong.dossiers.models import (
    DeadlineChange,
    DeadlineChangeKind,
    Dossier,
    DossierStatus,
    HistoryKind,
    PauseEffect,
    PauseKind,
    PausePolicy,
)
from lienthong.dossiers.services.change import Change
from lienthong.kernel import clock
from lienthong.organisations import api as organisations


def compute(*, dossier: Dossier, counted_from: datetime) -> organisations.DueDate:
    """Compute a due date from the limit pinned to the dossier, with every step explained.

    Basis: NĐ 61/2018/NĐ-CP, Điều 17 and 19 as kept by NĐ 118/2025/NĐ-CP; the working calendar of the
    competent agency.
    """
    start = clock.local_date(counted_from)
    calendar = organisations.get_calendar(agency_id=dossier.competent_agency_id, start=start)
    return calendar.due_date(
        received_at=counted_from,
        amount=dossier.limit_amount,
        unit=dossier.limit_unit,
        rules=organisations.get_counting_rules(agency_id=dossier.competent_agency_id, on=start),
    )


def _set(change: Change, kind: DeadlineChangeKind, due: organisations.DueDate, *, reason: str = "") -> None:
    dossier = change.dossier
    stored = due.to_json()
    change.deadlines.append(
        DeadlineChange(
            dossier=dossier,
            at=change.now,
            kind=kind,
            due_before=dossier.due_at,
            due_after=due.due_at,
            reason=reason,
            computation=stored,
        )
    )
    dossier.due_at = due.due_at
    dossier.due = stored


def start_clock(change: Change) -> None:
    """Set the first due date, at reception."""
    dossier = change.dossier
    dossier.counted_from = change.now
    if not dossier.limit_unit:
        return
    _set(change, DeadlineChangeKind.SET, compute(dossier=dossier, counted_from=change.now))


def pause(change: Change) -> None:
    """Stop the clock; a pause inside a pause keeps the first moment."""
    if change.dossier.received_at is not None and change.dossier.paused_at is None:
        change.dossier.paused_at = change.now


def effect_of(*, dossier: Dossier, kind: PauseKind, at: datetime) -> PauseEffect:
    """Find what a pause does to the due date: the procedure's own rule, else the general counting rule."""
    on = clock.local_date(at)
    own = (
        PausePolicy.objects.in_force(on)
        .filter(kind=kind, procedure_code=dossier.procedure_version.code)
        .order_by("-valid_from")
        .first()
    )
    if own is not None:
        return PauseEffect(own.effect)
    rules = organisations.get_counting_rules(agency_id=dossier.competent_agency_id, on=on)
    general = {
        PauseKind.SUPPLEMENT: rules.pause_for_supplement,
        PauseKind.PAYMENT: rules.pause_for_payment,
        PauseKind.STOP: rules.pause_for_stop,
    }
    return PauseEffect(general[kind])


def resume(change: Change, kind: PauseKind) -> None:
    """Let the clock run again after a pause, by the policy in force."""
    dossier = change.dossier
    if dossier.paused_at is None:
        return
    if dossier.due is None:
        dossier.paused_at = None
        return
    start = clock.local_date(dossier.paused_at)
    calendar = organisations.get_calendar(agency_id=dossier.competent_agency_id, start=start)
    if effect_of(dossier=dossier, kind=kind, at=change.now) == PauseEffect.RESTART:
        dossier.counted_from = change.now
        due = calendar.restart(
            resubmitted_at=change.now,
            amount=dossier.limit_amount,
            unit=dossier.limit_unit,
            rules=organisations.get_counting_rules(
                agency_id=dossier.competent_agency_id, on=clock.local_date(change.now)
            ),
        )
        _set(change, DeadlineChangeKind.RESTARTED, due, reason=str(kind.label))
    else:
        due = calendar.shift(
            due=organisations.DueDate.from_json(dossier.due), paused_at=dossier.paused_at, resumed_at=change.now
        )
        _set(change, DeadlineChangeKind.SHIFTED, due, reason=str(kind.label))
    dossier.paused_at = None


def extend(change: Change, *, new_due_at: datetime, reason: str) -> None:
    """Move the due date once, with an apology to the applicant.

    Basis: NĐ 61/2018/NĐ-CP, Điều 19: an apology with a new appointment, at most once.

    :raises DossierStateError: when it was extended before or the clock does not run.
    :raises SubmissionInvalidError: when the reason is missing or the new date is not later than the old one.
    """
    dossier = change.dossier
    if (
        dossier.status not in (DossierStatus.RECEIVED, DossierStatus.PROCESSING)
        or dossier.due is None
        or dossier.due_at is None
    ):
        raise DossierStateError(_("Chỉ gia hạn được hồ sơ đang xử lý."))
    if dossier.extension_count:
        raise DossierStateError(_("Hồ sơ đã hẹn lại một lần, không được hẹn lại lần nữa."))
    problems: dict[str, list[str]] = {}
    if not reason.strip():
        problems["reason"] = [_("Hãy nêu lý do chậm trả kết quả.")]
    if new_due_at <= dossier.due_at or new_due_at <= change.now:
        problems["new_due_at"] = [_("Ngày hẹn mới phải sau ngày hẹn cũ và sau lúc này.")]
    start = clock.local_date(change.now)
    day = clock.local_date(new_due_at)
    if not problems:
        calendar = organisations.get_calendar(agency_id=dossier.competent_agency_id, start=start, end=day)
        if not calendar.is_working_day(day):
            problems["new_due_at"] = [_("Ngày hẹn mới là ngày nghỉ. Hãy chọn một ngày làm việc.")]
    if problems:
        raise SubmissionInvalidError(_("Chưa gia hạn được."), field_errors=problems)
    before = dossier.due_at
    previous = organisations.DueDate.from_json(dossier.due)
    step = organisations.DueStep(
        at=new_due_at,
        code="extended",
        told=_("Hẹn lại từ %(before)s sang %(after)s: %(reason)s")
        % {"before": _show(before), "after": _show(new_due_at), "reason": reason.strip()},
    )
    due = replace(previous, due_at=new_due_at, steps=(*previous.steps, step))
    dossier.extension_count += 1
    _set(change, DeadlineChangeKind.EXTENDED, due, reason=reason.strip())
    change.tell(
        HistoryKind.EXTENDED,
        note=reason.strip(),
        facts={"due_before": before.isoformat(), "due_after": new_due_at.isoformat()},
    )


def _show(moment: datetime) -> str:
    return date_format(clock.local(moment), "H:i d/m/Y")
