"""The idle session's dialog in a real browser: it counts down, is accessible, prolongs in every tab, loses no text."""

import pytest
from django.conf import settings as project
from playwright.sync_api import sync_playwright

from lienthong.accounts.tests.factories import make_account, make_person
from lienthong.ui import build

pytestmark = [pytest.mark.browser, pytest.mark.program("chromium"), pytest.mark.django_db(transaction=True)]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser(chromium):
    import os

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    build.build()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def context(browser, live_server, client):
    client.force_login(make_account(person=make_person()))
    opened = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
    cookie = client.cookies[project.SESSION_COOKIE_NAME]
    opened.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    yield opened
    opened.close()


def test_the_dialog_counts_down_and_staying_helps_every_tab(context, live_server):
    errors: list[str] = []
    context.clock.install()
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{live_server.url}/tai-khoan/")
        assert not page.locator("#session-dialog").is_visible()
    # The page's clock runs ahead; the server still grants half an hour when asked.
    context.clock.fast_forward((30 * 60 - 50) * 1000)
    dialog = first.get_by_role("alertdialog", name="Bạn còn làm việc không?")
    dialog.wait_for()
    second.get_by_role("alertdialog").wait_for()
    stay = dialog.get_by_role("button", name="Tiếp tục làm việc")
    assert stay.evaluate("button => button === document.activeElement")
    before = int(first.locator("[data-session-count]").inner_text())
    assert 0 < before <= 60
    assert "giây" in first.locator("[data-session-said]").inner_text()
    context.clock.run_for(3000)
    assert int(first.locator("[data-session-count]").inner_text()) < before
    for _ in range(4):
        first.keyboard.press("Tab")
        assert first.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    with first.expect_response(lambda answer: answer.url.endswith("/phien/") and answer.request.method == "POST"):
        stay.click()
    for page in (first, second):
        page.locator("#session-dialog").wait_for(state="hidden")
    assert not errors


def test_typed_text_survives_the_end_but_identity_numbers_do_not(context, live_server, settings, client):
    page = context.new_page()
    page.goto(f"{live_server.url}/tai-khoan/")
    with page.expect_response(lambda answer: answer.request.method == "POST"):  # typing counts as work
        page.fill("input[name=address]", "12 Bạch Đằng")
    page.fill("input[name=identity_number]", "048190000123")
    context.clear_cookies()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_url("**/dang-nhap/?next=**")
    kept = page.evaluate("Object.values(sessionStorage).join(' ')")
    assert "12 Bạch Đằng" in kept
    assert "048190000123" not in kept
    cookie = client.cookies[project.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}/tai-khoan/")
    assert page.input_value("input[name=address]") == "12 Bạch Đằng"
    assert page.input_value("input[name=identity_number]") == ""
