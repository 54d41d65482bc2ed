"""Reading messages."""

from lienthong.kernel.paging import Page, keyset
from lienthong.notifications import kinds
from lienthong.notifications.models import Channel, Delivery, DeliveryState, Notification, Preference


def list_messages(*, account_id: int, cursor: str | None, size: int = 20) -> Page[Notification]:
    """List a person's messages, newest first."""
    return keyset(Notification.objects.filter(account_id=account_id), order=("-id",), cursor=cursor, size=size)


def count_unread(*, account_id: int) -> int:
    """Count unread messages, up to 100: the header shows "99+"."""
    return Notification.objects.filter(account_id=account_id, read_at__isnull=True)[:100].count()


def list_failed(*, cursor: str | None, size: int = 50) -> Page[Delivery]:
    """List deliveries that could not be made, for the operator."""
    failed = Delivery.objects.filter(state=DeliveryState.FAILED).select_related("notification")
    return keyset(failed, order=("-id",), cursor=cursor, size=size)


def email_preferences(*, account_id: int, audience: str) -> tuple[tuple[kinds.MessageKind, bool], ...]:
    """Give each kind of message with whether the person gets it by mail."""
    rows = dict(
        Preference.objects.filter(account_id=account_id, channel=Channel.EMAIL).values_list("kind", "is_enabled")
    )
    return tuple(
        (kind, kind.is_mandatory or rows.get(kind.key, kind.email_by_default)) for kind in kinds.all_kinds(audience)
    )
