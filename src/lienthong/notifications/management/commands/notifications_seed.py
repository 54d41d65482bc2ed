"""Make the key that push services know this installation by."""

from django.conf import settings
from django.core.management.base import BaseCommand

from lienthong.notifications.plugins.webpush import load_or_make_key


class Command(BaseCommand):
    """``notifications_seed``: harmless to repeat; a key that is there stays."""

    help = "Make the key for messages on devices (VAPID_KEY_FILE) unless it exists."

    def handle(self, *args: object, **options: object) -> None:
        """Make it, or say that it is there."""
        known = settings.VAPID_KEY_FILE.exists()
        load_or_make_key(settings.VAPID_KEY_FILE)
        self.stdout.write("Key for messages on devices is there already." if known else "Key for devices made.")
