"""Story: a desk writes down who acts for a company; they act for it, and stop."""

from tests.e2e.people import Citizen, Receptionist


def test_a_desk_writes_down_who_acts_for_a_company(town, meet):
    son = meet(Receptionist).sign_in().open("/lam-viec/doanh-nghiep/").sees("Sao Mai", "Trần Văn Bình")
    son.follow("Ghi doanh nghiệp, tổ chức", son.page.locator("main"))
    son.write("Mã số thuế", "0400101395").write("Tên doanh nghiệp, tổ chức", "Hợp tác xã Rau sạch Túy Loan")
    son.press("Ghi", son.page.locator("main")).sees("chữ số thứ mười không khớp")
    son.write("Mã số thuế", "0400101394").press("Ghi", son.page.locator("main")).sees("Chưa có người đại diện")
    son.follow("Ghi người đại diện", son.page.locator("main"))
    son.write("Số định danh cá nhân", "048190000123").write("Họ, chữ đệm và tên", "Nguyễn Thị Lan")
    son.write("Tư cách", "Giám đốc").write("Giấy tờ đã xem", "Giấy chứng nhận đăng ký hợp tác xã cấp ngày 12/3/2024")
    son.press("Ghi người đại diện", son.page.locator("main")).sees("nay là người đại diện")
    town.work()

    lan = meet(Citizen, "lan@lienthong.example").open("/tai-khoan/lam-viec-cho/").sees("Thôi đại diện")
    assert any("Túy Loan" in letter for letter in town.letters_to(lan.email))
    lan.mark(lan.page.get_by_label("Túy Loan")).press("Chọn", lan.page.locator("main")).sees("Từ bây giờ bạn làm việc")
    lan.follow("Thôi đại diện", lan.page.locator("main")).sees("Thôi đại diện Hợp tác xã Rau sạch Túy Loan?")
    lan.press("Thôi đại diện", lan.page.locator("main")).sees("chưa được ghi nhận")
