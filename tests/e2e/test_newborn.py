"""Story: one application for a newborn gives the birth certificate, the residence and the health-insurance card."""

import pytest

from tests.e2e.applications import HOME
from tests.e2e.papers import pdfsig, text_of
from tests.e2e.people import Citizen, Clerk, Leader, Official, Receptionist, Specialist


@pytest.mark.program("pdfsig")
def test_a_newborn_gets_three_results_from_one_application(town, meet, paper):
    lan = meet(Citizen, "lan@lienthong.example")
    lan.open("/nop-ho-so/2.002621/").begin().fill_in({"req_residence": HOME}).go_on()
    lan.fill_in(
        {
            "child_name": "Trần Nguyễn An Nhiên",
            "child_dob": "16/11/2026",
            "child_gender": "Nữ",
            "birth_cert_no": "48.0123.2026",
            "mother_id": "048190000123",
            "father_id": "048085000456",
        }
    ).go_on()
    lan.fill_in(
        {
            "residence_addr": HOME,
            "head_name": "Trần Văn Bình",
            "head_id": "048085000456",
            "head_relation": "Con",
        }
    ).go_on()
    lan.fill_in({"hospital_code": "48-001", "card_delivery": "Điện tử"}).go_on()
    lan.attach(lan.page.get_by_label("Giấy chứng sinh"), paper("giay-chung-sinh")).go_on()
    code = lan.send()
    page = lan.page.url
    town.work()

    meet(Receptionist).sign_in().does(code, "Tiếp nhận")
    meet(Specialist).sign_in().does(code, "Đạt, lập giấy khai sinh")
    meet(Leader).sign_in().does(code, "Ký")
    meet(Clerk).sign_in().does(code, "Cấp số, đóng dấu")
    lan.open(page).sees("Công an cấp xã đang đăng ký thường trú", "Bảo hiểm xã hội đang cấp thẻ")
    meet(Official, "dn0105@lienthong.example").does(code, "Đã giải quyết")
    meet(Official, "dn0156@lienthong.example").does(code, "Đã giải quyết")

    signed = lan.open(page).sees("Đã có kết quả", "Trần Nguyễn An Nhiên").download("Tải kết quả")
    assert "trần nguyễn an nhiên" in text_of(signed).casefold()
    assert pdfsig(signed).count("Signature is Valid") == 2
