"""Due dates: when an agency must have answered, and why then.

Basis: NĐ 61/2018/NĐ-CP (forwarded the next working day when received after 15:00; counted again from zero
after a full resubmission), NĐ 23/2015/NĐ-CP, Điều 7 (at once, or the next working day after 15:00);
Bộ luật Dân sự 91/2015/QH13, Điều 147 (the day of the event is not counted) and Điều 148 (a limit
that ends on a day off ends with the next working day).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Self

from django.utils.translation import gettext as _

from lienthong.kernel.clock import local
from lienthong.kernel.errors import InvalidError
from lienthong.organisations.calendar.steps import DueStep
from lienthong.organisations.calendar.working import DayKind, WorkingDay, WorkingTime

LONGEST_AMOUNT = 1000
_DAY = timedelta(days=1)


class Unit(StrEnum):
    """What a time limit is counted in: at once, working hours, calendar days or working days."""

    IMMEDIATE = "immediate"
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"


class InvalidTimeLimitError(InvalidError):
    """The time limit is negative, too long or in an unknown unit."""

    code = "organisations.time_limit_invalid"


@dataclass(frozen=True, slots=True)
class CountingRules:
    """How limits are counted at a date; read from dated rows,
    defaulting to the national ones since 2018.

    :ivar cutoff: what is received later on a working day counts as received on the next; None for no cutoff.
    :ivar first_day: ``next_working_day`` or ``same_day``: which day is day one.
    :ivar pause_for_supplement: ``restart`` or ``shift``; likewise for payment and stop.
    """

    cutoff: time | None = time(15)
    first_day: str = "next_working_day"
    pause_for_supplement: str = "restart"
    pause_for_payment: str = "shift"
    pause_for_stop: str = "shift"
    legal_basis: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give a JSON-ready form, to be stored with what was computed by it."""
        return {
            "cutoff": self.cutoff.isoformat("minutes") if self.cutoff else None,
            "first_day": self.first_day,
            "pause_for_supplement": self.pause_for_supplement,
            "pause_for_payment": self.pause_for_payment,
            "pause_for_stop": self.pause_for_stop,
            "legal_basis": self.legal_basis,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read the form written by :meth:`to_json`."""
        cutoff = time.fromisoformat(stored["cutoff"]) if stored["cutoff"] else None
        return cls(**{**stored, "cutoff": cutoff})


@dataclass(frozen=True, slots=True)
class DueDate:
    """The instant by which the result is due, always a closing or an instant of working time, and the steps to it."""

    due_at: datetime
    amount: int
    unit: Unit
    steps: tuple[DueStep, ...]

    def to_json(self) -> dict[str, Any]:
        """Give a JSON-ready form for storing with the dossier."""
        return {
            "due_at": self.due_at.isoformat(),
            "amount": self.amount,
            "unit": self.unit.value,
            "steps": [step.to_json() for step in self.steps],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read the form written by :meth:`to_json`."""
        return cls(
            due_at=datetime.fromisoformat(stored["due_at"]),
            amount=stored["amount"],
            unit=Unit(stored["unit"]),
            steps=tuple(DueStep.from_json(step) for step in stored["steps"]),
        )


def _checked(amount: int, unit: str) -> Unit:
    if unit not in tuple(Unit):
        raise InvalidTimeLimitError(_("Không rõ đơn vị thời hạn “%(unit)s”.") % {"unit": unit})
    if not 0 <= amount <= LONGEST_AMOUNT:
        message = _("Thời hạn phải từ 0 đến %(longest)s.") % {"longest": LONGEST_AMOUNT}
        raise InvalidTimeLimitError(message, amount=amount)
    return Unit(unit)


def _reception(
    calendar: WorkingTime, received_at: datetime, rules: CountingRules
) -> tuple[WorkingDay, datetime, DueStep]:
    """Find the day on which a dossier counts as received, the instant work begins, and say why."""
    here = local(received_at)
    today = calendar.day(here.date())
    facts: dict[str, Any] = {"received_at": here.isoformat()}
    if not today.reception:
        code = "day_off"
        facts["name"] = today.name
    elif here >= today.at(today.reception[-1][1]):
        code = "after_closing"
    elif rules.cutoff is not None and here.time() > rules.cutoff:
        code = "after_cutoff"
        facts["cutoff_time"] = rules.cutoff.isoformat("minutes")
    else:
        begins_at = max(here, today.at(today.reception[0][0]))
        return today, begins_at, DueStep(begins_at, "received", facts)
    counted = calendar.next_working_day(here.date())
    facts["counted_date"] = counted.date.isoformat()
    return counted, counted.opening, DueStep(counted.opening, code, facts)


def _count_hours(calendar: WorkingTime, begins_at: datetime, amount: int) -> tuple[datetime, list[DueStep]]:
    due_at = calendar.add_working_hours(begins_at, amount)
    facts = {"amount": amount, "first_at": begins_at.isoformat()}
    return due_at, [
        *_skipped(calendar, begins_at.date(), due_at.date()),
        DueStep(due_at, "hours_counted", facts),
    ]


def _count_working_days(
    calendar: WorkingTime, day: WorkingDay, amount: int, rules: CountingRules
) -> tuple[datetime, list[DueStep]]:
    same_day = rules.first_day == "same_day" and day.is_working
    first = day if same_day else calendar.next_working_day(day.date)
    last = first
    for _index in range(amount - 1):
        last = calendar.next_working_day(last.date)
    code = "first_day_same" if same_day else "first_day_next"
    return last.closing, [
        DueStep(first.opening, code, {"first_date": first.date.isoformat()}),
        *_skipped(calendar, day.date + _DAY, last.date),
        DueStep(last.closing, "working_days_counted", {"amount": amount, "last_date": last.date.isoformat()}),
    ]


def _count_days(
    calendar: WorkingTime, day: WorkingDay, amount: int, rules: CountingRules
) -> tuple[datetime, list[DueStep]]:
    same_day = rules.first_day == "same_day"
    first = day.date if same_day else day.date + _DAY
    last = calendar.day(first + _DAY * (amount - 1))
    code = "first_day_same" if same_day else "first_day_next"
    steps = [
        DueStep(calendar.day(first).at(0), code, {"first_date": first.isoformat()}),
        DueStep(last.at(24 * 60), "days_counted", {"amount": amount, "last_date": last.date.isoformat()}),
    ]
    due_day = calendar.working_day_on_or_after(last.date)
    if due_day.date != last.date:
        steps.append(_moved(last, due_day))
    return due_day.closing, steps


def _moved(last: WorkingDay, due_day: WorkingDay) -> DueStep:
    facts = {
        "last_date": last.date.isoformat(),
        "due_date": due_day.date.isoformat(),
        "name": last.name,
    }
    return DueStep(due_day.closing, "moved_off_day", facts)


def _skipped(calendar: WorkingTime, first: date, last: date) -> list[DueStep]:
    """Name the days off and the swapped working days that the count met."""
    steps: list[DueStep] = []
    weekly = 0
    on = first
    while on <= last:
        day = calendar.day(on)
        if day.kind is DayKind.SWAPPED:
            facts: dict[str, Any] = {"worked_date": on.isoformat(), "name": day.name}
            steps.append(DueStep(day.opening, "swapped_working_day", facts))
        elif day.kind is DayKind.OFF and not day.is_working:
            end = _end_of_closure(calendar, day, last)
            if end == on:
                facts = {"off_date": on.isoformat(), "name": day.name}
            else:
                facts = {"from_date": on.isoformat(), "to_date": end.isoformat(), "name": day.name}
            steps.append(DueStep(day.at(0), "holiday" if end == on else "holidays", facts))
            on = end
        elif not day.is_working:
            weekly += 1
        on += _DAY
    if weekly:
        steps.append(DueStep(calendar.day(last).at(0), "weekly_days_off", {"count": weekly}))
    return steps


def _end_of_closure(calendar: WorkingTime, first: WorkingDay, last: date) -> date:
    """Find the last day of a holiday that runs on over a weekend, as Tết does."""
    end = on = first.date
    while on < last:
        on += _DAY
        day = calendar.day(on)
        if day.kind is DayKind.OFF and day.name == first.name:
            end = on
        elif day.kind is not DayKind.WEEKLY_OFF:
            break
    return end


def _estimates(calendar: WorkingTime, first: date, last: date) -> list[DueStep]:
    """Warn when the count passed days whose status is not yet decided."""
    uncertain = sorted(
        {entry.on.year for entry in calendar.special if first <= entry.on <= last and not entry.is_certain}
    )
    if not uncertain:
        return []
    years = ", ".join(str(year) for year in uncertain)
    return [DueStep(calendar.day(last).at(0), "estimated_calendar", {"years": years})]


class WorkingCalendar(WorkingTime):
    """Working time that can also say when a time limit ends."""

    def due_date(self, *, received_at: datetime, amount: int, unit: str, rules: CountingRules) -> DueDate:
        """Compute when a limit ends and explain each step.

        :param amount: number of units; ignored for ``immediate``.
        :raises InvalidTimeLimitError: unknown unit, negative or absurdly long amount.
        :raises CalendarRangeError: when the limit ends after the loaded self.
        """
        counted_unit = _checked(amount, unit)
        day, begins_at, first = _reception(self, received_at, rules)
        steps = [first]
        if counted_unit is Unit.IMMEDIATE or (amount == 0 and counted_unit is not Unit.HOURS):
            due_day = self.working_day_on_or_after(day.date)
            steps.append(DueStep(due_day.closing, "same_working_day", {"counted_date": due_day.date.isoformat()}))
            due_at = due_day.closing
        elif counted_unit is Unit.HOURS:
            due_at, counted = _count_hours(self, begins_at, amount)
            steps += counted
        elif counted_unit is Unit.WORKING_DAYS:
            due_at, counted = _count_working_days(self, day, amount, rules)
            steps += counted
        else:
            due_at, counted = _count_days(self, day, amount, rules)
            steps += counted
        steps += _estimates(self, local(received_at).date(), due_at.date())
        steps.append(DueStep(due_at, "due", {"due_at": due_at.isoformat()}))
        return DueDate(due_at, amount, counted_unit, tuple(steps))

    def restart(self, *, resubmitted_at: datetime, amount: int, unit: str, rules: CountingRules) -> DueDate:
        """Count a limit again from zero after a full resubmission.

        Basis: NĐ 61/2018/NĐ-CP.
        """
        again = self.due_date(received_at=resubmitted_at, amount=amount, unit=unit, rules=rules)
        return replace(again, steps=(DueStep(local(resubmitted_at), "restarted"), *again.steps))

    def shift(self, *, due: DueDate, paused_at: datetime, resumed_at: datetime) -> DueDate:
        """Move a due date by the time a dossier stood still.

        Hours and working days move by the working time of the pause, calendar days by its calendar
        days; a limit in days still ends with a working day.

        :raises InvalidTimeLimitError: when the pause ends before it begins.
        """
        if resumed_at < paused_at:
            raise InvalidTimeLimitError(_("Thời điểm tiếp tục phải sau thời điểm tạm dừng."))
        facts = {"paused_at": local(paused_at).isoformat(), "resumed_at": local(resumed_at).isoformat()}
        steps = [DueStep(local(resumed_at), "paused", facts)]
        if due.unit is Unit.DAYS:
            days = (local(resumed_at).date() - local(paused_at).date()).days
            last = local(due.due_at).date() + _DAY * days
            steps.append(DueStep(self.day(last).at(0), "shifted_days", {"amount": days}))
            due_day = self.working_day_on_or_after(last)
            if due_day.date != last:
                steps.append(_moved(self.day(last), due_day))
            due_at = due_day.closing if days else local(due.due_at)
        else:
            paused = self.working_time_between(paused_at, resumed_at)
            due_at = self.add_working_time(due.due_at, paused)
            minutes = int(paused.total_seconds()) // 60
            steps.append(DueStep(due_at, "shifted_hours", {"hours": minutes // 60, "minutes": minutes % 60}))
            if due.unit is not Unit.HOURS:
                due_at = self.working_day_on_or_after(due_at.date()).closing
        steps += _estimates(self, local(due.due_at).date(), due_at.date())
        steps.append(DueStep(due_at, "due", {"due_at": due_at.isoformat()}))
        return replace(due, due_at=due_at, steps=(*due.steps, *steps))
