"""Story: Bình lets himself be told by SMS and on his device, and takes both back."""

import json
import re

import pytest

from lienthong.accounts.models import Account
from lienthong.notifications import api as notifications
from lienthong.notifications.plugins.folder import list_kept
from lienthong.notifications.tests.test_push import Device, PushService
from tests.e2e.people import Citizen

PREFERENCES = "/thong-bao/tuy-chon/"
# No push service of a browser's maker is within reach here: the browser's answer is given instead, all else is real.
SUBSCRIBING = """(() => {
  const made = { endpoint: %(endpoint)s, unsubscribe: async () => { sessionStorage.removeItem('subscribed'); },
    toJSON: () => ({ endpoint: %(endpoint)s, keys: %(keys)s }) };
  PushManager.prototype.subscribe = async () => { sessionStorage.setItem('subscribed', '1'); return made; };
  PushManager.prototype.getSubscription = async () => sessionStorage.getItem('subscribed') ? made : null;
})()"""


@pytest.fixture
def push(settings, tmp_path):
    settings.SMS_PROVIDERS = ["thu-muc=folder:"]
    settings.SMS_FILE_PATH = tmp_path / "sms"
    settings.VAPID_KEY_FILE = tmp_path / "vapid.pem"
    service = PushService()
    settings.PUSH_ORIGINS = [service.origin]
    yield service
    service.stop()


def test_a_citizen_chooses_how_to_be_told(town, meet, push, settings):
    binh, device = meet(Citizen, "binh@lienthong.example"), Device()
    binh.page.context.grant_permissions(["notifications"], origin=town.url)
    words = {"endpoint": json.dumps(f"{push.origin}/binh"), "keys": json.dumps(device.keys)}
    binh.page.context.add_init_script(SUBSCRIBING % words)

    binh.look().open(PREFERENCES).sees("Bạn chưa xác nhận số điện thoại nào", "Chưa có thiết bị nào")
    binh.follow("Xác nhận số điện thoại")
    binh.page.locator("#f-number").fill("0236 3123 456")
    binh.press("Gửi mã xác nhận").sees("Nhập số di động Việt Nam")
    binh.page.locator("#f-number").fill("0905 000 456")
    binh.press("Gửi mã xác nhận").sees("Đã gửi mã", "0905 000 456")
    town.work()
    (text,) = list_kept(folder=settings.SMS_FILE_PATH)
    code = re.search(r"\d{6}", text.text).group()
    binh.page.locator("#f-code").fill("000000" if code != "000000" else "111111")
    binh.press("Xác nhận số này").sees("Bạn còn 4 lần nhập")
    binh.page.locator("#f-code").fill(code)
    binh.press("Xác nhận số này").sees("0905 000 456", "đã xác nhận")

    binh.press("Bật trên thiết bị này").sees("Thiết bị này sẽ hiện thông báo", "thiết bị này")
    binh.page.locator("[data-this-device]").wait_for(state="visible")
    binh.mark(binh.page.locator("input[value='dossiers.received:sms']"))
    binh.press("Lưu lựa chọn").sees("Đã lưu lựa chọn")

    account = Account.objects.get(email="binh@lienthong.example")
    facts = dict.fromkeys(("procedure", "agency", "officer", "at", "due", "note"), "x") | {"code": "H17-1"}
    notifications.notify(
        kind="dossiers.received",
        recipients=[notifications.Recipient(account_id=account.pk, person_id=None, email=account.email)],
        facts=facts,
        link="/ho-so/",
        occasion="story",
        now=town.clock.now(),
    )
    town.work()
    assert json.loads(device.open(push.taken[0][1]))["title"] == "Hồ sơ H17-1 đã được tiếp nhận"
    newest = list_kept(folder=settings.SMS_FILE_PATH)[0].text
    assert newest.startswith("Hồ sơ H17-1 đã được tiếp nhận")
    link = re.search(r"/tb/\w+$", newest).group()
    binh.open(PREFERENCES).sees("Hồ sơ H17-1 đã được tiếp nhận", "Đã gửi")
    binh.page.goto(f"{town.url}{link}")
    binh.look().sees("Hồ sơ của tôi")

    binh.open(PREFERENCES).press(re.compile("^Tắt")).sees("Đã tắt thông báo", "Chưa có thiết bị nào")
    binh.follow("Đổi hoặc bỏ số").press("Bỏ số này, không nhận tin nhắn nữa")
    binh.sees("Bạn chưa xác nhận số điện thoại nào")
