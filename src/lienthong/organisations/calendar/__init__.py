"""Working time as plain values: no query, no clock, so every computation can be tested and repeated."""

from lienthong.organisations.calendar.due import CountingRules, DueDate, InvalidTimeLimitError, Unit, WorkingCalendar
from lienthong.organisations.calendar.steps import DueStep
from lienthong.organisations.calendar.working import (
    CalendarRangeError,
    DayKind,
    SpecialDay,
    WeeklySpan,
    WorkingDay,
)

__all__ = [
    "CalendarRangeError",
    "CountingRules",
    "DayKind",
    "DueDate",
    "DueStep",
    "InvalidTimeLimitError",
    "SpecialDay",
    "Unit",
    "WeeklySpan",
    "WorkingCalendar",
    "WorkingDay",
]
