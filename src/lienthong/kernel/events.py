"""Events: published inside the transaction, delivered at least once, applied once, in order.

An event is a frozen dataclass in its context's ``events.py``, derived from :class:`Event`.
A context subscribes in its ``apps.py`` under a key that never changes, because keys are stored.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction

from lienthong.kernel.models import OutboxEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened; carries ids and plain values, never rows or personal data.

    :ivar aggregate_id: public uuid (as text) of the thing whose events keep their order.
    """

    name: ClassVar[str]
    aggregate_id: str
    occurred_at: datetime


Handler = Callable[[Any], None]

_EVENTS: dict[str, type[Event]] = {}
_SUBSCRIBERS: dict[str, dict[str, Handler]] = {}


def subscribe(event: type[Event], *, key: str, handler: Handler) -> None:
    """Register a handler under a stable key (``context.what_it_does``).

    The handler runs in a worker, inside one transaction together with the mark that it ran.

    :raises ValueError: when the key already serves this event.
    """
    _EVENTS[event.name] = event
    handlers = _SUBSCRIBERS.setdefault(event.name, {})
    if key in handlers and handlers[key] is not handler:
        raise ValueError(f"subscriber {key} is registered twice for {event.name}")
    handlers[key] = handler


def subscribers(name: str) -> dict[str, Handler]:
    """Give the handlers of an event by key."""
    return dict(_SUBSCRIBERS.get(name, {}))


def load(stored: OutboxEvent) -> Event:
    """Rebuild an event from its outbox row; unknown keys of later versions are dropped."""
    event_type = _EVENTS[stored.name]
    known = {field.name for field in fields(event_type)}
    values = {key: value for key, value in stored.payload.items() if key in known}
    return event_type(aggregate_id=stored.aggregate_id, occurred_at=stored.occurred_at, **values)


def publish(event: Event) -> None:
    """Write an event to the outbox and queue one job per subscriber, in the caller's transaction.

    :raises TransactionManagementError: outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("events.publish needs a transaction")
    from lienthong.kernel import tasks  # noqa: PLC0415 - tasks import this module to load events

    payload = {
        key: str(value) if isinstance(value, UUID) else value
        for key, value in asdict(event).items()
        if key not in ("aggregate_id", "occurred_at")
    }
    stored = OutboxEvent.objects.create(
        name=event.name,
        aggregate_id=event.aggregate_id,
        payload=payload,
        occurred_at=event.occurred_at,
    )
    tasks.queue_deliveries(event_id=stored.pk, aggregate_id=event.aggregate_id, keys=sorted(subscribers(event.name)))
