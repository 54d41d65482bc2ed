"""Joining the caller's transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def in_transaction() -> Iterator[None]:
    """Run inside the caller's transaction, or in one of its own when there is none.

    Unlike a nested ``atomic`` it costs no savepoint, and a refusal leaves the caller's transaction
    usable: everything that may be refused is checked before the first write.
    """
    if transaction.get_connection().in_atomic_block:
        yield
        return
    with transaction.atomic():
        yield
