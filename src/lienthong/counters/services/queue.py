"""Giving out numbers and calling them."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.counters import policies
from lienthong.counters.errors import (
    AppointmentStateError,
    CounterClosedError,
    DeskBusyError,
    LineNotFoundError,
    NobodyWaitsError,
    NotServingError,
    TicketNotFoundError,
    TicketStateError,
    WrongDayError,
)
from lienthong.counters.models import (
    AT_DESK,
    Appointment,
    AppointmentState,
    Desk,
    Kiosk,
    PriorityRule,
    QueueTicket,
    ServiceLine,
    TicketSource,
    TicketState,
)
from lienthong.counters.queries import desks, queue
from lienthong.counters.services import booking
from lienthong.kernel import audit, clock
from lienthong.organisations import api as organisations

#: Numbers are given this long before the desks open, and as long as they receive.
EARLY = timedelta(minutes=30)


@transaction.atomic
def take_number(
    *, kiosk: Kiosk, line_uuid: UUID, request_id: UUID, now: datetime, priority_key: str = ""
) -> QueueTicket:
    """Give the next number of a line to somebody before a kiosk; the same request gives the same ticket.

    :raises LineNotFoundError: the line is not one of this agency's.
    :raises CounterClosedError: nobody is received today any more.
    """
    today = clock.local_date(now)
    line = _line(line_uuid, kiosk.agency_id, today)
    _require_open(kiosk.agency_id, now, today)
    actor = audit.Actor(kind="client", id=str(kiosk.uuid), name=kiosk.name, agency_id=kiosk.agency_id)
    return _issue(
        actor,
        line,
        today,
        now,
        source=TicketSource.KIOSK,
        request_id=request_id,
        priority=_priority(priority_key, today),
    )


@transaction.atomic
def give_number(
    *, principal: Principal, line_uuid: UUID, request_id: UUID, now: datetime, priority_key: str = ""
) -> QueueTicket:
    """Give the next number of a line through an official, who may do so at any hour.

    :raises LineNotFoundError: no such line at the principal's agencies.
    """
    today = clock.local_date(now)
    line = desks.get_line(uuid=line_uuid, on=today)
    if not policies.may_serve(principal, line.agency_id):
        raise LineNotFoundError(_("Nhóm việc này không thuộc quầy của bạn."))
    return _issue(
        principal.actor(line.agency_id), line, today, now,
        source=TicketSource.CLERK, request_id=request_id, priority=_priority(priority_key, today),
    )  # fmt: skip


@transaction.atomic
def arrive(
    *, appointment: Appointment, now: datetime, kiosk: Kiosk | None = None, principal: Principal | None = None
) -> QueueTicket:
    """Let somebody with an appointment take their number, at a kiosk or through an official.

    In time, the ticket goes before people without appointment from the hour of the appointment on.
    Later than the grace the appointment is missed and the ticket waits like any other. Coming twice gives
    the same ticket.

    :raises WrongDayError: it is for another day.
    :raises AppointmentStateError: it was cancelled or used.
    """
    today = clock.local_date(now)
    held = (
        Appointment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("line", "agency")
        .get(pk=appointment.pk)
    )
    known = QueueTicket.objects.filter(appointment=held).first()
    if known is not None:
        return known
    if held.state in (AppointmentState.CANCELLED, AppointmentState.SERVED):
        raise AppointmentStateError(_("Lịch hẹn này đã hủy hoặc đã dùng. Hãy lấy số thường."))
    if clock.local_date(held.starts_at) != today:
        day = f"{clock.local(held.starts_at):%H:%M %d/%m/%Y}"
        raise WrongDayError(_("Lịch hẹn này là lúc %(at)s, không phải hôm nay.") % {"at": day})
    if held.state == AppointmentState.BOOKED and now > held.late_at:
        booking.mark_one_missed(held, now=now)
    if held.state == AppointmentState.BOOKED:
        held.state, held.changed_at = AppointmentState.ARRIVED, now
        held.save(update_fields=["state", "changed_at"])
    if kiosk is not None:
        actor = audit.Actor(kind="client", id=str(kiosk.uuid), name=kiosk.name, agency_id=kiosk.agency_id)
    else:
        actor = principal.actor(held.agency_id) if principal is not None else audit.SYSTEM
    return _issue(
        actor,
        held.line,
        today,
        now,
        source=TicketSource.KIOSK if kiosk is not None else TicketSource.CLERK,
        request_id=held.uuid,
        appointment=held,
        due_at=held.starts_at if held.state == AppointmentState.ARRIVED else None,
    )


@transaction.atomic
def call_next(*, principal: Principal, desk: Desk, now: datetime) -> QueueTicket:
    """Call whoever is next for a desk; two desks that ask at once call two different people.

    The order is that of :func:`queries.queue.calling_order`.

    :raises DeskBusyError: the desk still has somebody before it.
    :raises NobodyWaitsError: nobody waits for it.
    """
    today = _at_desk_of(principal, desk, now)
    # One desk asked twice at once must not take two people.
    Desk.objects.select_for_update(no_key=True).get(pk=desk.pk)
    present = QueueTicket.objects.filter(desk=desk, date=today, state__in=AT_DESK).first()
    if present is not None:
        text = _("Quầy này đang có số %(label)s. Hãy kết thúc số ấy rồi gọi tiếp.")
        raise DeskBusyError(text % {"label": present.label}, ticket=str(present.uuid))
    ticket = (
        QueueTicket.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .filter(queue.waiting_for(desk=desk, on=today))
        .order_by(*queue.calling_order(now))
        .first()
    )
    if ticket is None:
        raise NobodyWaitsError(_("Không còn ai chờ ở quầy này."))
    ticket.state, ticket.desk, ticket.called_at, ticket.calls = TicketState.CALLED, desk, now, ticket.calls + 1
    ticket.first_called_at = ticket.first_called_at or now
    ticket.served_by_id = principal.account_id
    ticket.save()
    _record(principal.actor(desk.agency_id), "called", ticket, now, desk=desk.number)
    return ticket


@transaction.atomic
def finish_and_call_next(*, principal: Principal, desk: Desk, ticket_uuid: UUID, now: datetime) -> QueueTicket | None:
    """End a ticket as served and call the next; None when nobody waits any more.

    :raises TicketStateError: the ticket is no longer before this desk.
    """
    finish(principal=principal, desk=desk, ticket_uuid=ticket_uuid, now=now)
    try:
        with transaction.atomic():
            return call_next(principal=principal, desk=desk, now=now)
    except NobodyWaitsError:
        return None


@transaction.atomic
def recall(*, principal: Principal, desk: Desk, ticket_uuid: UUID, now: datetime) -> QueueTicket:
    """Call a ticket again that did not come yet.

    :raises TicketStateError: it is no longer being called by this desk.
    """
    ticket = _mine(principal, desk, ticket_uuid, now, TicketState.CALLED)
    ticket.called_at, ticket.calls = now, ticket.calls + 1
    ticket.save(update_fields=["called_at", "calls"])
    _record(principal.actor(desk.agency_id), "recalled", ticket, now, desk=desk.number, calls=ticket.calls)
    return ticket


@transaction.atomic
def start(*, principal: Principal, desk: Desk, ticket_uuid: UUID, now: datetime) -> QueueTicket:
    """Note that the person has come before the desk.

    :raises TicketStateError: it is no longer being called by this desk.
    """
    ticket = _mine(principal, desk, ticket_uuid, now, TicketState.CALLED)
    ticket.state, ticket.serving_at = TicketState.SERVING, now
    ticket.save(update_fields=["state", "serving_at"])
    _record(principal.actor(desk.agency_id), "started", ticket, now, desk=desk.number)
    return ticket


@transaction.atomic
def finish(*, principal: Principal, desk: Desk, ticket_uuid: UUID, now: datetime) -> QueueTicket:
    """End a ticket as served; its appointment, if kept, with it.

    :raises TicketStateError: it is no longer before this desk.
    """
    ticket = _mine(principal, desk, ticket_uuid, now, *AT_DESK)
    ticket.serving_at = ticket.serving_at or ticket.called_at
    ticket.state, ticket.ended_at = TicketState.DONE, now
    ticket.save(update_fields=["state", "serving_at", "ended_at"])
    if ticket.appointment_id is not None:
        Appointment.objects.filter(pk=ticket.appointment_id, state=AppointmentState.ARRIVED).update(
            state=AppointmentState.SERVED, changed_at=now
        )
    _record(principal.actor(desk.agency_id), "finished", ticket, now, desk=desk.number)
    return ticket


@transaction.atomic
def no_show(*, principal: Principal, desk: Desk, ticket_uuid: UUID, now: datetime) -> QueueTicket:
    """Note that nobody came when a ticket was called.

    :raises TicketStateError: it is no longer being called by this desk.
    """
    ticket = _mine(principal, desk, ticket_uuid, now, TicketState.CALLED)
    ticket.state, ticket.ended_at = TicketState.NO_SHOW, now
    ticket.save(update_fields=["state", "ended_at"])
    _record(principal.actor(desk.agency_id), "not_there", ticket, now, desk=desk.number, calls=ticket.calls)
    return ticket


@transaction.atomic
def put_back(*, principal: Principal, desk: Desk, ticket_uuid: UUID, now: datetime) -> QueueTicket:
    """Let somebody who was not there wait again, at the end of the queue, with the number they have.

    :raises TicketStateError: the ticket was not missed today.
    """
    ticket = _mine(principal, desk, ticket_uuid, now, TicketState.NO_SHOW)
    ticket.state, ticket.desk, ticket.due_at = TicketState.WAITING, None, None
    ticket.waiting_since, ticket.ended_at, ticket.called_at = now, None, None
    ticket.save()
    _record(principal.actor(desk.agency_id), "put_back", ticket, now)
    return ticket


@transaction.atomic
def transfer(*, principal: Principal, desk: Desk, ticket_uuid: UUID, to_desk_uuid: UUID, now: datetime) -> QueueTicket:
    """Send whoever is before a desk to another desk of the same agency, with the number they have.

    That desk calls them before everybody else.

    :raises TicketStateError: it is no longer before this desk.
    :raises DeskNotFoundError: no such desk here.
    """
    target = desks.get_desk(uuid=to_desk_uuid, agency_ids=[desk.agency_id], on=clock.local_date(now))
    ticket = _mine(principal, desk, ticket_uuid, now, *AT_DESK)
    if target.pk == desk.pk:
        raise TicketStateError(_("Hãy chọn một quầy khác."))
    ticket.state, ticket.desk, ticket.waiting_since = TicketState.TRANSFERRED, target, now
    ticket.called_at = ticket.serving_at = None
    ticket.save()
    _record(principal.actor(desk.agency_id), "transferred", ticket, now, desk=desk.number, to=target.number)
    return ticket


def _issue(
    actor: audit.Actor,
    line: ServiceLine,
    today: date,
    now: datetime,
    *,
    source: str,
    request_id: UUID,
    priority: PriorityRule | None = None,
    appointment: Appointment | None = None,
    due_at: datetime | None = None,
) -> QueueTicket:
    number = _next_number(line.agency_id, today, line.letter)
    # The row lock of the sequence has let one request after the other in; a repeated one finds its ticket.
    known = QueueTicket.objects.filter(request_id=request_id).first()
    if known is not None:
        _give_number_back(line.agency_id, today, line.letter)
        return known
    ticket = QueueTicket.objects.create(
        agency_id=line.agency_id,
        line=line,
        date=today,
        letter=line.letter,
        number=number,
        source=source,
        request_id=request_id,
        appointment=appointment,
        priority=priority,
        due_at=due_at,
        issued_at=now,
        waiting_since=now,
    )
    _record(actor, "issued", ticket, now, source=source, priority=priority.key if priority else "")
    return ticket


def _next_number(agency_id: int, on: date, letter: str) -> int:
    """Take the next number of a day and letter; the lock lasts until the ticket is committed, so none is lost."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO counters_queuesequence AS known (agency_id, date, letter, last) VALUES (%s, %s, %s, 1)
            ON CONFLICT (agency_id, date, letter) DO UPDATE SET last = known.last + 1 RETURNING last
            """,
            [agency_id, on, letter],
        )
        return int(cursor.fetchone()[0])


def _give_number_back(agency_id: int, on: date, letter: str) -> None:
    """Undo :func:`_next_number` under its own lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE counters_queuesequence SET last = last - 1 WHERE agency_id = %s AND date = %s AND letter = %s",
            [agency_id, on, letter],
        )


def _line(uuid: UUID, agency_id: int, on: date) -> ServiceLine:
    line = desks.get_line(uuid=uuid, on=on)
    if line.agency_id != agency_id:
        raise LineNotFoundError(_("Nhóm việc này không có ở đây. Hãy chọn lại."))
    return line


def _priority(key: str, on: date) -> PriorityRule | None:
    return next((rule for rule in desks.list_priorities(on=on) if rule.key == key), None) if key else None


def _require_open(agency_id: int, now: datetime, today: date) -> None:
    calendar = organisations.get_calendar(agency_id=agency_id, start=today, end=today)
    if not calendar.is_open(now) and not calendar.is_open(now + EARLY):
        raise CounterClosedError(_("Ngoài giờ tiếp nhận. Máy phát số lại khi quầy mở cửa."))


def _at_desk_of(principal: Principal, desk: Desk, now: datetime) -> date:
    if not policies.may_serve(principal, desk.agency_id):
        raise NotServingError(_("Bạn không phục vụ ở quầy này."))
    return clock.local_date(now)


def _mine(principal: Principal, desk: Desk, uuid: UUID, now: datetime, *states: str) -> QueueTicket:
    """Lock a ticket that is before a desk, in one of some states.

    :raises TicketNotFoundError: no such ticket here today.
    :raises TicketStateError: it has gone on meanwhile.
    """
    today = _at_desk_of(principal, desk, now)
    ticket: QueueTicket | None = (
        QueueTicket.objects.select_for_update(no_key=True, of=("self",))
        .filter(uuid=uuid, agency_id=desk.agency_id, date=today)
        .first()
    )
    if ticket is None:
        raise TicketNotFoundError(_("Không tìm thấy số thứ tự này ở quầy của bạn."))
    if ticket.desk_id != desk.pk or ticket.state not in states:
        text = _("Số %(label)s nay là “%(state)s”, không làm được việc này nữa.")
        raise TicketStateError(text % {"label": ticket.label, "state": TicketState(ticket.state).label})
    return ticket


def _record(actor: audit.Actor, verb: str, ticket: QueueTicket, now: datetime, **facts: object) -> None:
    audit.record(
        actor=actor,
        action=f"counters.ticket.{verb}",
        subject_type="counters.ticket",
        subject_id=ticket.uuid,
        at=now,
        facts={"number": ticket.label, "agency": ticket.agency_id, **facts},
    )
