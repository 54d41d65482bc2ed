"""Stories of the hall: somebody books, comes, is called and served; a counter photographs papers and reads them."""

import re
from datetime import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lienthong.accounts.api import SYSTEM_PRINCIPAL
from lienthong.counters import api as counters
from lienthong.files.tests.test_reading import draw
from lienthong.kernel import clock
from lienthong.organisations import api as organisations
from tests.e2e.people import COMMUNE, PROVINCE, Citizen, Receptionist
from tests.e2e.town import Town

WARD = "H17.110"


def open_hall(town: Town) -> counters.Kiosk:
    """Let the ward's administration open two desks, slots and a kiosk."""
    now = town.clock.now()
    today = clock.local_date(now)
    ward = organisations.find_agency_by_code(code=WARD, on=today)
    assert ward is not None
    common = {"principal": SYSTEM_PRINCIPAL, "agency_id": ward.pk, "now": now}
    line = counters.add_line(letter="A", name="Hộ tịch, chứng thực", valid_from=today, **common)
    for number in (1, 2):
        counters.add_desk(number=number, name="", line_uuids=[line.uuid], valid_from=today, **common)
    spans = [(time(7, 30), time(11, 30)), (time(13, 30), time(17, 0))]
    counters.set_hours(weekdays=range(5), spans=spans, slot_minutes=30, capacity=3, valid_from=today, **common)
    return counters.add_kiosk(name="Cửa chính", **common)


def test_a_citizen_books_comes_is_called_and_served(town, meet):
    kiosk = open_hall(town)
    lan = meet(Citizen, "lan@lienthong.example")
    lan.open("/dat-lich/")
    lan.hands.select(lan.page, lan.page.locator("#f-province"), PROVINCE)
    expect(lan.page.locator("#f-commune")).to_contain_text(COMMUNE)
    lan.hands.select(lan.page, lan.page.locator("#f-commune"), COMMUNE)
    expect(lan.page.locator("#place")).to_contain_text("Bộ phận một cửa nhận đặt lịch")
    lan.look().follow(re.compile("UBND phường Hải Châu"), lan.page.locator("#place"))
    lan.follow(re.compile("Hộ tịch"), lan.page.locator("main")).sees("Giờ còn chỗ")
    lan.mark(lan.page.locator("#t1030")).press("Đặt lịch").sees("Lịch hẹn 10:30", "Đã đặt")
    code = lan.page.locator("main code").first.inner_text().strip()

    machine = meet(Citizen).open(f"/quay/lay-so/{kiosk.secret}/")
    machine.write(machine.page.locator("#code"), code.lower()).press("Tôi đã đến").sees("A001", "Hẹn 10:30")

    lan.open("/lich-hen/").follow(re.compile("UBND phường"), lan.page.locator("main")).sees("A001")
    lan.follow("Xem còn bao nhiêu người trước bạn").sees("A001", "Sắp đến lượt bạn")

    son = meet(Receptionist).sign_in()
    son.open("/lam-viec/quay/chon/").mark(son.page.locator("input[name=desk]").first).press("Ngồi quầy này")
    son.sees("Tiếp theo: A001").press(re.compile("Gọi tiếp")).sees("Đang gọi", "A001")
    meet(Citizen).open(f"/quay/man-hinh/{kiosk.agency.uuid}/").sees("A001", "Quầy 1", "đang gọi")
    # The phone asks by itself.
    expect(lan.page.locator("main")).to_contain_text("Mời bạn đến quầy 1", timeout=20_000)
    lan.look()
    son.press(re.compile("Người đã đến")).sees("Đang phục vụ").press(re.compile("Xong, gọi tiếp"))
    son.sees("Không có ai chờ")
    lan.open("/lich-hen/").sees("Đã phục vụ")


@pytest.mark.program("tesseract")
def test_the_counter_photographs_papers_and_reads_them(town, meet, tmp_path: Path):
    first, second = tmp_path / "trang-1.png", tmp_path / "trang-2.png"
    first.write_bytes(draw("GIẤY CHỨNG SINH\nHọ và tên: TRẦN THỊ THU HƯƠNG\nNgày sinh: 12/04/1990", size=16))
    second.write_bytes(draw("Trang hai: dấu và chữ ký của bệnh viện, người đỡ đẻ", size=16))
    son = meet(Receptionist).sign_in()
    son.open("/lam-viec/tiep-nhan/thu-tuc/1.001193/")
    son.write(son.page.locator("#id_identity_number"), "048190000777")
    son.write(son.page.locator("#id_full_name"), "Trần Thị Thu Hương").press("Mở tờ khai")
    step = son.page.url
    son.attach(son.page.locator("#scan-files"), first).press("Tải lên và đọc", son.page.locator("aside"))
    town.work()
    aside = son.open(step).page.locator("aside")
    expect(aside).to_contain_text("Đọc từ bản quét, cần đối chiếu")
    expect(aside).to_contain_text("12/04/1990")
    offer = son.page.get_by_role("button", name=re.compile("Ngày sinh người yêu cầu"))
    expect(son.page.locator("#f-req_dob-year")).to_have_value("")
    son.press(re.compile("Điền sau khi đối chiếu.*Ngày sinh"), aside)
    expect(son.page.locator("#f-req_dob-year")).to_have_value("1990")
    expect(offer).to_have_count(0)

    son.open(re.sub("buoc/.*", "giay-to/", step)).sees("còn thiếu")
    row = son.page.locator("tr", has_text="Giấy chứng sinh").first
    son.hands.attach(son.page, row.locator("input[id^=document-]"), [second, first])
    son.press("Tải bản quét đã chọn lên").sees("trang-1.png", "trang-2.png")
    son.press(re.compile("Đưa lên trước: trang-1"), row)
    expect(row.locator("ol li").first).to_contain_text("trang-1.png")
    son.press(re.compile("Gộp thành một PDF"), row)
    expect(row.locator("ol li")).to_have_count(1)
    son.sees("Giấy chứng sinh.pdf")
