"""The proof of the audit trail: recompute its hash chain and name the first link that does not hold."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from lienthong.kernel.models import Mark

_BATCH = 2_000
_START = hashlib.sha256(b"").digest()
_QUERY = """
    SELECT l.sequence, l.entry_id, l.previous_hash, l.hash,
           e.id, e.at, e.action, e.actor_kind, e.actor_id, e.subject_type, e.subject_id, e.content
      FROM kernel_auditlink l FULL JOIN kernel_auditentry e ON e.id = l.entry_id
     WHERE l.sequence > %(after)s OR l.sequence IS NULL AND e.id > %(after_entry)s
     ORDER BY l.sequence NULLS LAST, e.id
"""
_CHECK = "kernel.chain_check"
# Entries get their numbers before their transactions end, so a younger one may be linked first.
_STRAGGLERS = 10_000


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: noting it elsewhere proves later that nothing before it was cut or changed."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Check:
    """What the last nightly check found.

    :ivar is_full: whether it began at the first link; otherwise at the head of the check before.
    :ivar verified: how many links that check computed anew.
    :ivar broken: what does not hold, in English; empty when all does.
    """

    at: datetime
    is_full: bool
    verified: int
    head: Head
    broken: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold.

    :ivar entry_id: the audit entry, when the place has one.
    :ivar reason: what differs, in English, for the operator.
    """

    sequence: int | None
    entry_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What verifying found: how many links hold, the head, and the first break if there is one."""

    verified: int
    head: Head
    broken: Break | None


def link_hash(*, previous: bytes, sequence: int, content: str) -> bytes:
    """Compute a link as the database does: SHA-256 over previous hash, sequence (8 bytes) and content (UTF-8)."""
    return hashlib.sha256(previous + sequence.to_bytes(8, "big", signed=True) + content.encode()).digest()


def head() -> Head:
    """Read the end of the chain."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequence, hash FROM kernel_auditlink ORDER BY sequence DESC LIMIT 1")
        row = cursor.fetchone()
    return Head(row[0], bytes(row[1]).hex()) if row else Head(0, _START.hex())


def verify(*, expected: Head | None = None) -> Proof:
    """Recompute the whole chain, in a bounded amount of memory.

    :param expected: a head noted earlier; the chain must still pass through it.
    """
    previous, sequence, passed = _START, 0, expected is None or expected.sequence == 0
    for row in _rows(Head(0, "")):
        reason = _difference(row, previous=previous, sequence=sequence + 1)
        if reason:
            return Proof(sequence, Head(sequence, previous.hex()), Break(row[0], row[4] or row[1], reason))
        sequence, previous = row[0], bytes(row[3])
        if expected is not None and sequence == expected.sequence:
            passed = previous.hex() == expected.hash
            if not passed:
                reason = "the hash is not the one noted earlier: the chain was written anew"
                return Proof(sequence - 1, Head(sequence, previous.hex()), Break(sequence, row[4], reason))
    end = Head(sequence, previous.hex())
    if not passed:
        return Proof(sequence, end, Break(None, None, f"the chain ends at {sequence}, before the head noted earlier"))
    return Proof(sequence, end, None)


def verify_since(known: Head) -> Proof:
    """Recompute the links after one that an earlier check reached; ``verified`` counts these only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM kernel_auditlink WHERE sequence = %s", [known.sequence])
        row = cursor.fetchone()
    if row is None or bytes(row[0]).hex() != known.hash:
        reason = "the link that the check before reached is gone or was written anew"
        return Proof(0, known, Break(known.sequence, None, reason))
    previous, sequence = bytes(row[0]), known.sequence
    for link in _rows(known):
        reason = _difference(link, previous=previous, sequence=sequence + 1)
        if reason:
            end = Head(sequence, previous.hex())
            return Proof(sequence - known.sequence, end, Break(link[0], link[4] or link[1], reason))
        sequence, previous = link[0], bytes(link[3])
    return Proof(sequence - known.sequence, Head(sequence, previous.hex()), None)


def check(*, now: datetime, full: bool) -> Check:
    """Verify the chain from the head of the last sound check, or whole, and keep what was found.

    Only the whole check can find an old entry that was altered after an earlier check had passed it.
    """
    before = last_check()
    is_full = full or before is None or before.broken != "" or before.head.sequence == 0
    proof = verify() if is_full or before is None else verify_since(before.head)
    place = proof.broken
    broken = f"link {place.sequence}, entry {place.entry_id}: {place.reason}" if place else ""
    found = Check(now, is_full, proof.verified, proof.head, broken)
    value = json.dumps(
        {
            "at": now.isoformat(),
            "is_full": is_full,
            "verified": found.verified,
            "sequence": found.head.sequence,
            "hash": found.head.hash,
            "broken": broken,
        }
    )
    with transaction.atomic():
        Mark.objects.update_or_create(key=_CHECK, defaults={"value": value})
    return found


def last_check() -> Check | None:
    """Read what the last check found; None before the first."""
    mark = Mark.objects.filter(pk=_CHECK).first()
    if mark is None:
        return None
    told = json.loads(mark.value)
    head_then = Head(told["sequence"], told["hash"])
    return Check(datetime.fromisoformat(told["at"]), told["is_full"], told["verified"], head_then, told["broken"])


def _rows(after: Head) -> Iterator[tuple[Any, ...]]:
    """Read the links after a head, then the entries in no link; from an old entry on when that head is known."""
    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT max(entry_id) FROM kernel_auditlink WHERE sequence <= %s", [after.sequence])
        linked = cursor.fetchone()[0] or 0
        cursor.execute(_QUERY, {"after": after.sequence, "after_entry": max(linked - _STRAGGLERS, 0)})
        while rows := cursor.fetchmany(_BATCH):
            yield from rows


def _difference(row: tuple[Any, ...], *, previous: bytes, sequence: int) -> str:
    """Say what is wrong with one link; empty when it holds."""
    link_sequence, linked_entry, link_previous, link_hash_value, entry, *columns, content = row
    if link_sequence is None:
        return "the entry is in no link of the chain"
    if entry is None:
        return f"the entry {linked_entry} is gone"
    if link_sequence != sequence:
        return f"link {sequence} is missing"
    if bytes(link_previous) != previous:
        return "the link does not continue the one before it"
    if bytes(link_hash_value) != link_hash(previous=previous, sequence=sequence, content=content):
        return "the content is not the one that was hashed"
    return _column_difference(columns, content)


def _column_difference(columns: list[Any], content: str) -> str:
    told = json.loads(content)
    expected = {
        "at": datetime.fromisoformat(told["at"]),
        "action": told["action"],
        "actor_kind": told["actor"]["kind"],
        "actor_id": told["actor"]["id"],
        "subject_type": told["subject"]["type"],
        "subject_id": told["subject"]["id"],
    }
    different = [name for (name, value), stored in zip(expected.items(), columns, strict=True) if value != stored]
    return f"the searchable columns differ from the content: {', '.join(different)}" if different else ""
