"""What an operator sees of the outbox and may do to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lienthong.kernel import audit, tasks
from lienthong.kernel.errors import NotFoundError
from lienthong.kernel.models import Delivery


@dataclass(frozen=True, slots=True)
class Counts:
    """The state of the outbox: jobs still to run, deliveries given up, deliveries waiting behind those."""

    queued: int
    dead: int
    parked: int


def counts() -> Counts:
    """Count what is not yet applied."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT count(*) FROM procrastinate_jobs WHERE queue_name = %s AND status IN ('todo', 'doing')),
                   count(*) FILTER (WHERE state = 'dead'), count(*) FILTER (WHERE state = 'parked')
              FROM kernel_delivery WHERE state <> 'applied'
            """,
            [tasks.QUEUE],
        )
        return Counts(*cursor.fetchone())


def oldest_queued() -> datetime | None:
    """Tell when the oldest event that a subscriber still waits for occurred; None when all is applied."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT min(e.occurred_at) FROM procrastinate_jobs j
              JOIN kernel_outboxevent e ON e.id = (j.args ->> 'event_id')::bigint
             WHERE j.queue_name = %s AND j.status IN ('todo', 'doing')
            """,
            [tasks.QUEUE],
        )
        row = cursor.fetchone()
    oldest: datetime | None = row[0] if row else None
    return oldest


def list_stuck(*, limit: int = 200) -> tuple[Delivery, ...]:
    """List dead and parked deliveries with their events, the groups together, the oldest first."""
    stuck = Delivery.objects.exclude(state=Delivery.State.APPLIED).select_related("event")
    return tuple(stuck.order_by("subscriber", "aggregate_id", "event_id")[:limit])


def replay(*, actor: audit.Actor, now: datetime, delivery_ids: Sequence[int] | None = None) -> int:
    """Queue dead deliveries anew; those parked behind each follow in order once it is applied.

    :param delivery_ids: which dead deliveries; None means all.
    :returns: how many were queued.
    :raises NotFoundError: an id that is not a dead delivery.
    """
    with transaction.atomic():
        dead = Delivery.objects.select_for_update(no_key=True).filter(state=Delivery.State.DEAD)
        if delivery_ids is not None:
            dead = dead.filter(pk__in=delivery_ids)
        chosen = list(dead.order_by("event_id"))
        missing = set(delivery_ids or ()) - {delivery.pk for delivery in chosen}
        if missing:
            raise NotFoundError(
                _("Không có sự kiện nào đang dừng với số: %(ids)s.") % {"ids": ", ".join(map(str, sorted(missing)))}
            )
        for delivery in chosen:
            tasks.queue_deliveries(
                event_id=delivery.event_id, aggregate_id=delivery.aggregate_id, keys=[delivery.subscriber]
            )
            audit.record(
                actor=actor,
                action="kernel.delivery.replayed",
                subject_type="kernel.delivery",
                subject_id=delivery.pk,
                at=now,
                facts={"subscriber": delivery.subscriber, "event": delivery.event_id},
            )
    return len(chosen)
