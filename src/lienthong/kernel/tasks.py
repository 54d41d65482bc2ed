"""Jobs of the kernel: the delivery of outbox events."""

from collections.abc import Sequence

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lienthong.kernel import clock, events
from lienthong.kernel.models import Delivery, OutboxEvent

MAX_ATTEMPTS = 8
RETRIES = RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=3)


def queue_deliveries(*, event_id: int, aggregate_id: str, keys: Sequence[str]) -> None:
    """Queue the delivery of one event to each subscriber, ordered per subscriber and aggregate."""
    for key in keys:
        deliver.configure(lock=f"{key}:{aggregate_id}").defer(event_id=event_id, key=key)


@app.task(name="kernel.deliver", queue="events", pass_context=True, retry=RETRIES)
def deliver(context, event_id: int, key: str, **_future: object) -> None:
    """Apply one event at one subscriber, exactly once in effect."""
    stored = OutboxEvent.objects.get(pk=event_id)
    handler = events.subscribers(stored.name)[key]
    with transaction.atomic():
        if Delivery.objects.filter(event=stored, subscriber=key, state=Delivery.State.APPLIED).exists():
            return
        handler(events.load(stored))
        Delivery.objects.create(
            event=stored,
            subscriber=key,
            aggregate_id=stored.aggregate_id,
            state=Delivery.State.APPLIED,
            attempts=context.job.attempts + 1,
            changed_at=clock.now(),
        )
