"""Mail, through Django's mail backend."""

from datetime import datetime

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from lienthong.notifications.plugins.base import Outgoing, TemporaryError


class EmailProvider:
    """Sends each message as text and HTML; the mail server gives no receipts."""

    name = "email"

    def send(self, message: Outgoing, *, now: datetime) -> None:
        """Hand the mail to the mail server."""
        del now
        with translation.override(message.language):
            values = {"notification": message, "url": message.url}
            mail = EmailMultiAlternatives(
                subject=message.title,
                body=render_to_string("notifications/mail.txt", values),
                to=[message.address],
                headers={"X-Lien-Thong-Message": message.uuid},
            )
            mail.attach_alternative(render_to_string("notifications/mail.html", values), "text/html")
        try:
            mail.send()
        except OSError as error:
            raise TemporaryError(f"{type(error).__name__}: {error}") from error

    def fetch_receipts(self, *, seconds: float) -> None:
        """Do nothing."""
