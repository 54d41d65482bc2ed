"""Let one of the demo's people get SMS, so that the demo shows some."""

from django.core.management.base import BaseCommand

from lienthong.kernel import clock
from lienthong.notifications.services.demonstration import prove_demo_number


class Command(BaseCommand):
    """``notifications_demo``: harmless to repeat."""

    help = "Prove the phone number of the demo's citizen Lan (DEMO=1 only)."

    def handle(self, *args: object, **options: object) -> None:
        """Prove it, or say that it is proved."""
        made = prove_demo_number(email="lan@lienthong.example", now=clock.now())
        self.stdout.write("notifications: a demo number proved" if made else "notifications: nothing new")
