"""Story: a paper is missing, the applicant is asked for it, hands it in, and the work goes on."""

import pytest

from tests.e2e.applications import apply_for_certificate
from tests.e2e.people import Citizen, Receptionist

ASKED = "Bản ủy quyền bị mờ, không đọc được số. Đề nghị chụp lại rõ bốn góc."
PAPER = "Văn bản ủy quyền (chứng thực, trừ người thân ruột thịt)"


@pytest.mark.both_devices
def test_a_missing_paper_is_asked_for_and_handed_in(town, meet, paper):
    lan = meet(Citizen, "lan@lienthong.example")
    code = apply_for_certificate(lan, name="Nguyễn Thị Lan", number="048190000123")
    town.work()
    page = lan.page.url

    son = meet(Receptionist).sign_in()
    son.does(code, "Yêu cầu bổ sung", ASKED, papers=[PAPER])
    son.sees("Đang chờ người nộp bổ sung", ASKED)

    assert any(code in letter and "bổ sung" in letter for letter in town.letters_to(lan.email))
    lan.open("/ho-so/").sees(code, "bổ sung")
    lan.open(page).sees("Cần bạn bổ sung", "Hoàng Thanh Sơn", ASKED, PAPER)
    lan.follow("Bổ sung ngay").sees(ASKED, "được yêu cầu")
    lan.attach(lan.page.get_by_label(PAPER), paper("uy-quyen-chup-lai"))
    lan.press("Gửi phần bổ sung").sees("uy-quyen-chup-lai.pdf", "Công chức một cửa đang kiểm tra hồ sơ")
    town.work()

    son.take_up(code).sees("uy-quyen-chup-lai.pdf", "bổ sung lần 1")
    son.check_all().decide("Tiếp nhận")
    town.work()
    lan.open(page).sees("Chuyên viên đang thẩm tra hồ sơ", "Vì sao hẹn ngày này?")
    lan.misses("Cần bạn bổ sung")
