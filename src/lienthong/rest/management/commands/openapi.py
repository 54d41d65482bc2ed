"""``openapi``: write the description of the API to the repository."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from lienthong.rest.v1 import api

SNAPSHOT = settings.ROOT / "docs" / "openapi.json"


def described() -> str:
    """Give the description as it is kept: JSON, indented, ending with a new line."""
    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


class Command(BaseCommand):
    """Write the description; running it again changes nothing."""

    help = "Write the OpenAPI description of /api/v1 to docs/openapi.json."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, and say where."""
        SNAPSHOT.write_text(described(), encoding="utf-8")
        self.stdout.write(f"{SNAPSHOT.relative_to(settings.ROOT)} written")
