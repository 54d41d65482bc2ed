"""Free slots, and appointments of a person or of a day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.counters import policies
from lienthong.counters.errors import AppointmentNotFoundError
from lienthong.counters.models import Appointment, Kiosk, ServiceLine
from lienthong.counters.queries import desks
from lienthong.counters.slots import Slot, slots_of_day
from lienthong.kernel import clock
from lienthong.kernel.paging import Page, keyset
from lienthong.organisations import api as organisations

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BookableDay:
    """One date of the horizon: how many seats are free, or why the desk is closed.

    :ivar closed_because: name of the holiday; empty on a weekly day off or an open day.
    """

    date: date
    free: int
    is_working: bool
    closed_because: str


def day_start(on: date) -> datetime:
    """Give the first instant of a date in Vietnam."""
    return datetime.combine(on, datetime.min.time(), clock.VIETNAM)


def slots_on(*, line: ServiceLine, on: date, now: datetime) -> tuple[Slot, ...]:
    """List the slots of a line on a date with the seats taken, in four statements."""
    return _slots(line, on, on, now)[on]


def bookable_days(*, line: ServiceLine, now: datetime) -> tuple[BookableDay, ...]:
    """List the dates from today to the horizon of a line, in the same number of statements whatever their number."""
    today = clock.local_date(now)
    rules = desks.rules_of(agency_id=line.agency_id, line_id=line.pk)
    horizon = max((rule.horizon_days for rule in rules if rule.is_in_force(today)), default=0)
    if not horizon:
        return ()
    last = today + timedelta(days=horizon)
    calendar = organisations.get_calendar(agency_id=line.agency_id, start=today, end=last)
    by_day = _slots(line, today, last, now)
    return tuple(
        BookableDay(
            date=on,
            free=sum(slot.free for slot in slots if slot.is_open),
            is_working=bool(calendar.day(on).reception),
            closed_because=calendar.day(on).name if not calendar.day(on).reception else "",
        )
        for on, slots in by_day.items()
    )


def _slots(line: ServiceLine, first: date, last: date, now: datetime) -> dict[date, tuple[Slot, ...]]:
    calendar = organisations.get_calendar(agency_id=line.agency_id, start=first, end=last)
    rules = desks.rules_of(agency_id=line.agency_id, line_id=line.pk)
    closures = desks.list_closures(agency_id=line.agency_id, first=first, last=last)
    taken = dict(
        Appointment.objects.filter(
            line=line, seat__isnull=False, starts_at__gte=day_start(first), starts_at__lt=day_start(last + _DAY)
        )
        .values_list("starts_at")
        .annotate(Count("id"))
    )
    return {
        on: slots_of_day(
            on=on, line_id=line.pk, calendar=calendar, rules=rules, closures=closures, taken=taken, now=now
        )
        for on in (first + index * _DAY for index in range((last - first).days + 1))
    }


def _rows(where: Q):  # type: ignore[no-untyped-def]  # the query set's type is private to the stubs
    return Appointment.objects.filter(where).select_related("agency", "line", "person", "ticket")


def get_appointment_for(*, principal: Principal, uuid: UUID) -> Appointment:
    """Fetch an appointment of the principal, or one at their desks.

    :raises AppointmentNotFoundError: absent and foreign alike.
    """
    found: Appointment | None = _rows(policies.visible_appointments(principal) & Q(uuid=uuid)).first()
    if found is None:
        raise AppointmentNotFoundError(_("Không tìm thấy lịch hẹn này."))
    return found


def get_guest_appointment(*, uuid: UUID) -> Appointment:
    """Fetch an appointment without account, for a browser that has shown it knows code and telephone.

    :raises AppointmentNotFoundError: when there is none.
    """
    found: Appointment | None = _rows(Q(uuid=uuid, person__isnull=True)).first()
    if found is None:
        raise AppointmentNotFoundError(_("Không tìm thấy lịch hẹn này."))
    return found


def find_guest_appointment(*, code: str, phone: str) -> Appointment | None:
    """Find an appointment without account by its code and the telephone it was booked with."""
    found: Appointment | None = _rows(
        Q(code=clean_code(code), guest_phone=phone, person__isnull=True) & ~Q(guest_phone="")
    ).first()
    return found


def find_by_code(*, principal: Principal, code: str) -> Appointment | None:
    """Find an appointment at the principal's desks by its code."""
    found: Appointment | None = _rows(policies.at_my_desks(principal) & Q(code=clean_code(code))).first()
    return found


def find_for_kiosk(*, kiosk: Kiosk, code: str) -> Appointment | None:
    """Find an appointment at a kiosk's agency by its code."""
    found: Appointment | None = _rows(Q(agency_id=kiosk.agency_id, code=clean_code(code))).first()
    return found


def clean_code(code: str) -> str:
    """Bring a typed code to its form: capitals, the hyphen in its place, no spaces."""
    letters = "".join(char for char in code.upper() if char.isalnum())
    return f"{letters[:4]}-{letters[4:8]}" if len(letters) == len("ABCDEFGH") else letters[:9]


def list_mine(*, principal: Principal, cursor: str | None, size: int = 20) -> Page[Appointment]:
    """List a person's appointments, the latest first."""
    return keyset(_rows(policies.my_appointments(principal)), order=("-starts_at", "-id"), cursor=cursor, size=size)


def list_day(*, principal: Principal, agency_id: int, on: date) -> tuple[Appointment, ...]:
    """List a day's appointments at an agency where the principal serves, by time."""
    where = policies.at_my_desks(principal) & Q(agency_id=agency_id, seat__isnull=False)
    rows = _rows(where & Q(starts_at__gte=day_start(on), starts_at__lt=day_start(on + _DAY)))
    return tuple(rows.order_by("starts_at", "line__letter", "id"))


def day_numbers(*, agency_id: int, on: date) -> dict[str, int]:
    """Count a day's appointments at an agency by state."""
    rows = Appointment.objects.filter(
        agency_id=agency_id, starts_at__gte=day_start(on), starts_at__lt=day_start(on + _DAY)
    )
    return dict(rows.values_list("state").annotate(Count("id")).order_by())
