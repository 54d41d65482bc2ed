"""``lienthong outbox list``."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lienthong.kernel import outbox


class Command(BaseCommand):
    """Show what is stuck."""

    help = "List the event deliveries that were given up (dead) or wait behind one (parked)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.add_argument("--limit", type=int, default=200, help="at most so many (200)")

    def handle(self, *args: Any, **options: Any) -> None:
        """List."""
        for delivery in outbox.list_stuck(limit=options["limit"]):
            row = {
                "id": delivery.pk,
                "state": delivery.state,
                "subscriber": delivery.subscriber,
                "event": delivery.event.name,
                "aggregate": delivery.aggregate_id,
                "attempts": delivery.attempts,
                "since": delivery.changed_at.isoformat(timespec="seconds"),
                "error": delivery.error.splitlines()[0] if delivery.error else "",
            }
            self.stdout.write(
                json.dumps(row, ensure_ascii=False)
                if options["json"]
                else "  ".join(str(value) for value in row.values())
            )
        counts = outbox.counts()
        self.stderr.write(f"{counts.queued} queued, {counts.dead} dead, {counts.parked} parked")
