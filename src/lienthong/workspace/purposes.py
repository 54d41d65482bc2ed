"""What an official has stated to read dossiers outside their tasks, kept in the session for a few hours."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from lienthong.dossiers import api as dossiers

_KEY = "workspace.purposes"
_MOST = 40


def stated(request: HttpRequest, dossier_uuid: str, *, now: datetime) -> dossiers.Stated | None:
    """Give what the official has stated for a dossier and still holds."""
    entry = request.session.get(_KEY, {}).get(dossier_uuid)
    if entry is None or datetime.fromisoformat(entry["until"]) <= now:
        return None
    return dossiers.Stated(purpose=entry["purpose"], is_full=entry["full"])


def keep(request: HttpRequest, dossier_uuid: str, *, purpose: str, is_full: bool, now: datetime) -> None:
    """Keep a stated purpose; the oldest give way."""
    known: dict[str, Any] = {
        key: entry
        for key, entry in request.session.get(_KEY, {}).items()
        if datetime.fromisoformat(entry["until"]) > now and key != dossier_uuid
    }
    latest = dict(list(known.items())[-_MOST:])
    until = (now + dossiers.PURPOSE_LASTS).isoformat()
    request.session[_KEY] = latest | {dossier_uuid: {"purpose": purpose, "full": is_full, "until": until}}
