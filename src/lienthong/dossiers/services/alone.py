"""One process at a time for long work that is no transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

NATIONAL, IMPORT = 0x6E61, 0x696D
_MOST = 2**31


@contextmanager
def alone(kind: int, number: int) -> Iterator[bool]:
    """Hold a session's lock on one thing of a kind until the process ends; False when another has it."""
    key = [kind, number % _MOST]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        is_mine = bool(cursor.fetchone()[0])
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
