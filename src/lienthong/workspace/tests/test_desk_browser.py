"""The desk in a real browser: accessible at both widths, inside the policy, and worked by keys."""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from lienthong.accounts.tests.factories import sign_in
from lienthong.dossiers.tests.factories import World, make_dossier
from lienthong.kernel import clock
from tests.accessible import violations

pytestmark = [pytest.mark.browser, pytest.mark.program("chromium"), pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def page(request, browser: Browser, live_server, client: Client, world: World) -> Iterator[Page]:
    sign_in(client, world.account("ward", "receptionist"))
    context = browser.new_context(viewport={"width": request.param, "height": 850}, base_url=live_server.url)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    opened = context.new_page()
    opened.complaints = []
    opened.on("console", lambda note: opened.complaints.append(note.text) if note.type == "error" else None)
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    context.close()


def check(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    broken = violations(page)
    assert [(found["id"], [node["target"] for node in found["nodes"]]) for found in broken] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.complaints == []


def test_a_task_is_found_by_keys_looked_at_and_received(page: Page, world: World):
    make_dossier(world, now=clock.now())
    page.goto("/lam-viec/viec/?pham-vi=cho-nhan")
    check(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Kiểm tra và tiếp nhận hồ sơ")).to_be_visible()
    page.locator("summary", has_text="Yêu cầu bổ sung").click()
    check(page)
    page.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(page.get_by_text("Đã ghi: Kiểm tra và tiếp nhận hồ sơ – Tiếp nhận.")).to_be_visible()
    for address in ("/lam-viec/ho-so/?q=nguyen", "/lam-viec/tiep-nhan/"):
        page.goto(address)
        check(page)
