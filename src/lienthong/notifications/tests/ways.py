"""Kinds of messages and people with numbers and devices, as the tests of the ways share them."""

from datetime import UTC, datetime, timedelta

from lienthong.accounts.models import Account
from lienthong.notifications import api
from lienthong.notifications.api import Delivery, MessageKind, Recipient
from lienthong.notifications.models import PhoneNumber, PushSubscription

MORNING = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)  # half past ten in the evening in Vietnam
SEVEN = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
LAW = MessageKind(
    key="notifications.test_law", audience="citizen", label="Luật", title="Hồ sơ %(code)s", body="…", is_mandatory=True
)
WISH = MessageKind(
    key="notifications.test_wish",
    audience="citizen",
    label="Mong muốn",
    title="Hồ sơ %(code)s",
    body="…",
    sms_by_default=True,
)
NOW_KIND = MessageKind(
    key="notifications.test_urgent",
    audience="citizen",
    label="Gấp",
    title="Gấp %(code)s",
    body="…",
    sms_by_default=True,
    ignores_quiet_hours=True,
)


def vietnam(day: int, written: str) -> datetime:
    """Give a moment of November 2026 on our clock."""
    hour, minute, *second = (int(part) for part in written.split(":"))
    local = datetime(2026, 11, day, hour, minute, second[0] if second else 0, tzinfo=UTC)
    return local - timedelta(hours=7)


def with_number(account: Account) -> Account:
    """Give the account a number that was proved."""
    PhoneNumber.objects.create(account=account, number="+84905123456", verified_at=MORNING)
    return account


def with_device(account: Account, endpoint: str = "https://fcm.googleapis.com/x") -> PushSubscription:
    """Give the account a browser that takes messages."""
    return PushSubscription.objects.create(account=account, endpoint=endpoint, p256dh="k", auth="a", device="Chrome")


def tell(account: Account, kind: MessageKind, *, at: datetime = MORNING, occasion: str = "1", **more: str) -> None:
    """Tell somebody by every way that is there and wanted."""
    recipient = Recipient(account_id=account.pk, person_id=None, email=more.get("email", account.email))
    api.notify(kind=kind.key, recipients=[recipient], facts={"code": "1"}, link="/x/", occasion=occasion, now=at)


def ways(account: Account) -> list[str]:
    """Name the ways that a person is told by, and how far each is."""
    rows = Delivery.objects.filter(notification__account=account).order_by("channel", "id")
    return [f"{row.channel} {row.state}" for row in rows]
