"""Story: a result is used again instead of an upload, is revoked, and the citizen sees who opened their data."""

import re

from tests.e2e.applications import apply_for_certificate, fill_in_certificate
from tests.e2e.people import Citizen, Clerk, Leader, Receptionist, Specialist

PUBLIC_WHY = "Nội dung xác nhận không đúng với sổ hộ tịch."


def test_a_result_is_used_again_then_revoked_and_its_holder_sees_who_looked(town, meet):
    lan = meet(Citizen, "lan@lienthong.example")
    lan.open("/kho-giay-to/").sees("Kho của bạn còn trống")
    first = apply_for_certificate(lan, name="Nguyễn Thị Lan", number="048190000123")
    meet(Receptionist).sign_in().does(first, "Tiếp nhận")
    phong = meet(Specialist).sign_in()
    phong.does(first, "Đạt, trình duyệt", "Đã tra cứu.")
    binh = meet(Leader).sign_in()
    binh.does(first, "Ký")
    meet(Clerk).sign_in().does(first, "Cấp số, đóng dấu")

    lan.open("/kho-giay-to/").sees("Giấy xác nhận tình trạng hôn nhân", "UBND phường Hải Châu", "Còn hiệu lực")
    lan.follow("Giấy xác nhận tình trạng hôn nhân", lan.page.locator("main")).sees("Chữ ký hợp lệ", "Chưa dùng lần nào")
    paper = lan.page.url
    lan.write("Chia sẻ để làm gì", "Vay vốn ngân hàng").press("Tạo liên kết").sees("chỉ hiện một lần")
    link = lan.page.locator("#chia-se code").first.inner_text()
    bank = meet(Citizen).open(link).sees("Nguyễn Thị Lan", "Vay vốn ngân hàng", "còn 1 lượt")
    with bank.page.expect_download() as taken:
        bank.page.get_by_role("button", name="Tải giấy tờ").click()
    assert taken.value.suggested_filename.endswith(".pdf")
    bank.open(link).misses("Nguyễn Thị Lan")

    fill_in_certificate(lan, name="Nguyễn Thị Lan", number="048190000123").sees("Dùng giấy tờ đã có")
    lan.press(re.compile("Dùng giấy tờ này"), lan.page.locator("#offer-giay-xac-nhan-da-cap-truoc-do + ul"))
    lan.sees("từ kho giấy tờ").go_on()
    second = lan.send()
    lan.open(paper).sees(f"Hồ sơ {second}")

    son = meet(Receptionist).sign_in().take_up(second)
    son.sees("Đã xác minh", "UBND phường Hải Châu", "chữ ký hợp lệ", "không cần đối chiếu")
    officers_page = son.page.url

    phong.open("/lam-viec/ho-so/")
    phong.write(phong.page.locator("#find"), first).press("Tìm").follow(
        re.compile("tình trạng hôn nhân"), phong.page.locator("main")
    )
    phong.follow("Thu hồi hoặc thay thế kết quả")
    phong.mark(phong.page.locator("#id_kind_0"))
    phong.write(phong.page.locator("#id_decision_number"), "27/QĐ-UBND")
    phong.write(phong.page.locator("#id_reason"), "Sổ hộ tịch cho thấy đã kết hôn năm 2015")
    phong.write(phong.page.locator("#id_public_reason"), PUBLIC_WHY).press("Gửi đề nghị").sees("Đã gửi đề nghị")
    dossier_page = phong.page.url
    binh.open(dossier_page)
    if binh.page.get_by_role("heading", name="Bạn không có nhiệm vụ ở hồ sơ này").count():
        binh.mark(binh.page.locator("#id_kind_3")).press("Mở hồ sơ")
    binh.press("Đồng ý", binh.page.locator("#acts")).sees("Đã thu hồi kết quả")
    town.work()

    lan.open(paper).sees("Đã thu hồi", PUBLIC_WHY)
    assert any("thu hồi" in letter for letter in town.letters_to(lan.email))
    lan.follow("Kiểm tra chữ ký").sees("đã bị thu hồi", PUBLIC_WHY).misses("đã kết hôn năm 2015")
    son.open(officers_page).sees("Giấy tờ này không còn hiệu lực", PUBLIC_WHY)

    lan.open("/kho-giay-to/ai-da-xem/").sees("Hoàng Thanh Sơn", "Trịnh Thanh Phong", first, second, "Vay vốn ngân hàng")
    lan.mark(lan.page.locator("#ngoai")).press("Lọc").sees("Vay vốn ngân hàng").misses("Hoàng Thanh Sơn")
