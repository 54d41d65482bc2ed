"""The audit trail: append-only, chained at commit, and provable."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from lienthong.kernel import audit, chain
from lienthong.kernel.models import AuditEntry, AuditLink

pytestmark = pytest.mark.django_db(transaction=True)
CLERK = audit.Actor(kind="official", id="0197-clerk", name="Trần Thị Bình", agency_id=7)


def record(now: datetime, subject: object = 1) -> AuditEntry:
    with transaction.atomic():
        return audit.record(
            actor=CLERK, action="kernel.test.done", subject_type="test", subject_id=subject, at=now, facts={"số": 1}
        )


@contextmanager
def triggers_disabled(table: str) -> Iterator[None]:
    """Tamper as somebody who owns the tables could."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        yield
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")


def test_an_entry_costs_one_statement_and_links_at_commit(now: datetime, django_assert_num_queries) -> None:
    with transaction.atomic():
        with django_assert_num_queries(1):
            entry = audit.record(actor=CLERK, action="a.b.c", subject_type="t", subject_id=1, at=now)
        assert not AuditLink.objects.filter(entry=entry).exists()
    link = AuditLink.objects.get(entry=entry)
    assert bytes(link.hash) == chain.link_hash(
        previous=bytes(link.previous_hash), sequence=link.sequence, content=entry.content
    )


def test_outside_a_transaction_it_refuses(now: datetime) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(actor=CLERK, action="a.b.c", subject_type="t", subject_id=1, at=now)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_auditentry SET action = 'x'",
        "DELETE FROM kernel_auditentry",
        "UPDATE kernel_auditlink SET sequence = 5",
        "DELETE FROM kernel_auditlink",
    ],
)
def test_changes_are_refused_by_the_database(now: datetime, statement: str) -> None:
    record(now)
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)
    assert chain.verify().broken is None


def test_truncation_is_refused_by_the_database(now: datetime) -> None:
    record(now)
    with connection.cursor() as cursor:
        for table in ("kernel_auditentry", "kernel_auditlink"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate")
        with pytest.raises(DatabaseError, match="append-only"):
            cursor.execute("TRUNCATE kernel_auditlink, kernel_auditentry")
        for table in ("kernel_auditentry", "kernel_auditlink"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")


def test_a_rolled_back_change_leaves_no_entry(now: datetime) -> None:
    with transaction.atomic():
        audit.record(actor=CLERK, action="a.b.c", subject_type="t", subject_id=1, at=now)
        transaction.set_rollback(True)
    record(now)
    assert chain.verify().verified == 1


def test_sixteen_writers_make_one_chain(now: datetime) -> None:
    def write(writer: int) -> None:
        for number in range(5):
            record(now, f"{writer}-{number}")
        connection.close()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    proof = chain.verify()
    assert proof.broken is None
    assert proof.verified == 80
    assert proof.head == chain.head()


@pytest.mark.parametrize(
    ("statement", "table", "reason"),
    [
        ("UPDATE kernel_auditentry SET content = '{}' WHERE id = %s", "kernel_auditentry", "content is not"),
        (
            "UPDATE kernel_auditentry SET actor_id = 'other' WHERE id = %s",
            "kernel_auditentry",
            "differ from the content",
        ),
        ("DELETE FROM kernel_auditentry WHERE id = %s", "kernel_auditentry", "is gone"),
        ("DELETE FROM kernel_auditlink WHERE entry_id = %s", "kernel_auditlink", "link 2 is missing"),
        ("UPDATE kernel_auditlink SET hash = sha256('x') WHERE entry_id = %s", "kernel_auditlink", "content is not"),
    ],
)
def test_tampering_is_named(now: datetime, statement: str, table: str, reason: str) -> None:
    entries = [record(now, number) for number in range(3)]
    with triggers_disabled(table), connection.cursor() as cursor:
        cursor.execute(statement, [entries[1].pk])
    proof = chain.verify()
    assert proof.verified == 1
    assert proof.broken is not None
    assert reason in proof.broken.reason
    named = entries[2] if "missing" in reason else entries[1]
    assert proof.broken.entry_id == named.pk


def test_a_cut_tail_is_found_with_a_noted_head(now: datetime) -> None:
    record(now)
    last = record(now)
    noted = chain.head()
    record(now)
    assert chain.verify(expected=noted).broken is None
    with triggers_disabled("kernel_auditlink"), triggers_disabled("kernel_auditentry"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_auditlink WHERE sequence >= 2")
        cursor.execute("DELETE FROM kernel_auditentry WHERE id >= %s", [last.pk])
    assert chain.verify().broken is None
    broken = chain.verify(expected=noted).broken
    assert broken is not None
    assert "before the head noted earlier" in broken.reason


def test_an_entry_written_past_the_chain_is_found(now: datetime) -> None:
    record(now)
    with triggers_disabled("kernel_auditentry"):
        record(now)
    broken = chain.verify().broken
    assert broken is not None
    assert "in no link" in broken.reason
