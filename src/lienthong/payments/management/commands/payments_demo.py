"""``payments_demo``: fictional accounts into which the demo's agencies collect."""

from django.conf import settings
from django.core.management.base import BaseCommand

from lienthong.kernel import audit, clock
from lienthong.payments import api


class Command(BaseCommand):
    """Load ``seeds/demo/payees.yaml``; running it again changes nothing."""

    help = "Give the demo's agencies fictional accounts (DEMO=1 only)."

    def handle(self, *args: object, **options: object) -> None:
        """Load the accounts, and say how many are new."""
        made = api.load_payees(path=settings.SEEDS / "demo" / "payees.yaml", actor=audit.SYSTEM, now=clock.now())
        self.stdout.write(f"payments: {made} demo accounts")
