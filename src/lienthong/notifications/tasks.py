"""Jobs that carry messages out of the application."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from lienthong.kernel import clock
from lienthong.notifications import queries, sms_text
from lienthong.notifications.models import Delivery
from lienthong.notifications.plugins import registry
from lienthong.notifications.plugins.base import ChannelProvider, GoneError, Outgoing, RefusedError, TemporaryError
from lienthong.notifications.plugins.email import EmailProvider
from lienthong.notifications.plugins.webpush import WebPushProvider
from lienthong.notifications.services import addresses, deliveries, devices, numbers, providers

MAX_ATTEMPTS = 6
# The first attempt is not a retry.
RETRIES = RetryStrategy(max_attempts=MAX_ATTEMPTS - 1, exponential_wait=4)
#: How long a process stays bound to listen for receipts that nobody else is bound for.
LISTEN_SECONDS = 20.0


@app.task(name="notifications.send_email", queue="mail", pass_context=True, retry=RETRIES)
def send_email(context: JobContext, delivery_id: int, **_future: object) -> None:
    """Send one mail."""
    _carry(context, delivery_id, lambda row: _by(EmailProvider(), _outgoing(row)))


@app.task(name="notifications.send_push", queue="push", pass_context=True, retry=RETRIES)
def send_push(context: JobContext, delivery_id: int, **_future: object) -> None:
    """Send one message to one device; a device that is gone is forgotten."""

    def carry(row: Delivery) -> str:
        device = row.subscription
        if device is None or device.ended_at is not None:
            raise RefusedError("the device was removed")
        try:
            name = _by(WebPushProvider(), _outgoing(row, address=device.endpoint, key=(device.p256dh, device.auth)))
        except GoneError:
            devices.drop_gone(subscription_id=device.pk, now=clock.now())
            raise
        devices.mark_used(subscription_id=device.pk, now=clock.now())
        return name

    _carry(context, delivery_id, carry)


@app.task(name="notifications.send_sms", queue="sms", pass_context=True, retry=RETRIES)
def send_sms(context: JobContext, delivery_id: int, **_future: object) -> None:
    """Send one SMS by the first provider that takes it; parts that left are not sent again."""

    def carry(row: Delivery) -> str | None:
        text = _sms(row)
        encoding: sms_text.Encoding = "gsm7" if settings.SMS_ENCODING == "gsm7" else "ucs2"
        try:
            parts = len(sms_text.split(text, encoding=encoding, reference=row.pk))
        except ValueError as error:
            raise RefusedError(str(error)) from error
        if not deliveries.take_quota(delivery=row, parts=parts, now=clock.now()):
            return None

        def send(provider: ChannelProvider) -> None:
            provider.send(
                _outgoing(
                    row,
                    text=text,
                    taken=deliveries.parts_at(delivery_id=row.pk, provider=provider.name),
                    keep=lambda number, message_id: deliveries.note_part(
                        delivery_id=row.pk,
                        provider=provider.name,
                        message_id=message_id,
                        number=number,
                        now=clock.now(),
                    ),
                ),
                now=clock.now(),
            )

        name, _nothing = providers.send_by_first(providers=registry.sms_providers(), send=send, now=clock.now())
        return name

    _carry(context, delivery_id, carry)


def _by(provider: ChannelProvider, message: Outgoing) -> str:
    provider.send(message, now=clock.now())
    return provider.name


def _carry(context: JobContext, delivery_id: int, carry: Callable[[Delivery], str | None]) -> None:
    """Take a delivery in hand, let it be carried, and note what came of it.

    A failure is noted, tried again later, and after the last attempt shown to operators.

    :param carry: gives the provider's name; None when the delivery was put aside and noted already.
    """
    row = deliveries.begin(delivery_id=delivery_id, now=clock.now())
    if row is None:
        return
    try:
        provider = carry(row)
    except RefusedError as error:
        deliveries.mark_refused(delivery_id=delivery_id, error=str(error), now=clock.now())
    except TemporaryError as error:
        now = clock.now()
        if error.retry_after:
            until = now + timedelta(seconds=error.retry_after)
            deliveries.hold(delivery_id=delivery_id, until=until, error=str(error), now=now)
            return
        is_last = context.job.attempts + 1 >= MAX_ATTEMPTS
        deliveries.mark_attempt(delivery_id=delivery_id, error=str(error), is_last=is_last, now=now)
        raise
    else:
        if provider is not None:
            deliveries.mark_sent(delivery_id=delivery_id, provider=provider, now=clock.now())


def _outgoing(row: Delivery, *, address: str = "", text: str = "", **more: object) -> Outgoing:
    notification = row.notification
    return Outgoing(
        reference=row.pk,
        uuid=str(notification.uuid),
        address=address or row.address,
        language=notification.language,
        title=notification.title,
        body=notification.body,
        url=f"{settings.SITE_URL}{notification.link}",
        text=text,
        **more,  # type: ignore[arg-type]
    )


def _sms(row: Delivery) -> str:
    """Write the text: a code where one was asked for, else the title and the short link."""
    with translation.override(row.notification.language):
        if row.challenge is not None:
            return _("Mã xác nhận Liên Thông: %(code)s. Có hiệu lực 10 phút. Không đọc mã này cho ai.") % {
                "code": numbers.code_of(row.challenge)
            }
        # A short link opens after signing in only; who has no account gets the page itself.
        has_no_account = row.notification.forget_at is not None
        link = row.notification.link if has_no_account else f"/tb/{sms_text.short(row.notification_id)}"
        return sms_text.compose(title=row.notification.title, url=f"{settings.SITE_URL}{link}")


@app.periodic(cron="* * * * *", periodic_id="notifications.release_held")
@app.task(name="notifications.release_held")
def release_held(timestamp: int = 0, **_future: object) -> None:
    """Let go, every minute, what was held for the night or because a carrier asked to wait."""
    del timestamp
    deliveries.release_held(now=clock.now())


@app.periodic(cron="* * * * *", periodic_id="notifications.fetch_receipts")
@app.task(name="notifications.fetch_receipts", queue="sms")
def fetch_receipts(timestamp: int = 0, **_future: object) -> None:
    """Listen, every minute, at each provider that owes receipts; one that is down is asked again next minute."""
    del timestamp
    for provider in registry.sms_providers():
        if queries.awaits_receipts(provider=provider.name, now=clock.now(), days=deliveries.RECEIPT_DAYS):
            try:
                provider.fetch_receipts(seconds=LISTEN_SECONDS)
            except TemporaryError as error:
                providers.note_failure(provider=provider.name, error=str(error), now=clock.now())


@app.periodic(cron="17 3 * * *", periodic_id="notifications.forget_strangers")
@app.task(name="notifications.forget_strangers")
def forget_strangers(timestamp: int = 0, **_future: object) -> None:
    """Remove receipts that belong to nothing, every night."""
    del timestamp
    deliveries.forget_strangers(now=clock.now())


@app.periodic(cron="7 * * * *", periodic_id="notifications.forget_addresses")
@app.task(name="notifications.forget_addresses")
def forget_addresses(timestamp: int = 0, **_future: object) -> None:
    """Wipe, every hour, the addresses without an account whose time is up."""
    del timestamp
    addresses.forget_addresses(now=clock.now())


def _take_receipt(provider: str, message_id: str, state: str) -> None:
    deliveries.record_receipt(
        receipt=deliveries.Receipt(provider=provider, message_id=message_id, state=state), now=clock.now()
    )


registry.take_receipts(_take_receipt)
