"""The demo's logins: noted when its people are made, shown at every start."""

import base64
import hashlib
import hmac
import json
import struct
import time
from dataclasses import asdict
from pathlib import Path

from lienthong.cli import environment


def file() -> Path:
    """Name the file they are noted in."""
    return environment.data_folder() / "demo-logins.json"


def are_known() -> bool:
    """Say whether they were noted."""
    return file().exists()


def note() -> None:
    """Keep what accounts says about the demo's people; Django must be ready."""
    from lienthong.accounts.api import demo_logins  # noqa: PLC0415
    from lienthong.kernel import clock  # noqa: PLC0415

    found = [asdict(login) for login in demo_logins(now=clock.now())]
    file().write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def code(secret: str, *, at: float) -> str:
    """Give the six digits that a base32 secret shows at an instant (RFC 6238, 30 seconds, SHA-1)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFF_FFFF
    return f"{number % 1_000_000:06d}"


def lines() -> list[str]:
    """Compose the table of logins, with the second factor of this moment."""
    if not are_known():
        return []
    found = json.loads(file().read_text(encoding="utf-8"))
    shown = []
    for login in found:
        factor = f"  TOTP {login['totp_secret']} ({code(login['totp_secret'], at=time.time())} now)"
        shown.append(f"  {login['email']:<28} {login['role']}{factor if login['totp_secret'] else ''}")
    password = found[0]["password"] if found else ""
    return [f"Logins of the demo, all with the password {password}", *shown] if shown else []
