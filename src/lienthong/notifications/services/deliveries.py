"""How a delivery goes on its way: claimed by one job, sent, held, failed, confirmed by receipts, sent again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext_noop

from lienthong.kernel import audit
from lienthong.notifications import kinds
from lienthong.notifications.hours import quiet_until
from lienthong.notifications.models import OPEN_STATES, Channel, Delivery, DeliveryState, SmsPart
from lienthong.notifications.queries import hours_of, usual_hours
from lienthong.notifications.services import quota
from lienthong.notifications.services.messages import queue

#: A job that holds a delivery longer than this is taken for dead.
CLAIM = timedelta(minutes=3)
#: Only so long are receipts waited for; the networks keep them no longer.
RECEIPT_DAYS = 3
_LATE = gettext_noop("Quá thời gian còn ích nên không gửi nữa.")
_QUOTA = gettext_noop("Đã đủ số tin nhắn trong ngày; sẽ gửi vào sáng hôm sau.")


class InHandError(Exception):
    """Another job has the delivery in hand; try again later."""


def begin(*, delivery_id: int, now: datetime) -> Delivery | None:
    """Take a delivery in hand for one job; None when there is nothing (more) to do.

    :raises InHandError: another job has it; should that one be dead, a later try finds it free.
    """
    with transaction.atomic():
        row = (
            Delivery.objects.select_for_update(no_key=True, of=("self",))
            .select_related("notification", "subscription", "challenge")
            .get(pk=delivery_id)
        )
        if row.state != DeliveryState.QUEUED:
            return None
        if row.claimed_at is not None and row.claimed_at > now - CLAIM:
            raise InHandError(f"delivery {delivery_id} is in another job's hand")
        if _is_late(row, now):
            _set(row, DeliveryState.EXPIRED, now, error=_LATE)
            return None
        if until := _held_until(row, now):
            _set(row, DeliveryState.HELD, now, due_at=until)
            return None
        row.claimed_at = now
        row.attempts += 1
        row.save(update_fields=["claimed_at", "attempts"])
    return row


def _is_late(row: Delivery, now: datetime) -> bool:
    if row.challenge is not None:
        return row.challenge.expires_at <= now or row.challenge.closed_at is not None
    if row.channel not in (Channel.SMS, Channel.PUSH) or row.parts:
        return False
    return now - row.notification.created_at > timedelta(hours=settings.SMS_HOURS)


def _held_until(row: Delivery, now: datetime) -> datetime | None:
    """Ask the clock once more: a job may have waited past nine in the evening."""
    account_id, has_no_account = row.notification.account_id, row.notification.forget_at is not None
    if row.channel not in (Channel.SMS, Channel.PUSH) or (account_id is None and not has_no_account):
        return None
    kind = kinds.find_kind(row.notification.kind)
    if kind is not None and kind.ignores_quiet_hours:
        return None
    return quiet_until(now, usual_hours() if account_id is None else hours_of(account_id=account_id))


def take_quota(*, delivery: Delivery, parts: int, now: datetime) -> bool:
    """Count the parts against the day's caps; over a cap the delivery waits for the next morning.

    A text whose parts are counted is not counted again when it is tried anew.
    """
    if delivery.parts:
        return True
    with transaction.atomic():
        taken = quota.take(account_id=delivery.notification.account_id, parts=parts, now=now)
        if taken:
            delivery.parts = parts
            delivery.save(update_fields=["parts"])
        else:
            _set(delivery, DeliveryState.HELD, now, due_at=quota.next_morning(now), error=_QUOTA)
    return taken


def note_part(*, delivery_id: int, provider: str, message_id: str, number: int, now: datetime) -> None:
    """Keep the id a provider gave to one part, at once, so that a retry does not send it again."""
    with transaction.atomic():
        SmsPart.objects.bulk_create(
            [SmsPart(provider=provider, message_id=message_id, delivery_id=delivery_id, number=number, changed_at=now)],
            update_conflicts=True,
            unique_fields=["provider", "message_id"],
            update_fields=["delivery", "number"],
        )


def parts_at(*, delivery_id: int, provider: str) -> frozenset[int]:
    """Tell which parts a provider has taken already."""
    rows = SmsPart.objects.filter(delivery_id=delivery_id, provider=provider)
    return frozenset(rows.values_list("number", flat=True))


def mark_sent(*, delivery_id: int, provider: str, now: datetime) -> None:
    """Note that a delivery has left; receipts that were quicker than this count at once."""
    with transaction.atomic():
        row = Delivery.objects.select_for_update(no_key=True).get(pk=delivery_id)
        row.provider = provider
        _set(row, DeliveryState.SENT, now)
        if row.channel == Channel.SMS:
            _settle(row, now)


def mark_attempt(*, delivery_id: int, error: str, is_last: bool, now: datetime) -> None:
    """Note a failed attempt; after the last one the delivery is shown to the operator."""
    Delivery.objects.filter(pk=delivery_id, state=DeliveryState.QUEUED).update(
        state=DeliveryState.FAILED if is_last else DeliveryState.QUEUED,
        claimed_at=None,
        error=error[:2000],
        changed_at=now,
    )


def hold(*, delivery_id: int, until: datetime, error: str, now: datetime) -> None:
    """Let a delivery wait because the carrier asked for it."""
    row = Delivery.objects.get(pk=delivery_id)
    _set(row, DeliveryState.HELD, now, due_at=until, error=error)


def release_held(*, now: datetime, limit: int = 1000) -> int:
    """Queue what was held until now; give how many."""
    with transaction.atomic():
        ready = list(
            Delivery.objects.select_for_update(no_key=True, skip_locked=True)
            .filter(state=DeliveryState.HELD, due_at__lte=now)
            .order_by("due_at", "id")[:limit]
        )
        Delivery.objects.filter(pk__in=[row.pk for row in ready]).update(
            state=DeliveryState.QUEUED, due_at=None, claimed_at=None, changed_at=now
        )
        queue(ready)
    return len(ready)


def resend(*, actor: audit.Actor, delivery_ids: Sequence[int], now: datetime) -> int:
    """Queue failed deliveries again; give how many. A code for a number is not sent again: it has run out."""
    with transaction.atomic():
        failed = list(
            Delivery.objects.select_for_update(no_key=True, of=("self",))
            .filter(pk__in=delivery_ids, state=DeliveryState.FAILED, challenge__isnull=True)
            .filter(Q(subscription__isnull=True) | Q(subscription__ended_at__isnull=True))
            .exclude(subscription__isnull=True, address="")
            .order_by("pk")
        )
        ids = [row.pk for row in failed]
        # A text that the network gave up is a new text, paid anew.
        SmsPart.objects.filter(delivery_id__in=ids).update(delivery=None)
        Delivery.objects.filter(pk__in=ids).update(
            state=DeliveryState.QUEUED, claimed_at=None, parts=0, error="", changed_at=now
        )
        queue(failed)
        if failed:
            audit.record(
                actor=actor,
                action="notifications.delivery.resent",
                subject_type="notifications.delivery",
                subject_id="",
                at=now,
                facts={"deliveries": ids},
            )
    return len(failed)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says about one part.

    :ivar state: one of :class:`SmsPart.State`; ``sent`` means that it is still under way.
    """

    provider: str
    message_id: str
    state: str


_RANK = Case(
    *(When(state=state, then=Value(rank)) for rank, state in enumerate(SmsPart.State.values)),
    output_field=IntegerField(),
)


def record_receipt(*, receipt: Receipt, now: datetime) -> None:
    """Take a receipt: twice the same changes nothing, a late "under way" does not undo "delivered"."""
    rank = SmsPart.State.values.index(receipt.state)
    with transaction.atomic():
        SmsPart.objects.bulk_create(
            [SmsPart(provider=receipt.provider, message_id=receipt.message_id, changed_at=now)], ignore_conflicts=True
        )
        part = SmsPart.objects.select_for_update(no_key=True).get(
            provider=receipt.provider, message_id=receipt.message_id
        )
        SmsPart.objects.annotate(rank=_RANK).filter(pk=part.pk, rank__lt=rank).update(
            state=receipt.state, changed_at=now
        )
        if part.delivery_id is not None:
            row = Delivery.objects.select_for_update(no_key=True).get(pk=part.delivery_id)
            _settle(row, now)


def _settle(row: Delivery, now: datetime) -> None:
    """Work the state of an SMS out of its parts' states, once it was sent by the provider named on it."""
    if row.state in OPEN_STATES or not row.provider:
        return
    states = list(SmsPart.objects.filter(delivery=row, provider=row.provider).values_list("state", flat=True))
    if len(states) < row.parts:
        return
    if all(state == SmsPart.State.DELIVERED for state in states):
        _set(row, DeliveryState.DELIVERED, now)
    elif SmsPart.State.FAILED in states:
        _set(row, DeliveryState.FAILED, now, error="undelivered")
    elif SmsPart.State.EXPIRED in states:
        _set(row, DeliveryState.EXPIRED, now, error="expired in the network")


def forget_strangers(*, now: datetime) -> int:
    """Remove receipts that belong to nothing after a while; give how many."""
    old = SmsPart.objects.filter(delivery__isnull=True, changed_at__lt=now - timedelta(days=RECEIPT_DAYS))
    return old.delete()[0]


def mark_refused(*, delivery_id: int, error: str, now: datetime) -> None:
    """Note that trying again would not help."""
    Delivery.objects.filter(pk=delivery_id, state=DeliveryState.QUEUED).update(
        state=DeliveryState.FAILED, claimed_at=None, error=error[:2000], changed_at=now
    )


def _set(
    row: Delivery, state: DeliveryState, now: datetime, *, due_at: datetime | None = None, error: str = ""
) -> None:
    row.state, row.due_at, row.error, row.changed_at, row.claimed_at = state, due_at, error[:2000], now, None
    row.save(update_fields=["state", "due_at", "error", "changed_at", "claimed_at", "provider"])


__all__ = [
    "InHandError",
    "Receipt",
    "begin",
    "forget_strangers",
    "hold",
    "mark_attempt",
    "mark_refused",
    "mark_sent",
    "note_part",
    "parts_at",
    "record_receipt",
    "release_held",
    "resend",
    "take_quota",
]
