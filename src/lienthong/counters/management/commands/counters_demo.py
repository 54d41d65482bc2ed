"""``counters_demo``: a hall with desks, appointments and people waiting, for the demo only."""

from django.core.management.base import BaseCommand

from lienthong.counters.services.demonstration import seed_hall
from lienthong.kernel import clock
from lienthong.organisations import api as organisations

#: The ward of the demo and the city's service centre (seeds/organisations/agencies.csv).
HALLS = ("H17.110", "H17.100")


class Command(BaseCommand):
    """Open the halls of the demo; running it again changes nothing."""

    help = "Open the demo's one-stop halls (DEMO=1 only)."

    def handle(self, *args: object, **options: object) -> None:
        """Open them, and say how many were new."""
        now = clock.now()
        found = [organisations.find_agency_by_code(code=code, on=clock.local_date(now)) for code in HALLS]
        made = sum(seed_hall(agency=agency, now=now) for agency in found if agency is not None)
        self.stdout.write(f"counters: {made} halls opened")
