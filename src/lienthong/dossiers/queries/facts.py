"""What the figures of service need to know of dossiers: plain values, a constant number of statements a batch."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from lienthong.dossiers.models import (
    Dossier,
    DossierDocument,
    DossierStatus,
    HandlingComplaint,
    HistoryEntry,
    HistoryKind,
    NationalSync,
    Provenance,
    Rating,
    Result,
    ResultState,
    SupplementRequest,
)
from lienthong.dossiers.queries.detail import CHARGED
from lienthong.payments import api as payments

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
    :ivar paid_online: the fees were paid by transfer or through a gateway; None while nothing was paid.
    :ivar reused: a paper digitised earlier was used again; ``from_vault``: out of the applicant's vault. None
        when no paper was handed in.
    :ivar identified: the national eID has verified the applicant's data.
    :ivar synced: the national portal knows the dossier; None where this node sends nothing there ("no data", never 0).
    :ivar satisfaction: 1 not satisfied, 2 satisfied, 3 very satisfied; None where nobody has rated.
    :ivar complaint: a complaint about its handling was filed.
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
    paid_online: bool | None
    reused: bool | None
    from_vault: bool | None
    identified: bool
    synced: bool | None
    satisfaction: int | None
    complaint: bool


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
    """Read a batch in a constant number of statements, whatever its size."""
    issued = Result.objects.filter(dossier=OuterRef("pk"), state=ResultState.ISSUED, file__isnull=False)
    rows = list(
        chosen.values(
            *_FIELDS,
            procedure_id=F("procedure_version__procedure_id"),
            online_level=F("procedure_version__online_level"),
            e_result=Exists(issued),
            satisfaction=Subquery(Rating.objects.filter(dossier=OuterRef("pk")).values("level")[:1]),
            complaint=Exists(HandlingComplaint.objects.filter(dossier=OuterRef("pk"))),
            verified_at=F("applicant__verified_at"),
            remote_id=Subquery(NationalSync.objects.filter(dossier=OuterRef("pk")).values("remote_id")[:1]),
        )
    )
    around = _Around({row["id"]: row["uuid"] for row in rows})
    return tuple(_facts(row, around) for row in rows)


class _Around:
    """What hangs on the dossiers of a batch."""

    def __init__(self, dossiers: Mapping[int, UUID]) -> None:
        ids = list(dossiers)
        self.supplements = _by_dossier(SupplementRequest.objects.filter(dossier__in=ids), "requested_at", "answered_at")
        self.demands = payments.demands_of(subject_type=CHARGED, subject_ids=dossiers.values())
        self.told = _by_dossier(HistoryEntry.objects.filter(dossier__in=ids, kind__in=_TOLD), "kind", "at")
        held = DossierDocument.objects.filter(dossier__in=ids, replaced_at__isnull=True).annotate(
            is_file=Coalesce(Q(file__isnull=False), Value(value=False), output_field=BooleanField())
        )
        self.papers = _by_dossier(held, "is_file", "origin")


def _by_dossier(rows: QuerySet, *fields: str) -> dict[int, list[tuple]]:  # type: ignore[type-arg]
    found: dict[int, list[tuple]] = defaultdict(list)  # type: ignore[type-arg]
    for dossier_id, *values in rows.order_by("id").values_list("dossier_id", *fields):
        found[dossier_id].append(tuple(values))
    return found


def _facts(row: dict, around: _Around) -> DossierFacts:  # type: ignore[type-arg]
    number = row["id"]
    level = row.pop("online_level")
    supplements = around.supplements[number]
    demands = around.demands.get(row["uuid"], ())
    paid = [demand.is_online for demand in demands if demand.amount > 0 and demand.is_online is not None]
    is_from_vault = any(origin == Provenance.VAULT for _is_file, origin in around.papers[number])
    verified_at, remote_id = row.pop("verified_at"), row.pop("remote_id")
    told = around.told[number]
    papers = around.papers[number]
    closings = [at for kind, at in told if kind in (HistoryKind.NOT_RECEIVED, HistoryKind.WITHDRAWN)]
    closed = row["status"] in (DossierStatus.NOT_RECEIVED, DossierStatus.WITHDRAWN)
    waits = [*supplements, *_blocking(demands), *_stops(told)]
    return DossierFacts(
        **{**row, "agency_ids": tuple(row["agency_ids"])},
        is_full_online=level == "full",
        closed_at=closings[-1] if closed and closings else None,
        is_refused=any(kind == HistoryKind.REFUSED for kind, _at in told),
        waits=tuple(sorted(waits, key=lambda wait: wait[0])),
        rounds=len(supplements),
        has_fee=any(demand.amount > 0 for demand in demands),
        digitised=all(is_file for is_file, _origin in papers) if papers else None,
        paid_online=all(paid) if paid else None,
        reused=is_from_vault if papers else None,
        from_vault=is_from_vault if papers else None,
        identified=verified_at is not None,
        synced=None if remote_id is None else remote_id != "",
    )


def _blocking(demands: Iterable[payments.Demand]) -> list[Span]:
    """Give the times in which the process waited for money."""
    return [(demand.asked_at, demand.closed_at) for demand in demands if demand.is_blocking]


def _stops(told: Iterable[tuple[str, datetime]]) -> list[Span]:
    """Pair each stop with the resumption after it."""
    spans: list[Span] = []
    for kind, at in told:
        if kind == HistoryKind.STOPPED:
            spans.append((at, None))
        elif kind == HistoryKind.RESUMED and spans and spans[-1][1] is None:
            spans[-1] = (spans[-1][0], at)
    return spans
