"""The gallery in a real browser: accessible, inside the policy, no wider than the window."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.accessible import violations

pytestmark = [pytest.mark.browser, pytest.mark.program("chromium")]
ADDRESSES = ["/", "/dev/ui/", "/dev/ui/ban-lam-viec/", "/khong-co-trang-nay/"]


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def page(request, browser: Browser, live_server, settings) -> Iterator[Page]:
    settings.DEMO = True
    context = browser.new_context(viewport={"width": request.param, "height": 850}, base_url=live_server.url)
    opened = context.new_page()
    opened.complaints = []
    opened.on("console", lambda note: opened.complaints.append(note.text) if note.type == "error" else None)
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    context.close()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_accessible_fits_and_breaks_no_policy(page: Page, address):
    page.goto(address)
    page.wait_for_load_state("networkidle")
    broken = violations(page)
    assert [(found["id"], [node["target"] for node in found["nodes"]]) for found in broken] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert [text for text in page.complaints if "404" not in text] == []


def test_the_process_is_drawn_and_marked(page: Page):
    page.goto("/dev/ui/")
    expect(page.locator("[data-process][data-drawn]")).to_be_visible()
    expect(page.locator('.is-now[data-element-id="check"]')).to_have_count(1)
    assert page.complaints == []


def test_dialogs_open_hold_the_focus_and_close(page: Page):
    page.goto("/dev/ui/")
    opener = page.get_by_role("button", name="Rút hồ sơ…")
    opener.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_list_obeys_its_keys(page: Page):
    page.goto("/dev/ui/ban-lam-viec/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-row].is-chosen a")).to_have_text("Đăng ký khai sinh")
    page.keyboard.press("/")
    expect(page.locator("[data-search-key]")).to_be_focused()
    page.keyboard.type("j")
    expect(page.locator("[data-search-key]")).to_have_value("j")
    page.locator("[data-search-key]").blur()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Phím tắt")).to_be_visible()


def test_tabs_show_one_panel_and_obey_arrows(page: Page):
    page.goto("/dev/ui/")
    page.get_by_role("tab", name="Giấy tờ").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tabpanel", name="Lịch sử")).to_be_visible()
    expect(page.locator("#tab-papers")).to_be_hidden()


def test_the_menu_folds_on_a_phone(page: Page):
    page.goto("/")
    toggle = page.get_by_role("button", name="Mục lục")
    if page.viewport_size["width"] > 1000:
        expect(toggle).to_be_hidden()
        return
    menu = page.get_by_role("navigation", name="Mục lục")
    expect(menu).to_be_hidden()
    toggle.click()
    expect(menu).to_be_visible()
    expect(toggle).to_have_attribute("aria-expanded", "true")
