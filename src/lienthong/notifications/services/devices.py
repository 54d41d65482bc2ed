"""Devices that show messages: subscribed by the browser, removed by the person or by the push service."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.kernel import audit, text
from lienthong.kernel.errors import InvalidError, NotFoundError
from lienthong.notifications.models import OPEN_STATES, Delivery, DeliveryState, PushSubscription
from lienthong.notifications.plugins.webpush import KeyMaterialError, check_keys, is_known_service

_MAX_DEVICES = 10


class DeviceRefusedError(InvalidError):
    """What the browser gave is no subscription that we may use."""

    code = "notifications.device_refused"


def subscribe(
    *, actor: audit.Actor, account_id: int, endpoint: str, p256dh: str, auth: str, device: str, now: datetime
) -> PushSubscription:
    """Let a device show the account's messages.

    A device that subscribes again, also after somebody else used it, belongs to whoever is signed in now.

    :raises DeviceRefusedError: for an unknown push service, keys that are none, or too many devices.
    """
    try:
        check_keys(p256dh=p256dh, auth=auth)
    except KeyMaterialError as error:
        raise DeviceRefusedError(_("Trình duyệt đưa khóa không hợp lệ. Hãy tải lại trang và thử lại.")) from error
    if len(endpoint) > 1000 or not is_known_service(endpoint):  # noqa: PLR2004 - the column's width
        raise DeviceRefusedError(_("Dịch vụ thông báo của trình duyệt này chưa được hỗ trợ."))
    with transaction.atomic():
        known = (
            PushSubscription.objects.select_for_update(no_key=True)
            .filter(endpoint=endpoint, ended_at__isnull=True)
            .first()
        )
        if known is not None and known.account_id == account_id:
            known.p256dh, known.auth = p256dh, auth
            known.save(update_fields=["p256dh", "auth"])
            return known
        if known is not None:
            _end(known, now)
        if PushSubscription.objects.filter(account_id=account_id, ended_at__isnull=True).count() >= _MAX_DEVICES:
            raise DeviceRefusedError(_("Bạn đã bật thông báo trên 10 thiết bị. Hãy bỏ bớt một thiết bị."))
        made = PushSubscription.objects.create(
            account_id=account_id,
            endpoint=endpoint,
            p256dh=p256dh,
            auth=auth,
            device=text.normalise(device)[:80] or _("Trình duyệt"),
        )
        audit.record(
            actor=actor,
            action="notifications.device.added",
            subject_type="notifications.push_subscription",
            subject_id=made.uuid,
            at=now,
        )
    return made


def unsubscribe(*, actor: audit.Actor, account_id: int, uuid: UUID, now: datetime) -> None:
    """Stop showing messages on a device of the account.

    :raises NotFoundError: for an absent and a foreign device alike.
    """
    with transaction.atomic():
        known = (
            PushSubscription.objects.select_for_update(no_key=True)
            .filter(account_id=account_id, uuid=uuid, ended_at__isnull=True)
            .first()
        )
        if known is None:
            raise NotFoundError(_("Không tìm thấy thiết bị này."), code="notifications.device_not_found")
        _end(known, now)
        audit.record(
            actor=actor,
            action="notifications.device.removed",
            subject_type="notifications.push_subscription",
            subject_id=known.uuid,
            at=now,
        )


def drop_gone(*, subscription_id: int, now: datetime) -> None:
    """Forget a device whose push service says that the subscription has ended (RFC 8030, 404 and 410)."""
    with transaction.atomic():
        known = PushSubscription.objects.select_for_update(no_key=True).get(pk=subscription_id)
        if known.ended_at is None:
            _end(known, now)


def mark_used(*, subscription_id: int, now: datetime) -> None:
    """Note that the push service took a message for the device."""
    PushSubscription.objects.filter(pk=subscription_id).update(last_used_at=now)


def _end(known: PushSubscription, now: datetime) -> None:
    known.ended_at = now
    known.endpoint = known.p256dh = known.auth = ""
    known.save(update_fields=["ended_at", "endpoint", "p256dh", "auth"])
    Delivery.objects.filter(subscription=known, state__in=OPEN_STATES).update(
        state=DeliveryState.EXPIRED, due_at=None, error="device removed", changed_at=now
    )
