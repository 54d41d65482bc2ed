"""Reading messages, wishes, ways and how deliveries went."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import Count, QuerySet

from lienthong.accounts import api as accounts
from lienthong.kernel.paging import Page, keyset
from lienthong.notifications import kinds
from lienthong.notifications.hours import QuietHours, parse
from lienthong.notifications.models import (
    Channel,
    ContactHours,
    Delivery,
    DeliveryState,
    Notification,
    PhoneChallenge,
    PhoneNumber,
    Preference,
    ProviderHealth,
    PushSubscription,
    SmsPart,
)
from lienthong.notifications.plugins.registry import has_sms

_FAILED_DAYS = 30


def list_messages(*, account_id: int, cursor: str | None, size: int = 20) -> Page[Notification]:
    """List a person's messages, newest first."""
    return keyset(Notification.objects.filter(account_id=account_id), order=("-id",), cursor=cursor, size=size)


def count_unread(*, account_id: int) -> int:
    """Count unread messages, up to 100: the header shows "99+"."""
    return Notification.objects.filter(account_id=account_id, read_at__isnull=True)[:100].count()


def list_failed(*, cursor: str | None, size: int = 50, channel: str = "") -> Page[Delivery]:
    """List deliveries that could not be made, for the operator."""
    failed = Delivery.objects.filter(state=DeliveryState.FAILED).select_related("notification", "subscription")
    if channel:
        failed = failed.filter(channel=channel)
    return keyset(failed, order=("-id",), cursor=cursor, size=size)


@dataclass(frozen=True, slots=True)
class ChannelFailures:
    """How many deliveries of a channel failed lately, by who carried them last."""

    channel: str
    provider: str
    count: int

    @property
    def channel_name(self) -> str:
        """Give the channel in words."""
        return str(Channel(self.channel).label)


def failures_by_provider(*, now: datetime) -> tuple[ChannelFailures, ...]:
    """Count the failed deliveries of the last thirty days by channel and provider, in one statement."""
    rows = (
        Delivery.objects.filter(state=DeliveryState.FAILED, changed_at__gte=now - timedelta(days=_FAILED_DAYS))
        .values_list("channel", "provider")
        .annotate(count=Count("id"))
        .order_by("channel", "provider")
    )
    return tuple(ChannelFailures(*row) for row in rows)


def provider_health() -> tuple[ProviderHealth, ...]:
    """List the providers of SMS that failed since they were last well."""
    return tuple(ProviderHealth.objects.filter(failures__gt=0).order_by("provider"))


def awaits_receipts(*, provider: str, now: datetime, days: int) -> bool:
    """Say whether a provider still owes receipts."""
    return SmsPart.objects.filter(
        provider=provider, state=SmsPart.State.SENT, delivery__isnull=False, changed_at__gt=now - timedelta(days=days)
    ).exists()


@dataclass(frozen=True, slots=True)
class Reach:
    """How one account is reached, and what it wants of one kind of message."""

    number: str = ""
    subscription_ids: tuple[int, ...] = ()
    hours: QuietHours | None = None
    wishes: Mapping[str, bool] = field(default_factory=dict)


def reach_of(*, account_ids: Collection[int], kind: str) -> dict[int, Reach]:
    """Work out how accounts are reached with one kind of message: four statements, however many they are."""
    if not account_ids:
        return {}
    wishes: dict[int, dict[str, bool]] = {}
    for account_id, channel, is_enabled in Preference.objects.filter(account_id__in=account_ids, kind=kind).values_list(
        "account_id", "channel", "is_enabled"
    ):
        wishes.setdefault(account_id, {})[channel] = is_enabled
    has_numbers = has_sms()
    found = dict(_numbers(account_ids)) if has_numbers else {}
    devices: dict[int, list[int]] = {}
    for account_id, pk in _devices(account_ids).values_list("account_id", "pk"):
        devices.setdefault(account_id, []).append(pk)
    own = {row.account_id: _hours(row) for row in ContactHours.objects.filter(account_id__in=account_ids)}
    usual = parse(settings.QUIET_HOURS)
    return {
        account_id: Reach(
            number=found.get(account_id, ""),
            subscription_ids=tuple(devices.get(account_id, ())),
            hours=own.get(account_id, usual),
            wishes=wishes.get(account_id, {}),
        )
        for account_id in account_ids
    }


def _numbers(account_ids: Collection[int]) -> "QuerySet[PhoneNumber, tuple[int, str]]":
    return PhoneNumber.objects.filter(account_id__in=account_ids).values_list("account_id", "number")


def _devices(account_ids: Collection[int]) -> "QuerySet[PushSubscription]":
    return PushSubscription.objects.filter(account_id__in=account_ids, ended_at__isnull=True).order_by("id")


def _hours(row: ContactHours) -> QuietHours | None:
    return QuietHours(row.quiet_from, row.quiet_to) if row.is_quiet else None


def usual_hours() -> QuietHours | None:
    """Give the installation's quiet hours."""
    return parse(settings.QUIET_HOURS)


def hours_of(*, account_id: int) -> QuietHours | None:
    """Give a person's quiet hours: their own choice, else the installation's."""
    row = ContactHours.objects.filter(account_id=account_id).first()
    return _hours(row) if row is not None else parse(settings.QUIET_HOURS)


@dataclass(frozen=True, slots=True)
class ChosenHours:
    """The quiet hours as a form shows them."""

    is_quiet: bool
    quiet_from: time
    quiet_to: time
    is_own: bool


def chosen_hours(*, account_id: int) -> ChosenHours:
    """Give the quiet hours to a form, also when they are switched off."""
    row = ContactHours.objects.filter(account_id=account_id).first()
    if row is not None:
        return ChosenHours(row.is_quiet, row.quiet_from, row.quiet_to, is_own=True)
    usual = parse(settings.QUIET_HOURS)
    if usual is None:
        return ChosenHours(is_quiet=False, quiet_from=time(21), quiet_to=time(7), is_own=False)
    return ChosenHours(is_quiet=True, quiet_from=usual.start, quiet_to=usual.end, is_own=False)


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways a person has.

    :ivar number: the proved number, empty without one.
    :ivar offers_sms: whether the installation sends SMS at all.
    """

    email: str
    number: str
    devices: tuple[PushSubscription, ...]
    offers_sms: bool

    @property
    def there(self) -> tuple[str, ...]:
        """List the channels on which the person is reached now."""
        found = {Channel.EMAIL: self.email, Channel.SMS: self.number and self.offers_sms, Channel.PUSH: self.devices}
        return tuple(channel.value for channel, is_there in found.items() if is_there)


def ways_of(*, account_id: int) -> Ways:
    """Tell which ways a person has: three statements."""
    account = accounts.find_account(account_id=account_id)
    number = PhoneNumber.objects.filter(account_id=account_id).first()
    return Ways(
        email=account.email if account is not None else "",
        number=number.number if number is not None else "",
        devices=tuple(_devices([account_id])),
        offers_sms=has_sms(),
    )


def open_challenge(*, account_id: int, now: datetime) -> PhoneChallenge | None:
    """Find the code that the person may still type."""
    return PhoneChallenge.objects.filter(account_id=account_id, closed_at__isnull=True, expires_at__gt=now).first()


@dataclass(frozen=True, slots=True)
class KindWishes:
    """One kind of message and what the person wants of it.

    :ivar channels: each channel with whether it is wanted.
    """

    kind: kinds.MessageKind
    channels: Mapping[str, bool]


def wishes_of(*, account_id: int, audience: str) -> tuple[KindWishes, ...]:
    """Give each kind of message with the channels on which the person wants it, in one statement."""
    rows = {
        (kind, channel): is_enabled
        for kind, channel, is_enabled in Preference.objects.filter(account_id=account_id).values_list(
            "kind", "channel", "is_enabled"
        )
    }
    channels = (Channel.EMAIL.value, Channel.SMS.value, Channel.PUSH.value)
    return tuple(
        KindWishes(kind, {channel: rows.get((kind.key, channel), kind.is_default(channel)) for channel in channels})
        for kind in kinds.all_kinds(audience)
    )


def recent_deliveries(*, account_id: int, size: int = 10) -> tuple[Delivery, ...]:
    """List what was lately sent to a person outside the application, newest first, in one statement."""
    return tuple(
        Delivery.objects.filter(notification__account_id=account_id)
        .select_related("notification", "subscription")
        .order_by("-id")[:size]
    )
