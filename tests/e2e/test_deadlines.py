"""Stories of time: a late dossier from the first reminder to the new appointment, papers that change hands, a book."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.clockwork import check_alarms, received_dossier, watch_deadlines
from tests.e2e.people import Citizen, Clerk, Leader, Receptionist, Specialist
from tests.e2e.town import Town

REASON = "Phải xác minh nơi thường trú cũ."
FRIDAY = 4


def test_a_late_dossier_is_reminded_reported_apologised_for_and_finished(town: Town, meet, tmp_path: Path) -> None:
    dossier = received_dossier(town, tmp_path)
    code, page = dossier.code, f"/ho-so/{dossier.uuid}/"
    watch_deadlines(town)

    town.clock.advance(days=10)
    watch_deadlines(town)
    phong = meet(Specialist).sign_in()
    phong.open("/lam-viec/ho-so/?nhom=escalated").sees(code, "đã báo lãnh đạo")
    binh = meet(Leader).sign_in()
    assert any(dossier.code in letter and "Báo cáo quá hạn" in letter for letter in town.letters_to(binh.email))
    binh.open("/thong-bao/").sees(f"Báo cáo quá hạn: hồ sơ {code}")
    binh.open("/lam-viec/ho-so/?nhom=escalated")._leave(binh.page.locator("[data-row] a").first)
    binh.sees("đã báo người đứng đầu")
    expect(binh.page.locator("#why")).to_contain_text("Hẹn trả kết quả")
    binh.follow("Xin lỗi và hẹn lại")
    binh.write("Ngày hẹn mới", _iso(town, days=5)).write("Lý do chậm trả kết quả", REASON)
    binh.press("Hẹn lại").sees("Đã hẹn lại")
    town.work()
    hoa = meet(Citizen, "hoa@lienthong.example")
    hoa.open(page).sees(REASON)
    assert hoa.download("Phiếu xin lỗi").startswith(b"%PDF")

    phong.does(code, "Đạt, trình duyệt")
    binh.does(code, "Ký")
    meet(Clerk).sign_in().does(code, "Cấp số, đóng dấu")
    hoa.open(page).sees("Đã có kết quả")


def _iso(town: Town, *, days: int) -> str:
    """Give a Friday after some days, as a date field takes it."""
    day: datetime = town.clock.now() + timedelta(days=days)
    while day.weekday() != 4:
        day += timedelta(days=1)
    return f"{day:%Y-%m-%d}"


def test_papers_change_hands_and_stand_in_the_book(town: Town, meet, tmp_path: Path) -> None:
    code = received_dossier(town, tmp_path).code
    son = meet(Receptionist).sign_in()
    son.open("/lam-viec/ban-giao/").sees("Chưa có danh sách nào")
    son._leave(son.page.locator("main").get_by_role("link", name="Lập danh sách").first)
    son.sees(code, "Số giấy tờ")
    son.press("Lập danh sách").sees("chờ xác nhận", code, "người lập không tự xác nhận được")
    address = son.page.url
    assert son.page.request.get(f"{address}danh-sach.pdf").body().startswith(b"%PDF")

    phong = meet(Specialist).sign_in()
    phong.open(address)
    box = phong.page.locator("input[name=received]").first
    phong.page.locator(f"label[for='{box.get_attribute('id')}']").click()
    phong.press("Xác nhận đã nhận").sees("Hãy ghi vì sao chưa nhận được")
    phong.write(phong.page.locator("input[name^='note-']").first, "Không có trong túi hồ sơ")
    phong.press("Xác nhận đã nhận").sees("thiếu 1", "Không có trong túi hồ sơ")
    son.open("/lam-viec/ban-giao/").sees("thiếu 1")

    son.open("/lam-viec/so-theo-doi/").sees("Chưa lập sổ nào")
    son.press("Lập sổ").sees("Đã lập sổ, 1 hồ sơ")
    assert son.download(re.compile("^PDF")).startswith(b"%PDF")
    assert son.download(re.compile("^XLSX")).startswith(b"PK")


def test_a_due_date_is_tried_at_the_desk_and_by_a_citizen(town: Town, meet) -> None:
    son = meet(Receptionist).sign_in()
    son.open("/lam-viec/tinh-han/").sees("Bắt đầu từ thủ tục")
    son.write(son.page.locator("#find"), "khai sinh").press("Chọn thủ tục")
    son.open("/lam-viec/tinh-han/?thu-tuc=1.004873").sees("tình trạng hôn nhân")
    son.write("Nhận hồ sơ lúc", "2026-11-20T15:40")
    son.press(re.compile("^Tính$")).sees("sau 15:00, nên tính từ thứ Hai 23/11/2026", "Ngày Văn hóa Việt Nam")
    son.page.get_by_label("Giữa chừng").select_option(label="bổ sung giấy tờ")
    son.press(re.compile("^Tính$")).sees("Hãy chọn ngày và giờ.")
    son.write("Yêu cầu lúc", "2026-11-25T09:00").write("Được trả lời lúc", "2026-12-01T10:00")
    son.press(re.compile("^Tính$")).sees("Tính lại từ đầu")

    visitor = meet(Citizen).open("/thu-tuc/1.004873/")
    visitor.follow("Tính thử ngày hẹn")
    visitor.write("Nếu nộp lúc", "2026-12-31T16:00")
    visitor.press(re.compile("^Tính$")).sees("Hẹn trả kết quả", "Tết Dương lịch")


def test_the_supervisor_finds_what_lies_still_and_mends_it(town: Town, meet, tmp_path: Path) -> None:
    dossier = received_dossier(town, tmp_path)
    phong = meet(Specialist).sign_in()
    phong.open(f"/lam-viec/ho-so/{dossier.uuid}/")
    phong.decide("Yêu cầu bổ sung", "Ảnh mờ.").sees("Đang chờ người nộp bổ sung")
    expect(phong.page.locator("#acts")).to_contain_text("Ngày kế tiếp")
    town.work()

    town.clock.advance(days=60)
    check_alarms()
    binh = meet(Leader).sign_in()
    binh.open("/lam-viec/canh-bao/").sees(dossier.code, "Đã quá ngày chờ")
    binh.press(re.compile("Nhắc và báo lãnh đạo")).sees("Đã nhắc")
    binh.press(re.compile("Làm theo quy tắc")).sees("Đã xử lý hồ sơ", "Không hồ sơ nào nằm yên")
    binh.press("Kiểm tra lại bây giờ").sees("hồ sơ nào cũng có người giữ")
    town.work()
    hoa = meet(Citizen, "hoa@lienthong.example")
    assert any(dossier.code in letter and "đã kết thúc" in letter for letter in town.letters_to(hoa.email))
