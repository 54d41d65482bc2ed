"""Slots of a day, worked out from rules, the working calendar and closures; nothing here reads the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lienthong.counters.models import Closure, SlotRule
from lienthong.kernel.clock import local_date
from lienthong.organisations.api import DayKind, WorkingCalendar

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """One stretch of time that can be booked.

    :ivar capacity: people who fit in; :ivar taken: seats already given.
    :ivar late_at: who comes later than this has missed it.
    :ivar is_open: whether it lies within lead time and horizon at the moment asked.
    """

    starts_at: datetime
    ends_at: datetime
    late_at: datetime
    capacity: int
    taken: int
    is_open: bool

    @property
    def free(self) -> int:
        """Give how many seats are left."""
        return max(0, self.capacity - self.taken)

    @property
    def is_bookable(self) -> bool:
        """Say whether it can be booked now."""
        return self.is_open and self.free > 0


def weekday_of(calendar: WorkingCalendar, on: date) -> int:
    """Give the weekday whose hours a date follows: a swapped Saturday follows the day it replaces."""
    if calendar.day(on).kind is DayKind.SWAPPED:
        entries = sorted((entry for entry in calendar.special if entry.on == on), key=lambda entry: entry.depth)
        if entries and entries[0].replaces is not None:
            return entries[0].replaces.weekday()
    return on.weekday()


def slots_of_day(
    *,
    on: date,
    line_id: int,
    calendar: WorkingCalendar,
    rules: Iterable[SlotRule],
    closures: Iterable[Closure],
    taken: dict[datetime, int],
    now: datetime,
) -> tuple[Slot, ...]:
    """Cut one day of one line into slots, in order of time.

    :param rules: rules of the line and of its agency; those not in force on the day are left out.
    :param closures: closures of the line and of its agency.
    :param taken: seats given, by start.
    """
    day = calendar.day(on)
    closed = [entry for entry in closures if entry.date == on and entry.line_id in (None, line_id)]
    found = []
    for rule in _rules_for(rules, weekday=weekday_of(calendar, on), line_id=line_id, on=on):
        for opens, closes in day.reception:
            at, end = max(opens, rule.opens), min(closes, rule.closes)
            while at + rule.slot_minutes <= end:
                until = at + rule.slot_minutes
                if not any(entry.opens < until and at < entry.closes for entry in closed):
                    found.append(_slot(day.at(at), rule, taken, now, on))
                at = until
    return tuple(sorted(found, key=lambda slot: slot.starts_at))


def _rules_for(rules: Iterable[SlotRule], *, weekday: int, line_id: int, on: date) -> Sequence[SlotRule]:
    valid = [rule for rule in rules if rule.weekday == weekday and rule.is_in_force(on)]
    own = [rule for rule in valid if rule.line_id == line_id]
    return own or [rule for rule in valid if rule.line_id is None]


def _slot(starts_at: datetime, rule: SlotRule, taken: dict[datetime, int], now: datetime, on: date) -> Slot:
    is_near = starts_at < now + rule.lead_minutes * _MINUTE
    is_far = on > local_date(now) + timedelta(days=rule.horizon_days)
    return Slot(
        starts_at=starts_at,
        ends_at=starts_at + rule.slot_minutes * _MINUTE,
        late_at=starts_at + rule.grace_minutes * _MINUTE,
        capacity=rule.capacity,
        taken=taken.get(starts_at, 0),
        is_open=not is_near and not is_far,
    )
