"""Public identifiers: UUID version 7 (RFC 9562, section 5.7), ordered by time and safe to show."""

import os
import secrets
import time
from uuid import UUID

_VERSION = 0x7
_VARIANT = 0b10


def uuid7() -> UUID:
    """Make a new UUIDv7: 48 bits of Unix milliseconds, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    entropy = int.from_bytes(os.urandom(10), "big")
    random_a = entropy >> 68
    random_b = entropy & ((1 << 62) - 1)
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= _VERSION << 76
    value |= random_a << 64
    value |= _VARIANT << 62
    value |= random_b
    return UUID(int=value)


_READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def readable_code() -> str:
    """Make an unguessable code of 16 characters (80 bits) that is easy to read aloud: ``K7QM-…``."""
    code = "".join(secrets.choice(_READABLE) for _index in range(16))
    return "-".join(code[start : start + 4] for start in range(0, 16, 4))
