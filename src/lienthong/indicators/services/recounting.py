"""Counting everything anew from the dossiers: the proof of the kept figures, and their first making after a load."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, DateField, QuerySet, Sum
from django.db.models.functions import TruncMonth

from lienthong.dossiers import api as dossiers
from lienthong.indicators import facts, measures
from lienthong.indicators.models import DossierFact, Figure
from lienthong.indicators.services import keeping
from lienthong.kernel import clock

_CELL = ("agency_id", "procedure_id", "month")
_COLUMNS = tuple(measures.MEASURES)
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that is not what the facts say: both values of the measure."""

    agency_id: int
    procedure_id: int
    month: date
    measure: str
    kept: int
    counted: int


@dataclass(frozen=True, slots=True)
class Check:
    """What a comparison found.

    :ivar facts: how many dossiers were compared; ``wrong_facts`` the codes of those whose fact differs or is missing.
    :ivar cells: how many cells hold something; ``differences`` the first of those that differ.
    """

    facts: int
    wrong_facts: tuple[str, ...]
    cells: int
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        """Say whether every figure is what a recount gives."""
        return not self.wrong_facts and not self.differences


def recount() -> int:
    """Read every dossier anew, then count every cell anew; give the number of cells.

    Facts are renewed batch by batch beside the running service; the cells in one transaction that keepers wait for.
    """
    keeping.keep_all()
    return rebuild_figures()


def rebuild_figures() -> int:
    """Replace all cells by what the facts say."""
    query, params = _counted_sql()
    names = ", ".join((*_CELL, *_COLUMNS))
    table = Figure._meta.db_table  # noqa: SLF001 - Django's own door
    with transaction.atomic():
        keeping.lock_keepers_out()
        Figure.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} ({names}) {query}", params)
            cursor.execute(f"ANALYZE {table}")
        return Figure.objects.count()


def check(*, size: int = 500) -> Check:
    """Compare every fact with its dossier and every cell with the facts, changing nothing.

    Facts that an undelivered event is about to correct count as wrong: run it with an empty queue.
    """
    compared, wrong, last = 0, [], 0
    while batch := dossiers.facts_after(dossier_id=last, size=size):
        known = DossierFact.objects.in_bulk([told.id for told in batch])
        for told in batch:
            row = known.get(told.id)
            if row is None or any(getattr(row, name) != value for name, value in facts.describe(told).items()):
                wrong.append(told.code)
        compared, last = compared + len(batch), batch[-1].id
    cells, differences = _compare_cells()
    return Check(compared, tuple(wrong[:_SHOWN]), cells, differences)


def _compare_cells() -> tuple[int, tuple[Difference, ...]]:
    query, params = _counted_sql()
    names = ", ".join((*_CELL, *_COLUMNS))
    table = Figure._meta.db_table  # noqa: SLF001 - Django's own door
    differs = " OR ".join(f"COALESCE(kept.{name}, 0) <> COALESCE(counted.{name}, 0)" for name in _COLUMNS)
    pairs = ", ".join(f"COALESCE(kept.{name}, 0), COALESCE(counted.{name}, 0)" for name in _COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor:
        keeping.lock_keepers_out()
        cursor.execute(
            f"SELECT agency_id, procedure_id, month, {pairs} FROM (SELECT {names} FROM {table}) kept"  # noqa: S608
            f" FULL JOIN ({query}) counted USING (agency_id, procedure_id, month) WHERE {differs} LIMIT {_SHOWN}",
            params,
        )
        rows = cursor.fetchall()
    found = [
        Difference(
            agency_id=row[0], procedure_id=row[1], month=row[2], measure=name, kept=int(kept), counted=int(counted)
        )
        for row in rows
        for name, kept, counted in zip(_COLUMNS, row[3::2], row[4::2], strict=True)
        if kept != counted
    ]
    return Figure.objects.count(), tuple(found[:_SHOWN])


def _counted_sql() -> tuple[str, list[Any]]:
    """Compose the recount from the measures' own conditions: one grouped count for each kind of moment."""
    parts: list[str] = []
    params: list[Any] = []
    for moment in measures.MOMENTS:
        own = [measure for measure in measures.MEASURES.values() if measure.moment == moment]
        sql, given = _grouped(moment, own).query.sql_with_params()
        mine = {measure.key for measure in own}
        columns = ", ".join(f"{'sum_of_' + name if name in mine else '0'} AS {name}" for name in _COLUMNS)
        parts.append(f"SELECT {', '.join(_CELL)}, {columns} FROM ({sql}) of_{moment}")  # noqa: S608 - our own names
        params += given
    sums = ", ".join(f"sum({name}) AS {name}" for name in _COLUMNS)
    whole = " UNION ALL ".join(parts)
    names = ", ".join(_CELL)
    return f"SELECT {names}, {sums} FROM ({whole}) every GROUP BY {names}", params  # noqa: S608 - our own names


def _grouped(moment: str, own: Iterable[measures.Measure]) -> QuerySet[Any, Any]:
    cells = DossierFact.objects.filter(**{f"{moment}__isnull": False}).annotate(
        month=TruncMonth(moment, tzinfo=clock.VIETNAM, output_field=DateField())
    )
    return (
        cells.values("agency_id", "procedure_id", "month")
        .annotate(
            **{
                f"sum_of_{measure.key}": Sum(measure.amount, filter=measure.condition(), default=0)
                if measure.amount
                else Count("pk", filter=measure.condition())
                for measure in own
            }
        )
        .order_by()
    )
