"""Working days and hours of one agency, as a value loaded once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from lienthong.kernel.clock import VIETNAM, local

_DAY = timedelta(days=1)
_LONGEST_CLOSURE = 60  # days without work after which the table must be wrong


class CalendarRangeError(LookupError):
    """A computation left the dates for which the calendar was loaded, or met no working day."""


class DayKind(StrEnum):
    """Why a day is a working day or not."""

    ORDINARY = "ordinary"
    WEEKLY_OFF = "weekly_off"
    OFF = "off"
    SWAPPED = "swapped"


@dataclass(frozen=True, slots=True)
class WeeklySpan:
    """Opening hours on one weekday, in minutes after local midnight; ``depth`` 0 is the agency itself."""

    weekday: int
    opens: int
    closes: int
    valid_from: date
    valid_to: date | None = None
    counts: bool = True
    depth: int = 0


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date that departs from the week: off, or worked in exchange for another."""

    on: date
    is_working: bool
    name: str
    replaces: date | None = None
    opens: int | None = None
    closes: int | None = None
    is_certain: bool = True
    depth: int = 0


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """One date as the calendar sees it.

    :ivar spans: counted hours as minutes after local midnight.
    :ivar reception: hours in which a desk receives, counted or not.
    """

    date: date
    kind: DayKind
    name: str
    spans: tuple[tuple[int, int], ...]
    reception: tuple[tuple[int, int], ...]
    is_certain: bool = True

    @property
    def is_working(self) -> bool:
        """Say whether a time limit runs on this day."""
        return bool(self.spans)

    def at(self, minute: int) -> datetime:
        """Give the instant of a minute of this day."""
        return datetime.combine(self.date, time(), VIETNAM) + timedelta(minutes=minute)

    @property
    def opening(self) -> datetime:
        """Give the instant at which counted work begins."""
        return self.at(self.spans[0][0])

    @property
    def closing(self) -> datetime:
        """Give the instant at which counted work ends."""
        return self.at(self.spans[-1][1])


Spans = tuple[tuple[int, int], ...]


def _without(spans: Spans, opens: int, closes: int) -> Spans:
    """Cut a closed stretch out of the opening hours."""
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        kept.extend(part for part in ((start, min(end, opens)), (max(start, closes), end)) if part[0] < part[1])
    return tuple(kept)


@dataclass(frozen=True)
class WorkingTime:
    """The working days and hours of an agency between two dates (both inclusive).

    All instants must be aware; results are on Vietnam's clock. Reading outside ``start``–``end``
    raises :class:`CalendarRangeError`: a due date is never computed from a table that was not read.
    """

    start: date
    end: date
    weekly: tuple[WeeklySpan, ...]
    special: tuple[SpecialDay, ...]
    _days: dict[date, WorkingDay] = field(default_factory=dict, compare=False, repr=False)
    _special: dict[date, SpecialDay] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for entry in sorted(self.special, key=lambda entry: -entry.depth):
            self._special[entry.on] = entry

    def day(self, on: date) -> WorkingDay:
        """Describe one date: working or not, why, and its hours."""
        known = self._days.get(on)
        if known is None:
            if not self.start <= on <= self.end:
                raise CalendarRangeError(f"{on} is outside the loaded calendar {self.start}–{self.end}")
            known = self._days[on] = self._resolve(on)
        return known

    def is_working_day(self, on: date) -> bool:
        """Say whether a time limit runs on a date."""
        return self.day(on).is_working

    def is_open(self, moment: datetime) -> bool:
        """Say whether a desk receives at an instant."""
        here = local(moment)
        minute = here.hour * 60 + here.minute
        return any(start <= minute < end for start, end in self.day(here.date()).reception)

    def working_days(self, first: date, last: date) -> Iterator[WorkingDay]:
        """Go through the working days from one date to another, both included."""
        on = first
        while on <= last:
            day = self.day(on)
            if day.is_working:
                yield day
            on += _DAY

    def next_working_day(self, after: date) -> WorkingDay:
        """Find the first working day after a date."""
        return self._search(after, 1)

    def previous_working_day(self, before: date) -> WorkingDay:
        """Find the last working day before a date."""
        return self._search(before, -1)

    def working_day_on_or_after(self, on: date) -> WorkingDay:
        """Give the date itself when it is a working day, else the next one."""
        day = self.day(on)
        return day if day.is_working else self.next_working_day(on)

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Give the close of the n-th working day after the day of ``start`` (before it when negative).

        The day of ``start`` is not counted (Bộ luật Dân sự 2015, Điều 147). With 0 the result is
        the close of that day, or of the next working day when it is a day off.
        """
        on = local(start).date()
        day = self.working_day_on_or_after(on) if days == 0 else None
        for _index in range(abs(days)):
            day = self._search(on, 1 if days > 0 else -1)
            on = day.date
        if day is None:
            raise AssertionError
        return day.closing

    def add_working_hours(self, start: datetime, hours: float) -> datetime:
        """Let counted working hours run from an instant; ends at a closing rather than the next opening."""
        return self.add_working_time(start, timedelta(hours=hours))

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """Let a length of working time (not negative) run from an instant."""
        if amount < timedelta():
            raise ValueError("working time cannot run backwards")
        here = local(start)
        if not amount:
            return here
        day = self.working_day_on_or_after(here.date())
        while True:
            for span in day.spans:
                begins = max(here, day.at(span[0]))
                free = day.at(span[1]) - begins
                if free >= amount:
                    return begins + amount
                amount -= max(free, timedelta())
            day = self.next_working_day(day.date)

    def working_time_between(self, first: datetime, last: datetime) -> timedelta:
        """Measure the working time between two instants; zero when they are in reverse order."""
        total = timedelta()
        if last <= first:
            return total
        begin, end = local(first), local(last)
        for day in self.working_days(begin.date(), end.date()):
            for span in day.spans:
                total += max(min(end, day.at(span[1])) - max(begin, day.at(span[0])), timedelta())
        return total

    def working_minutes_between(self, first: datetime, last: datetime) -> int:
        """Measure the working time between two instants in whole minutes."""
        return int(self.working_time_between(first, last) // timedelta(minutes=1))

    def _search(self, on: date, direction: int) -> WorkingDay:
        for _index in range(_LONGEST_CLOSURE):
            on += _DAY * direction
            day = self.day(on)
            if day.is_working:
                return day
        raise CalendarRangeError(f"no working day within {_LONGEST_CLOSURE} days of {on}")

    def _resolve(self, on: date) -> WorkingDay:
        spans, reception = self._hours(on, on.weekday())
        special = self._special.get(on)
        if special is None:
            kind = DayKind.ORDINARY if spans else DayKind.WEEKLY_OFF
            return WorkingDay(on, kind, "", spans, reception)
        if special.is_working:
            if special.opens is not None and special.closes is not None:
                spans = ((special.opens, special.closes),)
            else:
                weekday = special.replaces.weekday() if special.replaces else 0
                spans, _reception = self._hours(on, weekday)
            return WorkingDay(on, DayKind.SWAPPED, special.name, spans, spans, special.is_certain)
        if special.opens is not None and special.closes is not None:
            spans = _without(spans, special.opens, special.closes)
            reception = _without(reception, special.opens, special.closes)
        else:
            spans = reception = ()
        return WorkingDay(on, DayKind.OFF, special.name, spans, reception, special.is_certain)

    def _hours(self, on: date, weekday: int) -> tuple[Spans, Spans]:
        """Read the weekly hours of the nearest agency that sets any for this weekday."""
        valid = [
            span
            for span in self.weekly
            if span.weekday == weekday and span.valid_from <= on and (span.valid_to is None or on < span.valid_to)
        ]
        nearest = min((span.depth for span in valid), default=0)
        chosen = sorted((span for span in valid if span.depth == nearest), key=lambda span: span.opens)
        return (
            tuple((span.opens, span.closes) for span in chosen if span.counts),
            tuple((span.opens, span.closes) for span in chosen),
        )
