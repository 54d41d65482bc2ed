"""Load the dated fee rules and reductions."""

from django.conf import settings
from django.core.management.base import BaseCommand

from lienthong.kernel import audit, clock
from lienthong.payments import api


class Command(BaseCommand):
    """Load ``seeds/payments/rules.yaml``; running it again changes nothing."""

    help = "Nạp mức phí, lệ phí và diện miễn, giảm."

    def handle(self, *args: object, **options: object) -> None:
        """Load the file, and say how many rows changed."""
        changed = api.load_rules(path=settings.SEEDS / "payments" / "rules.yaml", actor=audit.SYSTEM, now=clock.now())
        self.stdout.write(f"payments: {changed} quy tắc thay đổi")
