"""Public identifiers: UUID version 7 (RFC 9562, section 5.7), ordered by time and safe to show."""

import os
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
