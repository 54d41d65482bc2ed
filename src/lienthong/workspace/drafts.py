"""Text an official typed for an act that was refused; kept in the session until the act succeeds."""

from django.http import HttpRequest

from lienthong.dossiers import api as dossiers
from lienthong.workspace.panels import Typed

_KEY = "workspace.typed"
_MOST = 5


def keep_text(request: HttpRequest, dossier_uuid: str, *, outcome: str, note: str) -> None:
    """Keep a reason for the next look at the dossier; only the latest few are kept."""
    if not note.strip():
        return
    kept: dict[str, list[str]] = request.session.get(_KEY, {})
    kept.pop(dossier_uuid, None)
    kept[dossier_uuid] = [outcome, note[:4000]]
    request.session[_KEY] = dict(list(kept.items())[-_MOST:])


def kept_text(request: HttpRequest, dossier: dossiers.Dossier) -> Typed | None:
    """Give back what was typed for a dossier, if anything."""
    kept = request.session.get(_KEY, {}).get(str(dossier.uuid))
    return Typed(task=None, outcome=kept[0], note=kept[1]) if kept else None


def forget_text(request: HttpRequest, dossier_uuid: str) -> None:
    """Drop what was typed, once the act is done."""
    kept = request.session.get(_KEY, {})
    if kept.pop(dossier_uuid, None) is not None:
        request.session[_KEY] = kept
