"""``organisations_seed``: load the reference data of ``seeds/organisations``."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lienthong.kernel import audit, clock
from lienthong.organisations.services.seed_files import SeedError
from lienthong.organisations.services.seeding import load_seeds


class Command(BaseCommand):
    """Load areas, agencies, demo officials and the national calendar; does nothing when unchanged."""

    help = "Load areas, agencies, the demo's officials and the working calendar from seeds/organisations."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.SEEDS / "organisations")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_seeds(folder=options["folder"], actor=audit.SYSTEM, now=clock.now())
        except SeedError as error:
            raise CommandError(error.message) from error
        if not report.changed:
            self.stdout.write("organisations: unchanged")
            return
        counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report.counts.items())
        self.stdout.write(f"organisations: {counts}")
