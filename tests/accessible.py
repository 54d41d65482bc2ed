"""What axe finds wrong with a page; every browser test asks here."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()
# What passed is not written out: on a long list that takes longer than looking.
_OPTIONS = {"resultTypes": ["violations"]}


def violations(page: Page) -> list[dict[str, Any]]:
    """List the rules a page breaks as it stands, each with its nodes."""
    found: list[dict[str, Any]] = _AXE.run(page, options=_OPTIONS).response["violations"]
    return found
