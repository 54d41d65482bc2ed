"""Jobs of the kernel: the delivery of outbox events, the rescue of lost jobs, the daily cleaning."""

import json
import traceback
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from lienthong.kernel import chain, clock, events, idempotency, logs, ratelimit
from lienthong.kernel.models import AuditEntry, Delivery, OutboxEvent

log = structlog.get_logger(__name__)

QUEUE = "events"
MAX_ATTEMPTS = 8
#: Waits of 2, 4, 8 … 128 seconds: eight attempts in about four minutes.
RETRIES = RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=2)
STALLED_SECONDS = 30
KEEP_JOBS_HOURS = 72
SUNDAY = 6
KEEP_EVENTS = timedelta(days=90)
_ERROR_LENGTH = 4_000


class WorkerLostError(Exception):
    """A job killed its worker, or its worker was killed, at every attempt."""


_AUDIT = """
    audited AS (
        INSERT INTO kernel_auditentry (at, action, actor_kind, actor_id, subject_type, subject_id, content)
        VALUES (%(audit_at)s, %(action)s, %(actor_kind)s, %(actor_id)s, %(subject_type)s, %(subject_id)s, %(content)s)
    ),
"""
_STORE_AND_QUEUE = """
    WITH {audit} stored AS (
        INSERT INTO kernel_outboxevent (uuid, name, aggregate_id, payload, occurred_at, request_id)
        VALUES (%(uuid)s, %(name)s, %(aggregate)s, %(payload)s::jsonb, %(at)s, %(request)s) RETURNING id
    )
    SELECT procrastinate_defer_jobs_v1(ARRAY(
        SELECT ROW(
            %(queue)s, %(task)s, 0, key || ':' || %(aggregate)s, NULL,
            jsonb_build_object('event_id', stored.id, 'key', key), NULL
        )::procrastinate_job_to_defer_v1
          FROM unnest(%(keys)s::text[]) key
    )) FROM stored
"""
_STORE = _STORE_AND_QUEUE.format(audit="")
_STORE_WITH_AUDIT = _STORE_AND_QUEUE.format(audit=_AUDIT)


def store_and_queue(event: OutboxEvent, *, keys: Sequence[str], audited: AuditEntry | None = None) -> None:
    """Write an event and queue its delivery to each subscriber with one statement, in the caller's transaction.

    The jobs are those of :func:`queue_deliveries`. The audit entry of the same change goes along.
    """
    entry = {} if audited is None else _columns(audited)
    with connection.cursor() as cursor:
        cursor.execute(
            _STORE if audited is None else _STORE_WITH_AUDIT,
            entry
            | {
                "uuid": event.uuid,
                "name": event.name,
                "aggregate": event.aggregate_id,
                "payload": json.dumps(event.payload),
                "at": event.occurred_at,
                "request": event.request_id,
                "queue": QUEUE,
                "task": deliver.name,
                "keys": list(keys),
            },
        )


def _columns(entry: AuditEntry) -> dict[str, Any]:
    names = ("action", "actor_kind", "actor_id", "subject_type", "subject_id", "content")
    return {"audit_at": entry.at, **{name: getattr(entry, name) for name in names}}


def queue_deliveries(*, event_id: int, aggregate_id: str, keys: Sequence[str]) -> None:
    """Queue the delivery of one event to each subscriber, ordered per subscriber and aggregate."""
    _queue((event_id, key, aggregate_id) for key in keys)


def _queue(deliveries: Iterable[tuple[int, str, str]]) -> None:
    """Queue (event, subscriber, aggregate) triples with one statement, in the caller's transaction."""
    batch = [
        Job(
            id=None,
            task_name=deliver.name,
            queue=QUEUE,
            lock=f"{key}:{aggregate_id}",
            queueing_lock=None,
            task_kwargs={"event_id": event_id, "key": key},
        )
        for event_id, key, aggregate_id in deliveries
    ]
    if batch:
        app.job_manager.batch_defer_jobs(jobs=batch)


@app.task(name="kernel.deliver", queue=QUEUE, pass_context=True, retry=RETRIES)
def deliver(context: JobContext, event_id: int, key: str, **_future: object) -> None:
    """Apply one event at one subscriber, once in effect and in the order of its aggregate.

    What fails is tried again with growing waits; after the last attempt the delivery is dead and the
    later ones of the same aggregate are parked behind it until an operator replays it.
    """
    attempts = context.job.attempts + 1
    stored = OutboxEvent.objects.get(pk=event_id)
    logs.bind(request_id=stored.request_id, event=str(stored.uuid), subscriber=key)
    try:
        apply(stored=stored, key=key, attempts=attempts)
    except Exception as error:
        if attempts < MAX_ATTEMPTS:
            log.warning("delivery_failed", attempt=attempts, error=type(error).__name__)
            raise
        _settle(stored=stored, key=key, state=Delivery.State.DEAD, attempts=attempts, error=_describe(error))
        log.exception("delivery_dead", attempts=attempts)
    finally:
        logs.clear()


def apply(*, stored: OutboxEvent, key: str, attempts: int) -> None:
    """Run a handler and the mark that it ran in one transaction, unless it ran or has to wait.

    The mark is written first: a second worker with the same job waits at it, then finds it there.
    """
    if attempts > MAX_ATTEMPTS:
        raise WorkerLostError("every attempt ended with the death of its worker")
    with transaction.atomic():
        stuck = list(
            Delivery.objects.filter(subscriber=key, aggregate_id=stored.aggregate_id)
            .exclude(state=Delivery.State.APPLIED)
            .order_by("event_id")[:2]
        )
        if stuck and stuck[0].event_id < stored.pk:
            if _settle(stored=stored, key=key, state=Delivery.State.PARKED, attempts=0):
                log.info("delivery_parked", behind=stuck[0].event_id)
            return
        if not _settle(stored=stored, key=key, state=Delivery.State.APPLIED, attempts=attempts):
            return
        events.handler_of(name=stored.name, key=key)(events.load(stored))
        waiting = [other for other in stuck if other.event_id != stored.pk and other.state == Delivery.State.PARKED]
        _queue((other.event_id, key, other.aggregate_id) for other in waiting[:1])


def _settle(*, stored: OutboxEvent, key: str, state: Delivery.State, attempts: int, error: str = "") -> bool:
    """Write how a delivery ended, over any earlier end but success; False when it had succeeded."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO kernel_delivery AS d (event_id, subscriber, aggregate_id, state, attempts, error, changed_at)
            VALUES (%s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (event_id, subscriber) DO UPDATE
               SET state = EXCLUDED.state, attempts = EXCLUDED.attempts, error = EXCLUDED.error,
                   changed_at = EXCLUDED.changed_at
             WHERE d.state <> 'applied'
            RETURNING id
            """,
            [stored.pk, key, stored.aggregate_id, state.value, attempts, error, clock.now()],
        )
        return cursor.fetchone() is not None


def _describe(error: BaseException) -> str:
    """Keep the kind of failure and where it happened; the message may carry personal data and stays out."""
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    return "\n".join([type(error).__qualname__, *frames])[:_ERROR_LENGTH]


@app.periodic(cron="* * * * *")
@app.task(name="kernel.rescue_stalled_jobs", queue="system", queueing_lock="kernel.rescue_stalled_jobs")
async def rescue_stalled_jobs(timestamp: int, **_future: object) -> None:
    """Give back to the queue the jobs whose worker stopped sending heartbeats (it was killed)."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS)
    for job in stalled:
        log.warning("job_rescued", job=job.id, task=job.task_name)
        await app.job_manager.retry_job(job)


@app.periodic(cron="17 2 * * *")
@app.task(name="kernel.clean", queue="system", queueing_lock="kernel.clean")
def clean(timestamp: int, **_future: object) -> None:
    """Remove what is past its time: applied events, stored answers, rate windows."""
    now = clock.now()
    idempotency.forget_expired(now=now)
    ratelimit.forget_expired(now=now)
    forget_applied_events(before_days=KEEP_EVENTS.days)


@app.periodic(cron="47 2 * * *")
@app.task(name="kernel.check_audit", queue="system", queueing_lock="kernel.check_audit")
def check_audit(timestamp: int, **_future: object) -> None:
    """Verify the new links of the audit trail every night, and on Sundays the whole chain."""
    now = clock.now()
    found = chain.check(now=now, full=clock.local(now).weekday() == SUNDAY)
    if found.broken:
        log.error("audit_broken", place=found.broken)


@app.periodic(cron="27 2 * * *")
@app.task(name="kernel.clean_jobs", queue="system", queueing_lock="kernel.clean_jobs")
async def clean_jobs(timestamp: int, **_future: object) -> None:
    """Remove the finished jobs of earlier days."""
    await app.job_manager.delete_old_jobs(
        nb_hours=KEEP_JOBS_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )


def forget_applied_events(*, before_days: int) -> int:
    """Remove events older than so many days that no subscriber still needs; give their number."""
    old = OutboxEvent.objects.filter(occurred_at__lt=clock.now() - timedelta(days=before_days)).exclude(
        deliveries__state__in=[Delivery.State.DEAD, Delivery.State.PARKED]
    )
    ids: list[Any] = list(old.values_list("pk", flat=True)[:10_000])
    Delivery.objects.filter(event_id__in=ids).delete()
    OutboxEvent.objects.filter(pk__in=ids).delete()
    return len(ids)
