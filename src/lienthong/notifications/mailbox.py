"""The mail that the demo keeps as files instead of sending, one file per message."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]+\.log")
# Django ends each message of a file with this line.
_RULE = b"-" * 79
_MAX_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it would have been sent."""

    name: str
    subject: str
    sender: str
    to: str
    sent_at: datetime | None
    text: str
    html: str


def list_letters(*, folder: Path, limit: int = 60) -> tuple[Letter, ...]:
    """List the newest messages; an empty or absent folder gives none."""
    names = sorted((path.name for path in folder.glob("*.log") if NAME.fullmatch(path.name)), reverse=True)
    found = (read_letter(folder=folder, name=name) for name in names[:limit])
    return tuple(letter for letter in found if letter is not None)


def read_letter(*, folder: Path, name: str) -> Letter | None:
    """Read one message; ``None`` when there is none of this name."""
    path = folder / name
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    with path.open("rb") as file:
        content = file.read(_MAX_BYTES)
    message = message_from_bytes(content.rpartition(_RULE)[0] or content, policy=policy.default)
    return Letter(
        name=name,
        subject=str(message["subject"] or ""),
        sender=str(message["from"] or ""),
        to=str(message["to"] or ""),
        sent_at=_date(str(message["date"] or "")),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _date(text: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(text)
    except ValueError:
        return None
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)
