"""Numbers, the order of calling, what a desk may do, how long it takes."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from lienthong.accounts.api import ANONYMOUS
from lienthong.counters import api as counters
from lienthong.counters.tests.factories import NOW, Hall, make_citizen, make_priorities

TODAY = date(2026, 11, 20)
MINUTE = timedelta(minutes=1)


def call(hall: Hall, desk: int = 0, now: datetime = NOW) -> counters.QueueTicket:
    return counters.call_next(principal=hall.clerk, desk=hall.desks[desk], now=now)


def done(hall: Hall, ticket: counters.QueueTicket, desk: int = 0, now: datetime = NOW) -> None:
    counters.finish(principal=hall.clerk, desk=hall.desks[desk], ticket_uuid=ticket.uuid, now=now)


def test_numbers_run_by_letter_and_day(hall: Hall):
    labels = [hall.take().label, hall.take(line=hall.land).label, hall.take().label]
    assert labels == ["A001", "B001", "A002"]
    assert hall.take(now=NOW + timedelta(days=3)).label == "A001"


def test_a_second_press_gives_the_same_number_and_leaves_no_gap(hall: Hall):
    request = uuid4()
    take = {"kiosk": hall.kiosk, "line_uuid": hall.general.uuid, "request_id": request, "now": NOW}
    first = counters.take_number(**take)
    assert counters.take_number(**take) == first
    assert hall.take().label == "A002"


@pytest.mark.parametrize(
    ("hour", "given"), [(6, False), (7, True), (11, True), (12, False), (13, True), (18, False)], ids=str
)
def test_a_kiosk_gives_numbers_while_the_desks_receive(hall: Hall, hour: int, given: bool):
    # Desks receive 07:30–11:30 and 13:30–17:00; numbers are given from half an hour before.
    now = datetime(2026, 11, 20, hour, 5, tzinfo=UTC) - timedelta(hours=7)
    if given:
        assert hall.take(now=now).label == "A001"
    else:
        with pytest.raises(counters.CounterClosedError):
            hall.take(now=now)


def test_the_order_of_calling(hall: Hall):
    make_priorities()
    early = hall.book(make_citizen(), TODAY, "10:00")
    first = hall.take(now=NOW)
    with_appointment = counters.arrive(appointment=early, now=NOW + MINUTE, kiosk=hall.kiosk)
    second = hall.take(now=NOW + 2 * MINUTE)
    elder = hall.take(now=NOW + 3 * MINUTE, priority="elderly")
    waiting = counters.list_waiting(desk=hall.desks[0], now=NOW + 5 * MINUTE, on=TODAY)
    # Before 10:00 the appointment waits in the order of coming; the elderly person goes first by law.
    assert [ticket.pk for ticket in waiting] == [elder.pk, first.pk, with_appointment.pk, second.pk]
    ten = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    waiting = counters.list_waiting(desk=hall.desks[0], now=ten, on=TODAY)
    assert [ticket.pk for ticket in waiting] == [elder.pk, with_appointment.pk, first.pk, second.pk]


def test_an_unknown_priority_gives_none(hall: Hall):
    make_priorities()
    assert hall.take(priority="vip").priority is None


def test_who_comes_late_queues_like_everybody(hall: Hall):
    booked = hall.book(make_citizen(), TODAY, "10:00")
    in_time = counters.arrive(appointment=booked, now=booked.late_at, kiosk=hall.kiosk)
    assert in_time.due_at == booked.starts_at
    other = hall.book(make_citizen("Trần Văn Bình"), TODAY, "10:30")
    late = counters.arrive(appointment=other, now=other.late_at + timedelta(seconds=1), kiosk=hall.kiosk)
    assert late.due_at is None
    other.refresh_from_db()
    assert other.state == "missed"


def test_arriving_twice_gives_one_ticket_and_another_day_none(hall: Hall):
    booked = hall.book(make_citizen(), TODAY, "10:00")
    first = counters.arrive(appointment=booked, now=NOW, principal=hall.clerk)
    assert counters.arrive(appointment=booked, now=NOW, kiosk=hall.kiosk) == first
    monday = hall.book(make_citizen("Trần Văn Bình"), date(2026, 11, 23), "08:00")
    with pytest.raises(counters.WrongDayError):
        counters.arrive(appointment=monday, now=NOW, kiosk=hall.kiosk)


def test_a_ticket_is_called_served_and_its_appointment_with_it(hall: Hall):
    booked = hall.book(make_citizen(), TODAY, "10:00")
    ticket = counters.arrive(appointment=booked, now=NOW, kiosk=hall.kiosk)
    called = call(hall)
    assert (called.pk, called.state, called.calls) == (ticket.pk, "called", 1)
    assert counters.recall(principal=hall.clerk, desk=hall.desks[0], ticket_uuid=ticket.uuid, now=NOW).calls == 2
    counters.start(principal=hall.clerk, desk=hall.desks[0], ticket_uuid=ticket.uuid, now=NOW + MINUTE)
    done(hall, ticket, now=NOW + 5 * MINUTE)
    ticket.refresh_from_db()
    booked.refresh_from_db()
    assert (ticket.state, booked.state) == ("done", "served")
    with pytest.raises(counters.TicketStateError):
        done(hall, ticket)


def test_a_desk_has_one_person_before_it(hall: Hall):
    hall.take()
    hall.take()
    first = call(hall)
    with pytest.raises(counters.DeskBusyError):
        call(hall)
    following = counters.finish_and_call_next(
        principal=hall.clerk, desk=hall.desks[0], ticket_uuid=first.uuid, now=NOW + MINUTE
    )
    assert following.label == "A002"
    last = counters.finish_and_call_next(
        principal=hall.clerk, desk=hall.desks[0], ticket_uuid=following.uuid, now=NOW + 2 * MINUTE
    )
    assert last is None
    with pytest.raises(counters.NobodyWaitsError):
        call(hall)


def test_a_desk_calls_only_its_lines_and_yesterday_is_over(hall: Hall):
    hall.take(line=hall.land)
    with pytest.raises(counters.NobodyWaitsError):
        call(hall, 0)
    with pytest.raises(counters.NobodyWaitsError):
        call(hall, 1, now=NOW + timedelta(days=3))
    assert call(hall, 1).label == "B001"
    # A desk that forgot to finish yesterday's number starts the new day free.
    hall.take(line=hall.land, now=NOW + timedelta(days=3))
    assert call(hall, 1, now=NOW + timedelta(days=3)).label == "B001"


def test_a_transferred_person_is_called_first_by_that_desk_only(hall: Hall):
    ticket = hall.take()
    hall.take(line=hall.land)
    call(hall)
    moved = counters.transfer(
        principal=hall.clerk, desk=hall.desks[0], ticket_uuid=ticket.uuid, to_desk_uuid=hall.desks[2].uuid, now=NOW
    )
    assert (moved.label, moved.state) == ("A001", "transferred")
    with pytest.raises(counters.NobodyWaitsError):
        call(hall, 0)
    assert call(hall, 1).label == "B001"
    assert call(hall, 2).label == "A001"


def test_who_was_not_there_may_wait_again(hall: Hall):
    missing, other = hall.take(), hall.take(now=NOW + MINUTE)
    call(hall)
    counters.no_show(principal=hall.clerk, desk=hall.desks[0], ticket_uuid=missing.uuid, now=NOW + MINUTE)
    assert [row.pk for row in counters.recent_no_shows(desk=hall.desks[0], on=TODAY)] == [missing.pk]
    counters.put_back(principal=hall.clerk, desk=hall.desks[0], ticket_uuid=missing.uuid, now=NOW + 2 * MINUTE)
    assert call(hall).pk == other.pk


def test_strangers_neither_call_nor_find(hall: Hall):
    ticket = hall.take()
    for stranger in (ANONYMOUS, make_citizen()):
        with pytest.raises(counters.NotServingError):
            counters.call_next(principal=stranger, desk=hall.desks[0], now=NOW)
        with pytest.raises(counters.TicketNotFoundError):
            counters.get_ticket_for(principal=stranger, uuid=ticket.uuid)


@pytest.mark.parametrize("typed", ["A001", "a1", "A-001", " a 01 "])
def test_a_number_is_found_as_typed(hall: Hall, typed: str):
    ticket = hall.take()
    assert counters.find_ticket(principal=hall.clerk, label=typed, on=TODAY) == ticket
    assert counters.find_ticket(principal=hall.clerk, label="B1", on=TODAY) is None


def test_the_estimate_counts_people_time_and_desks(hall: Hall):
    for minute in range(3):
        hall.take(now=NOW + minute * MINUTE)
    mine = hall.take(now=NOW + 3 * MINUTE)
    guessed = counters.estimate(ticket=mine, now=NOW + 4 * MINUTE)
    assert (guessed.ahead, guessed.is_measured, guessed.service_minutes, guessed.minutes) == (3, False, 8, 25)
    # Two desks serve for six minutes each: the next estimate rests on that.
    for desk in (0, 1):
        ticket = call(hall, desk, now=NOW + 4 * MINUTE)
        done(hall, ticket, desk, now=NOW + 10 * MINUTE)
    measured = counters.estimate(ticket=mine, now=NOW + 10 * MINUTE)
    assert (measured.ahead, measured.is_measured, measured.desks, measured.service_minutes) == (1, True, 2, 6)
    assert measured.minutes == 5


def test_the_board_shows_numbers_only(hall: Hall, django_assert_num_queries):
    hall.take()
    hall.take()
    first = call(hall)
    done(hall, first, now=NOW + MINUTE)
    second = call(hall, 1, now=NOW + 2 * MINUTE)
    hall.take()
    with django_assert_num_queries(2):
        shown = counters.board(agency_id=hall.agency.pk, on=TODAY)
        assert [(ticket.label, ticket.desk.number) for ticket in shown.current] == [("A002", 2)]
    assert shown.newest == second
    assert [ticket.label for ticket in shown.earlier] == ["A001"]
    assert shown.waiting == 1


@pytest.mark.parametrize("count", [1, 10])
def test_waiting_is_listed_in_the_same_number_of_statements(hall: Hall, count: int, django_assert_num_queries):
    for _number in range(count):
        hall.take()
    with django_assert_num_queries(1):
        rows = counters.list_waiting(desk=hall.desks[0], now=NOW, on=TODAY)
        assert [(row.line.name, row.priority, row.appointment) for row in rows]
    assert len(rows) == count


def test_waiting_times_by_day(hall: Hall):
    for _number in range(3):
        hall.take()
    first = call(hall, now=NOW + 10 * MINUTE)
    done(hall, first, now=NOW + 16 * MINUTE)
    second = call(hall, now=NOW + 40 * MINUTE)
    done(hall, second, now=NOW + 44 * MINUTE)
    (day,) = counters.daily_waiting(agency_ids=[hall.agency.pk], first=TODAY, last=TODAY)
    assert (day.issued, day.served, day.left, day.within_half_hour) == (3, 2, 1, 1)
    assert (day.mean_wait_seconds, day.longest_wait_seconds, day.mean_service_seconds) == (1500, 2400, 300)
