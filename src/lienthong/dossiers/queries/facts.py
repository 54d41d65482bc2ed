"""What the figures of service need to know of dossiers: plain values, a constant number of statements a batch."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from lienthong.dossiers.models import (
    Dossier,
    DossierDocument,
    DossierStatus,
    HistoryEntry,
    HistoryKind,
    PaymentRequest,
    Result,
    ResultState,
    SupplementRequest,
)

Span = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierFacts:
    """One dossier as statistics see it; no personal data.

    :ivar closed_at: when it was withdrawn, or refused at the door; other ends stand in ``done_at``.
    :ivar is_refused: the answer after reception was a refusal (form 03).
    :ivar waits: when the clock stood still, from and to; an open end for the wait of now.
    :ivar rounds: how often the applicant was asked for papers.
    :ivar has_fee: a financial duty above 0 đồng was asked for.
    :ivar e_result: the result in force is an issued electronic paper.
    :ivar digitised: every paper handed in is a file here; None when no paper was handed in.
    """

    id: int
    uuid: UUID
    code: str
    procedure_id: int
    is_full_online: bool
    receiving_agency_id: int
    competent_agency_id: int
    agency_ids: tuple[int, ...]
    channel: int
    status: int
    submitted_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    paused_at: datetime | None
    done_at: datetime | None
    returned_at: datetime | None
    closed_at: datetime | None
    is_refused: bool
    waits: tuple[Span, ...]
    rounds: int
    has_fee: bool
    e_result: bool
    digitised: bool | None

    # Not sent: nothing in the platform tells these yet, so they are None and figures say "no data", never 0.
    # Whoever builds a source fills the field in `_facts` below and lets DossierChanged follow its changes.
    paid_online: bool | None = None  # payments: the fee was paid through a gateway
    reused: bool | None = None  # vault: papers digitised earlier were used again
    from_vault: bool | None = None  # vault: papers came from the person's electronic store
    identified: bool | None = None  # accounts: the applicant's data came from the population database
    synced: bool | None = None  # national sync: the national portal has acknowledged the dossier
    satisfaction: int | None = None  # ratings: 1 not satisfied, 2 satisfied, 3 very satisfied
    complaint: bool | None = None  # ratings: a complaint about the dossier was filed; False where none was


def facts_of(*, dossier_uuids: Iterable[UUID]) -> tuple[DossierFacts, ...]:
    """Give the facts of the dossiers named, those that exist, in the order of their numbers."""
    return _read(Dossier.objects.filter(uuid__in=list(dossier_uuids)).order_by("id"))


def facts_after(*, dossier_id: int, size: int) -> tuple[DossierFacts, ...]:
    """Give the facts of the next dossiers in the order of their numbers, for going through all of them."""
    return _read(Dossier.objects.filter(pk__gt=dossier_id).order_by("id")[:size])


_FIELDS = (
    "id", "uuid", "code", "receiving_agency_id", "competent_agency_id", "agency_ids", "channel", "status",
    "submitted_at", "received_at", "due_at", "paused_at", "done_at", "returned_at",
)  # fmt: skip
_TOLD = (HistoryKind.REFUSED, HistoryKind.NOT_RECEIVED, HistoryKind.WITHDRAWN, HistoryKind.STOPPED, HistoryKind.RESUMED)


def _read(chosen: QuerySet[Dossier]) -> tuple[DossierFacts, ...]:
    """Read a batch in five statements, whatever its size."""
    issued = Result.objects.filter(dossier=OuterRef("pk"), state=ResultState.ISSUED, file__isnull=False)
    rows = list(
        chosen.values(
            *_FIELDS,
            procedure_id=F("procedure_version__procedure_id"),
            online_level=F("procedure_version__online_level"),
            e_result=Exists(issued),
        )
    )
    ids = [row["id"] for row in rows]
    return tuple(_facts(row, read) for read in [_Around(ids)] for row in rows)


class _Around:
    """What hangs on the dossiers of a batch."""

    def __init__(self, ids: Sequence[int]) -> None:
        self.supplements = _by_dossier(SupplementRequest.objects.filter(dossier__in=ids), "requested_at", "answered_at")
        self.payments = _by_dossier(PaymentRequest.objects.filter(dossier__in=ids), "requested_at", "paid_at", "amount")
        self.told = _by_dossier(HistoryEntry.objects.filter(dossier__in=ids, kind__in=_TOLD), "kind", "at")
        held = DossierDocument.objects.filter(dossier__in=ids, replaced_at__isnull=True).annotate(
            is_file=Coalesce(Q(file__isnull=False), Value(value=False), output_field=BooleanField())
        )
        self.papers = _by_dossier(held, "is_file")


def _by_dossier(rows: QuerySet, *fields: str) -> dict[int, list[tuple]]:  # type: ignore[type-arg]
    found: dict[int, list[tuple]] = defaultdict(list)  # type: ignore[type-arg]
    for dossier_id, *values in rows.order_by("id").values_list("dossier_id", *fields):
        found[dossier_id].append(tuple(values))
    return found


def _facts(row: dict, around: _Around) -> DossierFacts:  # type: ignore[type-arg]
    number = row["id"]
    level = row.pop("online_level")
    supplements = around.supplements[number]
    payments = around.payments[number]
    told = around.told[number]
    papers = around.papers[number]
    closings = [at for kind, at in told if kind in (HistoryKind.NOT_RECEIVED, HistoryKind.WITHDRAWN)]
    closed = row["status"] in (DossierStatus.NOT_RECEIVED, DossierStatus.WITHDRAWN)
    waits = [*supplements, *((asked, paid) for asked, paid, _amount in payments), *_stops(told)]
    return DossierFacts(
        **{**row, "agency_ids": tuple(row["agency_ids"])},
        is_full_online=level == "full",
        closed_at=closings[-1] if closed and closings else None,
        is_refused=any(kind == HistoryKind.REFUSED for kind, _at in told),
        waits=tuple(sorted(waits, key=lambda wait: wait[0])),
        rounds=len(supplements),
        has_fee=any(amount > 0 for *_times, amount in payments),
        digitised=all(is_file for (is_file,) in papers) if papers else None,
    )


def _stops(told: Iterable[tuple[str, datetime]]) -> list[Span]:
    """Pair each stop with the resumption after it."""
    spans: list[Span] = []
    for kind, at in told:
        if kind == HistoryKind.STOPPED:
            spans.append((at, None))
        elif kind == HistoryKind.RESUMED and spans and spans[-1][1] is None:
            spans[-1] = (spans[-1][0], at)
    return spans
