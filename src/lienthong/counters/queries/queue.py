"""Who waits, in which order they are called, and how long it may take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Avg, Case, Count, DateTimeField, F, IntegerField, Max, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.counters import policies
from lienthong.counters.errors import TicketNotFoundError
from lienthong.counters.models import AT_DESK, WAITING, Desk, DeskLine, QueueTicket, TicketState

SERVICE_GUESS = timedelta(minutes=8)
_SAMPLE = 30
_SAMPLE_DAYS = 14
_ACTIVE = timedelta(minutes=30)
_SHOWN_CALLS = 6
_LAW_RANK = 1
_AFTER_LAW = 1000


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long somebody may still wait, and what that rests on.

    :ivar ahead: people who are called before.
    :ivar minutes: rounded up to five; 0 when it is their turn next.
    :ivar service_minutes: what one person took on average lately.
    :ivar desks: desks at work for this line in the last half hour, at least one.
    :ivar is_measured: whether the average was measured here, or guessed for want of numbers.
    """

    ahead: int
    minutes: int
    service_minutes: int
    desks: int
    is_measured: bool


@dataclass(frozen=True, slots=True)
class Board:
    """What the display in the hall shows: who is called now, and who was called before."""

    current: tuple[QueueTicket, ...]
    earlier: tuple[QueueTicket, ...]
    waiting: int

    @property
    def newest(self) -> QueueTicket | None:
        """Give the ticket that was called last."""
        return max(self.current, key=lambda ticket: ticket.called_at or ticket.issued_at, default=None)


def calling_order(now: datetime) -> tuple[Combinable, ...]:
    """Give the order in which waiting tickets are called.

    First who was sent on from another desk, then those whom a law puts first (by rank), then
    appointments whose time has come (by that time), then all others as they came. An appointment
    that comes early waits among the others until its time.
    """
    is_due = Q(due_at__isnull=False, due_at__lte=now)
    rank = Case(
        When(state=TicketState.TRANSFERRED, then=Value(0)),
        When(priority__isnull=False, then=F("priority__rank") + Value(_LAW_RANK - 1)),
        When(is_due, then=Value(_AFTER_LAW)),
        default=Value(_AFTER_LAW + 1),
        output_field=IntegerField(),
    )
    moment = Case(
        When(is_due & Q(priority__isnull=True), then=F("due_at")),
        default=F("waiting_since"),
        output_field=DateTimeField(),
    )
    return (rank, moment, F("id"))


def waiting_for(*, desk: Desk, on: date) -> Q:
    """Give the filter of tickets a desk may call: of its lines, or sent to it by name."""
    lines = DeskLine.objects.filter(desk=desk).values("line_id")
    return Q(agency_id=desk.agency_id, date=on) & (
        Q(state=TicketState.WAITING, line_id__in=lines) | Q(state=TicketState.TRANSFERRED, desk=desk)
    )


def _rows():  # type: ignore[no-untyped-def]  # the query set's type is private to the stubs
    return QueueTicket.objects.select_related("line", "desk", "priority", "appointment", "agency")


def list_waiting(*, desk: Desk, now: datetime, on: date, size: int = 50) -> tuple[QueueTicket, ...]:
    """List who waits for a desk in the order of calling."""
    return tuple(_rows().filter(waiting_for(desk=desk, on=on)).order_by(*calling_order(now))[:size])


def count_waiting(*, desk: Desk, on: date) -> int:
    """Count who waits for a desk."""
    return QueueTicket.objects.filter(waiting_for(desk=desk, on=on)).count()


def at_desk(*, desk: Desk, on: date) -> QueueTicket | None:
    """Find the ticket that is before a desk."""
    found: QueueTicket | None = _rows().filter(desk=desk, date=on, state__in=AT_DESK).first()
    return found


def recent_no_shows(*, desk: Desk, on: date, size: int = 5) -> tuple[QueueTicket, ...]:
    """List who did not come when this desk called, the latest first: they may come after all."""
    return tuple(_rows().filter(desk=desk, date=on, state=TicketState.NO_SHOW).order_by("-ended_at", "-id")[:size])


def get_ticket_for(*, principal: Principal, uuid: UUID) -> QueueTicket:
    """Fetch a ticket at the principal's desks.

    :raises TicketNotFoundError: absent and foreign alike.
    """
    found: QueueTicket | None = _rows().filter(policies.at_my_desks(principal), uuid=uuid).first()
    if found is None:
        raise TicketNotFoundError(_("Không tìm thấy số thứ tự này ở quầy của bạn."))
    return found


def get_ticket(*, uuid: UUID) -> QueueTicket:
    """Fetch a ticket for whoever holds its address; it carries no personal data.

    :raises TicketNotFoundError: when there is none.
    """
    found: QueueTicket | None = _rows().filter(uuid=uuid).first()
    if found is None:
        raise TicketNotFoundError(_("Không tìm thấy số thứ tự này."))
    return found


def find_ticket(*, principal: Principal, label: str, on: date) -> QueueTicket | None:
    """Find a ticket of a day at the principal's desks by its number (``A012``, ``a12``)."""
    letters = "".join(char for char in label.upper() if char.isalnum())
    if not letters[:1].isalpha() or not letters[1:].isdigit() or len(letters) > len("A99999"):
        return None
    rows = _rows().filter(policies.at_my_desks(principal), date=on, letter=letters[0], number=int(letters[1:]))
    found: QueueTicket | None = rows.order_by("-id").first()
    return found


def board(*, agency_id: int, on: date, letters: Sequence[str] = ()) -> Board:
    """Read what the display shows, in two statements; nothing of it is personal."""
    today = _rows().filter(agency_id=agency_id, date=on)
    if letters:
        today = today.filter(letter__in=letters)
    called = tuple(
        today.filter(called_at__isnull=False, state__in=(*AT_DESK, TicketState.DONE, TicketState.NO_SHOW)).order_by(
            "-called_at", "-id"
        )[: _SHOWN_CALLS * 4]
    )
    current = tuple(ticket for ticket in called if ticket.state in AT_DESK)
    earlier = tuple(ticket for ticket in called if ticket.state not in AT_DESK)[:_SHOWN_CALLS]
    return Board(current=current, earlier=earlier, waiting=today.filter(state__in=WAITING).count())


def estimate(*, ticket: QueueTicket, now: datetime) -> Estimate:
    """Work out how many are called before a waiting ticket and how long that takes.

    Those count who wait for a desk that also serves this line. The time is people before × average
    service of the last thirty people of the line (of two weeks), divided by the desks at work.
    """
    desks = DeskLine.objects.filter(line_id=ticket.line_id).values("desk_id")
    rivals = DeskLine.objects.filter(desk_id__in=desks).values("line_id")
    order = (
        QueueTicket.objects.filter(agency_id=ticket.agency_id, date=ticket.date)
        .filter(Q(state=TicketState.WAITING, line_id__in=rivals) | Q(state=TicketState.TRANSFERRED, desk_id__in=desks))
        .order_by(*calling_order(now))
        .values_list("id", flat=True)
    )
    ahead = 0
    for pk in order:
        if pk == ticket.pk:
            break
        ahead += 1
    service, is_measured = _service_time(ticket.line_id, ticket.date)
    at_work = max(1, _desks_at_work(ticket, now))
    minutes = ahead * service.total_seconds() / 60 / at_work
    return Estimate(
        ahead=ahead,
        minutes=int(-(-minutes // 5) * 5),
        service_minutes=max(1, round(service.total_seconds() / 60)),
        desks=at_work,
        is_measured=is_measured,
    )


def _service_time(line_id: int, on: date) -> tuple[timedelta, bool]:
    sample = (
        QueueTicket.objects.filter(
            line_id=line_id, date__gt=on - timedelta(days=_SAMPLE_DAYS), date__lte=on, state=TicketState.DONE
        )
        .order_by("-id")
        .values_list("id", flat=True)[:_SAMPLE]
    )
    found = QueueTicket.objects.filter(pk__in=list(sample)).aggregate(
        mean=Avg(F("ended_at") - Coalesce("serving_at", "called_at"))
    )["mean"]
    return (found, True) if found else (SERVICE_GUESS, False)


def _desks_at_work(ticket: QueueTicket, now: datetime) -> int:
    return (
        QueueTicket.objects.filter(
            agency_id=ticket.agency_id, date=ticket.date, line_id=ticket.line_id, called_at__gte=now - _ACTIVE
        )
        .values("desk_id")
        .distinct()
        .count()
    )


@dataclass(frozen=True, slots=True)
class WaitingDay:
    """How one agency's queue went on one day; waits in whole seconds, from taking the number to the first call.

    :ivar left: numbers that were never called before the day ended, or did not come when called.
    """

    agency_id: int
    date: date
    issued: int
    served: int
    left: int
    by_appointment: int
    mean_wait_seconds: int | None
    longest_wait_seconds: int | None
    mean_service_seconds: int | None
    within_half_hour: int


def daily_waiting(*, agency_ids: Sequence[int], first: date, last: date) -> tuple[WaitingDay, ...]:
    """Measure the waiting of some agencies per day, both dates included, in one statement."""
    wait = F("first_called_at") - F("issued_at")
    rows = (
        QueueTicket.objects.filter(agency_id__in=list(agency_ids), date__gte=first, date__lte=last)
        .values("agency_id", "date")
        .annotate(
            issued=Count("id"),
            served=Count("id", filter=Q(state=TicketState.DONE)),
            by_appointment=Count("id", filter=Q(appointment__isnull=False)),
            mean_wait=Avg(wait, filter=Q(first_called_at__isnull=False)),
            longest=Max(wait),
            mean_service=Avg(F("ended_at") - Coalesce("serving_at", "called_at"), filter=Q(state=TicketState.DONE)),
            within=Count(
                "id",
                filter=Q(first_called_at__isnull=False, first_called_at__lte=F("issued_at") + timedelta(minutes=30)),
            ),
        )
        .order_by("date", "agency_id")
    )
    return tuple(
        WaitingDay(
            agency_id=row["agency_id"],
            date=row["date"],
            issued=row["issued"],
            served=row["served"],
            left=row["issued"] - row["served"],
            by_appointment=row["by_appointment"],
            mean_wait_seconds=_seconds(row["mean_wait"]),
            longest_wait_seconds=_seconds(row["longest"]),
            mean_service_seconds=_seconds(row["mean_service"]),
            within_half_hour=row["within"],
        )
        for row in rows
    )


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else round(length.total_seconds())
