"""Scores of agencies and officials over a quarter or a year, and the dossiers behind each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.dossiers import oversight_policies
from lienthong.dossiers.models import DossierScore, ScoreBand, ScoreIndicator
from lienthong.kernel.errors import InvalidError, NotFoundError
from lienthong.kernel.paging import Page, keyset
from lienthong.organisations import api as organisations

Who = Literal["agency", "official"]
_TENTH = Decimal("0.1")
_QUARTERS = {1: (1, 4), 2: (4, 7), 3: (7, 10), 4: (10, 13)}
_FIRST_YEAR, _LAST_YEAR = 2018, 2100
_MOST_SUBJECTS = 500


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter (``2026-Q4``) or a year (``2026``): from ``first`` to before ``end``."""

    key: str
    first: date
    end: date

    @property
    def label(self) -> str:
        """Name the period."""
        year, _sep, quarter = self.key.partition("-Q")
        if quarter:
            return _("Quý %(quarter)s/%(year)s") % {"quarter": quarter, "year": year}
        return _("Năm %(year)s") % {"year": year}


@dataclass(frozen=True, slots=True)
class Cell:
    """The average of one indicator, to one decimal; None without any dossier that has it."""

    key: str
    average: Decimal | None
    count: int


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """The score of one agency or official.

    :ivar total: the sum of the averages shown; ``band`` is None while an indicator has no dossier yet.
    """

    who: Who
    id: int
    uuid: str
    name: str
    dossiers: int
    cells: tuple[Cell, ...]
    total: Decimal
    band: ScoreBand | None

    @property
    def is_complete(self) -> bool:
        """Say whether every indicator has at least one dossier."""
        return all(cell.average is not None for cell in self.cells)

    @property
    def band_name(self) -> str:
        """Name the band in the language of the screen."""
        return words(self.band.name, self.band.name_en) if self.band else ""


def read_period(key: str) -> Period:
    """Read ``2026`` or ``2026-Q4``.

    :raises InvalidError: for anything else.
    """
    year_text, sep, quarter_text = key.partition("-Q")
    if year_text.isascii() and year_text.isdigit() and (not sep or quarter_text in ("1", "2", "3", "4")):
        year = int(year_text)
        if _FIRST_YEAR <= year <= _LAST_YEAR:
            start, stop = _QUARTERS[int(quarter_text)] if sep else (1, 13)
            end = date(year + 1, 1, 1) if stop > 12 else date(year, stop, 1)  # noqa: PLR2004 - months of a year
            return Period(key, date(year, start, 1), end)
    raise InvalidError(_("Kỳ đánh giá không hợp lệ."), code="dossiers.period_invalid")


def periods_until(on: date) -> tuple[Period, ...]:
    """List the quarters of this year and the last one, newest first, and the two years."""
    keys = [f"{year}-Q{quarter}" for year in (on.year, on.year - 1) for quarter in (4, 3, 2, 1)]
    return tuple(period for period in map(read_period, [*keys, str(on.year), str(on.year - 1)]) if period.first <= on)


def indicators_on(*, on: date, who: Who) -> tuple[ScoreIndicator, ...]:
    """List the indicators in force that score an agency, or an official."""
    rows = ScoreIndicator.objects.in_force(on).order_by("number")
    return tuple(rows.filter(for_officials=True) if who == "official" else rows)


def agency_scores(*, principal: Principal, period: Period) -> tuple[ScoreRow, ...]:
    """Score the agencies where a person works; six statements whatever their number."""
    ids = oversight_policies.scored_agencies(principal)
    agencies = {pk: agency for pk, agency in organisations.get_agencies(ids=ids).items() if not agency.is_unit}
    named = {pk: (str(agency.uuid), agency.name) for pk, agency in agencies.items()}
    return _rows("agency", named, period, agency_ids=agencies.keys())


def official_scores(*, principal: Principal, agency_id: int, period: Period) -> tuple[ScoreRow, ...]:
    """Score the officials of an agency and its inner units, for its heads only.

    :raises NotFoundError: for an agency that the person does not head.
    """
    if agency_id not in oversight_policies.headed_agencies(principal):
        raise NotFoundError(_("Chỉ người phụ trách cơ quan xem được điểm của từng người."))
    units = organisations.descendant_ids(agency_id=agency_id, on=period.first, units_only=True) | {agency_id}
    ids = (
        DossierScore.objects.filter(
            agency_id__in=units, official__isnull=False, finished_on__gte=period.first, finished_on__lt=period.end
        )
        .values_list("official_id", flat=True)
        .distinct()[:_MOST_SUBJECTS]
    )
    officials = organisations.get_officials(ids=[pk for pk in ids if pk is not None])
    named = {pk: (str(row.uuid), row.full_name) for pk, row in officials.items()}
    return _rows("official", named, period, agency_ids=units)


def list_behind(
    *,
    principal: Principal,
    period: Period,
    agency_id: int,
    official_id: int | None,
    key: str,
    cursor: str | None,
    size: int = 50,
) -> Page[DossierScore]:
    """List the dossiers behind a score, newest first.

    :param key: an indicator, or empty for all.
    :raises NotFoundError: for what the person may not read.
    """
    if official_id is None and agency_id not in oversight_policies.scored_agencies(principal):
        raise NotFoundError(_("Bạn không xem được điểm của cơ quan này."))
    if official_id is not None and agency_id not in oversight_policies.headed_agencies(principal):
        raise NotFoundError(_("Chỉ người phụ trách cơ quan xem được điểm của từng người."))
    units = {agency_id}
    if official_id is not None:
        units |= organisations.descendant_ids(agency_id=agency_id, on=period.first, units_only=True)
    rows = DossierScore.objects.filter(agency_id__in=units, finished_on__gte=period.first, finished_on__lt=period.end)
    rows = rows.filter(official__isnull=True) if official_id is None else rows.filter(official_id=official_id)
    if key:
        rows = rows.filter(points__has_key=key)
    return keyset(
        rows.select_related("dossier__procedure_version__procedure"),
        order=("-finished_on", "-id"),
        cursor=cursor,
        size=size,
    )


def _rows(
    who: Who, named: dict[int, tuple[str, str]], period: Period, *, agency_ids: Collection[int]
) -> tuple[ScoreRow, ...]:
    indicators = indicators_on(on=period.first, who=who)
    bands = tuple(ScoreBand.objects.in_force(period.first).filter(subject=who).order_by("-at_least"))
    averages = _averages(who, sorted(agency_ids), period)
    counts = _counts(who, sorted(agency_ids), period)
    rows = []
    for pk, (uuid, name) in named.items():
        cells = tuple(Cell(indicator.key, *averages.get((pk, indicator.key), (None, 0))) for indicator in indicators)
        total = sum((cell.average for cell in cells if cell.average is not None), Decimal(0))
        complete = bool(cells) and all(cell.average is not None for cell in cells)
        band = next((band for band in bands if total >= band.at_least), None) if complete else None
        rows.append(ScoreRow(who, pk, uuid, name, counts.get(pk, 0), cells, total, band))
    return tuple(sorted(rows, key=lambda row: (-row.total, row.name)))


_AVERAGES = """
    SELECT {column}, point.key, avg(point.value::int), count(*)
      FROM dossiers_dossierscore score, jsonb_each_text(score.points) point
     WHERE score.agency_id = ANY(%s) AND score.official_id IS {null}
       AND score.finished_on >= %s AND score.finished_on < %s
     GROUP BY 1, 2
"""
_COUNTS = """
    SELECT {column}, count(DISTINCT score.dossier_id)
      FROM dossiers_dossierscore score
     WHERE score.agency_id = ANY(%s) AND score.official_id IS {null}
       AND score.finished_on >= %s AND score.finished_on < %s
     GROUP BY 1
"""


def _averages(who: Who, agency_ids: list[int], period: Period) -> dict[tuple[int, str], tuple[Decimal, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_for(who, _AVERAGES), [agency_ids, period.first, period.end])
        return {
            (pk, key): (Decimal(average).quantize(_TENTH, ROUND_HALF_UP), count)
            for pk, key, average, count in cursor.fetchall()
        }


def _counts(who: Who, agency_ids: list[int], period: Period) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_for(who, _COUNTS), [agency_ids, period.first, period.end])
        return dict(cursor.fetchall())


def _for(who: Who, statement: str) -> str:
    """Choose the column; both come from here, never from outside."""
    column, null = ("score.agency_id", "NULL") if who == "agency" else ("score.official_id", "NOT NULL")
    return statement.format(column=column, null=null)


def words(vietnamese: str, english: str) -> str:
    """Choose between two texts by the language of the screen."""
    return english if english and (get_language() or "vi").startswith("en") else vietnamese
