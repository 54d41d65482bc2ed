"""Numbers that get SMS in Vietnam, and proving that one is one's own."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection

from lienthong.accounts.models import Account
from lienthong.accounts.tests.factories import make_account
from lienthong.kernel.audit import SYSTEM
from lienthong.kernel.errors import ConflictError, TooManyError
from lienthong.notifications import api, numbers
from lienthong.notifications.api import Delivery, DeliveryState, Notification
from lienthong.notifications.models import PhoneChallenge, PhoneNumber
from lienthong.notifications.services import deliveries
from lienthong.notifications.services.numbers import LIFETIME, code_of
from lienthong.notifications.tests.ways import MORNING, NIGHT, WISH, tell, with_number

pytestmark = pytest.mark.usefixtures("own_kinds")


@pytest.mark.parametrize(
    ("written", "number", "operator"),
    [
        ("0905123456", "+84905123456", "MobiFone"),
        ("0905 123 456", "+84905123456", "MobiFone"),
        ("+84 905.123.456", "+84905123456", "MobiFone"),
        ("+84 (0)905-123-456", "+84905123456", "MobiFone"),
        ("0084905123456", "+84905123456", "MobiFone"),
        ("84905123456", "+84905123456", "MobiFone"),
        ("0981234567", "+84981234567", "Viettel"),
        ("0381234567", "+84381234567", "Viettel"),
        ("0912345678", "+84912345678", "VinaPhone"),
        ("0871234567", "+84871234567", "iTel"),
        ("01681234567", "+84381234567", "Viettel"),
        ("01201234567", "+84701234567", "MobiFone"),
        ("01291234567", "+84821234567", "VinaPhone"),
    ],
)
def test_mobile_numbers(written: str, number: str, operator: str) -> None:
    assert numbers.to_e164(written) == number
    assert numbers.operator_of(number) == operator


@pytest.mark.parametrize(
    "written",
    ["", "02363123456", "0405123456", "090512345", "09051234567", "+1 202 555 0100", "không có", "٠٩٠٥١٢٣٤٥٦"],
)
def test_what_gets_no_sms_in_vietnam(written: str) -> None:
    assert numbers.to_e164(written) is None


def test_ranges_are_given_once() -> None:
    every = sorted(prefix for prefixes in numbers._RANGES.values() for prefix in prefixes)
    assert all(left != right for left, right in pairwise(every))


def ask(account: Account, number: str = "0905 123 456", *, now: datetime = MORNING, visitor: str = "203.0.113.9"):  # type: ignore[no-untyped-def]
    return api.send_number_code(
        actor=SYSTEM, account_id=account.pk, number=number, language="vi", visitor=visitor, now=now
    )


def confirm(account: Account, code: str, now: datetime = MORNING) -> PhoneNumber:
    return api.confirm_number(actor=SYSTEM, account_id=account.pk, code=code, now=now)


@pytest.mark.django_db
def test_a_code_proves_a_number_and_is_stored_nowhere() -> None:
    lan = make_account()
    challenge = ask(lan)
    code = code_of(challenge)
    assert len(code) == 6
    assert not PhoneNumber.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(args::text, ' ') FROM procrastinate_jobs")
        jobs = cursor.fetchone()[0]
    kept = [
        jobs,
        str(Notification.objects.values()),
        str(PhoneChallenge.objects.values()),
        str(Delivery.objects.values()),
    ]
    assert not [row for row in kept if code in row.replace(str(challenge.uuid), "")]
    assert confirm(lan, f" {code[:3]} {code[3:]} ").number == "+84905123456"
    with pytest.raises(api.NumberRefusedError):
        confirm(lan, code)
    api.forget_number(actor=SYSTEM, account_id=lan.pk, now=MORNING)
    assert api.ways_of(account_id=lan.pk).number == ""


@pytest.mark.django_db
def test_five_tries_then_a_new_code() -> None:
    lan = make_account()
    code = code_of(ask(lan))
    wrong = "000000" if code != "000000" else "111111"
    for left in (4, 3, 2, 1):
        with pytest.raises(api.NumberRefusedError) as refused:
            confirm(lan, wrong)
        assert str(left) in refused.value.field_errors["code"][0]
    for attempt in (wrong, code):
        with pytest.raises(api.NumberRefusedError) as refused:
            confirm(lan, attempt)
        assert "mã mới" in refused.value.field_errors["code"][0]
    assert confirm(lan, code_of(ask(lan))).number == "+84905123456"


@pytest.mark.django_db
def test_a_code_runs_out_and_a_newer_one_replaces_it() -> None:
    lan = make_account()
    first = code_of(ask(lan))
    second = ask(lan, "0981234567")
    if first != code_of(second):
        with pytest.raises(api.NumberRefusedError):
            confirm(lan, first)
    for late in (LIFETIME, LIFETIME + timedelta(seconds=1)):
        with pytest.raises(api.NumberRefusedError):
            confirm(lan, code_of(second), MORNING + late)
    assert confirm(lan, code_of(second), MORNING + LIFETIME - timedelta(seconds=1)).number == "+84981234567"


@pytest.mark.django_db
def test_a_code_that_ran_out_is_not_sent_late() -> None:
    ask(make_account())
    sms = Delivery.objects.get()
    assert deliveries.begin(delivery_id=sms.pk, now=MORNING + LIFETIME) is None
    sms.refresh_from_db()
    assert sms.state == DeliveryState.EXPIRED


@pytest.mark.django_db
def test_codes_are_not_asked_for_without_end() -> None:
    lan = make_account()
    for _time in range(5):
        ask(lan)
    with pytest.raises(TooManyError):
        ask(lan)
    for _time in range(3):
        ask(make_account(), visitor="203.0.113.10")
    with pytest.raises(TooManyError):
        ask(make_account(), visitor="203.0.113.11")


@pytest.mark.django_db
def test_only_mobile_numbers_and_only_where_sms_are_sent(settings) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(api.NumberRefusedError):
        ask(make_account(), "0236 3123 456")
    settings.SMS_PROVIDERS = []
    with pytest.raises(ConflictError):
        ask(make_account())


@pytest.mark.django_db
def test_a_code_goes_out_at_night() -> None:
    ask(make_account(), now=NIGHT)
    sms = Delivery.objects.get()
    assert sms.state == DeliveryState.QUEUED
    assert deliveries.begin(delivery_id=sms.pk, now=NIGHT) is not None


@pytest.mark.django_db
def test_a_removed_number_gets_nothing_that_waits_for_it() -> None:
    lan = with_number(make_account())
    tell(lan, WISH, at=NIGHT)
    api.forget_number(actor=SYSTEM, account_id=lan.pk, now=NIGHT)
    assert Delivery.objects.get(channel="sms").state == DeliveryState.EXPIRED
