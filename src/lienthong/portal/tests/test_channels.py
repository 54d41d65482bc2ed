"""The pages on which people choose how they are told, prove a number, and manage devices."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from lienthong.accounts.models import Account
from lienthong.accounts.tests.factories import make_account, make_person
from lienthong.kernel import clock
from lienthong.notifications import api as notifications
from lienthong.notifications.api import Delivery, Recipient
from lienthong.notifications.models import PhoneChallenge, PhoneNumber, PushSubscription
from lienthong.notifications.services.numbers import code_of
from lienthong.notifications.sms_text import short
from lienthong.notifications.tests.test_push import Device

pytestmark = pytest.mark.django_db
PAGE, PHONE = reverse("portal:message_preferences"), reverse("portal:message_phone")
HOURS = {"is_quiet": "on", "quiet_from": "22:00", "quiet_to": "06:30", "language": "en"}


@pytest.fixture(autouse=True)
def _sms(settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings.SMS_PROVIDERS = ["thu-muc=folder:"]
    settings.VAPID_KEY_FILE = tmp_path / "vapid.pem"


@pytest.fixture
def lan() -> Account:
    return make_account(person=make_person("Nguyễn Thị Lan", phone="0905000123"))


@pytest.fixture
def browser_of_lan(lan: Account) -> Client:
    client = Client()
    client.force_login(lan)
    return client


def every(channel: str) -> list[str]:
    return [f"{kind.key}:{channel}" for kind in notifications.all_kinds("citizen")]


def test_choices_hours_and_language_are_saved_together(lan: Account, browser_of_lan: Client) -> None:
    chosen = [value for value in every("email") if not value.startswith("dossiers.draft_expiring")]
    answer = browser_of_lan.post(PAGE, {**HOURS, "wanted": chosen})
    assert answer.status_code == 302
    offered = {row.kind.key: row.channels for row in notifications.wishes_of(account_id=lan.pk, audience="citizen")}
    assert offered["dossiers.draft_expiring"]["email"] is False
    assert offered["dossiers.done"] == {"email": True, "sms": True, "push": True}
    hours = notifications.chosen_hours(account_id=lan.pk)
    assert (hours.is_quiet, f"{hours.quiet_from:%H:%M}", f"{hours.quiet_to:%H:%M}") == (True, "22:00", "06:30")
    lan.refresh_from_db()
    assert lan.language == "en"
    shown = browser_of_lan.get(PAGE).content.decode()
    assert 'value="22:00"' in shown
    assert 'name="wanted" value="dossiers.draft_expiring:email">' in shown


def test_a_mandatory_kind_without_a_way_is_refused_and_what_was_typed_stays(browser_of_lan: Client) -> None:
    chosen = [value for value in every("email") if not value.startswith("dossiers.done")]
    answer = browser_of_lan.post(PAGE, {**HOURS, "wanted": chosen})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Hãy chọn ít nhất một cách nhận." in text
    assert 'href="#kind-dossiers.done"' in text
    assert 'value="dossiers.done:email" aria-describedby' in text
    assert 'value="22:00"' in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_from": "25:00"},
        {"quiet_from": "không"},
        {"quiet_to": ""},
        {"quiet_to": "22:00"},
        {"language": "fr"},
    ],
)
def test_wrong_values_are_named(wrong: dict[str, str], browser_of_lan: Client) -> None:
    answer = browser_of_lan.post(PAGE, {**HOURS, "wanted": every("email"), **wrong})
    assert answer.status_code == 422
    assert f'href="#f-{next(iter(wrong))}"' in answer.content.decode()


def test_a_number_is_proved_on_the_page(lan: Account, browser_of_lan: Client) -> None:
    assert "0905 000 123" in browser_of_lan.get(PHONE).content.decode()
    refused = browser_of_lan.post(PHONE, {"act": "send", "number": "0236 3 123 456"})
    assert refused.status_code == 422
    assert "0236 3 123 456" in refused.content.decode()
    browser_of_lan.post(PHONE, {"act": "send", "number": "0905 000 123"})
    code = code_of(PhoneChallenge.objects.get())
    page = browser_of_lan.get(PHONE).content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert code not in page
    assert 'name="number"' in browser_of_lan.get(f"{PHONE}?so-khac=1").content.decode()
    wrong = browser_of_lan.post(PHONE, {"act": "confirm", "code": "1234"})
    assert wrong.status_code == 422
    assert "còn 4 lần" in wrong.content.decode()
    assert browser_of_lan.post(PHONE, {"act": "confirm", "code": code}).status_code == 302
    assert PhoneNumber.objects.get().number == "+84905000123"
    assert "0905 000 123" in browser_of_lan.get(PAGE).content.decode()
    for _click in range(2):
        assert browser_of_lan.post(PHONE, {"act": "forget"}).status_code == 302
    assert not PhoneNumber.objects.exists()
    assert browser_of_lan.post(PHONE, {"act": "x"}).status_code == 200


def test_asking_too_often_says_so(browser_of_lan: Client) -> None:
    for _click in range(5):
        browser_of_lan.post(PHONE, {"act": "send", "number": "0905 000 123"})
    refused = browser_of_lan.post(PHONE, {"act": "send", "number": "0905 000 123"})
    assert refused.status_code == 422
    assert "quá nhanh" in refused.content.decode()


def test_where_no_sms_are_sent_nothing_of_it_is_offered(browser_of_lan: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.SMS_PROVIDERS = []
    assert "SMS" not in browser_of_lan.get(PAGE).content.decode()
    assert "chưa mở kênh" in browser_of_lan.get(PHONE).content.decode()


def test_devices_are_added_listed_and_removed(lan: Account, browser_of_lan: Client) -> None:
    given = {"endpoint": "https://fcm.googleapis.com/x", "device": "Chrome, <b>Android</b>", **Device().keys}
    assert browser_of_lan.post(reverse("portal:device_add"), given).status_code == 302
    device = PushSubscription.objects.get()
    page = browser_of_lan.get(PAGE).content.decode()
    assert "Chrome, &lt;b&gt;Android" in page
    assert "fcm.googleapis.com" not in page
    stranger = Client()
    stranger.force_login(make_account())
    address = reverse("portal:device_remove", args=[device.uuid])
    assert stranger.post(address).status_code == 404
    assert browser_of_lan.post(address).status_code == 302
    assert browser_of_lan.post(address).status_code == 404
    answer = browser_of_lan.post(
        reverse("portal:device_add"), {**given, "endpoint": "https://evil.example/"}, follow=True
    )
    assert "chưa được hỗ trợ" in answer.content.decode()


def test_what_was_sent_lately_says_how_far_it_has_come(lan: Account, browser_of_lan: Client) -> None:
    recipient = Recipient(account_id=lan.pk, person_id=None, email=lan.email)
    facts = dict.fromkeys(("code", "procedure", "agency", "at", "note", "due", "officer"), "x") | {"code": "H17-9"}
    notifications.notify(
        kind="dossiers.done", recipients=[recipient], facts=facts, link="/ho-so/", occasion="1", now=clock.now()
    )
    now = clock.now()
    for state, said in (
        ("queued", "Chờ gửi"),
        ("delivered", "Đã nhận"),
        ("failed", "Không gửi được"),
        ("held", "Hoãn gửi"),
    ):
        Delivery.objects.update(state=state, due_at=now)
        page = browser_of_lan.get(PAGE).content.decode()
        assert "H17-9" in page
        assert said in page


def test_the_short_link_of_an_sms_is_for_its_recipient(lan: Account, browser_of_lan: Client, client: Client) -> None:
    recipient = Recipient(account_id=lan.pk, person_id=None, email="")
    facts = dict.fromkeys(("code", "procedure", "agency", "at", "note", "due", "officer"), "x")
    (message,) = notifications.notify(
        kind="dossiers.done", recipients=[recipient], facts=facts, link="/ho-so/", occasion="1", now=clock.now()
    )
    address = f"/tb/{short(message.pk)}"
    assert re.match(r"/dang-nhap/.*tb", client.get(address).headers["Location"])
    stranger = Client()
    stranger.force_login(make_account())
    assert stranger.get(address).status_code == 404
    assert stranger.get("/tb/A").status_code == 404
    assert browser_of_lan.get(address).headers["Location"] == "/ho-so/"
    message.refresh_from_db()
    assert message.read_at is not None


def test_the_worker_script_is_served_from_the_root(client: Client) -> None:
    answer = client.get("/push-worker.js")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert b"showNotification" in answer.content


def test_the_page_costs_the_same_for_one_and_for_ten(
    lan: Account, browser_of_lan: Client, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    for number in range(9):
        PushSubscription.objects.create(account=lan, endpoint=f"https://x/{number}", device=f"Máy {number}")
    browser_of_lan.get(PAGE)
    with django_assert_max_num_queries(16):
        browser_of_lan.get(PAGE)
