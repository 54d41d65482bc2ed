"""Periods of figures: a month, a quarter, a year, or any days; half-open, on Vietnam's calendar."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError

_WRITTEN = re.compile(r"(?P<year>20\d\d)(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])))?")
_QUARTER, _YEAR = 3, 12


class PeriodError(InvalidError):
    """The words do not name a period."""

    code = "indicators.period_invalid"


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of ``first`` until the beginning of ``after``."""

    first: date
    after: date

    @property
    def start(self) -> datetime:
        """Give the first instant."""
        return beginning(self.first)

    @property
    def end(self) -> datetime:
        """Give the first instant that no longer belongs to the period."""
        return beginning(self.after)

    @property
    def last(self) -> date:
        """Give the last day."""
        return self.after - timedelta(days=1)

    def until(self, now: datetime) -> datetime:
        """Give the instant at which what stands open is asked for: the period's end, or now while it runs."""
        return min(self.end, now)

    @property
    def key(self) -> str:
        """Write the period as addresses do: ``2026-11``, ``2026-Q4``, ``2026``, or first and last day."""
        months = months_between(self.first, self.after)
        if self.first.day == 1 and self.after.day == 1:
            if months == 1:
                return f"{self.first:%Y-%m}"
            if months == _QUARTER and self.first.month % _QUARTER == 1:
                return f"{self.first.year}-Q{self.first.month // _QUARTER + 1}"
            if months == _YEAR and self.first.month == 1:
                return f"{self.first.year}"
        return f"{self.first:%Y-%m-%d}_{self.last:%Y-%m-%d}"

    @property
    def label(self) -> str:
        """Name the period for people."""
        match self.key.split("-"):
            case [year]:
                return _("năm %(year)s") % {"year": year}
            case [year, quarter] if quarter.startswith("Q"):
                return _("quý %(quarter)s năm %(year)s") % {"quarter": quarter[1:], "year": year}
            case [year, month]:
                return _("tháng %(month)s năm %(year)s") % {"month": int(month), "year": year}
            case _:
                return _("từ %(first)s đến %(last)s") % {
                    "first": f"{self.first:%d/%m/%Y}",
                    "last": f"{self.last:%d/%m/%Y}",
                }

    def before(self) -> "Period":
        """Give the period of the same length before this one; whole months stay whole months."""
        if self.first.day == 1 and self.after.day == 1:
            return Period(add_months(self.first, -months_between(self.first, self.after)), self.first)
        return Period(self.first - (self.after - self.first), self.first)


def beginning(day: date) -> datetime:
    """Give the first instant of a day in Vietnam."""
    return datetime.combine(day, time(), tzinfo=clock.VIETNAM)


def add_months(first: date, count: int) -> date:
    """Give the first day of the month some months later."""
    whole = first.year * _YEAR + first.month - 1 + count
    return date(whole // _YEAR, whole % _YEAR + 1, 1)


def months_between(first: date, after: date) -> int:
    """Count the steps from one month to another."""
    return (after.year - first.year) * _YEAR + after.month - first.month


def month(day: date) -> Period:
    """Give the month of a day."""
    first = day.replace(day=1)
    return Period(first, add_months(first, 1))


def months(first: date, after: date) -> tuple[date, ...]:
    """List the first days of the months of a span."""
    return tuple(add_months(first, count) for count in range(months_between(first, after)))


def read(written: str, *, today: date) -> Period:
    """Read a period as addresses write it; nothing means this month.

    :raises PeriodError: other words, or days that do not exist or stand the wrong way round.
    """
    if not written:
        return month(today)
    if match := _WRITTEN.fullmatch(written):
        year = int(match["year"])
        if match["month"]:
            return month(date(year, int(match["month"]), 1))
        if match["quarter"]:
            first = date(year, int(match["quarter"]) * _QUARTER - 2, 1)
            return Period(first, add_months(first, _QUARTER))
        return Period(date(year, 1, 1), date(year + 1, 1, 1))
    first_day, separator, last_day = written.partition("_")
    try:
        found = Period(date.fromisoformat(first_day), date.fromisoformat(last_day) + timedelta(days=1))
    except (ValueError, OverflowError) as error:
        raise _unreadable() from error
    if not separator or found.first >= found.after:
        raise _unreadable()
    return found


def _unreadable() -> PeriodError:
    return PeriodError(_("Kỳ không đọc được. Hãy chọn lại tháng, quý, năm hoặc từ ngày, đến ngày."))
