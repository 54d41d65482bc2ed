"""The outbox: nothing lost, nothing applied twice, order kept, failures parked and replayed."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from lienthong.kernel import audit, events, jobs, outbox, tasks
from lienthong.kernel.errors import NotFoundError
from lienthong.kernel.models import AuditEntry, Delivery, OutboxEvent

pytestmark = pytest.mark.django_db(transaction=True)
OPERATOR = audit.Actor(kind="official", id="0197-operator", name="Lê Văn Cường")

PERSON = UUID("01970000-0000-7000-8000-000000000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(events.Event):
    name: ClassVar[str] = "kernel.test.counted"
    number: int
    on: date = date(2026, 11, 20)
    amount: Decimal = Decimal("8000.50")
    person: UUID = PERSON
    tags: tuple[str, ...] = ()


class Subscriber:
    """Remembers what it was given and fails when told to."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []
        self.events: list[Counted] = []
        self.failing: set[int] = set()

    def __call__(self, event: Counted) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO django_cache_probe VALUES (%s)", [event.number])
        if event.number in self.failing:
            raise ValueError(f"cannot take {event.number}")
        self.seen.append((event.aggregate_id, event.number))
        self.events.append(event)


@pytest.fixture
def first() -> Iterator[Subscriber]:
    subscriber = Subscriber()
    events.subscribe(Counted, key="kernel.test_first", handler=subscriber)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE django_cache_probe (number int)")
    yield subscriber
    events.unsubscribe(Counted, key="kernel.test_first")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE django_cache_probe")


@pytest.fixture
def second(first: Subscriber) -> Iterator[Subscriber]:
    subscriber = Subscriber()
    events.subscribe(Counted, key="kernel.test_second", handler=subscriber)
    yield subscriber
    events.unsubscribe(Counted, key="kernel.test_second")


def publish(aggregate: str, number: int, **more: object) -> None:
    with transaction.atomic():
        events.publish(Counted(aggregate_id=aggregate, occurred_at=datetime.now(UTC), number=number, **more))  # type: ignore[arg-type]


def work(*, forward: bool = True) -> None:
    """Run a real worker until nothing is left, letting the waits between attempts pass at once."""

    for _round in range(tasks.MAX_ATTEMPTS + 4):
        asyncio.run(jobs.run_worker(wait=False, concurrency=1, signals=False))
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
            if not cursor.rowcount or not forward:
                return


def test_publishing_costs_one_statement_for_all_subscribers(
    first: Subscriber, second: Subscriber, django_assert_num_queries
) -> None:
    with transaction.atomic(), django_assert_num_queries(1):
        events.publish(Counted(aggregate_id="a", occurred_at=datetime.now(UTC), number=1))


def test_publishing_needs_a_transaction(first: Subscriber) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        events.publish(Counted(aggregate_id="a", occurred_at=datetime.now(UTC), number=1))


def test_values_arrive_with_their_types(first: Subscriber) -> None:
    publish("a", 1, tags=("một", "hai"))
    work()
    (event,) = first.events
    assert (event.on, event.amount, event.tags) == (date(2026, 11, 20), Decimal("8000.50"), ("một", "hai"))
    assert event.person == PERSON


def test_a_rolled_back_publisher_delivers_nothing(first: Subscriber) -> None:
    with transaction.atomic():
        events.publish(Counted(aggregate_id="a", occurred_at=datetime.now(UTC), number=1))
        transaction.set_rollback(True)
    work()
    assert first.seen == []


def test_delivered_twice_applied_once(first: Subscriber, second: Subscriber) -> None:
    publish("a", 1)
    stored = OutboxEvent.objects.get()
    tasks.queue_deliveries(event_id=stored.pk, aggregate_id="a", keys=["kernel.test_first"])
    work()
    assert first.seen == second.seen == [("a", 1)]


def test_order_is_kept_through_failures(first: Subscriber, second: Subscriber) -> None:
    first.failing = {1}
    for number in (1, 2, 3):
        publish("a", number)
    publish("b", 9)
    work(forward=False)
    assert first.seen == [("b", 9)], "another aggregate does not wait"
    assert sorted(second.seen) == [("a", 1), ("a", 2), ("a", 3), ("b", 9)], "another subscriber does not wait"
    assert [number for aggregate, number in second.seen if aggregate == "a"] == [1, 2, 3]
    first.failing = set()
    work()
    assert first.seen == [("b", 9), ("a", 1), ("a", 2), ("a", 3)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_cache_probe WHERE number = 1")
        assert cursor.fetchone() == (2,), "what a failed attempt wrote was rolled back"


def test_dead_letters_park_the_rest_and_replay_in_order(first: Subscriber, now: datetime) -> None:
    first.failing = {1}
    for number in (1, 2, 3):
        publish("a", number)
    work()
    assert first.seen == []
    assert [row.state for row in outbox.list_stuck()] == ["dead", "parked", "parked"]
    dead = outbox.list_stuck()[0]
    assert dead.attempts == tasks.MAX_ATTEMPTS
    assert "ValueError" in dead.error
    assert "cannot take" not in dead.error, "messages may carry personal data"
    assert outbox.counts() == outbox.Counts(queued=0, dead=1, parked=2)

    publish("a", 4)
    first.failing = {2}
    assert outbox.replay(actor=OPERATOR, now=now) == 1
    work()
    assert first.seen == [("a", 1)]
    assert [(row.state, row.event.payload["number"]) for row in outbox.list_stuck()] == [
        ("dead", 2),
        ("parked", 3),
        ("parked", 4),
    ]
    first.failing = set()
    outbox.replay(actor=OPERATOR, now=now, delivery_ids=[outbox.list_stuck()[0].pk])
    publish("a", 5)
    work()
    assert first.seen == [("a", 1), ("a", 2), ("a", 3), ("a", 4), ("a", 5)]
    assert outbox.list_stuck() == ()
    assert AuditEntry.objects.filter(action="kernel.delivery.replayed").count() == 2


def test_what_a_failing_handler_publishes_is_not_delivered(first: Subscriber, second: Subscriber) -> None:
    def chained(event: Counted) -> None:
        if event.number < 10:
            events.publish(Counted(aggregate_id="chained", occurred_at=event.occurred_at, number=event.number + 10))
            if event.number == 2:
                raise ValueError("after publishing")

    events.subscribe(Counted, key="kernel.test_chained", handler=chained)
    try:
        publish("a", 1)
        publish("b", 2)
        work(forward=False)
    finally:
        events.unsubscribe(Counted, key="kernel.test_chained")
    assert sorted(first.seen) == [("a", 1), ("b", 2), ("chained", 11)]


def test_replaying_what_is_not_dead_is_refused(first: Subscriber, now: datetime) -> None:
    publish("a", 1)
    work()
    with pytest.raises(NotFoundError):
        outbox.replay(actor=OPERATOR, now=now, delivery_ids=[Delivery.objects.get().pk])


def test_a_job_of_a_killed_worker_is_rescued(first: Subscriber) -> None:
    publish("a", 1)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH dead_worker AS (
                INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes') RETURNING id
            )
            UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead_worker)
            """
        )
    app.configure_task("kernel.rescue_stalled_jobs").defer(timestamp=0)
    work()
    assert first.seen == [("a", 1)]


def test_a_job_that_kills_its_workers_ends_dead(first: Subscriber) -> None:
    publish("a", 1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s", [tasks.MAX_ATTEMPTS])
    work()
    assert first.seen == []
    assert [row.state for row in outbox.list_stuck()] == ["dead"]


def test_old_applied_events_are_forgotten(first: Subscriber) -> None:
    publish("a", 1)
    work()
    OutboxEvent.objects.update(occurred_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert tasks.forget_applied_events(before_days=90) == 1
    assert not OutboxEvent.objects.exists()
