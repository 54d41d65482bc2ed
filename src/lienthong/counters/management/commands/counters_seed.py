"""Load who goes before others at a desk."""

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand

from lienthong.counters import api
from lienthong.kernel import clock


class Command(BaseCommand):
    """``counters_seed``: load ``seeds/counters/priorities.yaml``; running it again changes nothing."""

    help = "Load who is served before others, with the law that says so."

    def handle(self, *args: object, **options: object) -> None:
        """Load the file, and say how many rows are new."""
        rows = yaml.safe_load((settings.SEEDS / "counters" / "priorities.yaml").read_text(encoding="utf-8"))
        made = api.load_priorities(rows=rows, now=clock.now())
        self.stdout.write(f"counters: {made} new priorities")
