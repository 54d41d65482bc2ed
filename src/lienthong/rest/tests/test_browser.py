"""The page of the API in a real browser: accessible, inside the policy, no wider than the window."""

import pytest
from playwright.sync_api import Browser

from tests.accessible import violations

pytestmark = [pytest.mark.browser, pytest.mark.program("chromium")]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_accessible_fits_and_breaks_no_policy(browser: Browser, live_server, width):
    context = browser.new_context(viewport={"width": width, "height": 850}, base_url=live_server.url)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda note: complaints.append(note.text) if note.type == "error" else None)
    page.goto("/api/v1/docs")
    broken = violations(page)
    assert [(found["id"], [node["target"] for node in found["nodes"]][:3]) for found in broken] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert complaints == []
    context.close()
