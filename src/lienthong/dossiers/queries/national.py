"""How the national portal stands: how much waits, since when, and what went wrong."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from lienthong.dossiers.models import NationalSwitch, NationalSync, SyncStatus
from lienthong.kernel.paging import Page, keyset


@dataclass(frozen=True, slots=True)
class SyncFigures:
    """Counts of dossiers by how they stand.

    :ivar failing: among ``pending``, those whose last attempt met silence.
    :ivar waiting_since: when the longest waiting became due; None when nothing waits.
    """

    synced: int
    pending: int
    failing: int
    refused: int
    waiting_since: datetime | None


def sync_figures() -> SyncFigures:
    """Count, in one statement."""
    pending = Q(status=SyncStatus.PENDING)
    found = NationalSync.objects.aggregate(
        synced=Count("pk", filter=Q(status=SyncStatus.SYNCED)),
        pending=Count("pk", filter=pending),
        failing=Count("pk", filter=pending & Q(attempts__gt=0)),
        refused=Count("pk", filter=Q(status=SyncStatus.REFUSED)),
        waiting_since=Min("pending_since", filter=pending),
    )
    return SyncFigures(**found)


def list_troubled_syncs(*, cursor: str | None, size: int = 50) -> Page[NationalSync]:
    """List the dossiers that were refused or met silence, newest first."""
    rows = NationalSync.objects.filter(
        Q(status=SyncStatus.REFUSED) | Q(status=SyncStatus.PENDING, attempts__gt=0)
    ).select_related("dossier__procedure_version__procedure")
    return keyset(rows, order=("-dossier_id",), cursor=cursor, size=size)


def pause_of() -> NationalSwitch | None:
    """Give who holds the sending and why; None while it runs."""
    return NationalSwitch.objects.filter(pk=NationalSwitch.ONLY, paused_at__isnull=False).first()
