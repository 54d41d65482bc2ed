"""``workflows_seed``: publish the processes of ``seeds/processes``; running it again changes nothing."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lienthong.kernel import clock
from lienthong.workflows import api
from lienthong.workflows.api import InvalidDefinitionError


class Command(BaseCommand):
    """Publish every diagram of the seeds folder that is new or has changed."""

    help = "Công bố các quy trình trong seeds/processes (chạy lại không đổi gì)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.SEEDS / "processes")

    def handle(self, *args: object, folder: Path, **options: object) -> None:
        try:
            results = api.publish_folder(folder=folder, now=clock.now())
        except InvalidDefinitionError as error:
            lines = [f"{element_id or '—'}: {message}" for element_id, message in error.problems]
            raise CommandError("\n".join([error.message, *lines])) from error
        for result in results:
            state = "mới" if result.is_new else "không đổi"
            self.stdout.write(f"{result.key} v{result.version}: {state}")
