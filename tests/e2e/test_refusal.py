"""Story: an application is refused, and the applicant reads why, on the page and on a signed paper."""

import pytest

from tests.e2e.applications import apply_for_certificate
from tests.e2e.people import Citizen, Receptionist

REASON = "Người được xác nhận không thường trú tại phường Hải Châu. Đề nghị nộp tại nơi thường trú."


@pytest.mark.both_devices
def test_a_refusal_says_why(town, meet):
    hoa = meet(Citizen, "hoa@lienthong.example")
    code = apply_for_certificate(hoa, name="Lê Thị Hoa", number="030195000789")
    town.work()
    page = hoa.page.url

    son = meet(Receptionist).sign_in()
    son.does(code, "Từ chối tiếp nhận", REASON)
    son.sees("Không được tiếp nhận")

    assert any(code in letter for letter in town.letters_to(hoa.email))
    hoa.open(page).sees(REASON)
    hoa.misses("Rút hồ sơ")
    assert hoa.download("Phiếu từ chối").startswith(b"%PDF")
    hoa.open("/thong-bao/").sees(code)
    hoa.open("/ho-so/?nhom=closed").sees(code)
    visitor = meet(Citizen).open(f"/tra-cuu/?code={code}")
    visitor.sees(code).misses("Lê Thị Hoa", REASON)
