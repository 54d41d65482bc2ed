"""``lienthong outbox replay``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lienthong.kernel import audit, clock, outbox


class Command(BaseCommand):
    """Queue dead deliveries anew."""

    help = "Deliver dead events again, by their numbers in `outbox list`; those parked behind follow in order."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("ids", nargs="*", type=int, help="numbers of dead deliveries")
        parser.add_argument("--all", action="store_true", help="every dead delivery")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay."""
        if bool(options["ids"]) == options["all"]:
            raise CommandError("give the numbers of dead deliveries, or --all", returncode=2)
        chosen = None if options["all"] else options["ids"]
        count = outbox.replay(actor=audit.SYSTEM, now=clock.now(), delivery_ids=chosen)
        self.stdout.write(f"{count} queued")
