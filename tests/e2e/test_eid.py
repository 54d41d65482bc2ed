"""Story: a citizen without an account here signs in with the national eID and finds their data filled in."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.eid import NAME, open_provider
from tests.e2e.people import Citizen

MAI = {
    "name": "Phạm Thị Mai",
    "birthdate": "1992-07-30",
    "gender": "female",
    "identity_number": "048192000321",
    "email": "mai@lienthong.example",
    "email_verified": True,
}


@pytest.mark.both_devices
@pytest.mark.program("node")
def test_the_eid_signs_a_citizen_in_with_verified_data(town, meet, node):
    mai = meet(Citizen)
    with open_provider(node=node, town=town, people={"mai": MAI}):
        mai.open("/nop-ho-so/1.004873/")
        mai.sees("Họ tên, số định danh và ngày sinh được điền sẵn")
        mai.page.get_by_role("button", name=f"Đăng nhập bằng {NAME}").click()
        mai.page.locator("input[name=login]").fill("mai")
        mai.page.locator("input[name=password]").fill("x")
        mai.page.get_by_role("button", name=re.compile("sign-in", re.IGNORECASE)).click()
        mai.page.get_by_role("button", name=re.compile("continue", re.IGNORECASE)).click()
        mai.page.wait_for_url(f"{town.url}/nop-ho-so/1.004873/")
        mai.look().begin()
        for field, value in (("req_name", "Phạm Thị Mai"), ("req_id", "048192000321")):
            box = mai.page.locator(f"[data-field={field}]")
            expect(box.locator("input")).to_have_value(value)
            expect(box.locator("input")).not_to_be_editable()
            expect(box).to_contain_text("đã xác thực, không sửa ở đây")
        mai.open("/tai-khoan/").sees("048192000321", "đã xác thực")
