"""Sums of measures over agencies, procedures and time: months from the cells, days at the edges from the facts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, DateField, Q, Sum
from django.db.models.functions import TruncMonth

from lienthong.indicators import measures, periods
from lienthong.indicators.models import DossierFact, Figure
from lienthong.indicators.periods import Period
from lienthong.kernel import clock

#: By what sums may be told apart.
GROUPS = ("agency_id", "procedure_id", "month")
Sums = dict[str, int]
#: A sum may not bear the name of the column it sums.
_PREFIX = "sum_of_"
Grouped = dict[tuple[Any, ...], Sums]


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: nobody left out where a field is None.

    :ivar agency_ids: the agencies that decide.
    """

    agency_ids: frozenset[int] | None = None
    procedure_ids: frozenset[int] | None = None

    def filter(self) -> Q:
        """Give the condition; cells and facts bear the same names."""
        found = Q()
        if self.agency_ids is not None:
            found &= Q(agency_id__in=sorted(self.agency_ids))
        if self.procedure_ids is not None:
            found &= Q(procedure_id__in=sorted(self.procedure_ids))
        return found


@dataclass(slots=True)
class _Sums:
    by: Sequence[str]
    rows: Grouped = field(default_factory=lambda: defaultdict(dict))

    def take(self, rows: Iterable[Mapping[str, Any]], keys: Iterable[str]) -> None:
        """Add what a statement has summed up."""
        names = list(keys)
        for row in rows:
            cell = self.rows[tuple(row[name] for name in self.by)]
            for name in names:
                cell[name] = cell.get(name, 0) + int(row[_PREFIX + name] or 0)


def tally(*, scope: Scope, period: Period, keys: Iterable[str], by: Sequence[str] = (), now: datetime) -> Grouped:
    """Sum measures over a period, exact at this instant; standing ones at its end (or now, while it runs).

    One statement for whole months, one for standing measures, and for days at an edge one a kind of moment.

    :param by: names of :data:`GROUPS`; the keys of the answer are their values in this order. Standing measures by
        month would be those that began in it, so they are left to :func:`by_month`.
    """
    wanted = tuple(dict.fromkeys(keys))
    counted = [key for key in wanted if key not in measures.STANDING]
    sums = _Sums(by)
    if counted:
        _add(sums, scope, counted, period.start, period.until(now), now)
    standing = [key for key in wanted if key in measures.STANDING]
    if standing and period.end >= now:
        _stand_now(sums, scope, standing, now)
        standing = []
    for key in standing:
        begun, ended = measures.STANDING[key]
        whole = _Sums(by)
        _add(whole, scope, [begun, ended], None, period.end, now)
        for group, cell in whole.rows.items():
            sums.rows[group][key] = cell.get(begun, 0) - cell.get(ended, 0)
    return {group: {key: cell.get(key, 0) for key in wanted} for group, cell in sums.rows.items()}


def total(*, scope: Scope, period: Period, keys: Iterable[str], now: datetime) -> Sums:
    """Sum measures over a period, all together."""
    wanted = tuple(keys)
    return tally(scope=scope, period=period, keys=wanted, now=now).get((), dict.fromkeys(wanted, 0))


def by_month(*, scope: Scope, first: date, after: date, keys: Iterable[str], now: datetime) -> dict[date, Sums]:
    """Sum measures for each month of a span, standing ones at each month's end; two statements and the edge of now."""
    wanted = tuple(dict.fromkeys(keys))
    shown = periods.months(first, after)
    counted = sorted({key for key in wanted if key not in measures.STANDING})
    parts = sorted({part for key in wanted if key in measures.STANDING for part in measures.STANDING[key]})
    found = {month: dict.fromkeys(wanted, 0) for month in shown}
    if not shown:
        return found
    names = sorted({*counted, *parts})
    end = min(periods.beginning(after), now)
    sums = _Sums(("month",))
    _add(sums, scope, names, None if parts else periods.beginning(first), end, now)
    standing = dict.fromkeys(parts, 0)
    for (month,), cell in sorted(sums.rows.items()):
        for part in parts:
            standing[part] += cell.get(part, 0)
        if month in found:
            found[month].update({key: cell.get(key, 0) for key in counted})
        for later in shown:
            if later >= month:
                found[later].update(
                    {
                        key: standing[measures.STANDING[key][0]] - standing[measures.STANDING[key][1]]
                        for key in wanted
                        if key in measures.STANDING
                    }
                )
    return found


def _add(sums: _Sums, scope: Scope, keys: Sequence[str], start: datetime | None, end: datetime, now: datetime) -> None:
    """Sum counted measures from an instant (or the beginning) to another, each by its own kind of moment."""
    kinds: dict[bool, list[str]] = {True: [], False: []}
    for key in keys:
        kinds[measures.MEASURES[key].moment == measures.FORESEEN].append(key)
    for foreseen, own in kinds.items():
        if own:
            # Nothing is received or ended after now, so the month that runs counts as a whole month.
            _span(sums, scope, own, start, end if foreseen or end < now else _month_after(end))


def _stand_now(sums: _Sums, scope: Scope, keys: Sequence[str], now: datetime) -> None:
    """Count what stands now from the open facts, which are few: one statement by an index of their own."""
    facts = DossierFact.objects.filter(scope.filter(), ended_at__isnull=True, received_at__isnull=False)
    counts = {_PREFIX + key: Count("pk", filter=measures.standing_at(key, now)) for key in keys}
    sums.take(facts.order_by().values(*sums.by).annotate(**counts), keys)


def _month_after(moment: datetime) -> datetime:
    return periods.beginning(periods.month(clock.local_date(moment)).after)


def _span(sums: _Sums, scope: Scope, keys: Sequence[str], start: datetime | None, end: datetime) -> None:
    first = None if start is None else clock.local_date(start)
    whole_from = None
    if start is not None and first is not None:
        whole_from = first if first.day == 1 and start == periods.beginning(first) else periods.month(first).after
    whole_to = clock.local_date(end).replace(day=1)
    if whole_from is not None and whole_from > whole_to:
        _edge(sums, scope, keys, start, end)
        return
    cells = Figure.objects.filter(scope.filter(), month__lt=whole_to)
    if whole_from is not None:
        cells = cells.filter(month__gte=whole_from)
    if whole_from is None or whole_from < whole_to:
        sums.take(cells.order_by().values(*sums.by).annotate(**{_PREFIX + key: Sum(key) for key in keys}), keys)
    if start is not None and whole_from is not None and start < periods.beginning(whole_from):
        _edge(sums, scope, keys, start, periods.beginning(whole_from))
    if periods.beginning(whole_to) < end:
        _edge(sums, scope, keys, periods.beginning(whole_to), end)


def _edge(sums: _Sums, scope: Scope, keys: Sequence[str], start: datetime | None, end: datetime) -> None:
    """Count the facts of a span of days, by the conditions that the cells were counted with."""
    for moment in measures.MOMENTS:
        own = [measures.MEASURES[key] for key in keys if measures.MEASURES[key].moment == moment]
        if not own:
            continue
        facts = DossierFact.objects.filter(scope.filter(), **{f"{moment}__lt": end})
        if start is not None:
            facts = facts.filter(**{f"{moment}__gte": start})
        if "month" in sums.by:
            facts = facts.annotate(month=TruncMonth(moment, tzinfo=clock.VIETNAM, output_field=DateField()))
        counts = {
            _PREFIX + measure.key: Sum(measure.amount, filter=measure.condition(), default=0)
            if measure.amount
            else Count("pk", filter=measure.condition())
            for measure in own
        }
        sums.take(facts.order_by().values(*sums.by).annotate(**counts), [measure.key for measure in own])
