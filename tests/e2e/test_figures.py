"""Story: anybody looks at how a ward serves, and its receptionist at the scorecard; each figure opens its dossiers."""

import re

from tests.e2e.people import Citizen, Receptionist


def test_figures_lead_to_the_dossiers_behind_them(town, meet):
    anybody = meet(Citizen)
    anybody.open("/chi-so/").sees("Cơ quan phục vụ ra sao", "Tiến độ giải quyết hồ sơ")
    anybody.write("Tên cơ quan", "hai chau").press("Tìm", anybody.page.locator("form.lt-search"))
    anybody.follow(re.compile("UBND phường Hải Châu|Ủy ban nhân dân phường Hải Châu"))
    anybody.sees("Bộ chỉ số phục vụ người dân, doanh nghiệp", "chưa có dữ liệu")
    anybody.follow(re.compile("hồ sơ đang giải quyết: xem danh sách"))
    anybody.sees("Danh sách chỉ có mã", re.compile(r"H17\S+-\d{8}-\d+"))
    anybody.misses("Nguyễn")

    son = meet(Receptionist).sign_in()
    son.open("/chi-so/dieu-hanh/").sees("Bộ chỉ số phục vụ", "Mười hai tháng", "Quá hạn lâu nhất")
    son.follow("Dự báo").sees("Với nhịp hiện nay", "Công thức")
    son.follow("Thời gian").sees("Theo thủ tục")
    son.follow("Báo cáo II.06a", son.page.locator("main")).sees("Biểu số II.06a/VPCP/KSTT", "Tổng số")
    son.follow(re.compile("^Tiếp nhận: tổng số"), son.page.locator("tfoot"))
    son.sees("Hồ sơ đã tiếp nhận, từ kỳ trước chuyển sang")
