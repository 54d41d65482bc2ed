"""Make the demo certificate authority of this installation."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lienthong.files.plugins.demo_ca import DemoAuthority
from lienthong.kernel import clock


class Command(BaseCommand):
    """``files_seed``: harmless to repeat; what is there already stays."""

    help = "Make the demo certificate authority (DATA/ca) unless it exists."

    def handle(self, *args: object, **options: object) -> None:
        """Make it, or say that it is there."""
        if settings.SIGNING_PROVIDER != "demo":
            raise CommandError("SIGNING_PROVIDER is not demo: this installation does not sign with demo keys.")
        made = DemoAuthority().establish(now=clock.now())
        self.stdout.write(
            "Demo certificate authority made." if made else "Demo certificate authority is there already."
        )
