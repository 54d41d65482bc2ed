"""``dossiers_verify_package``: check a dossier's package, without a network."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lienthong.dossiers.packages import verify_package
from lienthong.kernel import clock


class Command(BaseCommand):
    """Check the signature and every entry of a package."""

    help = "Check the signature and every entry of a dossier's package (a ZIP file)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file."""
        parser.add_argument("file", type=Path, help="the package")

    def handle(self, *args: object, **options: object) -> None:
        """Say whether the package is genuine.

        :raises CommandError: when it is not, naming each problem.
        """
        path = options["file"]
        if not isinstance(path, Path) or not path.is_file():
            raise CommandError(f"{path} is no file", returncode=2)
        with path.open("rb") as source:
            report = verify_package(source=source, now=clock.now())
        if report.problems:
            raise CommandError("\n".join([f"{path} is not genuine:", *report.problems]))
        self.stdout.write(f"{report.code}: genuine, {report.entries} entries, signed by {report.signer}")
