"""Events: published inside the transaction, delivered at least once, applied once, in order.

An event is a frozen dataclass in its context's ``events.py``, derived from :class:`Event`.
A context subscribes in its ``apps.py`` under a key that never changes, because keys are stored.

Order is kept per subscriber and aggregate, in the order of publication; a publisher therefore holds
the aggregate's row lock while it publishes, as every service that changes the aggregate does anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from pydantic import TypeAdapter

from lienthong.kernel import logs
from lienthong.kernel.models import AuditEntry, OutboxEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened; carries ids and plain values, never rows or personal data.

    Fields may be text, numbers, booleans, dates, datetimes, UUIDs, decimals, enumerations and tuples or
    frozen dataclasses of these; each subscriber gets them back with their types.

    :ivar aggregate_id: public uuid (as text) of the thing whose events keep their order.
    """

    name: ClassVar[str]
    aggregate_id: str
    occurred_at: datetime


Handler = Callable[[Any], None]

_EVENTS: dict[str, type[Event]] = {}
_ADAPTERS: dict[type[Event], TypeAdapter[Any]] = {}
_SUBSCRIBERS: dict[str, dict[str, Handler]] = {}


class UnknownSubscriberError(LookupError):
    """A stored delivery names a subscriber that this program no longer has."""


def subscribe(event: type[Event], *, key: str, handler: Handler) -> None:
    """Register a handler under a stable key (``context.what_it_does``).

    The handler runs in a worker, inside one transaction together with the mark that it ran. It takes
    the event as its only argument.

    :raises ValueError: when the key already serves this event.
    """
    _EVENTS[event.name] = event
    handlers = _SUBSCRIBERS.setdefault(event.name, {})
    if key in handlers and handlers[key] is not handler:
        raise ValueError(f"subscriber {key} is registered twice for {event.name}")
    handlers[key] = handler


def unsubscribe(event: type[Event], *, key: str) -> None:
    """Take a handler out again; for tests that register their own."""
    _SUBSCRIBERS.get(event.name, {}).pop(key, None)


def subscribers(name: str) -> dict[str, Handler]:
    """Give the handlers of an event by key."""
    return dict(_SUBSCRIBERS.get(name, {}))


def handler_of(*, name: str, key: str) -> Handler:
    """Give the handler of one subscriber.

    :raises UnknownSubscriberError: no such subscriber in this version of the program.
    """
    try:
        return _SUBSCRIBERS[name][key]
    except KeyError as error:
        raise UnknownSubscriberError(f"nobody subscribes to {name} as {key}") from error


def _adapter(event_type: type[Event]) -> TypeAdapter[Any]:
    if event_type not in _ADAPTERS:
        _ADAPTERS[event_type] = TypeAdapter(event_type)
    return _ADAPTERS[event_type]


def load(stored: OutboxEvent) -> Event:
    """Rebuild an event from its outbox row; unknown keys of later versions are dropped."""
    values = {**stored.payload, "aggregate_id": stored.aggregate_id, "occurred_at": stored.occurred_at}
    event: Event = _adapter(_EVENTS[stored.name]).validate_python(values)
    return event


def publish(event: Event, *, audited: AuditEntry | None = None) -> None:
    """Write an event to the outbox and queue one job per subscriber, in the caller's transaction.

    Costs one statement, whatever the number of subscribers.

    :param audited: the audit entry of the same change (``audit.compose``), written by the same statement.
    :raises TransactionManagementError: outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("events.publish needs a transaction")
    from lienthong.kernel import tasks  # noqa: PLC0415 - tasks import this module to load events

    payload = _adapter(type(event)).dump_python(event, mode="json", exclude={"aggregate_id", "occurred_at"})
    tasks.store_and_queue(
        OutboxEvent(
            name=event.name,
            aggregate_id=event.aggregate_id,
            payload=payload,
            occurred_at=event.occurred_at,
            request_id=logs.request_id(),
        ),
        keys=sorted(subscribers(event.name)),
        audited=audited,
    )
