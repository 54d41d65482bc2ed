"""Story: somebody without an account comes to the counter and leaves with a certified copy."""

import re

import pytest

from tests.e2e.papers import pdfsig
from tests.e2e.people import Citizen, Clerk, Leader, Receptionist


@pytest.mark.both_devices
@pytest.mark.program("pdfsig")
def test_the_counter_receives_and_gives_the_result_at_once(town, meet):
    son = meet(Receptionist).sign_in()
    son.open("/lam-viec/tiep-nhan/")
    son.write(son.page.locator("#find"), "chung thuc ban sao tu ban chinh")
    son.press("Tìm thủ tục").follow(re.compile("Chứng thực bản sao từ bản chính"), son.page.locator("[data-list]"))
    son.write(son.page.locator("#id_full_name"), "Võ Thị Sáu Em")
    son.write(son.page.locator("#id_identity_number"), "048170000777")
    son.write(son.page.locator("#id_birth_date"), "1970")
    son.write(son.page.locator("#id_phone"), "0905000777")
    son.press("Mở tờ khai").go_on()
    son.fill_in(
        {
            "doc_name": "Bằng tốt nghiệp đại học",
            "doc_issuer": "Trường Đại học Bách khoa Đà Nẵng",
            "pages": "2",
            "copies": "3",
        }
    ).go_on()
    son.sees("Giấy tờ và tiếp nhận")
    son.write(son.page.locator("input[name^='originals-']").first, "1")
    son.mark(son.page.locator("#return-counter"))
    son.press("Lập hồ sơ và sang bước tiếp nhận").sees("Võ Thị Sáu Em")
    code = son.page.locator("main code").first.inner_text().strip()
    son.check_all().decide("Tiếp nhận")
    town.work()
    meet(Leader).sign_in().does(code, "Ký")
    meet(Clerk).sign_in().does(code, "Cấp số, đóng dấu")
    son.does(code, "Đã trả kết quả")
    signed = son.download(re.compile("^(?!Giấy tiếp nhận).*(chứng thực|bản sao)", re.IGNORECASE))
    assert pdfsig(signed).count("Signature is Valid") == 2
    meet(Citizen).open(f"/tra-cuu/?code={code}").sees(code, "Đã trả kết quả").misses("Võ Thị Sáu Em")
