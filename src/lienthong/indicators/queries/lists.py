"""The dossiers behind a figure: the same predicate as the count, in keyset pages or as a stream."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from lienthong.dossiers.api import DossierStatus
from lienthong.indicators import measures
from lienthong.indicators.models import DossierFact, Outcome, Timing
from lienthong.indicators.periods import Period
from lienthong.indicators.queries.figures import Scope
from lienthong.kernel.paging import Page, keyset

MAX_PAGE = 100
_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dossiers: those behind a sum of measures of a scope in a period."""

    scope: Scope
    period: Period
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactRow:
    """One dossier of a list, without anything about the person."""

    pk: int
    uuid: UUID
    code: str
    procedure_code: str
    agency: str
    agency_ids: Sequence[int]
    channel: int
    status: int
    submitted_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    paused_at: datetime | None
    ended_at: datetime | None
    late_from: datetime | None
    outcome: str
    timing: str
    rounds: int

    @property
    def outcome_label(self) -> str:
        """Say how it ended."""
        return str(Outcome(self.outcome).label)

    @property
    def timing_label(self) -> str:
        """Say whether it ended in time."""
        return str(Timing(self.timing).label)

    @property
    def status_badge(self) -> str:
        """Give the key under which the status is registered for badges."""
        return f"dossiers.{DossierStatus(self.status).name}"


def predicate(wanted: Wanted, *, now: datetime) -> Q:
    """Give the condition that both the count and the list use."""
    end = wanted.period.until(now)
    found = Q(pk__in=[])
    for key in wanted.keys:
        # What is received or ended lies never after now; what will be late may, and what stands open is asked for now.
        measure = measures.MEASURES.get(key)
        is_past = measure is not None and measure.moment != measures.FORESEEN
        until = wanted.period.end if is_past else end
        found |= measures.predicate([key], start=wanted.period.start, end=until)
    return wanted.scope.filter() & found


_FIELDS = (
    "pk", "uuid", "code", "procedure_code", "agency_name", "agency_ids", "channel", "status",
    "submitted_at", "received_at", "due_at", "paused_at", "ended_at", "late_from", "outcome", "timing", "rounds",
)  # fmt: skip


def _rows(condition: Q) -> QuerySet[Any, Any]:
    named = DossierFact.objects.filter(condition).annotate(
        procedure_code=F("procedure__code"), agency_name=F("agency__name")
    )
    rows: QuerySet[Any, Any] = named.values(*_FIELDS)
    return rows


def list_behind(*, wanted: Wanted, cursor: str | None, size: int, now: datetime) -> Page[FactRow]:
    """List the dossiers behind a figure, the newest first; one statement whatever their number."""
    page = keyset(_rows(predicate(wanted, now=now)), order=("-pk",), cursor=cursor, size=min(max(size, 1), MAX_PAGE))
    return Page(tuple(_row(dict(row)) for row in page.items), page.next_cursor, page.previous_cursor)


def stream_behind(*, wanted: Wanted, now: datetime) -> Iterator[FactRow]:
    """Give the same dossiers one by one from a cursor of the database, in the order of their numbers."""
    for row in _rows(predicate(wanted, now=now)).order_by("pk").iterator(chunk_size=_CHUNK):
        yield _row(dict(row))


def _row(values: dict[str, object]) -> FactRow:
    return FactRow(agency=values.pop("agency_name"), **values)  # type: ignore[arg-type]


def count_behind(*, wanted: Wanted, now: datetime) -> int:
    """Count the list; equal to the figure, which is what the figures are proved by."""
    return DossierFact.objects.filter(predicate(wanted, now=now)).count()


def late_now(*, scope: Scope, now: datetime, cursor: str | None, size: int) -> Page[FactRow]:
    """List the dossiers that stand late, the longest late first."""
    rows = _rows(scope.filter() & measures.standing_at(measures.OPEN_LATE, now))
    page = keyset(rows, order=("late_from", "pk"), cursor=cursor, size=min(max(size, 1), MAX_PAGE))
    return Page(tuple(_row(dict(row)) for row in page.items), page.next_cursor, page.previous_cursor)
