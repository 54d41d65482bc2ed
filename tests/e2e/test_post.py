"""Story: papers come by post, the result goes by post, and each item is followed by its number."""

import re

from playwright.sync_api import Locator, expect

from tests.e2e.applications import fill_in_certificate
from tests.e2e.papers import text_of
from tests.e2e.people import Citizen, Clerk, Leader, Receptionist, Specialist

ADDRESS = "45 Lê Duẩn, phường Hải Châu, Đà Nẵng"
PAPERS, RESULT, MISREAD = "EB202611204VN", "EB123456785VN", "EB123456786VN"


def test_papers_and_the_result_travel_by_post(town, meet):
    lan = meet(Citizen, "lan@lienthong.example")
    fill_in_certificate(lan, name="Nguyễn Thị Lan", number="048190000123").go_on()
    lan.mark(lan.page.locator("#return-post")).mark(lan.page.locator("#honest"))
    lan.press("Nộp hồ sơ").sees("Hãy nhập địa chỉ nhận kết quả qua bưu chính.")
    expect(lan.page.locator("#return-post")).to_be_checked()
    code = lan.write(lan.page.locator("#f-return_address"), ADDRESS).send()
    page = lan.page.url

    lan.follow("Báo giấy tờ tôi đã gửi qua bưu chính").sees(code)
    lan.write("Số hiệu bưu gửi", MISREAD).press("Báo cho cơ quan")
    lan.sees("hãy chép đủ chữ và số trên phiếu gửi")
    lan.write("Số hiệu bưu gửi", PAPERS).press("Báo cho cơ quan").sees(f"Đã báo bưu gửi {PAPERS}", "Đã giao bưu chính")
    town.work()

    son = meet(Receptionist).sign_in()
    son.open("/lam-viec/buu-chinh/").sees("Không có kết quả nào chờ gửi").follow("Bưu gửi", _menu(son, "Bưu chính"))
    son.follow("Gửi đến", _menu(son, "Nhóm")).sees(PAPERS, code)
    son.follow("Nhận bưu gửi đến", _menu(son, "Bưu chính"))
    son.write("Mã hồ sơ", "H17.110-sai").write("Số hiệu bưu gửi", PAPERS).press("Ghi đã nhận")
    son.sees("Không có hồ sơ nào mang mã này")
    son.write("Mã hồ sơ", code.lower()).write("Số hiệu bưu gửi", PAPERS).press("Ghi đã nhận")
    son.sees(f"Đã nhận bưu gửi {PAPERS} và báo cho người nộp")
    lan.open(page).sees(f"Đã nhận giấy tờ gửi qua bưu chính, số hiệu {PAPERS}")

    son.does(code, "Tiếp nhận")
    meet(Specialist).sign_in().does(code, "Đạt, trình duyệt")
    meet(Leader).sign_in().does(code, "Ký")
    meet(Clerk).sign_in().does(code, "Cấp số, đóng dấu")

    son.open("/lam-viec/buu-chinh/").sees(code, ADDRESS)
    label = son.page.locator("input[name=hs]").first.get_attribute("value")
    printed = son.page.request.get(f"{town.url}/lam-viec/buu-chinh/nhan.pdf?hs={label}")
    assert "45 Lê Duẩn" in text_of(printed.body())
    number = son.page.get_by_label(f"Số hiệu bưu gửi của hồ sơ {code}")
    son.write(number, MISREAD).press("Ghi đã giao bưu chính").sees("Số hiệu đọc sai")
    expect(number).to_have_value(MISREAD)
    son.write(number, RESULT).press("Ghi đã giao bưu chính").sees("Đã ghi 1 bưu gửi và báo cho người nộp")
    town.work()
    assert any(RESULT in letter for letter in town.letters_to(lan.email))
    lan.open(page).sees(f"Kết quả đã giao bưu chính, số hiệu bưu gửi {RESULT}")
    on_its_way = lan.page.get_by_role("link", name=re.compile("Xem trên trang của bưu chính"))
    expect(on_its_way).to_have_attribute("href", re.compile(f"vnpost.*{RESULT}"))

    son.open(f"/lam-viec/buu-chinh/buu-gui/?nhom=open&q={RESULT[:6].lower()}").press(f"Đã phát {RESULT}")
    son.sees(f"Bưu gửi {RESULT}: Đã phát.", "Không có bưu gửi nào")
    town.work()
    lan.open(page).sees(f"Bưu chính đã phát bưu gửi {RESULT}")
    expect(on_its_way).to_have_count(0)


def _menu(son: Receptionist, name: str) -> Locator:
    return son.page.get_by_role("navigation", name=name, exact=True)
