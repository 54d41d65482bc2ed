"""What operators do about the national portal."""

from lienthong.dossiers.models import NationalSwitch, NationalSync, SyncStatus
from lienthong.dossiers.queries.national import SyncFigures, list_troubled_syncs, pause_of, sync_figures
from lienthong.dossiers.services.national import backfill, pause, resend, resume_sending

__all__ = [
    "NationalSwitch",
    "NationalSync",
    "SyncFigures",
    "SyncStatus",
    "backfill",
    "list_troubled_syncs",
    "pause",
    "pause_of",
    "resend",
    "resume_sending",
    "sync_figures",
]
