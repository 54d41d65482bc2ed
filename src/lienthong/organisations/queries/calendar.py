"""Reading the working calendar and the counting rules of an agency."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from lienthong.kernel import reference
from lienthong.organisations.calendar import CountingRules, SpecialDay, WeeklySpan, WorkingCalendar
from lienthong.organisations.models import CalendarDay, CountingRule, WorkingHours
from lienthong.organisations.queries import public_ids

_NATIONAL = 99
_MARGIN = timedelta(days=40)
_YEARS_AHEAD = 2

_ROWS = """
WITH RECURSIVE path AS (
    SELECT %(agency)s::bigint AS id, 0 AS depth
    UNION ALL
    SELECT up.parent_id, path.depth + 1
    FROM organisations_agencyparent up JOIN path ON up.agency_id = path.id
    WHERE up.valid_from <= %(on)s AND (up.valid_to IS NULL OR up.valid_to > %(on)s) AND path.depth < 20
)
SELECT 'week', hours.weekday::int, hours.opens::int, hours.closes::int, hours.valid_from, hours.valid_to,
       hours.counts, '', COALESCE(path.depth, %(national)s)
FROM organisations_workinghours hours LEFT JOIN path ON path.id = hours.agency_id
WHERE (hours.agency_id IS NULL OR path.id IS NOT NULL)
  AND hours.valid_from <= %(end)s AND (hours.valid_to IS NULL OR hours.valid_to > %(start)s)
UNION ALL
SELECT day.kind, 0, day.opens::int, day.closes::int, day.date, day.replaces,
       day.confidence <> 'low', day.name, COALESCE(path.depth, %(national)s)
FROM organisations_calendarday day LEFT JOIN path ON path.id = day.agency_id
WHERE (day.agency_id IS NULL OR path.id IS NOT NULL) AND day.date BETWEEN %(start)s AND %(end)s
ORDER BY 1, 5, 9, 2, 3
"""


@lru_cache(maxsize=256)
def _build(start: date, end: date, rows: tuple[tuple[Any, ...], ...]) -> WorkingCalendar:
    weekly: list[WeeklySpan] = []
    special: list[SpecialDay] = []
    for kind, weekday, opens, closes, first, second, flag, name, depth in rows:
        if kind == "week":
            weekly.append(WeeklySpan(weekday, opens, closes, first, second, flag, depth))
        else:
            special.append(SpecialDay(first, kind == "working", name, second, opens, closes, flag, depth))
    return WorkingCalendar(start, end, tuple(weekly), tuple(special))


def get_calendar(*, agency_id: int | None, start: date, end: date | None = None) -> WorkingCalendar:
    """Load the working calendar of an agency, or the nation's, in one query.

    What the agency, or the nearest one above it on ``start``, sets for a weekday or a date replaces
    what stands further up. The value read is shared between callers as long as the table is
    unchanged. Whole years are loaded, with some weeks before ``start``.

    :param end: last date needed; by default the end of the second year after ``start``.
    """
    first = date((start - _MARGIN).year, 1, 1)
    last = date((end + _MARGIN).year if end else start.year + _YEARS_AHEAD, 12, 31)
    return _build(first, last, _rows(agency_id=agency_id, on=start, first=first, last=last))


@reference.kept("organisations")
def _rows(*, agency_id: int | None, on: date, first: date, last: date) -> tuple[tuple[Any, ...], ...]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"agency": agency_id, "on": on, "start": first, "end": last, "national": _NATIONAL})
        return tuple(cursor.fetchall())


@reference.kept("organisations")
def get_counting_rules(*, agency_id: int | None, on: date) -> CountingRules:
    """Read the counting rules in force on a date: the agency's own, else the nation's."""
    rows = CountingRule.objects.in_force(on).filter(Q(agency_id=agency_id) | Q(agency_id__isnull=True))
    rule = rows.order_by("agency_id").first()
    if rule is None:
        return CountingRules()
    return CountingRules(
        cutoff=None if rule.cutoff is None else time(rule.cutoff // 60, rule.cutoff % 60),
        first_day=rule.first_day,
        pause_for_supplement=rule.pause_for_supplement,
        pause_for_payment=rule.pause_for_payment,
        pause_for_stop=rule.pause_for_stop,
        legal_basis=rule.legal_basis,
    )


@dataclass(frozen=True, slots=True)
class RuleRow:
    """Counting rules of one period as an editor shows them."""

    rule: CountingRule
    cutoff: time | None


def list_counting_rules(*, agency_id: int | None = None) -> tuple[RuleRow, ...]:
    """List the counting rules of one agency or (None) of the nation over time, the latest first."""
    owner = Q(agency__isnull=True) if agency_id is None else Q(agency_id=agency_id)
    rows = CountingRule.objects.filter(owner).order_by("-valid_from", "id")
    return tuple(RuleRow(row, None if row.cutoff is None else _clock_time(row.cutoff)) for row in rows)


def find_calendar_day(*, uuid: UUID | str) -> CalendarDay | None:
    """Find an entry of a calendar by public id, with its agency read."""
    return CalendarDay.objects.select_related("agency").filter(uuid=public_ids.parse(uuid)).first()


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Opening hours of one weekday as an editor shows them."""

    hours: WorkingHours
    opens: time
    closes: time


def list_calendar_days(*, year: int, agency_id: int | None = None) -> tuple[CalendarDay, ...]:
    """List the departures from the week in a year: the nation's, and those of one agency if given."""
    whose = Q(agency_id__isnull=True)
    if agency_id is not None:
        whose |= Q(agency_id=agency_id)
    days = CalendarDay.objects.filter(whose, date__year=year).select_related("agency")
    return tuple(days.order_by("date", "agency_id"))


def list_working_hours(*, on: date, agency_id: int | None = None) -> tuple[HoursRow, ...]:
    """List the weekly hours in force on a date, of one agency or (None) of the nation."""
    rows = WorkingHours.objects.in_force(on).filter(agency_id=agency_id).order_by("weekday", "opens")
    return tuple(HoursRow(row, _clock_time(row.opens), _clock_time(row.closes)) for row in rows)


def _clock_time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
