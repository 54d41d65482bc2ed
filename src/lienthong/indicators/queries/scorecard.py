"""The scorecard: every indicator of the index for some agencies in a period, the trend, and the ranking."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from lienthong.catalogue import api as catalogue
from lienthong.indicators import formulas, periods, scoring
from lienthong.indicators.models import IndicatorDefinition, IndicatorGroup, RatingBand
from lienthong.indicators.periods import Period
from lienthong.indicators.queries import figures, publication
from lienthong.indicators.queries.definitions import Index
from lienthong.indicators.queries.figures import Scope, Sums
from lienthong.kernel import clock
from lienthong.payments import api as payments

#: Measures that pages show beside the index.
SHOWN = ("received", "received_online", "ended", "ended_early", "ended_on_time", "ended_late", "minutes", "open",
         "open_late")  # fmt: skip
#: What tells which procedures were used.
USE = ("received_online", "fee_due", "fee_online")


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator with its figure and points."""

    definition: IndicatorDefinition
    formula: formulas.Formula
    share: scoring.Share
    points: Decimal | None

    @property
    def has_list(self) -> bool:
        """Say whether a list stands behind the figure."""
        return self.share.numerator is not None and self.formula.subject != "nothing"


@dataclass(frozen=True, slots=True)
class GroupCard:
    """One group of the index."""

    key: str
    label: str
    lines: tuple[Line, ...]
    sum: scoring.Sum

    @property
    def percent(self) -> Decimal | None:
        """Give the group's points in percent of the points that have data."""
        return self.sum.earned * 100 / self.sum.possible if self.sum.possible else None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The whole index, and the plain sums around it."""

    period: Period
    groups: tuple[GroupCard, ...]
    sum: scoring.Sum
    band: RatingBand | None
    sums: Sums

    @property
    def days(self) -> Decimal | None:
        """Give the average days a settled dossier took, waits for the applicant left out (indicator 2.2)."""
        if not self.sums["ended"]:
            return None
        return Decimal(self.sums["minutes"]) / self.sums["ended"] / (24 * 60)

    def line(self, formula: str) -> Line | None:
        """Find an indicator by its formula."""
        return next((line for group in self.groups for line in group.lines if line.formula.key == formula), None)


@dataclass(frozen=True, slots=True)
class Named:
    """A procedure as a list shows it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Services:
    """The procedures behind the indicators that count procedures, by what they are counted for.

    :ivar named: code and name of each.
    """

    sets: Mapping[str, frozenset[int]]
    named: Mapping[int, Named]

    def share(self, formula: formulas.Formula) -> scoring.Share:
        """Divide the counted procedures."""
        return scoring.Share(self._count(formula.numerator, formula.denominator), self._count(formula.denominator))

    def _count(self, keys: Iterable[str], also: Iterable[str] = ()) -> int:
        return len(self.of(keys, also))

    def of(self, keys: Iterable[str], also: Iterable[str] = ()) -> frozenset[int]:
        """Give the procedures counted for all the keys."""
        return frozenset.intersection(*(self.sets[key] for key in (*keys, *also)))

    def list(self, keys: Iterable[str]) -> tuple[Named, ...]:
        """List the procedures counted for all the keys, in the order of their codes."""
        return tuple(sorted((self.named[number] for number in self.of(keys)), key=lambda row: row.code))


def scorecard(*, scope: Scope, level: str | None, period: Period, index: Index, now: datetime) -> Scorecard:
    """Compute the index; one statement for whole months, others for days at the edge.

    :param level: keep the procedures that this level of government decides; None for all.
    """
    keys = (*SHOWN, *_keys(index))
    by_procedure = figures.tally(scope=scope, period=period, keys=(*keys, *USE), by=("procedure_id",), now=now)
    sums = {key: sum(cell[key] for cell in by_procedure.values()) for key in (*keys, *USE)}
    known = services(by_procedure=by_procedure, level=level, period=period, now=now)
    return _card(period, index, sums, known)


def services(*, by_procedure: figures.Grouped, level: str | None, period: Period, now: datetime) -> Services:
    """Sort the procedures in force at a period's end, and those published in it, into the sets that formulas name."""
    on = min(period.last, clock.local_date(now))
    offered = [row for row in catalogue.service_coverage(on=on) if level is None or level in row.levels]
    fees = payments.fee_coverage(on=on)
    published = publication.published(period=period, level=level)
    every = frozenset(row.procedure_id for row in offered)

    def used(key: str) -> frozenset[int]:
        return frozenset(number for (number,), cell in by_procedure.items() if cell[key] > 0)

    return Services(
        {
            "all": every,
            "complete": frozenset(row.procedure_id for row in offered if row.is_complete),
            "online": frozenset(row.procedure_id for row in offered if row.is_online),
            "used": used("received_online"),
            "charged": used("fee_due"),
            "paid": used("fee_online"),
            "priced": frozenset(row.procedure_id for row in offered if row.has_fee or row.code in fees.charged),
            "payable": frozenset(row.procedure_id for row in offered if row.code in fees.payable),
            "undecided": frozenset(row.procedure_id for row in offered if not row.has_decision_dates),
            "unpublicised": frozenset(row.procedure_id for row in offered if not row.has_portal_dates),
            **published.sets,
        },
        {number: Named(row.code, row.name) for number, row in published.named.items()}
        | {row.procedure_id: Named(row.code, row.name) for row in offered},
    )


def _keys(index: Index) -> tuple[str, ...]:
    wanted = [formulas.FORMULAS[row.formula] for row in index.definitions]
    return tuple(
        dict.fromkeys(key for row in wanted if row.subject == "dossiers" for key in (*row.numerator, *row.denominator))
    )


def share_of(formula: formulas.Formula, sums: Mapping[str, int], known: Services | None) -> scoring.Share:
    """Divide what a formula names."""
    match formula.subject:
        case "dossiers":
            above, below = (sum(sums[key] for key in part) for part in (formula.numerator, formula.denominator))
            return scoring.Share(above, below) if below else scoring.NO_SOURCE
        case "procedures" if known is not None:
            found = known.share(formula)
            return found if found.denominator else scoring.NO_SOURCE
        case _:
            return scoring.NO_SOURCE


def _card(period: Period, index: Index, sums: Sums, known: Services | None) -> Scorecard:
    lines = _lines(index, sums, known)
    groups = []
    for key, label in IndicatorGroup.choices:
        own = tuple(line for line in lines if line.definition.group == key)
        if own:
            groups.append(GroupCard(key, str(label), own, _sum(own, index)))
    whole = _sum(lines, index)
    return Scorecard(period, tuple(groups), whole, index.band(whole.total), sums)


def _lines(index: Index, sums: Sums, known: Services | None) -> list[Line]:
    """Give each indicator its points; without services only those that count dossiers."""
    lines = []
    for definition in index.definitions:
        formula = formulas.FORMULAS[definition.formula]
        if known is None and formula.subject != "dossiers":
            continue
        share = share_of(formula, sums, known)
        points = scoring.score(share=share, maximum=definition.maximum, target=definition.target)
        lines.append(Line(definition, formula, share, points))
    return lines


def _sum(lines: Iterable[Line], index: Index) -> scoring.Sum:
    return scoring.add_up(((line.points, line.definition.maximum) for line in lines), no_data=index.no_data)


@dataclass(frozen=True, slots=True)
class RankedAgency:
    """One agency among others, by its points from indicators that count dossiers, in percent of their maxima."""

    rank: int | None
    agency_id: int
    percent: Decimal | None
    on_time: scoring.Share
    sums: Sums


def ranking(*, scope: Scope, period: Period, index: Index, now: datetime) -> tuple[RankedAgency, ...]:
    """Rank the deciding agencies of a scope; equal points share a rank (1, 1, 3). Constant statements."""
    keys = (*SHOWN, *_keys(index))
    by_agency = figures.tally(scope=scope, period=period, keys=keys, by=("agency_id",), now=now)
    active = {number: sums for (number,), sums in by_agency.items() if any(sums.values())}
    earned = {number: _sum(_lines(index, sums, None), index) for number, sums in active.items()}
    totals = [
        (number, None if one.total is None else scoring.rounded(one.total * 100 / one.maximum))
        for number, one in earned.items()
    ]
    return tuple(
        RankedAgency(rank, number, total, share_of(formulas.FORMULAS["on_time"], active[number], None), active[number])
        for rank, number, total in scoring.ranks(totals)
    )


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """One month of the trend."""

    month: date
    sums: Sums
    on_time: scoring.Share

    @property
    def period(self) -> Period:
        """Give the month as a period."""
        return periods.month(self.month)


def trend(*, scope: Scope, last: date, count: int, now: datetime) -> tuple[MonthPoint, ...]:
    """Show the months up to one, the oldest first: received, settled, in time; constant statements."""
    after = periods.month(last).after
    formula = formulas.FORMULAS["on_time"]
    keys = ("received", "received_online", "ended", "ended_late", "open", *formula.numerator, *formula.denominator)
    found = figures.by_month(scope=scope, first=periods.add_months(after, -count), after=after, keys=keys, now=now)
    return tuple(MonthPoint(month, sums, share_of(formula, sums, None)) for month, sums in sorted(found.items()))
