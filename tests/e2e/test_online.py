"""Story: a certificate of marital status, filed online, received, examined, signed, downloaded and verified."""

import pytest

from tests.e2e.papers import pdfsig, text_of
from tests.e2e.people import Citizen, Clerk, Leader, Place, Receptionist, Specialist

PROCEDURE = "Thủ tục cấp Giấy xác nhận tình trạng hôn nhân"


@pytest.mark.both_devices
def test_a_certificate_is_filed_online_and_comes_back_signed(town, meet, device, paper, tmp_path):
    lan = meet(Citizen, "lan@lienthong.example", keyboard=device == "desktop")
    lan.search("xac nhan tinh trang hon nhan", PROCEDURE)
    lan.sees("Giấy xác nhận tình trạng hôn nhân")
    lan.follow("Nộp hồ sơ trực tuyến")
    lan.begin()
    home = Place("12 Bạch Đằng")
    lan.sees("đã xác thực").fill_in({"req_residence": home}).go_on()
    lan.fill_in(
        {
            "subject_name": "Nguyễn Thị Lan",
            "subject_dob": "12/4/1990",
            "subject_gender": "Nữ",
            "subject_ethnic": "Kinh",
            "subject_nationality": "Việt Nam",
            "subject_id": "048190000123",
        }
    ).go_on()
    lan.fill_in(
        {
            "residence_history.0.from": "6/2010",
            "residence_history.0.place": home,
            "marital_status": "Chưa kết hôn",
        }
    ).go_on()
    lan.fill_in({"purpose": "Mục đích khác", "purpose_other": "Bổ sung hồ sơ vay vốn mua nhà"}).go_on()
    lan.sees("Giấy tờ kèm theo").attach_paper("Giấy tờ khác", paper("hop-dong-vay")).go_on()
    lan.sees("Nguyễn Thị Lan", "048190000123", "Chưa kết hôn", "Bổ sung hồ sơ vay vốn mua nhà", "hop-dong-vay.pdf")
    code = lan.send()
    lan.sees(code, "Đang ở UBND phường Hải Châu", "Công chức một cửa đang kiểm tra hồ sơ", "09:0")
    page = lan.page.url
    town.work()
    assert any(code in letter for letter in town.letters_to(lan.email))

    by_keyboard = {"keyboard": device == "desktop"}
    meet(Receptionist, **by_keyboard).sign_in().does(code, "Tiếp nhận")
    lan.open(page).sees("Hoàng Thanh Sơn", "Chuyên viên đang thẩm tra hồ sơ", "Vì sao hẹn ngày này?")
    meet(Specialist, **by_keyboard).sign_in().does(code, "Đạt, trình duyệt", "Đã tra cứu, chưa đăng ký kết hôn.")
    lan.open(page).misses("Đã tra cứu, chưa đăng ký kết hôn.")
    meet(Leader, **by_keyboard).sign_in().does(code, "Ký")
    meet(Clerk, **by_keyboard).sign_in().does(code, "Cấp số, đóng dấu")

    lan.open(page).sees("Đã có kết quả", "Giấy xác nhận tình trạng hôn nhân")
    assert any("kết quả" in letter for letter in town.letters_to(lan.email))
    signed = lan.download("Tải kết quả")
    text = text_of(signed)
    for words in ("UBND phường Hải Châu".upper(), "Nguyễn Thị Lan", "Ngô Ngọc Bình"):
        assert words.casefold() in text.casefold()
    assert pdfsig(signed).count("Signature is Valid") == 2
    lan.follow("Kiểm tra chữ ký").sees("do cơ quan dưới đây ban hành và đang có hiệu lực", "Ngô Ngọc Bình")

    visitor = meet(Citizen, **by_keyboard).open("/kiem-tra/")
    file = tmp_path / "ket-qua.pdf"
    file.write_bytes(signed)
    visitor.attach(visitor.page.locator("#file"), file)
    visitor.press("Kiểm tra chữ ký").sees("còn nguyên vẹn, tin cậy", "Ngô Ngọc Bình", "đang có hiệu lực")
    visitor.open(f"/tra-cuu/?code={code}").sees(code).misses("Nguyễn Thị Lan", "048190000123")
