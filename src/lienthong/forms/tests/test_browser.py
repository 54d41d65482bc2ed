"""A long form in a real browser: accessible, saved while typed, conditional, complete without a mouse."""

from collections.abc import Iterator

import pytest
from django.conf import settings as site
from playwright.sync_api import Browser, Page, expect

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


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def page(request, browser: Browser, live_server, client) -> Iterator[Page]:
    forget_areas()
    api.load_seeds(folder=site.SEEDS / "forms", actor=SYSTEM, now=NOW)
    province = make_area("Tỉnh Hải Dương", code="30", level="province", kind="tinh")
    make_area("Xã An Bình", code="10501", level="commune", kind="xa", parent=province)
    sign_in(client, Account.objects.get(pk=make_principal().account_id))
    context = browser.new_context(viewport={"width": request.param, "height": 850}, base_url=live_server.url)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    opened = context.new_page()
    opened.complaints = []
    opened.on("console", lambda note: opened.complaints.append(note.text) if note.type == "error" else None)
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    context.close()
    forget_areas()


def check(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    broken = violations(page)
    assert [(found["id"], [node["target"] for node in found["nodes"]]) for found in broken] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.complaints == []


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
