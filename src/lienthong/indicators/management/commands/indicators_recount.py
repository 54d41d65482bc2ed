"""``lienthong indicators recount``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lienthong.indicators.services import recounting


class Command(BaseCommand):
    """Prove the kept figures, or make them anew."""

    help = "Count all figures anew from the dossiers; with --check only compare (exit code 1 where they differ)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--check", action="store_true", help="change nothing; name what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare or count."""
        if not options["check"]:
            self.stdout.write(f"{recounting.recount()} cells counted")
            return
        found = recounting.check()
        for code in found.wrong_facts:
            self.stdout.write(f"dossier {code}: its fact is missing or differs")
        for row in found.differences:
            self.stdout.write(
                f"agency {row.agency_id}, procedure {row.procedure_id}, {row.month:%Y-%m}: "
                f"{row.measure} is {row.kept}, counted {row.counted}"
            )
        self.stdout.write(f"{found.facts} dossiers and {found.cells} cells compared")
        if not found.holds:
            raise CommandError("the figures are not what the dossiers say; lienthong indicators recount mends them")
