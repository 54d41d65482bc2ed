"""Due dates against the real calendar of 2024–2027."""

from datetime import date, datetime
from time import process_time

import pytest
from django.utils.translation import override

from lienthong.kernel.clock import VIETNAM
from lienthong.organisations.calendar import CountingRules, DueDate, DueStep, SpecialDay, WeeklySpan, WorkingCalendar

OFF = {
    "Tết Dương lịch": ["2024-01-01", "2025-01-01", "2026-01-01", "2026-01-02", "2027-01-01"],
    "Tết Nguyên đán": [
        *(f"2024-02-{day:02}" for day in range(8, 15)),
        *(f"2025-01-{day:02}" for day in range(27, 32)),
        *(f"2026-02-{day:02}" for day in range(16, 21)),
    ],
    "Giỗ Tổ Hùng Vương": ["2024-04-18", "2025-04-07", "2026-04-27"],
    "Ngày Chiến thắng": ["2024-04-29", "2024-04-30", "2024-05-01", "2025-04-30", "2025-05-01", "2025-05-02"],
    "Quốc khánh": ["2026-08-31", "2026-09-01", "2026-09-02"],
    "Ngày Văn hóa Việt Nam": ["2026-11-24"],
}
SWAPS = {"2024-05-04": "2024-04-29", "2025-04-26": "2025-05-02", "2026-01-10": "2026-01-02", "2026-08-22": "2026-08-31"}
RULES = CountingRules()


def week(depth=99, weekdays=range(5), spans=((450, 690), (810, 1020)), **extra):
    return tuple(
        WeeklySpan(weekday, opens, closes, date(2020, 1, 1), depth=depth, **extra)
        for weekday in weekdays
        for opens, closes in spans
    )


def make_calendar(*, weekly=None, special=()):
    days = [SpecialDay(date.fromisoformat(day), False, name, depth=99) for name, all_ in OFF.items() for day in all_]
    days += [
        SpecialDay(date.fromisoformat(day), True, "Làm bù", date.fromisoformat(off), depth=99)
        for day, off in SWAPS.items()
    ]
    return WorkingCalendar(date(2024, 1, 1), date(2027, 12, 31), weekly or week(), (*days, *special))


CALENDAR = make_calendar()


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def due(received, amount, unit, rules=RULES, calendar=CALENDAR) -> DueDate:
    return calendar.due_date(received_at=at(received), amount=amount, unit=unit, rules=rules)


@pytest.mark.parametrize(
    ("start", "days", "result"),
    [
        ("2025-04-25", 5, "2025-05-06"),  # Sat 26/4 counts; 30/4, 1/5, 2/5 off
        ("2026-02-13", 1, "2026-02-23"),  # Tết 14–22/2
        ("2024-04-26", 3, "2024-05-04"),  # 29/4–1/5 off, Sat 4/5 worked
        ("2025-12-31", 2, "2026-01-06"),  # 1–4/1 off
    ],
)
def test_the_published_calendar(start, days, result):
    assert CALENDAR.add_working_days(at(f"{start}T09:00"), days).date() == date.fromisoformat(result)
    assert due(f"{start}T09:00", days, "working_days").due_at == at(f"{result}T17:00")


@pytest.mark.parametrize(
    ("received", "amount", "unit", "expected", "why"),
    [
        ("2026-11-20T14:59", 3, "working_days", "2026-11-26T17:00", "24/11 is off"),
        ("2026-11-20T15:00", 3, "working_days", "2026-11-26T17:00", "15:00 sharp is not after 15:00"),
        ("2026-11-20T15:40", 3, "working_days", "2026-11-27T17:00", "counted as received on Monday 23/11"),
        ("2026-11-16T00:30", 1, "working_days", "2026-11-17T17:00", "still Sunday in UTC, already Monday here"),
        ("2026-11-15T23:30", 1, "working_days", "2026-11-17T17:00", "Sunday: received on Monday"),
        ("2025-12-31T16:00", 1, "working_days", "2026-01-06T17:00", "received on 5/1/2026"),
        ("2026-11-16T09:00", 0, "immediate", "2026-11-16T17:00", "NĐ 23/2015 Điều 7: the same working day"),
        ("2026-11-16T15:30", 0, "immediate", "2026-11-17T17:00", "NĐ 23/2015 Điều 7: after 15:00, the next one"),
        ("2026-11-16T10:00", 4, "hours", "2026-11-16T16:00", "over lunch"),
        ("2026-11-16T12:00", 2, "hours", "2026-11-16T15:30", "begins after lunch"),
        ("2026-11-20T14:00", 4, "hours", "2026-11-23T08:30", "into the next working day"),
        ("2026-11-20T15:30", 4, "hours", "2026-11-23T11:30", "after 15:00"),
        ("2026-11-16T09:00", 5, "days", "2026-11-23T17:00", "ends Sat 21/11, moved: BLDS Điều 148"),
        ("2026-11-16T09:00", 3, "days", "2026-11-19T17:00", "BLDS Điều 147: the first day is not counted"),
        ("2026-02-06T09:00", 10, "days", "2026-02-23T17:00", "ends on 16/2 in Tết"),
        ("2026-08-21T09:00", 1, "working_days", "2026-08-22T17:00", "swapped Saturday"),
        ("2026-08-22T09:00", 1, "working_days", "2026-08-24T17:00", "received on a swapped Saturday"),
    ],
)
def test_due_date(received, amount, unit, expected, why):
    assert due(received, amount, unit).due_at == at(expected), why


def test_every_step_is_told():
    steps = due("2026-11-20T15:40", 3, "working_days").steps
    assert [step.explanation for step in steps] == [
        "Nhận 15:40 thứ Sáu 20/11/2026, sau 15:00, nên tính từ thứ Hai 23/11/2026.",
        "Ngày đầu tiên được tính là thứ Tư 25/11/2026, liền sau ngày nhận.",
        "Không tính thứ Ba 24/11/2026: Ngày Văn hóa Việt Nam.",
        "Tính 3 ngày làm việc, đến hết thứ Sáu 27/11/2026.",
        "Hẹn trả kết quả 17:00 thứ Sáu 27/11/2026.",
    ]


def test_a_due_date_costs_little():
    """Less than a millisecond of CPU, without a query (none is possible: no database is set up here)."""
    began = process_time()
    for _index in range(100):
        due("2026-11-20T15:40", 15, "working_days")
    assert process_time() - began < 0.1


def test_explanations_are_stored_in_vietnamese_whatever_the_reader_speaks():
    with override("en"):
        stored = due("2026-11-20T15:40", 3, "working_days").to_json()
    assert stored["steps"][0]["explanation"].startswith("Nhận 15:40 thứ Sáu 20/11/2026, sau 15:00")
    assert DueDate.from_json(stored).steps[0].facts["cutoff_time"] == "15:00"
    unknown = {**stored["steps"][0], "code": "a_step_of_long_ago"}
    assert DueStep.from_json(unknown).explanation == unknown["explanation"]
    assert DueStep.from_json(unknown).to_json()["explanation"] == unknown["explanation"]


def test_a_holiday_over_a_weekend_is_told_once():
    steps = due("2024-02-07T09:00", 2, "working_days").steps
    assert "Không tính từ thứ Năm 08/02/2024 đến thứ Tư 14/02/2024: Tết Nguyên đán." in [
        step.explanation for step in steps
    ]
