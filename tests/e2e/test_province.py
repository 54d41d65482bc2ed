"""Story: the ward receives, the province decides, and the result comes back to the citizen."""

import pytest

from tests.e2e.applications import HOME
from tests.e2e.papers import pdfsig, text_of
from tests.e2e.people import Citizen, Official, Receptionist, Treasurer


@pytest.mark.program("pdfsig")
def test_the_ward_receives_and_the_province_decides(town, meet):
    lan = meet(Citizen, "lan@lienthong.example")
    lan.open("/nop-ho-so/3.000347/").begin().fill_in({"residence": HOME}).go_on()
    lan.fill_in(
        {
            "licence_no": "480123456789",
            "licence_class": "B",
            "issuer": "Sở Giao thông vận tải Đà Nẵng",
            "issue_date": "5/3/2017",
            "expire_date": "5/3/2027",
            "first_test_year": "2017",
        }
    ).go_on()
    lan.fill_in({"reason": "Sắp hết hạn", "health_date": "2/11/2026", "delivery": "Trực tiếp"}).go_on()
    code = lan.go_on().send()
    page = lan.page.url
    lan.sees("Đang ở UBND phường Hải Châu")
    town.work()

    meet(Receptionist).sign_in().does(code, "Tiếp nhận")
    lan.open(page).sees("Công an thành phố Đà Nẵng")
    head = meet(Official, "dn0148@lienthong.example")
    head.does(code, "Phân công")
    meet(Official, "dn0149@lienthong.example").does(code, "Đạt, trình duyệt")
    head.does(code, "Duyệt, trình ký")
    meet(Official, "dn0146@lienthong.example").does(code, "Ký")
    meet(Official, "dn0151@lienthong.example").does(code, "Cấp số, đóng dấu")

    signed = lan.open(page).sees("Đã có kết quả").download("Tải kết quả")
    assert "công an thành phố đà nẵng" in text_of(signed).casefold()
    assert pdfsig(signed).count("Signature is Valid") == 2

    # The fee of the result is the province's: its treasurer takes it, the ward's neither sees nor takes it.
    town.work()
    lan.open(page).sees("nộp cho Công an thành phố Đà Nẵng")
    lan.open("/nop-tien/").sees("Công an thành phố Đà Nẵng", "135.000")
    meet(Treasurer).sign_in().open("/lam-viec/thu-phi/").misses("Nguyễn Thị Lan")
    treasurer = meet(Official, "dn0152@lienthong.example")
    treasurer.open("/lam-viec/thu-phi/").follow("Nguyễn Thị Lan", treasurer.page.locator("[data-list]"))
    treasurer.sees("Lệ phí đổi giấy phép lái xe", "135.000")
    treasurer.press("Đã nhận đủ tiền mặt", treasurer.page.locator("body")).sees("Biên lai số 0000001/2026")
    town.work()
    lan.open(page).sees("Biên lai số 0000001/2026")
