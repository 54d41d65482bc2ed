"""``accounts_seed``: the rights of posts, and the demo's people when this is a demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from lienthong.accounts.services.seeding import seed_demo_people, seed_position_rights
from lienthong.kernel import clock


class Command(BaseCommand):
    """Load the seeds of accounts; running it again changes nothing."""

    help = "Load the rights of posts; with DEMO=1 also make fictional citizens, a business and officials' logins."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how much changed."""
        folder, now = settings.SEEDS / "accounts", clock.now()
        self.stdout.write(f"accounts: {seed_position_rights(folder=folder, now=now)} position rights changed")
        if settings.DEMO:
            self.stdout.write(f"accounts: {seed_demo_people(folder=folder, now=now)} demo logins made")
