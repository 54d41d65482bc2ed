"""A long form in a real browser: accessible, saved while typed, conditional, complete without a mouse."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings as site
from playwright.sync_api import APIResponse, Browser, ConsoleMessage, Page, Route, expect

from lienthong.accounts.models import Account
from lienthong.accounts.tests.factories import sign_in
from lienthong.forms import api
from lienthong.forms.areas import forget_areas
from lienthong.forms.models import Draft
from lienthong.forms.tests.factories import NOW, make_principal
from lienthong.kernel.audit import SYSTEM
from lienthong.organisations.tests.factories import make_area
from tests.accessible import violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.program("chromium"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("lienthong.forms.tests.pages"),
]
BIRTH = "/thu/procedure-1.001193"
WELLS = "/thu/procedure-1.004223"
AUTOSAVE = "**/bieu-mau/nhap/*/buoc/**"
MOVED_ON = "[data-moved='next']"


both_devices = pytest.mark.parametrize("page", [1280, 390], ids=["desktop", "phone"], indirect=True)


@pytest.fixture
def page(request, browser: Browser, live_server, client) -> Iterator[Page]:
    forget_areas()
    api.load_seeds(folder=site.SEEDS / "forms", actor=SYSTEM, now=NOW)
    province = make_area("Tỉnh Hải Dương", code="30", level="province", kind="tinh")
    make_area("Xã An Bình", code="10501", level="commune", kind="xa", parent=province)
    sign_in(client, Account.objects.get(pk=make_principal().account_id))
    context = browser.new_context(
        viewport={"width": getattr(request, "param", 390), "height": 850}, base_url=live_server.url
    )
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    opened = context.new_page()
    opened.complaints = []
    opened.on("console", lambda note: opened.complaints.append(note.text) if is_complaint(note) else None)
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    context.close()
    forget_areas()


def is_complaint(note: ConsoleMessage) -> bool:
    """Say whether the page complains; an answer 409 or 422, or a save that a test cuts off, the page shows itself."""
    return note.type == "error" and not re.search("status of (409|422)|ERR_FAILED", note.text)


def check(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    broken = violations(page)
    assert [(found["id"], [node["target"] for node in found["nodes"]]) for found in broken] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.complaints == []


@both_devices
def test_a_long_form_is_saved_checked_and_conditional(page: Page):
    page.goto(f"{BIRTH}/nguoi-yeu-cau/")
    check(page)
    page.get_by_label("Tỉnh, thành phố").select_option(label="Tỉnh Hải Dương")
    expect(page.get_by_label("Xã, phường, đặc khu")).to_contain_text("Xã An Bình")
    # The choice before may say it is saved already: wait for the save that carries the name.
    with page.expect_response(lambda answer: "req_name" in (answer.request.post_data or "") and answer.ok):
        page.locator("#f-req_name").fill("Trần Thị Mai")
    expect(page.locator("[data-save-state]")).to_contain_text("Đã lưu lúc")
    assert Draft.objects.get().answers["req_name"] == "Trần Thị Mai"
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    check(page)
    page.goto(f"{BIRTH}/tre-duoc-khai-sinh/")
    for part, value in (("day", "5"), ("month", "3"), ("year", "2024")):
        page.locator(f"#f-child_dob-{part}").fill(value)
    expect(page.locator("#f-child_dob_words")).to_contain_text("năm hai nghìn")
    check(page)
    page.goto(f"{BIRTH}/de-nghi-cap-ban-sao/")
    expect(page.locator("#f-copies_count")).to_be_hidden()
    page.locator("label[for=f-copies_wanted]").click()
    expect(page.locator("#f-copies_count")).to_be_visible()
    check(page)


def type_and_save(page: Page, field: str, text: str) -> None:
    with page.expect_response(lambda answer: field in (answer.request.post_data or "") and "/nhap/" in answer.url):
        page.locator(f"#f-{field}").fill(text)


def test_going_on_while_a_save_is_on_its_way_is_no_quarrel_with_oneself(page: Page):
    held: list[tuple[Route, APIResponse]] = []

    def answer_late(route: Route) -> None:
        held.append((route, route.fetch()))  # the server has saved, the page does not know yet

    page.goto(f"{WELLS}/khai-thac/")
    page.locator("label[for=f-purpose-0]").click()
    page.locator("#f-term").fill("5")
    type_and_save(page, "total_flow", "120")
    page.route(AUTOSAVE, answer_late)
    with page.expect_request(AUTOSAVE):
        page.locator("#f-mode").fill("10 giờ")
    page.locator("#f-mode").fill("10 giờ/ngày")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Tiếp tục").click()
    route, answer = held[0]
    route.fulfill(response=answer)
    expect(page.locator(MOVED_ON)).to_have_count(1)
    assert Draft.objects.get().answers["mode"] == "10 giờ/ngày"
    page.unroute(AUTOSAVE)
    page.go_back()
    type_and_save(page, "mode", "12 giờ/ngày")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.locator(MOVED_ON)).to_have_count(1)
    assert Draft.objects.get().answers["mode"] == "12 giờ/ngày"


def test_enter_in_a_row_goes_on_and_takes_no_row_away(page: Page):
    page.goto(f"{WELLS}/cong-trinh-khai-thac/")
    rows = page.locator("[data-row]")
    before = rows.count()
    page.locator("#f-wells-0-x").fill("1775310,2")
    page.locator("#f-wells-0-x").press("Enter")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#f-wells-0-x")).to_have_value("1.775.310,2")
    assert rows.count() == before
    assert Draft.objects.get().answers["wells"][0]["x"] == 1775310.2


def test_two_devices_on_one_step_get_a_choice_and_neither_text_is_lost(page: Page):
    other = page.context.new_page()
    for device in (page, other):
        device.goto(f"{WELLS}/chu-cong-trinh/")
    type_and_save(other, "owner", "Công ty A")
    type_and_save(page, "owner", "Công ty B")
    expect(page.get_by_role("alert")).to_contain_text("vừa được sửa trên thiết bị khác")
    expect(page.get_by_role("button", name="Dùng bản tôi đang nhập")).to_be_focused()
    assert Draft.objects.get().answers["owner"] == "Công ty A"
    check(page)
    page.keyboard.press("Enter")
    expect(page.locator("[data-save-state]")).to_contain_text("Đã lưu lúc")
    assert Draft.objects.get().answers["owner"] == "Công ty B"
    type_and_save(other, "owner", "Công ty C")
    other.get_by_role("button", name="Dùng bản trên thiết bị kia").click()
    expect(other.locator("#f-owner")).to_have_value("Công ty B")


def test_the_same_choice_stands_on_the_page_where_saving_as_one_types_did_not_work(page: Page):
    other = page.context.new_page()
    for device in (page, other):
        device.goto(f"{WELLS}/chu-cong-trinh/")
    type_and_save(other, "owner", "Công ty A")
    page.route(AUTOSAVE, lambda route: route.abort())
    page.locator("#f-owner").fill("Công ty B")
    page.locator("#f-phone_email-phone").fill("0905123456")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("alert")).to_contain_text("vừa được sửa trên thiết bị khác")
    expect(page.locator("#f-owner")).to_have_value("Công ty A")
    check(page)
    page.get_by_role("button", name="Dùng bản tôi đang nhập").click()
    expect(page.locator("#f-owner")).to_have_value("Công ty B")
    assert Draft.objects.get().answers["owner"] == "Công ty B"


def test_what_is_typed_without_a_network_is_sent_when_it_returns_or_offered_again(page: Page):
    page.goto(f"{WELLS}/chu-cong-trinh/")
    page.context.set_offline(True)
    page.locator("#f-owner").fill("Công ty trên đảo")
    expect(page.locator("[data-save-state]")).to_contain_text("Mất kết nối")
    with page.expect_response(lambda answer: "/nhap/" in answer.url and answer.ok):
        page.context.set_offline(False)
    assert Draft.objects.get().answers["owner"] == "Công ty trên đảo"
    page.context.set_offline(True)
    page.locator("#f-owner").fill("Công ty ngoài khơi")
    expect(page.locator("[data-save-state]")).to_contain_text("Mất kết nối")
    address = page.url
    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)
    again.goto(address)
    expect(again.get_by_role("alert")).to_contain_text("chưa kịp lưu")
    expect(again.locator("#f-owner")).to_have_value("Công ty trên đảo")
    with again.expect_response(lambda answer: "/nhap/" in answer.url and answer.ok):
        again.get_by_role("button", name="Khôi phục").click()
    expect(again.locator("#f-owner")).to_have_value("Công ty ngoài khơi")
    assert Draft.objects.get().answers["owner"] == "Công ty ngoài khơi"
