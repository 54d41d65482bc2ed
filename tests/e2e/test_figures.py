"""Story: before the first dossier, the public pages and the desk's scorecard say so, and how figures are computed."""

import re

from tests.e2e.people import Citizen, Receptionist


def test_figures_say_that_there_is_nothing_yet(town, meet):
    anybody = meet(Citizen)
    anybody.open("/chi-so/").sees("Cơ quan phục vụ ra sao", "Tiến độ giải quyết hồ sơ")
    anybody.write("Tên cơ quan", "hai chau").press("Tìm", anybody.page.locator("form.lt-search"))
    anybody.follow(re.compile("UBND phường Hải Châu|Ủy ban nhân dân phường Hải Châu"))
    anybody.sees("Bộ chỉ số phục vụ người dân, doanh nghiệp", "chưa có dữ liệu")
    anybody.follow(re.compile("hồ sơ đang giải quyết: xem danh sách"))
    anybody.sees("Không có hồ sơ nào đằng sau con số này")

    son = meet(Receptionist).sign_in()
    son.open("/chi-so/dieu-hanh/").sees("Bộ chỉ số phục vụ", "Mười hai tháng")
    son.open("/chi-so/du-bao/").sees("Công thức")
    son.open("/chi-so/cach-tinh/").sees("Tổng điểm tối đa", "100")
