"""From what dossiers tell to the fact that is counted: when it ended, how, and whether in time. No statements here."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lienthong.dossiers.api import DossierFacts, DossierStatus
from lienthong.kernel import clock

_CLOSED = (DossierStatus.NOT_RECEIVED, DossierStatus.WITHDRAWN)
_DISLIKE = 1
_SAME = (
    "uuid", "code", "procedure_id", "receiving_agency_id", "channel", "status", "is_full_online",
    "submitted_at", "received_at", "due_at", "paused_at", "returned_at", "rounds", "has_fee", "e_result",
    "paid_online", "digitised", "reused", "from_vault", "identified", "synced", "satisfaction",
)  # fmt: skip


def describe(told: DossierFacts) -> dict[str, Any]:
    """Give the columns of a :class:`~lienthong.indicators.models.DossierFact`.

    The end is the first of "done" and "returned", or the withdrawal or refusal at the door (QĐ 766/QĐ-TTg, 2.1).
    The agency is the competent one, as it was.
    """
    ended_at = _ended_at(told)
    late_from = _late_from(told, ended_at)
    return {name: getattr(told, name) for name in _SAME} | {
        "dossier_id": told.id,
        "agency_id": told.competent_agency_id,
        "agency_ids": list(told.agency_ids),
        "ended_at": ended_at,
        "late_from": late_from,
        "outcome": _outcome(told, ended_at),
        "timing": _timing(told, ended_at, late_from),
        "disliked": _disliked(told),
        **_minutes(told, ended_at),
    }


def _ended_at(told: DossierFacts) -> datetime | None:
    if told.status in _CLOSED:
        return told.closed_at
    return told.done_at or told.returned_at


def _outcome(told: DossierFacts, ended_at: datetime | None) -> str:
    if ended_at is None:
        return "open"
    if told.status == DossierStatus.NOT_RECEIVED:
        return "not_received"
    if told.status == DossierStatus.WITHDRAWN:
        return "withdrawn"
    return "refused" if told.is_refused else "done"


def _late_from(told: DossierFacts, ended_at: datetime | None) -> datetime | None:
    """Give the appointment when the clock is still running at it; who waits for the applicant is not late."""
    if told.received_at is None or told.due_at is None:
        return None
    stops = [moment for moment in (ended_at, told.paused_at) if moment is not None]
    if told.status in _CLOSED:
        # A withdrawal ends the wait it falls into without an answer.
        stops += [begun for begun, answered in told.waits if answered is None]
    return None if stops and min(stops) <= told.due_at else told.due_at


def _timing(told: DossierFacts, ended_at: datetime | None, late_from: datetime | None) -> str:
    if told.received_at is None or ended_at is None:
        return ""
    if late_from is not None:
        return "late"
    if told.due_at is None:
        return "on_time"
    return "early" if clock.local_date(ended_at) < clock.local_date(told.due_at) else "on_time"


def _disliked(told: DossierFacts) -> bool | None:
    if told.satisfaction is None and told.complaint is None:
        return None
    return told.complaint is True or told.satisfaction == _DISLIKE


def _minutes(told: DossierFacts, ended_at: datetime | None) -> dict[str, int]:
    if told.received_at is None or ended_at is None or ended_at <= told.received_at:
        return {"minutes": 0, "wait_minutes": 0}
    waited = _waited(told.waits, since=told.received_at, until=ended_at)
    whole = (ended_at - told.received_at).total_seconds()
    return {"minutes": round((whole - waited) / 60), "wait_minutes": round(waited / 60)}


def _waited(waits: Iterable[tuple[datetime, datetime | None]], *, since: datetime, until: datetime) -> float:
    """Sum the seconds of waits inside a span; waits that overlap count once."""
    total, reached = 0.0, since
    for begun, ended in sorted(waits, key=lambda wait: wait[0]):
        start, end = max(begun, reached), min(ended or until, until)
        if end > start:
            total += (end - start).total_seconds()
            reached = end
    return total
