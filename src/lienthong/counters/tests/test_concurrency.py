"""Many people at one moment: a slot is never overbooked, numbers have no gap, nobody is called by two desks."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from lienthong.accounts.api import ANONYMOUS
from lienthong.counters import api as counters
from lienthong.counters.models import Appointment, QueueTicket
from lienthong.counters.tests.factories import NOW, make_citizen, make_hall

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = date(2026, 11, 23)


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Make calls in threads that start together; give what each answered or raised."""
    start, answers = Barrier(len(calls)), [None] * len(calls)

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            start.wait()
            answers[place] = calls[place]()
        except Exception as error:  # noqa: BLE001 - looked at by the test
            answers[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_sixty_four_people_want_three_seats_and_three_get_them():
    hall = make_hall(capacity=3)
    slot = hall.slot(MONDAY, "08:00")

    def book(number: int) -> Callable[[], Any]:
        return lambda: counters.book(
            principal=ANONYMOUS,
            line_uuid=hall.general.uuid,
            starts_at=slot.starts_at,
            guest_name=f"Khách {number}",
            guest_phone=f"09051112{number:02d}",
            now=NOW,
        )

    answers = at_once([book(number) for number in range(64)])
    booked = [answer for answer in answers if isinstance(answer, Appointment)]
    refused = [answer for answer in answers if isinstance(answer, counters.SlotFullError)]
    assert (len(booked), len(refused)) == (3, 61), {type(answer) for answer in answers}
    assert sorted(Appointment.objects.values_list("seat", flat=True)) == [1, 2, 3]


def test_one_person_on_two_devices_gets_one_appointment():
    hall = make_hall()
    lan = make_citizen()
    starts = [slot.starts_at for slot in hall.slots(MONDAY)[:6]]
    answers = at_once(
        [
            lambda start=start: counters.book(principal=lan, line_uuid=hall.general.uuid, starts_at=start, now=NOW)
            for start in starts
        ]
    )
    assert sum(isinstance(answer, Appointment) for answer in answers) == 1
    assert sum(isinstance(answer, counters.AlreadyBookedError) for answer in answers) == 5
    assert Appointment.objects.count() == 1


def test_numbers_taken_at_once_have_no_gap_and_a_repeated_request_takes_one():
    hall = make_hall()
    repeated = uuid4()
    requests = [*(uuid4() for _index in range(20)), *[repeated] * 4]
    answers = at_once(
        [
            lambda request=request: counters.take_number(
                kiosk=hall.kiosk, line_uuid=hall.general.uuid, request_id=request, now=NOW
            )
            for request in requests
        ]
    )
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert sorted(QueueTicket.objects.values_list("number", flat=True)) == list(range(1, 22))
    assert len({answer.pk for answer in answers[-4:]}) == 1


def test_two_desks_never_call_the_same_person():
    hall = make_hall()
    for _number in range(30):
        hall.take()

    def serve(desk: counters.Desk) -> list[int]:
        called = []
        while True:
            try:
                ticket = counters.call_next(principal=hall.clerk, desk=desk, now=NOW)
            except counters.NobodyWaitsError:
                return called
            called.append(ticket.number)
            counters.finish(principal=hall.clerk, desk=desk, ticket_uuid=ticket.uuid, now=NOW)

    first, second = at_once([lambda: serve(hall.desks[0]), lambda: serve(hall.desks[1])])
    assert sorted(first + second) == list(range(1, 31))


def test_one_desk_asked_many_times_at_once_calls_one_person():
    hall = make_hall()
    for _number in range(5):
        hall.take()
    answers = at_once(
        [lambda: counters.call_next(principal=hall.clerk, desk=hall.desks[0], now=NOW) for _index in range(5)]
    )
    assert sum(isinstance(answer, QueueTicket) for answer in answers) == 1
    assert sum(isinstance(answer, counters.DeskBusyError) for answer in answers) == 4
