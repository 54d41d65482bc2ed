"""Writing messages: one for each person and occasion, with a delivery for each way the person wants and has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.kernel import jobs
from lienthong.kernel.errors import NotFoundError
from lienthong.notifications import kinds
from lienthong.notifications.hours import quiet_until
from lienthong.notifications.models import Channel, Delivery, DeliveryState, Notification
from lienthong.notifications.queries import Reach, reach_of

_SENDERS = {
    Channel.EMAIL: "notifications.send_email",
    Channel.SMS: "notifications.send_sms",
    Channel.PUSH: "notifications.send_push",
}


class MessageNotFoundError(NotFoundError):
    """No such message for this person."""

    code = "notifications.not_found"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message goes to.

    :ivar email: where mail goes; empty means no mail.
    """

    account_id: int | None
    person_id: int | None
    email: str
    language: str = "vi"


def notify(
    *,
    kind: str,
    recipients: Sequence[Recipient],
    facts: Mapping[str, Any],
    link: str,
    occasion: str,
    now: datetime,
) -> tuple[Notification, ...]:
    """Write one message per recipient and queue its deliveries, in the caller's transaction.

    :param occasion: what the message is about, once: repeating it sends nothing again.
    """
    chosen = kinds.get_kind(kind)
    reachable = [
        recipient for recipient in recipients if recipient.account_id is not None or recipient.person_id is not None
    ]
    if not reachable:
        return ()
    drafted: dict[str, tuple[Recipient, Notification]] = {}
    for recipient in reachable:
        title, body = chosen.render(language=recipient.language, facts=facts)
        key = f"{kind}:{occasion}:{'a' if recipient.account_id else 'p'}{recipient.account_id or recipient.person_id}"
        drafted[key] = (
            recipient,
            Notification(
                account_id=recipient.account_id,
                person_id=recipient.person_id,
                kind=kind,
                dedupe_key=key,
                title=title,
                body=body,
                link=link,
                language=recipient.language,
            ),
        )
    with transaction.atomic():
        known = set(Notification.objects.filter(dedupe_key__in=drafted).values_list("dedupe_key", flat=True))
        fresh = [pair for key, pair in drafted.items() if key not in known]
        if not fresh:
            return ()
        Notification.objects.bulk_create(notification for _recipient, notification in fresh)
        reach = reach_of(
            account_ids=[recipient.account_id for recipient, _n in fresh if recipient.account_id], kind=kind
        )
        deliver(
            delivery
            for recipient, notification in fresh
            for delivery in _plan(chosen, recipient, notification, reach.get(recipient.account_id or 0), now)
        )
    return tuple(notification for _recipient, notification in fresh)


def deliver(deliveries: Iterable[Delivery]) -> None:
    """Store deliveries and queue the jobs of those that may leave now."""
    made = Delivery.objects.bulk_create(deliveries)
    queue([delivery for delivery in made if delivery.state == DeliveryState.QUEUED])


def queue(deliveries: Sequence[Delivery]) -> None:
    """Queue one job for each delivery, in the caller's transaction: one statement a channel."""
    for channel, task in _SENDERS.items():
        jobs.queue_many(task, ({"delivery_id": row.pk} for row in deliveries if row.channel == channel))


def _plan(
    kind: kinds.MessageKind, recipient: Recipient, notification: Notification, reach: Reach | None, now: datetime
) -> list[Delivery]:
    """Choose the ways of one message.

    What the law wants sent always finds a way when there is one: mail first, whatever was switched off since.
    """
    ways = {
        Channel.EMAIL: bool(recipient.email),
        Channel.SMS: reach is not None and bool(reach.number),
        Channel.PUSH: reach is not None and bool(reach.subscription_ids),
    }
    wishes = reach.wishes if reach is not None else {}
    chosen = [channel for channel, is_there in ways.items() if is_there and _wants(kind, channel, wishes)]
    if kind.is_mandatory and not chosen:
        chosen = [channel for channel, is_there in ways.items() if is_there][:1]
    held_until = None if kind.ignores_quiet_hours or reach is None else quiet_until(now, reach.hours)
    made: list[Delivery] = []
    for channel in chosen:
        if channel == Channel.EMAIL or reach is None:
            made.append(_delivery(notification, Channel.EMAIL, recipient.email, now))
        elif channel == Channel.SMS:
            made.append(_delivery(notification, channel, reach.number, now, held_until))
        else:
            for subscription_id in reach.subscription_ids:
                row = _delivery(notification, channel, "", now, held_until)
                row.subscription_id = subscription_id
                made.append(row)
    return made


def _wants(kind: kinds.MessageKind, channel: Channel, wishes: Mapping[str, bool]) -> bool:
    return wishes.get(channel, kind.is_default(channel))


def _delivery(
    notification: Notification, channel: Channel, address: str, now: datetime, held_until: datetime | None = None
) -> Delivery:
    return Delivery(
        notification=notification,
        channel=channel,
        address=address,
        state=DeliveryState.HELD if held_until else DeliveryState.QUEUED,
        due_at=held_until,
        changed_at=now,
    )


def mark_read(*, account_id: int, uuid: UUID | None, now: datetime) -> None:
    """Mark one message of a person as read, or all of them.

    :raises MessageNotFoundError: for an absent and a foreign message alike.
    """
    mine = Notification.objects.filter(account_id=account_id)
    if uuid is not None:
        mine = mine.filter(uuid=uuid)
        if not mine.exists():
            raise MessageNotFoundError(_("Không tìm thấy thông báo."))
    mine.filter(read_at__isnull=True).update(read_at=now)


def open_short(*, account_id: int, number: int, now: datetime) -> str:
    """Mark the message behind the short link of an SMS as read and give where it leads.

    :raises MessageNotFoundError: for an absent and a foreign message alike.
    """
    message = Notification.objects.filter(account_id=account_id, pk=number).first()
    if message is None:
        raise MessageNotFoundError(_("Không tìm thấy thông báo."))
    mark_read(account_id=account_id, uuid=message.uuid, now=now)
    return message.link
