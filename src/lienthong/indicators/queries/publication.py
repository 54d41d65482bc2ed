"""Whether decisions on procedures, and procedures on the national portal, were published in time."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lienthong.catalogue import api as catalogue
from lienthong.indicators.models import Promulgator, PublicationLimit
from lienthong.indicators.periods import Period
from lienthong.organisations import api as organisations

_CODE = re.compile(r"(?:^|\.)([GH])\d")
_BY_LETTER = {"G": Promulgator.MINISTRY, "H": Promulgator.PROVINCE}
#: Working days of any limit lie within this many days of the date they are counted from.
_REACH = timedelta(days=90)


def promulgator_of(code: str) -> Promulgator | None:
    """Say whose decision it is by the agency's identifier, new (``G15``, ``H17.18``) or old (``000.00.00.H17``)."""
    found = _CODE.search(code)
    return _BY_LETTER[found[1]] if found else None


@dataclass(frozen=True, slots=True)
class _Judge:
    """The limits of the law and the nation's calendar."""

    limits: tuple[PublicationLimit, ...]
    calendar: organisations.WorkingCalendar

    def limit_of(self, row: catalogue.Publication) -> PublicationLimit | None:
        """Find what held for a decision on its day."""
        promulgator = promulgator_of(row.promulgator_code)
        day = row.decided_on
        return next(
            (one for one in self.limits if day and one.promulgator == promulgator and one.is_in_force(day)), None
        )

    def is_decided_in_time(self, row: catalogue.Publication) -> bool | None:
        """Say whether the decision came enough working days before its law took effect; None where it is not known."""
        limit = self.limit_of(row)
        if limit is None or row.decided_on is None or row.effective_on is None:
            return None
        latest = row.effective_on
        for _step in range(limit.decide_before):
            latest = self.calendar.previous_working_day(latest).date
        return row.decided_on <= latest

    def is_publicised_in_time(self, row: catalogue.Publication) -> bool | None:
        """Say whether the procedure stood on the portal soon enough after the decision; None where it is not known."""
        limit = self.limit_of(row)
        if limit is None or row.decided_on is None or row.publicised_on is None:
            return None
        latest = row.decided_on
        for _step in range(limit.publicise_within):
            latest = self.calendar.next_working_day(latest).date
        return row.publicised_on <= latest


@dataclass(frozen=True, slots=True)
class Published:
    """The procedures of a period by what they are counted for, and their names.

    A procedure that was published more than once in the period is in time when each time was.
    """

    sets: Mapping[str, frozenset[int]]
    named: Mapping[int, catalogue.Publication]


def published(*, period: Period, level: str | None) -> Published:
    """Sort what was decided, or put on the portal, in a period; what lacks a date of the two is left out."""
    rows = [
        row
        for row in catalogue.publications(first=period.first, last=period.last)
        if level is None or level in row.levels
    ]
    sets: dict[str, frozenset[int]] = dict.fromkeys(
        ("decided", "decided_in_time", "publicised", "publicised_in_time"), frozenset()
    )
    if not rows:
        return Published(sets, {})
    days = [day for row in rows for day in (row.decided_on, row.effective_on, row.publicised_on) if day is not None]
    judge = _Judge(
        tuple(PublicationLimit.objects.all()),
        organisations.get_calendar(agency_id=None, start=min(days) - _REACH, end=max(days) + _REACH),
    )
    for name, moment, verdict_of in (
        ("decided", lambda row: row.decided_on, judge.is_decided_in_time),
        ("publicised", lambda row: row.publicised_on, judge.is_publicised_in_time),
    ):
        sets |= _sorted(name, (row for row in rows if _is_within(moment(row), period)), verdict_of)
    return Published(sets, {row.procedure_id: row for row in rows})


def _is_within(day: date | None, period: Period) -> bool:
    return day is not None and period.first <= day < period.after


def _sorted(
    name: str, rows: Iterable[catalogue.Publication], verdict_of: Callable[[catalogue.Publication], bool | None]
) -> dict[str, frozenset[int]]:
    verdicts: dict[int, bool] = {}
    for row in rows:
        verdict = verdict_of(row)
        if verdict is not None:
            verdicts[row.procedure_id] = verdicts.get(row.procedure_id, True) and verdict
    return {
        name: frozenset(verdicts),
        f"{name}_in_time": frozenset(number for number, is_in_time in verdicts.items() if is_in_time),
    }
