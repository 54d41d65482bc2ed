"""Which slots stand on which day: weekly hours, Tết, swapped Saturdays, closed stretches, lead time and horizon."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from lienthong.accounts.api import SYSTEM_PRINCIPAL
from lienthong.counters import api as counters
from lienthong.counters.tests.factories import NOW, Hall
from lienthong.kernel import audit, clock
from lienthong.organisations import api as organisations

MORNING = ["07:30", "08:00", "08:30", "09:00", "09:30", "10:00", "10:30", "11:00"]
AFTERNOON = ["13:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30"]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.VIETNAM).astimezone(UTC)


def starts(hall: Hall, on: date) -> list[str]:
    return [f"{slot.starts_at:%H:%M}" for slot in hall.slots(on, now=at(on - timedelta(days=1), 8))]


# Bộ luật Lao động 45/2019/QH14, Điều 112; the Prime Minister's decisions on swaps for 2026 (domain 3.6).
@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 2, 13), MORNING + AFTERNOON),  # the Friday before Tết
        (date(2026, 2, 14), []),  # Saturday
        (date(2026, 2, 16), []),  # eve of Tết
        (date(2026, 2, 17), []),  # the first day of the year Bính Ngọ
        (date(2026, 2, 20), []),  # the last day off
        (date(2026, 2, 23), MORNING + AFTERNOON),  # the first working day after
        (date(2026, 1, 2), []),  # off, in exchange for
        (date(2026, 1, 10), MORNING + AFTERNOON),  # this Saturday, with the hours of a Friday
        (date(2026, 1, 17), []),  # an ordinary Saturday
        (date(2026, 8, 31), []),
        (date(2026, 8, 22), MORNING + AFTERNOON),
        (date(2026, 11, 24), []),  # Ngày Văn hóa Việt Nam
    ],
    ids=str,
)
def test_slots_stand_where_the_working_calendar_receives(hall: Hall, on: date, expected: list[str]):
    assert starts(hall, on) == expected


def test_a_swapped_saturday_follows_the_weekday_it_replaces(hall: Hall):
    # Mondays are booked in the morning only: the Saturday that replaces Monday 31 August likewise.
    counters.set_hours(
        principal=SYSTEM_PRINCIPAL, agency_id=hall.agency.pk, weekdays=[0], spans=[(time(7, 30), time(11, 30))],
        slot_minutes=30, capacity=3, valid_from=date(2026, 8, 1), now=at(date(2026, 8, 1), 8),
    )  # fmt: skip
    assert starts(hall, date(2026, 8, 22)) == MORNING
    assert starts(hall, date(2026, 8, 21)) == MORNING + AFTERNOON
    assert starts(hall, date(2026, 7, 27)) == MORNING + AFTERNOON  # a Monday before the change


def test_an_afternoon_off_of_the_agency_takes_its_slots_away(hall: Hall):
    organisations.add_day_off(
        actor=audit.SYSTEM, on=date(2026, 11, 23), name="Họp toàn cơ quan", legal_basis="", now=NOW,
        agency_id=hall.agency.pk, closed_from=time(13, 30), closed_until=time(17, 0),
    )  # fmt: skip
    assert starts(hall, date(2026, 11, 23)) == MORNING


@pytest.mark.parametrize(
    ("closed", "line", "expected"),
    [
        ((time(13, 30), time(17, 0)), None, MORNING),
        ((time(8, 15), time(9, 0)), None, [start for start in MORNING if start not in ("08:00", "08:30")] + AFTERNOON),
        (None, None, []),
        (None, "land", MORNING + AFTERNOON),  # another line is closed, this one is not
    ],
    ids=["afternoon", "across slots", "whole day", "other line"],
)
def test_a_closure_takes_the_slots_it_touches(hall: Hall, closed, line, expected):
    opens, closes = closed or (None, None)
    counters.close(
        principal=SYSTEM_PRINCIPAL, agency_id=hall.agency.pk, on=date(2026, 11, 25), reason="Mất điện", now=NOW,
        closed_from=opens, closed_until=closes, line_uuid=hall.land.uuid if line else None,
    )  # fmt: skip
    assert starts(hall, date(2026, 11, 25)) == expected


def test_a_line_with_hours_of_its_own_leaves_the_general_ones(hall: Hall):
    counters.set_hours(
        principal=SYSTEM_PRINCIPAL, agency_id=hall.agency.pk, weekdays=[4], spans=[(time(8), time(9))],
        slot_minutes=20, capacity=1, valid_from=date(2026, 11, 20), now=NOW, line_uuid=hall.land.uuid,
    )  # fmt: skip
    friday = date(2026, 11, 27)
    assert [f"{slot.starts_at:%H:%M}" for slot in hall.slots(friday, line=hall.land)] == ["08:00", "08:20", "08:40"]
    assert starts(hall, friday) == MORNING + AFTERNOON


def test_a_slot_is_open_from_the_lead_time_to_the_horizon(hall: Hall):
    # It is Friday, 09:00; slots need an hour and may lie fourteen days ahead.
    today = {f"{slot.starts_at:%H:%M}": slot.is_open for slot in hall.slots(date(2026, 11, 20))}
    assert not today["08:30"]
    assert not today["09:30"]
    assert today["10:00"]
    assert all(slot.is_open for slot in hall.slots(date(2026, 12, 4)))
    assert not any(slot.is_open for slot in hall.slots(date(2026, 12, 7)))


def test_the_days_ahead_say_what_is_free_and_why_not(hall: Hall, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        days = {day.date: day for day in counters.bookable_days(line=hall.general, now=NOW)}
    assert len(days) == 15
    assert days[date(2026, 11, 23)].free == 3 * len(MORNING + AFTERNOON)
    assert (days[date(2026, 11, 22)].free, days[date(2026, 11, 22)].is_working) == (0, False)
    assert days[date(2026, 11, 24)].closed_because == "Ngày Văn hóa Việt Nam"
