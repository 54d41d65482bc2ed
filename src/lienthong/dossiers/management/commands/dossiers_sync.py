"""``dossiers_sync``: tell the national portal of earlier dossiers."""

import argparse
from datetime import date, datetime, time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lienthong.dossiers import national
from lienthong.dossiers.services.national import backfill, send_due
from lienthong.kernel import audit, clock


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a date like 2026-07-01") from error


class Command(BaseCommand):
    """Note dossiers filed since a day for the national portal; what is told already stays told."""

    help = "Tell the national portal of the dossiers filed since a day (--since 2026-07-01)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--since", type=_day, required=True, help="first day, as 2026-07-01")
        parser.add_argument("--now", action="store_true", help="send at once instead of leaving it to the worker")

    def handle(self, *args: object, **options: object) -> None:
        """Note them, and send them when asked to.

        :raises CommandError: when no portal is configured.
        """
        portal = national.get_portal()
        if portal is None:
            raise CommandError("NATIONAL_PORTAL_URL is not set: there is nobody to tell", returncode=3)
        since = options["since"]
        assert isinstance(since, date)  # noqa: S101 - made by _day
        now = clock.now()
        start = datetime.combine(since, time(0), tzinfo=clock.local(now).tzinfo)
        count = backfill(since=start, actor=audit.SYSTEM, now=now)
        self.stdout.write(f"dossiers: {count} noted for {settings.NATIONAL_PORTAL_URL}")
        if options["now"]:
            self.stdout.write(f"dossiers: {send_due(portal=portal, limit=max(count, 1))} told completely")
