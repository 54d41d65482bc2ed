"""Jobs that carry messages out of the application."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from lienthong.kernel import clock
from lienthong.notifications import services
from lienthong.notifications.models import Delivery, DeliveryState

MAX_ATTEMPTS = 6
# The first attempt is not a retry.
RETRIES = RetryStrategy(max_attempts=MAX_ATTEMPTS - 1, exponential_wait=4)


@app.task(name="notifications.send_email", queue="mail", pass_context=True, retry=RETRIES)
def send_email(context: JobContext, delivery_id: int, **_future: object) -> None:
    """Send one mail; a failure is noted, tried again later, and after the last attempt shown to operators."""
    delivery = Delivery.objects.select_related("notification").get(pk=delivery_id)
    if delivery.state == DeliveryState.SENT:
        return
    notification = delivery.notification
    with translation.override(notification.language):
        values = {
            "notification": notification,
            "url": f"{settings.SITE_URL}{notification.link}" if notification.link else settings.SITE_URL,
        }
        message = EmailMultiAlternatives(
            subject=notification.title,
            body=render_to_string("notifications/mail.txt", values),
            to=[delivery.address],
            headers={"X-Lien-Thong-Message": str(notification.uuid)},
        )
        message.attach_alternative(render_to_string("notifications/mail.html", values), "text/html")
    try:
        message.send()
    except OSError as error:
        is_last = context.job.attempts + 1 >= MAX_ATTEMPTS
        services.mark_attempt(
            delivery_id=delivery_id, error=f"{type(error).__name__}: {error}", is_last=is_last, now=clock.now()
        )
        raise
    services.mark_sent(delivery_id=delivery_id, now=clock.now())
