"""``forms_seed``: load the forms and catalogues of ``seeds/forms``."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lienthong.forms import api
from lienthong.kernel import audit, clock
from lienthong.kernel.errors import DomainError


class Command(BaseCommand):
    """Load forms and catalogues; does nothing when unchanged."""

    help = "Load the forms of the procedures and the catalogues of allowed values from seeds/forms."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.SEEDS / "forms")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = api.load_seeds(folder=options["folder"], actor=audit.SYSTEM, now=clock.now())
        except DomainError as error:
            raise CommandError(error.message) from error
        if not counts:
            self.stdout.write("forms: unchanged")
            return
        self.stdout.write("forms: " + ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()))
