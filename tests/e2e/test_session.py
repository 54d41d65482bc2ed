"""Story: the session runs out while a form is being filled, and nothing that was typed is lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.people import Citizen

CITIZEN_MINUTES = 30


@pytest.mark.both_devices
def test_an_idle_session_counts_down_and_keeps_what_was_typed(town, meet):
    lan = meet(Citizen, "lan@lienthong.example")
    lan.page.clock.install()

    def wait(minutes: float) -> None:
        town.clock.advance(minutes=minutes)
        lan.page.clock.fast_forward(round(minutes * 60_000))

    lan.open("/nop-ho-so/1.004873/").begin()
    lan.fill_in({"req_id_issue.issued_by": "Bộ Công an"})
    expect(lan.page.locator("[data-save-state]")).to_contain_text("Đã lưu lúc")

    wait(CITIZEN_MINUTES - 0.75)
    dialog = lan.page.get_by_role("alertdialog", name="Bạn còn làm việc không?")
    expect(dialog).to_contain_text(re.compile(r"Còn\s*\d+\s*giây"))
    lan.look()
    dialog.get_by_role("button", name="Tiếp tục làm việc").click()
    expect(dialog).to_be_hidden()
    wait(CITIZEN_MINUTES - 5)
    expect(dialog).to_be_hidden()
    lan.open(lan.page.url)

    lan.fill_in({"req_id_issue.issued_by": "Cục Cảnh sát quản lý hành chính về trật tự xã hội"})
    # What is on its way must have arrived while the session lived, or two answers race for the next session.
    expect(lan.page.locator("[data-save-state]")).to_contain_text("Đã lưu lúc")
    wait(CITIZEN_MINUTES + 1)
    lan.page.wait_for_url("**/dang-nhap/?next=**")
    lan.look().sees("Phiên làm việc đã kết thúc", "chữ bạn đã gõ vẫn còn trên máy này")
    lan.sign_in()
    lan.sees("Người yêu cầu")
    expect(lan.page.locator("[data-field='req_id_issue.issued_by'] input")).to_have_value(
        "Cục Cảnh sát quản lý hành chính về trật tự xã hội"
    )
