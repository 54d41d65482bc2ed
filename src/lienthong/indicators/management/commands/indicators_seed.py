"""``indicators_seed``: load the rules of the index."""

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand

from lienthong.indicators.services.configuring import load_index
from lienthong.kernel import audit, clock


class Command(BaseCommand):
    """Load ``seeds/indicators/index.yaml``; what an administrator has set since stays."""

    help = "Load the indicators of the service index, their maxima, targets and bands."

    def handle(self, *args: object, **options: object) -> None:
        """Load the file; repeating it changes nothing."""
        seed = yaml.safe_load((settings.SEEDS / "indicators" / "index.yaml").read_text(encoding="utf-8"))
        new = load_index(seed=seed, actor=audit.SYSTEM, now=clock.now())
        self.stdout.write(f"indicators: {new} new rules")
