"""What if a dossier were received then? Asked of the very code that counts for real dossiers; nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from lienthong.accounts.api import SYSTEM_PRINCIPAL
from lienthong.catalogue import api as catalogue
from lienthong.dossiers.errors import SubmissionInvalidError
from lienthong.dossiers.models import Dossier, DossierStatus, PauseKind
from lienthong.dossiers.services import deadlines
from lienthong.dossiers.services.change import Change, begin
from lienthong.dossiers.services.parties import pinned_limit
from lienthong.kernel import clock, reference
from lienthong.organisations import api as organisations


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    :ivar agency_id: whose calendar counts; ``None`` for the nation's.
    :ivar limit_key: which of the procedure's limits; empty for the main one.
    :ivar asked_at: when the applicant is asked for something, and ``answered_at`` when it comes.
    :ivar extended_to: the day of a new appointment.
    """

    version: catalogue.ProcedureVersion
    received_at: datetime
    agency_id: int | None = None
    limit_key: str = ""
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    pause: PauseKind = PauseKind.SUPPLEMENT
    extended_to: date | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """One setting or moving of the due date."""

    title: str
    due_at: datetime
    steps: Sequence[str]


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day of the holiday table that lies between reception and due date."""

    on: date
    name: str
    is_worked: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The due date in the end, each move on the way, and the days of the table that were met."""

    due_at: datetime
    moves: Sequence[Moved]
    days: Sequence[DayOff]


def simulate(*, question: Question, now: datetime) -> Answer | None:
    """Count as for a real dossier; ``None`` when the law sets no limit.

    :raises SubmissionInvalidError: when the moments asked about do not follow each other, or the calendar of a
        year is not known yet.
    """
    amount, unit = pinned_limit(version=question.version, key=question.limit_key or None)
    if not unit:
        return None
    dossier = Dossier(
        procedure_version=question.version,
        status=DossierStatus.PROCESSING,
        limit_amount=amount,
        limit_unit=unit,
        received_at=question.received_at,
    )
    dossier.competent_agency_id = question.agency_id  # type: ignore[assignment]  # none stands for the nation's calendar
    change = begin(dossier=dossier, principal=SYSTEM_PRINCIPAL, now=question.received_at)
    with reference.remembered():
        try:
            deadlines.start_clock(change)
            _pause(change, question)
            _extend(change, question, now=now)
        except organisations.CalendarRangeError as error:
            message = _("Hạn vượt ra ngoài các năm đã có lịch.")
            raise SubmissionInvalidError(message, field_errors={"received_at": [message]}) from error
        if dossier.due_at is None:
            return None
        return Answer(due_at=dossier.due_at, moves=_moves(change), days=_days(question, dossier.due_at))


def _pause(change: Change, question: Question) -> None:
    if question.asked_at is None or question.answered_at is None:
        return
    problems: dict[str, list[str]] = {}
    if question.asked_at < question.received_at:
        problems["asked_at"] = [_("Lúc yêu cầu phải sau lúc nhận.")]
    if question.answered_at < question.asked_at:
        problems["answered_at"] = [_("Lúc trả lời phải sau lúc yêu cầu.")]
    if problems:
        raise SubmissionInvalidError(_("Chưa tính được."), field_errors=problems)
    change.now = question.asked_at
    deadlines.pause(change)
    change.now = question.answered_at
    deadlines.resume(change, question.pause)


def _extend(change: Change, question: Question, *, now: datetime) -> None:
    if question.extended_to is None:
        return
    day = question.extended_to
    calendar = organisations.get_calendar(agency_id=question.agency_id, start=day, end=day)
    working = calendar.day(day)
    change.now = min(now, question.received_at)
    try:
        deadlines.extend(
            change,
            new_due_at=working.closing if working.is_working else working.at(12 * 60),
            reason=_("tính thử"),
        )
    except SubmissionInvalidError as error:
        moved = {"extended_to": error.field_errors.get("new_due_at", [str(error.message)])}
        raise SubmissionInvalidError(str(error.message), field_errors=moved) from error


def _moves(change: Change) -> list[Moved]:
    moves: list[Moved] = []
    known = 0
    for row in change.deadlines:
        due = organisations.DueDate.from_json(row.computation)
        told = [step.explanation for step in due.steps]
        is_anew = row.kind in ("set", "restarted")
        moves.append(Moved(str(row.get_kind_display()), due.due_at, told if is_anew else told[known:]))
        known = len(told)
    return moves


def _days(question: Question, due_at: datetime) -> list[DayOff]:
    first, last = clock.local_date(question.received_at), clock.local_date(due_at)
    calendar = organisations.get_calendar(agency_id=question.agency_id, start=first, end=last)
    found = {entry.on: entry for entry in calendar.special if first <= entry.on <= last}
    return [DayOff(on, found[on].name, found[on].is_working) for on in sorted(found)]
