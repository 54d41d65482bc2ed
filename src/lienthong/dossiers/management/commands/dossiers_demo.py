"""``dossiers_demo``: fictional dossiers in every state, for the demo only."""

from django.conf import settings
from django.core.management.base import BaseCommand

from lienthong.dossiers.services.demonstration import seed_demo_dossiers
from lienthong.dossiers.services.demonstration_feedback import seed_demo_feedback
from lienthong.kernel import clock


class Command(BaseCommand):
    """File the dossiers of ``seeds/demo/dossiers.yaml``; running it again changes nothing."""

    help = "File the demo's fictional dossiers and take each to its state (DEMO=1 only)."

    def handle(self, *args: object, **options: object) -> None:
        """File them, and say how many were new."""
        made = seed_demo_dossiers(path=settings.SEEDS / "demo" / "dossiers.yaml", now=clock.now())
        made += seed_demo_feedback(now=clock.now())
        self.stdout.write(f"dossiers: {made} demo dossiers and opinions filed")
