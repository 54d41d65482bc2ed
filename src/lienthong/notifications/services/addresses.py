"""Messages to an address that no account has: one way, no wishes, and the address forgotten afterwards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, F, Value, When

from lienthong.kernel import clock
from lienthong.notifications import kinds, numbers
from lienthong.notifications.hours import quiet_until
from lienthong.notifications.models import OPEN_STATES, Channel, Delivery, DeliveryState, Notification
from lienthong.notifications.plugins.registry import has_sms
from lienthong.notifications.queries import usual_hours
from lienthong.notifications.services.messages import deliver

#: Nobody has proved that the address is theirs, so a day brings it only so many messages.
MOST_A_DAY = 3


def notify_address(
    *,
    kind: str,
    email: str,
    phone: str,
    facts: Mapping[str, Any],
    link: str,
    occasion: str,
    forget_at: datetime,
    now: datetime,
    language: str = "vi",
) -> Notification | None:
    """Write one message to an e-mail, or else a mobile number, and queue it, in the caller's transaction.

    :param facts: no personal data: the address is proved by nobody and may be somebody else's.
    :param link: a page that asks anew who the reader is; it goes out in full, for nobody signs in.
    :param occasion: what the message is about, once: repeating it sends nothing again.
    :param forget_at: when the address is wiped.
    :return: the message; None when it was written before, or when there is no way to the address today.
    """
    way = _way(email, phone, now)
    if way is None:
        return None
    channel, address = way
    chosen = kinds.get_kind(kind)
    title, body = chosen.render(language=language, facts=facts)
    with transaction.atomic():
        notification, is_new = Notification.objects.get_or_create(
            dedupe_key=f"{kind}:{occasion}:address",
            defaults={
                "kind": kind,
                "title": title,
                "body": body,
                "link": link,
                "language": language,
                "forget_at": forget_at,
            },
        )
        if not is_new:
            return None
        is_held = channel == Channel.SMS and not chosen.ignores_quiet_hours
        held_until = quiet_until(now, usual_hours()) if is_held else None
        deliver(
            [
                Delivery(
                    notification=notification,
                    channel=channel,
                    address=address,
                    state=DeliveryState.HELD if held_until else DeliveryState.QUEUED,
                    due_at=held_until,
                    changed_at=now,
                )
            ]
        )
    return notification


def has_way(*, email: str, phone: str, now: datetime) -> bool:
    """Say whether a message to an e-mail, or else a mobile number, would have a way today."""
    return _way(email, phone, now) is not None


def _way(email: str, phone: str, now: datetime) -> tuple[Channel, str] | None:
    number = numbers.to_e164(phone) if has_sms() else None
    channel, address = (Channel.EMAIL, email) if email else (Channel.SMS, number or "")
    day = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    written_today = Delivery.objects.filter(
        channel=channel, address=address, notification__forget_at__isnull=False, notification__created_at__gte=day
    )
    return (channel, address) if address and written_today.count() < MOST_A_DAY else None


def forget_addresses(*, now: datetime) -> int:
    """Wipe the addresses whose time is up; what has not left by then leaves no more. Give how many."""
    due = Delivery.objects.filter(notification__forget_at__lte=now).exclude(address="")
    return due.update(
        address="",
        error="",
        state=Case(
            When(state__in=OPEN_STATES, then=Value(DeliveryState.EXPIRED.value)),
            default=F("state"),
            output_field=CharField(),
        ),
        due_at=None,
        claimed_at=None,
        changed_at=now,
    )
