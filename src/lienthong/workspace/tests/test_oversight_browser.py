"""Stories of oversight in a real browser, at both widths, every page examined by axe.

A citizen rates and complains, a supervisor answers; a keeper imports a table with errors and then the corrected one;
a head hands a colleague's tasks over.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from lienthong.accounts.models import Account
from lienthong.accounts.tests.factories import make_account, sign_in
from lienthong.dossiers.api import DossierStatus
from lienthong.dossiers.models import Dossier, ImportBatch, Rating
from lienthong.dossiers.services import importing
from lienthong.dossiers.tests.factories import NOW, make_citizen, make_dossier, make_procedure, open_task
from lienthong.dossiers.tests.oversight import load_feedback_seed
from lienthong.kernel import clock
from lienthong.organisations.tests.factories import make_official
from lienthong.workflows import api as workflows
from tests.accessible import violations

pytestmark = [pytest.mark.browser, pytest.mark.program("chromium"), pytest.mark.django_db(transaction=True)]
WIDTHS = [1280, 390]
PICTURES = Path(settings.ROOT) / "build" / "oversight"


class Visitor:
    """Somebody with a window; every page they look at is examined."""

    def __init__(self, page: Page, url: str, width: int) -> None:
        self.page, self.url, self.width = page, url, width
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def open(self, path: str) -> "Visitor":
        self.page.goto(self.url + path)
        return self.look()

    def look(self) -> "Visitor":
        self.page.wait_for_load_state("networkidle")
        PICTURES.mkdir(parents=True, exist_ok=True)
        name = self.page.url.removeprefix(self.url).split("?")[0].strip("/").replace("/", "_")[:60] or "home"
        self.page.screenshot(path=PICTURES / f"{name}-{self.width}.png", full_page=True)
        found = [(one["id"], one["nodes"][0]["html"][:160]) for one in violations(self.page)]
        assert not found, f"{self.page.url}: {found}"
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, self.page.url
        assert not self.problems, self.problems
        return self

    def press(self, name: str) -> "Visitor":
        self.page.get_by_role("button", name=name).first.click()
        return self.look()

    def mark(self, name: str) -> "Visitor":
        self.page.get_by_text(name, exact=True).first.click()
        return self

    def write(self, label: str, text: str) -> "Visitor":
        self.page.get_by_label(label).first.fill(text)
        return self

    def sees(self, *texts: str) -> "Visitor":
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)
        return self


@pytest.fixture
def enter(live_server, browser: Browser, monkeypatch) -> Iterator[Callable[..., Visitor]]:
    """Let somebody in, with a window of a width, signed in or not."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    contexts = []

    def come(account: Account | None, width: int) -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="vi-VN")
        contexts.append(context)
        if account is not None:
            client = Client()
            sign_in(client, account)
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        context.set_default_timeout(15_000)
        return Visitor(context.new_page(), live_server.url, width)

    yield come
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_citizen_rates_and_complains_and_a_supervisor_answers(world, enter, width: int) -> None:
    load_feedback_seed()
    citizen = make_citizen()
    supervisor = world.account("ward", "supervisor")
    dossier = make_dossier(world, status=DossierStatus.NOT_RECEIVED, applicant=citizen)
    lan = enter(Account.objects.get(pk=citizen.account_id), width)
    lan.open(f"/ho-so/{dossier.uuid}/").sees("Bạn thấy được phục vụ thế nào?")
    lan.page.get_by_role("link", name="Đánh giá", exact=True).click()
    lan.look().press("Gửi đánh giá").sees("Hãy chọn một trong ba mức.")
    lan.mark("Không hài lòng").mark("Trễ hẹn").write("Bạn muốn nói thêm gì?", "Chờ lâu").press("Gửi đánh giá")
    lan.sees("Bạn đã đánh giá: Không hài lòng")
    assert Rating.objects.get().reasons == ["late"]
    lan.page.get_by_role("link", name="Phản ánh việc giải quyết hồ sơ").click()
    lan.look().press("Gửi phản ánh").sees("Hãy chọn một nội dung.")
    lan.mark("Giải quyết chậm, quá hẹn").write("Việc đã xảy ra thế nào?", "Hẹn ba lần chưa trả.")
    lan.press("Gửi phản ánh").sees("Vì sao hẹn ngày này?", "Hẹn ba lần chưa trả.")
    mine = lan.page.url.removeprefix(lan.url)

    mai = enter(supervisor, width)
    mai.open("/lam-viec/phan-anh/").sees("Giải quyết chậm, quá hẹn")
    mai.page.get_by_role("link", name="Giải quyết chậm, quá hẹn").click()
    mai.look().press("Nhận xem xét").press("Gửi câu trả lời").sees("Hãy viết câu trả lời.")
    mai.write("Trả lời", "Xin lỗi bà, chúng tôi đã chấn chỉnh.").press("Gửi câu trả lời").sees("Đã trả lời")
    mai.open("/lam-viec/chat-luong/").open("/lam-viec/luu-tru/")

    lan.open(mine).sees("Xin lỗi bà, chúng tôi đã chấn chỉnh.").mark("Hài lòng").press("Gửi ý kiến")
    lan.sees("Ý kiến của bạn: Hài lòng.")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_tablet_at_the_counter(world, enter, width: int) -> None:
    load_feedback_seed()
    dossier = make_dossier(world, status=DossierStatus.NOT_RECEIVED)
    son = enter(world.account("ward", "receptionist"), width)
    son.open(f"/lam-viec/ho-so/{dossier.uuid}/").press("Mời đánh giá tại quầy").sees("Mời người nộp đánh giá")
    code = son.page.locator(".lt-number strong").inner_text()
    tablet = enter(None, width)
    tablet.open("/danh-gia/").write("Mã đánh giá", code).press("Bắt đầu đánh giá").sees(dossier.code)
    tablet.mark("Rất hài lòng").press("Gửi đánh giá").sees("Cảm ơn bạn")
    assert Rating.objects.get().place == "counter"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_table_with_errors_is_corrected_and_imported(world, enter, width: int, tmp_path: Path) -> None:
    version = make_procedure()
    head = "Mã hồ sơ,Mã thủ tục,Họ và tên,Ngày tiếp nhận,Ngày hẹn trả,Trạng thái\n"
    line = "{code}," + version.code + ",Lê Thị Hoa,{day},27/11/2026,Đang xử lý\n"
    wrong, right = tmp_path / "sai.csv", tmp_path / "dung.csv"
    wrong.write_text(head + line.format(code="HS-1", day="16/11/2026") + line.format(code="HS-2", day="hôm qua"))
    right.write_text(head + "".join(line.format(code=f"HS-{n}", day="16/11/2026") for n in (1, 2)))

    keeper = enter(world.account("ward", "administrator"), width)
    for path, said, button in ((wrong, "hôm qua", "Nhập 1 hồ sơ"), (right, "Đã có từ trước", "Nhập 1 hồ sơ")):
        keeper.open(reverse("administration:import_upload"))
        keeper.page.locator("input[type=file]").set_input_files(path)
        keeper.press("Tải lên và chọn cột").press("Kiểm tra thử").sees("Xem lại tiến độ")
        batch = ImportBatch.objects.order_by("id").last()
        importing.work(batch_uuid=batch.uuid, now=NOW)
        keeper.open(reverse("administration:import_batch", args=[batch.uuid])).sees(said)
        keeper.press(button)
        importing.work(batch_uuid=batch.uuid, now=NOW)
        keeper.open(reverse("administration:import_batch", args=[batch.uuid])).sees("Đã nhập xong")
    keeper.open(reverse("administration:imports")).sees("dung.csv", "sai.csv")
    assert Dossier.objects.count() == 2


@pytest.mark.parametrize("width", WIDTHS)
def test_a_head_hands_tasks_over(world, enter, width: int) -> None:
    ward = world.office("ward")
    make_account(official=make_official("Lê An", agency=ward, kind="specialist"))
    dossier = make_dossier(world, status=DossierStatus.PROCESSING)
    workflows.claim(principal=world.official("ward", "specialist"), task_uuid=open_task(dossier).uuid, now=NOW)
    head = enter(world.account("ward", "unit_head"), width)
    head.open(reverse("administration:handover", args=[world.official_row("ward", "specialist").uuid]))
    head.mark("Lê An").press("Xem trước cách chia").press("Chuyển các việc đã chọn")
    head.write("Lý do chuyển", "Nghỉ việc").press("Chuyển các việc đã chọn").sees("Không còn việc nào để chuyển")
    assert open_task(dossier).assignee_name == "Lê An"
