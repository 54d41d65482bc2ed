"""The calendar as stored, and laws that hold for every due date."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.kernel.clock import VIETNAM
from lienthong.organisations import api
from lienthong.organisations.calendar import CalendarRangeError, CountingRules, DueDate, SpecialDay
from lienthong.organisations.models import AgencyParent, CalendarDay, CountingRule, WorkingHours
from lienthong.organisations.tests.factories import START, make_agency, make_office_hours
from lienthong.organisations.tests.test_due_date import CALENDAR, RULES, at, due, make_calendar, week

SPRING = datetime(2024, 3, 1, tzinfo=VIETNAM)
MOMENTS = st.integers(0, 975 * 24 * 60).map(lambda minutes: SPRING + timedelta(minutes=minutes))
UNITS = st.sampled_from(["immediate", "hours", "days", "working_days"])
ALL_RULES = st.builds(
    CountingRules,
    cutoff=st.sampled_from([None, RULES.cutoff]),
    first_day=st.sampled_from(["next_working_day", "same_day"]),
)
SATURDAYS = make_calendar(weekly=(*week(), *week(weekdays=(5,), spans=((450, 690),))))


@pytest.mark.parametrize("calendar", [CALENDAR, SATURDAYS], ids=["five_days", "half_saturdays"])
@settings(max_examples=80)
@given(received=MOMENTS, later=MOMENTS, amount=st.integers(0, 60), unit=UNITS, rules=ALL_RULES)
def test_laws_of_due_dates(calendar, received, later, amount, unit, rules):
    first, second = sorted((received, later))
    early = calendar.due_date(received_at=first, amount=amount, unit=unit, rules=rules)
    late = calendar.due_date(received_at=second, amount=amount, unit=unit, rules=rules)
    more = calendar.due_date(received_at=first, amount=amount + 1, unit=unit, rules=rules)
    assert early.due_at <= late.due_at, "received later, never due earlier"
    assert early.due_at <= more.due_at, "a longer limit never ends earlier"
    assert calendar.is_working_day(early.due_at.date()), "never due on a day off"
    assert early.due_at >= first
    assert early.steps[-1].code == "due"
    assert early.steps[-1].at == early.due_at
    assert all(step.explanation for step in early.steps)
    assert DueDate.from_json(early.to_json()).to_json() == early.to_json()


@settings(max_examples=80)
@given(received=MOMENTS, wait=st.integers(0, 60 * 24 * 20), pause=st.integers(0, 60 * 24 * 30), unit=UNITS)
def test_a_pause_never_shortens_a_limit(received, wait, pause, unit):
    original = CALENDAR.due_date(received_at=received, amount=5, unit=unit, rules=RULES)
    paused = received + timedelta(minutes=wait)
    moved = CALENDAR.shift(due=original, paused_at=paused, resumed_at=paused + timedelta(minutes=pause))
    assert moved.due_at >= original.due_at
    assert CALENDAR.is_working_day(moved.due_at.date())
    assert moved.steps[: len(original.steps)] == original.steps


@settings(max_examples=80)
@given(start=MOMENTS, minutes=st.integers(0, 5000))
def test_added_working_time_is_measured_back(start, minutes):
    end = CALENDAR.add_working_time(start, timedelta(minutes=minutes))
    assert CALENDAR.working_minutes_between(start, end) == minutes


@pytest.mark.parametrize(
    ("paused", "resumed", "unit", "expected", "why"),
    [
        ("2026-11-17T10:00", "2026-11-19T10:00", "working_days", "2026-11-30T17:00", "two working days"),
        ("2026-11-17T10:00", "2026-11-17T11:00", "working_days", "2026-11-27T17:00", "an hour moves to the next close"),
        ("2026-11-21T10:00", "2026-11-22T10:00", "working_days", "2026-11-26T17:00", "no working time in a weekend"),
        ("2026-11-17T10:00", "2026-11-18T10:00", "days", "2026-11-23T17:00", "one calendar day, over a weekend"),
    ],
)
def test_shift(paused, resumed, unit, expected, why):
    original = due("2026-11-16T09:00", 7 if unit == "working_days" else 4, unit)
    moved = CALENDAR.shift(due=original, paused_at=at(paused), resumed_at=at(resumed))
    assert moved.due_at == at(expected), why


def test_restart_counts_from_zero():
    again = CALENDAR.restart(resubmitted_at=at("2026-11-18T16:00"), amount=2, unit="working_days", rules=RULES)
    assert again.due_at == at("2026-11-23T17:00")
    assert again.steps[0].explanation == "Hồ sơ đã bổ sung đủ, thời hạn tính lại từ đầu."


def test_a_pause_cannot_end_before_it_begins():
    original = due("2026-11-16T09:00", 1, "working_days")
    with pytest.raises(api.InvalidTimeLimitError):
        CALENDAR.shift(due=original, paused_at=at("2026-11-17T10:00"), resumed_at=at("2026-11-17T09:00"))


@pytest.mark.parametrize(("amount", "unit"), [(-1, "days"), (1001, "days"), (1, "tuần"), (1, "")])
def test_odd_limits_are_refused(amount, unit):
    with pytest.raises(api.InvalidTimeLimitError):
        due("2026-11-16T09:00", amount, unit)


def test_the_loaded_range_is_never_left():
    with pytest.raises(CalendarRangeError):
        due("2027-12-30T09:00", 5, "working_days")
    without_hours = api.WorkingCalendar(date(2026, 1, 1), date(2026, 12, 31), (), ())
    with pytest.raises(CalendarRangeError):
        without_hours.next_working_day(date(2026, 1, 1))


def test_half_days():
    half_off = make_calendar(special=[SpecialDay(date(2026, 11, 25), False, "Họp dân", opens=720, closes=1020)])
    assert due("2026-11-23T09:00", 1, "working_days", calendar=half_off).due_at == at("2026-11-25T11:30")
    assert due("2026-11-25T13:00", 1, "working_days", calendar=half_off).due_at == at("2026-11-27T17:00")
    assert due("2026-11-25T10:30", 2, "hours", calendar=half_off).due_at == at("2026-11-26T08:30")
    assert due("2026-11-27T09:00", 1, "working_days", calendar=SATURDAYS).due_at == at("2026-11-28T11:30")
    assert due("2026-11-28T12:00", 0, "immediate", calendar=SATURDAYS).due_at == at("2026-11-30T17:00")


def test_a_desk_that_only_receives_runs_no_limit():
    desk = make_calendar(weekly=(*week(), *week(weekdays=(5,), spans=((450, 690),), counts=False)))
    assert desk.is_open(at("2026-11-28T09:00"))
    assert not desk.is_open(at("2026-11-28T11:30"))
    assert due("2026-11-28T09:00", 1, "working_days", calendar=desk).due_at == at("2026-11-30T17:00")
    assert due("2026-11-29T09:00", 1, "working_days", calendar=desk).due_at == at("2026-12-01T17:00")
    assert due("2026-11-28T09:00", 0, "immediate", calendar=desk).due_at == at("2026-11-30T17:00")


def test_days_back_and_forth():
    assert CALENDAR.add_working_days(at("2026-11-26T10:00"), -1) == at("2026-11-25T17:00")
    assert CALENDAR.add_working_days(at("2026-11-25T10:00"), -1) == at("2026-11-23T17:00")
    assert CALENDAR.add_working_days(at("2026-11-22T10:00"), 0) == at("2026-11-23T17:00")
    assert CALENDAR.working_minutes_between(at("2026-11-20T16:00"), at("2026-11-23T08:00")) == 90
    assert CALENDAR.working_minutes_between(at("2026-11-23T08:00"), at("2026-11-20T16:00")) == 0
    assert CALENDAR.add_working_hours(at("2026-11-20T16:00"), 1.5) == at("2026-11-23T08:00")
    assert [day.date.day for day in CALENDAR.working_days(date(2026, 11, 21), date(2026, 11, 26))] == [23, 25, 26]


def test_an_estimate_is_said_to_be_one():
    guess = make_calendar(special=[SpecialDay(date(2027, 2, 5), False, "Tết", is_certain=False)])
    codes = [step.code for step in due("2027-02-03T09:00", 3, "working_days", calendar=guess).steps]
    assert "estimated_calendar" in codes


@pytest.mark.django_db
def test_the_nearest_agency_decides(django_assert_num_queries):
    make_office_hours()
    city = make_agency("UBND thành phố")
    ward = make_agency("UBND phường", parent=city)
    desk = make_agency("Một cửa", parent=ward)
    WorkingHours.objects.create(agency=ward, weekday=5, opens=450, closes=690, valid_from=START)
    CalendarDay.objects.create(date=date(2026, 11, 24), kind="off", name="Ngày Văn hóa Việt Nam")
    CalendarDay.objects.create(date=date(2026, 11, 25), kind="off", name="Lễ hội", agency=city)
    CalendarDay.objects.create(date=date(2026, 11, 24), kind="working", name="Trực", agency=ward, opens=450, closes=690)

    def open_days(agency_id):
        with django_assert_num_queries(1):
            calendar = api.get_calendar(agency_id=agency_id, start=date(2026, 11, 1))
        return [day.date.day for day in calendar.working_days(date(2026, 11, 23), date(2026, 11, 29))]

    assert open_days(None) == [23, 25, 26, 27]
    assert open_days(city.pk) == [23, 26, 27]
    assert open_days(desk.pk) == [23, 24, 26, 27, 28]
    AgencyParent.objects.filter(agency=desk).update(valid_to=date(2026, 1, 1))
    assert open_days(desk.pk) == [23, 25, 26, 27]


@pytest.mark.django_db
def test_counting_rules_are_those_of_the_date():
    CountingRule.objects.create(valid_from=START, valid_to=date(2026, 1, 1), cutoff=900, legal_basis="cũ")
    CountingRule.objects.create(valid_from=date(2026, 1, 1), cutoff=960, first_day="same_day", legal_basis="mới")
    local = make_agency("UBND tỉnh")
    CountingRule.objects.create(agency=local, valid_from=START, cutoff=None)
    assert api.get_counting_rules(agency_id=None, on=date(2025, 12, 31)).cutoff.hour == 15
    now = api.get_counting_rules(agency_id=make_agency("Khác").pk, on=date(2026, 1, 1))
    assert (now.cutoff.hour, now.first_day, now.legal_basis) == (16, "same_day", "mới")
    assert CountingRules.from_json(now.to_json()) == now
    assert api.get_counting_rules(agency_id=local.pk, on=date(2026, 1, 1)).cutoff is None
    no_cutoff = due("2026-11-20T16:59", 1, "working_days", CountingRules(cutoff=None))
    assert no_cutoff.due_at == at("2026-11-23T17:00")
