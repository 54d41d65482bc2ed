"""Stories of figures: before the first dossier they say so; afterwards each leads to exactly the dossiers behind it."""

import csv
import io
import re
from pathlib import Path

import openpyxl

from tests.e2e.clockwork import received_dossier
from tests.e2e.people import Citizen, Clerk, Leader, Person, Receptionist, Specialist
from tests.e2e.town import Town


class LeaderUnderWay(Leader):
    """The leader, who reads figures on the phone."""

    device = "phone"


def test_figures_say_that_there_is_nothing_yet(town, meet):
    anybody = meet(Citizen)
    anybody.open("/chi-so/").sees("Cơ quan phục vụ ra sao", "Tiến độ giải quyết hồ sơ")
    anybody.write("Tên cơ quan", "hai chau").press("Tìm", anybody.page.locator("form.lt-search"))
    anybody.follow(re.compile("UBND phường Hải Châu|Ủy ban nhân dân phường Hải Châu"))
    anybody.sees("Bộ chỉ số phục vụ người dân, doanh nghiệp", "chưa có dữ liệu")
    anybody.follow(re.compile("hồ sơ đang giải quyết: xem danh sách"))
    anybody.sees("Không có hồ sơ nào đằng sau con số này")
    anybody.open("/chi-so/thu-tuc/?ky=2026&phep=publicised_in_time&phan=mau").sees("2 thủ tục", "2.001827")
    anybody.sees("chưa có dữ liệu về ngày công bố, công khai nên không được tính")

    son = meet(Receptionist).sign_in()
    son.open("/chi-so/dieu-hanh/").sees("Bộ chỉ số phục vụ", "Mười hai tháng")
    son.open("/chi-so/du-bao/").sees("Công thức")
    son.open("/chi-so/cach-tinh/").sees("Tổng điểm tối đa", "100")


def test_one_dossier_in_time_and_one_late_are_what_the_figures_show(town: Town, meet, tmp_path: Path) -> None:
    in_time = received_dossier(town, tmp_path).code
    late = received_dossier(town, tmp_path, by="lan@lienthong.example").code
    meet(Specialist).sign_in().does(in_time, "Đạt, trình duyệt")
    binh = meet(Leader).sign_in()
    binh.does(in_time, "Ký")
    meet(Clerk).sign_in().does(in_time, "Cấp số, đóng dấu")
    assert _numbers(binh.open("/chi-so/dieu-hanh/")) == {
        "hồ sơ tiếp nhận trong kỳ": "2",
        "hồ sơ đã giải quyết": "1",
        "giải quyết đúng hạn": "100 %",
        "hồ sơ đang giải quyết": "1",
        "hồ sơ đang quá hạn": "0",
    }
    binh.sees("Không có hồ sơ nào đang quá hạn")

    town.clock.advance(days=10)  # nothing happens, and yet one is late: nobody has to count anew
    binh = meet(LeaderUnderWay).sign_in()
    assert _numbers(binh.open("/chi-so/dieu-hanh/")) == {
        "hồ sơ tiếp nhận trong kỳ": "2",
        "hồ sơ đã giải quyết": "1",
        "giải quyết đúng hạn": "50 %",
        "hồ sơ đang giải quyết": "1",
        "hồ sơ đang quá hạn": "1",
    }
    binh.sees(late)
    for figure, codes in (
        ("hồ sơ tiếp nhận trong kỳ", [in_time, late]),
        ("hồ sơ đã giải quyết", [in_time]),
        ("hồ sơ đang giải quyết", [late]),
        ("hồ sơ đang quá hạn", [late]),
    ):
        binh.open("/chi-so/dieu-hanh/").follow(re.compile(f"{figure}: xem danh sách"))
        assert sorted(_listed(binh)) == sorted(codes), figure
        assert sorted(row["Mã hồ sơ"] for row in _csv(binh)) == sorted(codes), figure
        assert sorted(row["Mã hồ sơ"] for row in _workbook(binh)) == sorted(codes), figure

    binh.open("/chi-so/dieu-hanh/").follow(re.compile("hồ sơ đã giải quyết: xem danh sách"))
    (row,) = _csv(binh)
    told = row["Mã thủ tục"], row["Tiến độ"], row["Ngày giải quyết xong"][:10]
    assert told == ("1.004873", "trước hạn", "2026-11-20")
    anybody = meet(Citizen).open("/chi-so/")
    anybody.sees(late).misses(in_time, "Nguyễn Thị Lan")


def _numbers(person: Person) -> dict[str, str]:
    """Read the figures in large letters, but for the average that depends on the hour."""
    found = {}
    for box in person.page.locator(".lt-number").all():
        value = re.match(r"[\d.,]+(?: %)?", box.locator("dd").inner_text())
        assert value, box.inner_text()
        found[box.locator("dt").inner_text()] = value.group()
    found.pop("ngày giải quyết trung bình", None)
    return found


def _listed(person: Person) -> list[str]:
    return [row.locator("th a").inner_text() for row in person.page.locator("[data-row]").all()]


def _csv(person: Person) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(person.download("Tải CSV").decode("utf-8-sig"))))


def _workbook(person: Person) -> list[dict[str, str]]:
    head, *rows = openpyxl.load_workbook(io.BytesIO(person.download("Tải XLSX"))).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]
