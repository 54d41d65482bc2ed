"""Sums of measures over agencies, procedures and time: months from the cells, days at the edges from the facts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Aggregate, Count, DateField, Q, QuerySet, Sum
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

    def take(self, rows: QuerySet[Any], named: Mapping[str, Aggregate]) -> None:
        """Let the database sum rows up by the groups, and add what it gives."""
        names = list(named)
        wanted = {_PREFIX + name: aggregate for name, aggregate in named.items()}
        rows = rows.order_by()
        for row in rows.values(*self.by).annotate(**wanted) if self.by else (rows.aggregate(**wanted),):
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
    """Sum measures for each month of a span, standing ones at each month's end (or now, while it runs).

    What stands at a month's end is what stands now, less what began since and more what ended since; so no month
    before the span is read. Two statements, one for standing measures, and the edge of now.
    """
    wanted = tuple(dict.fromkeys(keys))
    shown = periods.months(first, after)
    found = {month: dict.fromkeys(wanted, 0) for month in shown}
    if not shown:
        return found
    counted = sorted({key for key in wanted if key not in measures.STANDING})
    standing = [key for key in wanted if key in measures.STANDING]
    parts = sorted({part for key in standing for part in measures.STANDING[key]})
    end = now if standing else min(periods.beginning(after), now)
    sums = _Sums(("month",))
    _add(sums, scope, sorted({*counted, *parts}), periods.beginning(first), end, now)
    for month, cell in found.items():
        cell.update({key: sums.rows[month,].get(key, 0) for key in counted})
    if standing:
        present = _Sums(())
        _stand_now(present, scope, standing, now)
        for key in standing:
            _walk_back(found, key, present.rows[()].get(key, 0), sums.rows)
    return found


def _walk_back(found: dict[date, Sums], key: str, stands: int, changed: Grouped) -> None:
    """Fill in what stood at the end of each month shown, from what stands now."""
    begun, ended = measures.STANDING[key]
    for month in sorted({*found, *(month for (month,) in changed)}, reverse=True):
        if month in found:
            found[month][key] = stands
        cell = changed.get((month,), {})
        stands += cell.get(ended, 0) - cell.get(begun, 0)


def _add(sums: _Sums, scope: Scope, keys: Sequence[str], start: datetime | None, end: datetime, now: datetime) -> None:
    """Sum counted measures from an instant (or the beginning) to another, each by its own kind of moment.

    Whole months come from the cells by one statement; days at an edge from the facts.
    """
    first = None if start is None else clock.local_date(start)
    whole_from = None
    if start is not None and first is not None:
        whole_from = first if first.day == 1 and start == periods.beginning(first) else periods.month(first).after
    months: dict[str, date] = {}
    for own, until in _untils(keys, end, now):
        whole_to = clock.local_date(until).replace(day=1)
        if whole_from is not None and whole_from > whole_to:
            _edge(sums, scope, own, start, until)
            continue
        months.update(dict.fromkeys(own, whole_to))
        if start is not None and whole_from is not None and start < periods.beginning(whole_from):
            _edge(sums, scope, own, start, periods.beginning(whole_from))
        if periods.beginning(whole_to) < until:
            _edge(sums, scope, own, periods.beginning(whole_to), until)
    _whole(sums, scope, whole_from, months)


def _untils(keys: Sequence[str], end: datetime, now: datetime) -> Iterator[tuple[list[str], datetime]]:
    """Tell measures apart by how far they are counted: nothing is received or ended after now, so for these the month
    that runs counts as a whole month; what is foreseen counts to the instant."""
    foreseen = [key for key in keys if measures.MEASURES[key].moment == measures.FORESEEN]
    settled = [key for key in keys if measures.MEASURES[key].moment != measures.FORESEEN]
    if foreseen:
        yield foreseen, end
    if settled:
        yield settled, end if end < now else _month_after(end)


def _whole(sums: _Sums, scope: Scope, first: date | None, months: Mapping[str, date]) -> None:
    """Sum cells of whole months: from the first (or all) to each measure's own month."""
    last = max(months.values(), default=None)
    if last is None or (first is not None and first >= last):
        return
    cells = Figure.objects.filter(scope.filter(), month__lt=last)
    if first is not None:
        cells = cells.filter(month__gte=first)
    sums.take(cells, {key: Sum(key, filter=None if to == last else Q(month__lt=to)) for key, to in months.items()})


def _stand_now(sums: _Sums, scope: Scope, keys: Sequence[str], now: datetime) -> None:
    """Count what stands now from the open facts, which are few: one statement by an index of their own."""
    facts = DossierFact.objects.filter(scope.filter(), ended_at__isnull=True, received_at__isnull=False)
    sums.take(facts, {key: Count("pk", filter=measures.standing_at(key, now)) for key in keys})


def _month_after(moment: datetime) -> datetime:
    return periods.beginning(periods.month(clock.local_date(moment)).after)


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
        counts: dict[str, Aggregate] = {
            measure.key: Sum(measure.amount, filter=measure.condition(), default=0)
            if measure.amount
            else Count("pk", filter=measure.condition())
            for measure in own
        }
        sums.take(facts, counts)
