"""SMS that the demo keeps as files instead of sending, one file a message, beside the demo's mail."""

import json
import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from lienthong.notifications.plugins.base import Outgoing

_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]+\.json")


class FolderProvider:
    """Writes each SMS into ``DATA/sms``.

    :param name: what the provider is called in ``SMS_PROVIDERS``.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def send(self, message: Outgoing, *, now: datetime) -> None:
        """Write the file; the same message written again replaces it."""
        folder = Path(settings.SMS_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{now:%Y%m%d-%H%M%S}-{message.reference}.json"
        unfinished = path.with_suffix(".unfinished")
        content = {"to": message.address, "text": message.text, "at": now.isoformat()}
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False)
        unfinished.rename(path)

    def fetch_receipts(self, *, seconds: float) -> None:
        """Do nothing: a folder confirms nothing."""


@dataclass(frozen=True, slots=True)
class KeptSms:
    """One SMS as it would have been sent."""

    to: str
    text: str
    sent_at: datetime


def list_kept(*, folder: Path, limit: int = 60) -> tuple[KeptSms, ...]:
    """List the newest SMS; an empty or absent folder gives none."""
    names = sorted((path.name for path in folder.glob("*.json") if _NAME.fullmatch(path.name)), reverse=True)
    found = (json.loads((folder / name).read_text(encoding="utf-8")) for name in names[:limit])
    return tuple(KeptSms(row["to"], row["text"], datetime.fromisoformat(row["at"])) for row in found)
