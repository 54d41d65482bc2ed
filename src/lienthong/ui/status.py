"""Names and tones of states, registered by the contexts that own them, shown by ``{% badge %}``."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

Tone = Literal["plain", "info", "now", "done", "soon", "late", "paused", "wrong"]
SIGNS: dict[str, str] = {"now": "●", "done": "✓", "ok": "✓", "soon": "◷", "late": "!", "wrong": "✕", "paused": "‖"}


@dataclass(frozen=True, slots=True)
class Status:
    """How one state is called and which tone it has; the sign follows from the tone."""

    label: str | Promise
    tone: Tone


_known: dict[str, Status] = {}


def register(code: str, label: str | Promise, tone: Tone) -> None:
    """Make ``{% badge code %}`` know a state; codes are ``context.state`` (``"dossiers.PROCESSING"``)."""
    _known[code] = Status(label, tone)


def find(code: str) -> Status | None:
    """Find a registered state."""
    return _known.get(code)
