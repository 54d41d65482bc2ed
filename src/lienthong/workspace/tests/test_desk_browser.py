"""The desk in a real browser: accessible at both widths, inside the policy, and worked by keys."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from lienthong.accounts.tests.factories import sign_in
from lienthong.dossiers.api import DossierStatus
from lienthong.dossiers.models import HandOverLine
from lienthong.dossiers.tests.factories import World, make_dossier, make_procedure
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


def test_a_hand_over_counts_what_is_ticked_by_procedure_and_takes_one_alone(page: Page, world: World):
    birth = make_procedure(name_vi="Đăng ký khai sinh")
    births = [make_dossier(world, status=DossierStatus.PROCESSING, version=birth) for _index in range(3)]
    land = make_procedure(name_vi="Xác nhận tình trạng sử dụng đất của hộ gia đình, cá nhân theo hồ sơ địa chính")
    make_dossier(world, status=DossierStatus.PROCESSING, version=land)
    page.goto("/lam-viec/ban-giao/lap/")
    spread = page.locator(".lt-spread li")
    expect(spread).to_have_text([re.compile("chọn 4/4"), re.compile("khai sinhchọn 3/3"), re.compile("chọn 1/1")])
    page.locator(f"label[for='dossier-{births[0].uuid}']").click()
    expect(spread).to_have_text([re.compile("chọn 3/4"), re.compile("khai sinhchọn 2/3"), re.compile("chọn 1/1")])
    expect(page.get_by_role("status")).to_have_text("Đang chọn 3/4 hồ sơ trên trang này.")
    check(page)
    spread.get_by_role("link", name="Đăng ký khai sinh").click()
    expect(spread).to_have_text([re.compile("chọn 3/4"), re.compile("khai sinhchọn 3/3"), re.compile("chọn 0/1")])
    for born in births[:2]:
        page.locator(f"label[for='dossier-{born.uuid}']").click()
    check(page)
    page.get_by_role("button", name="Lập danh sách").click()
    expect(page.get_by_text("Đã lập danh sách bàn giao")).to_be_visible()
    assert [line.dossier_id for line in HandOverLine.objects.all()] == [births[2].pk]
    page.goto(f"/lam-viec/ban-giao/lap/?thu-tuc={land.code}x")
    expect(page.get_by_role("heading", name="Không có hồ sơ nào của thủ tục này chờ bàn giao")).to_be_visible()
    check(page)
