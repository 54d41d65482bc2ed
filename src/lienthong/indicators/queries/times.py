"""How long things take: whole dossiers by procedure, and each step by unit and officer; average, median, 90 of 100."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Avg, Count, F, FloatField, QuerySet

from lienthong.indicators.models import DossierFact, StepFact
from lienthong.indicators.periods import Period
from lienthong.indicators.queries.figures import Scope

_MOST = 200


class Percentile(Aggregate):
    """``percentile_cont``: the value below which a share of the rows lies."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, expression: str, *, share: float) -> None:
        super().__init__(expression, share=share)


@dataclass(frozen=True, slots=True)
class TimeRow:
    """How long something took, in minutes.

    :ivar keys: what the row is about, in the order asked for.
    """

    keys: tuple[Any, ...]
    count: int
    average: float
    median: float
    ninety: float


def _rows(facts: QuerySet[Any], by: Sequence[str]) -> tuple[TimeRow, ...]:
    found = (
        facts.order_by()
        .values(*by)
        .annotate(
            number=Count("pk"),
            average=Avg("minutes"),
            median=Percentile("minutes", share=0.5),
            ninety=Percentile("minutes", share=0.9),
        )
        .order_by("-ninety", *by)[:_MOST]
    )
    return tuple(
        TimeRow(tuple(row[name] for name in by), row["number"], row["average"], row["median"], row["ninety"])
        for row in found
    )


def by_procedure(*, scope: Scope, period: Period) -> tuple[TimeRow, ...]:
    """Tell how long settled dossiers took, waits left out, the slowest procedures first; one statement.

    Keys: code of the procedure, its number.
    """
    ended = DossierFact.objects.filter(
        scope.filter(), ended_at__gte=period.start, ended_at__lt=period.end, received_at__isnull=False
    )
    return _rows(ended.annotate(procedure_code=F("procedure__code")), ("procedure_code", "procedure_id"))


def by_step(*, scope: Scope, period: Period) -> tuple[TimeRow, ...]:
    """Tell how long each step took from its opening to its end, the slowest first. Keys: name of the step."""
    return _rows(_steps(scope, period).annotate(name=F("step__name")), ("name",))


def by_unit(*, scope: Scope, period: Period) -> tuple[TimeRow, ...]:
    """Tell the same for each unit. Keys: name of the unit, name of the step."""
    named = _steps(scope, period).annotate(unit=F("agency__name"), name=F("step__name"))
    return _rows(named, ("unit", "name"))


def by_officer(*, agency_ids: Iterable[int], period: Period) -> tuple[TimeRow, ...]:
    """Tell the same for each officer, only of units whose work the reader assigns.

    Keys: number of the account, name of the officer, name of the step.

    :param agency_ids: what :func:`lienthong.indicators.policies.officers_of` gave.
    """
    own = _steps(Scope(frozenset(agency_ids)), period).filter(account__isnull=False)
    named = own.annotate(officer=F("account__official__full_name"), name=F("step__name"))
    return _rows(named, ("account_id", "officer", "name"))


def _steps(scope: Scope, period: Period) -> QuerySet[StepFact]:
    return StepFact.objects.filter(scope.filter(), done_at__gte=period.start, done_at__lt=period.end)
