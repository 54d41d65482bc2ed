"""Tables: quiet hours, numbers, texts and their parts; which ways a message takes; proving a number."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from django.db import connection

from lienthong.accounts.models import Account
from lienthong.accounts.tests.factories import make_account
from lienthong.kernel.audit import SYSTEM
from lienthong.kernel.errors import ConflictError, NotFoundError, TooManyError
from lienthong.notifications import api, hours, kinds, numbers, sms_text
from lienthong.notifications.api import Delivery, DeliveryState, MessageKind, Notification, Recipient
from lienthong.notifications.hours import QuietHours, parse, quiet_until
from lienthong.notifications.models import ContactHours, PhoneChallenge, PhoneNumber, PushSubscription
from lienthong.notifications.services import deliveries
from lienthong.notifications.services.numbers import LIFETIME, code_of

MORNING = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)  # half past ten in the evening in Vietnam
SEVEN = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
LAW = MessageKind(
    key="notifications.test_law", audience="citizen", label="Luật", title="Hồ sơ %(code)s", body="…", is_mandatory=True
)
WISH = MessageKind(
    key="notifications.test_wish",
    audience="citizen",
    label="Mong muốn",
    title="Hồ sơ %(code)s",
    body="…",
    sms_by_default=True,
)
NOW_KIND = MessageKind(
    key="notifications.test_urgent",
    audience="citizen",
    label="Gấp",
    title="Gấp %(code)s",
    body="…",
    sms_by_default=True,
    ignores_quiet_hours=True,
)


@pytest.fixture(autouse=True)
def own_kinds(settings) -> Iterator[None]:  # type: ignore[no-untyped-def]
    settings.SMS_PROVIDERS = ["thu-muc=folder:"]
    before = dict(kinds._KINDS)
    api.register(LAW, WISH, NOW_KIND)
    yield
    kinds._KINDS.clear()
    kinds._KINDS.update(before)


def vietnam(day: int, written: str) -> datetime:
    hour, minute, *second = (int(part) for part in written.split(":"))
    local = datetime(2026, 11, day, hour, minute, second[0] if second else 0, tzinfo=UTC)
    return local - timedelta(hours=7)


@pytest.mark.parametrize(
    ("written", "at", "until"),
    [
        ("21:00-07:00", "20:59:59", None),
        ("21:00-07:00", "21:00:00", (21, "07:00")),
        ("21:00-07:00", "23:59:59", (21, "07:00")),
        ("21:00-07:00", "00:00:00", (20, "07:00")),
        ("21:00-07:00", "06:59:59", (20, "07:00")),
        ("21:00-07:00", "07:00:00", None),
        ("21:00-07:00", "12:00:00", None),
        ("12:00-13:30", "11:59:59", None),
        ("12:00-13:30", "12:00:00", (20, "13:30")),
        ("12:00-13:30", "13:30:00", None),
        ("00:00-06:00", "00:00:00", (20, "06:00")),
        ("22:00-00:00", "23:00:00", (21, "00:00")),
        ("22:00-00:00", "00:00:00", None),
        ("none", "03:00:00", None),
    ],
)
def test_quiet_hours(written: str, at: str, until: tuple[int, str] | None) -> None:
    expected = vietnam(*until) if until else None
    assert quiet_until(vietnam(20, at), parse(written)) == expected


def test_hours_that_begin_and_end_together_are_none() -> None:
    assert quiet_until(NIGHT, QuietHours(time(7), time(7))) is None
    for wrong in ("21-7", "", "25:00-07:00", "21:00 07:00"):
        with pytest.raises(ValueError, match=r"quiet hours|hour must"):
            hours.parse(wrong)


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


def test_the_alphabet_of_gsm_is_complete() -> None:
    """3GPP TS 23.038: 128 places, each letter once."""
    assert len(sms_text._GSM) == len(set(sms_text._GSM)) == 128
    assert (sms_text._GSM.index("@"), sms_text._GSM.index("A"), sms_text._GSM.index("à")) == (0, 0x41, 0x7F)


@pytest.mark.parametrize(
    ("encoding", "letters", "parts"),
    [
        ("ucs2", "đ" * 70, 1),
        ("ucs2", "đ" * 71, 2),
        ("ucs2", "đ" * 134, 2),
        ("ucs2", "đ" * 135, 3),
        ("gsm7", "đ" * 160, 1),
        ("gsm7", "đ" * 161, 2),
        ("gsm7", "đ" * 306, 2),
        ("gsm7", "đ" * 307, 3),
        ("gsm7", "[" * 80, 1),
        ("gsm7", "[" * 81, 2),
    ],
)
def test_how_many_parts_a_text_takes(encoding: sms_text.Encoding, letters: str, parts: int) -> None:
    made = sms_text.split(letters, encoding=encoding, reference=300)
    assert len(made) == parts
    assert all(len(part.payload) <= (140 if encoding == "ucs2" else 160) for part in made)
    assert all(part.payload[3] == 300 % 256 for part in made if part.has_header)


def test_no_letter_is_torn() -> None:
    """A letter of two units, as 𠮷 in chữ Nôm, and a letter after an escape stay in one part."""
    nom = sms_text.split("a" * 66 + "𠮷" * 10, encoding="ucs2", reference=1)
    assert [part.payload[6:].decode("utf-16-be") for part in nom] == ["a" * 66, "𠮷" * 10]
    escaped = sms_text.split("a" * 152 + "[" + "b" * 20, encoding="gsm7", reference=1)
    assert escaped[1].payload[6:8] == bytes((0x1B, 0x3C))
    with pytest.raises(ValueError, match="11 parts"):
        sms_text.split("a" * 1531, encoding="gsm7", reference=1)


def test_a_text_without_marks() -> None:
    assert (
        sms_text.unaccented("Đã nộp hồ sơ “Đăng ký khai sinh” – 5.000₫…")
        == 'Da nop ho so "Dang ky khai sinh" - 5.000?...'
    )


@pytest.mark.parametrize("number", [0, 1, 35, 36, 123_456_789_012])
def test_short_links_lead_back(number: int) -> None:
    assert sms_text.long(sms_text.short(number)) == number


def test_other_short_links_lead_nowhere() -> None:
    assert [sms_text.long(written) for written in ("", "-1", "A", "z" * 13, "đ")] == [None] * 5


# Which ways a message takes.


def with_number(account: Account) -> Account:
    PhoneNumber.objects.create(account=account, number="+84905123456", verified_at=MORNING)
    return account


def with_device(account: Account, endpoint: str = "https://fcm.googleapis.com/x") -> PushSubscription:
    return PushSubscription.objects.create(account=account, endpoint=endpoint, p256dh="k", auth="a", device="Chrome")


def tell(account: Account, kind: MessageKind, *, at: datetime = MORNING, occasion: str = "1", **more: str) -> None:
    recipient = Recipient(account_id=account.pk, person_id=None, email=more.get("email", account.email))
    api.notify(kind=kind.key, recipients=[recipient], facts={"code": "1"}, link="/x/", occasion=occasion, now=at)


def ways(account: Account) -> list[str]:
    rows = Delivery.objects.filter(notification__account=account).order_by("channel", "id")
    return [f"{row.channel} {row.state}" for row in rows]


def choose(account: Account, **wanted: list[str]) -> None:
    every = {row.key: ["email"] for row in api.all_kinds("citizen")}
    chosen = {f"notifications.test_{key}": channels for key, channels in wanted.items()}
    api.set_preferences(
        actor=SYSTEM, account_id=account.pk, audience="citizen", wanted={**every, **chosen}, now=MORNING
    )


@pytest.mark.django_db
def test_each_way_that_is_there_and_wanted_is_taken() -> None:
    lan = with_number(make_account())
    with_device(lan)
    with_device(lan, "https://fcm.googleapis.com/y")
    tell(lan, WISH)
    assert ways(lan) == ["email queued", "push queued", "push queued", "sms queued"]
    choose(lan, wish=["push"])
    Delivery.objects.all().delete()
    tell(lan, WISH, occasion="2")
    assert ways(lan) == ["push queued", "push queued"]


@pytest.mark.django_db
def test_an_unproved_number_gets_nothing() -> None:
    lan = make_account()
    tell(lan, WISH)
    assert ways(lan) == ["email queued"]


@pytest.mark.django_db
def test_what_law_wants_moves_but_never_stops() -> None:
    """NĐ 224/2026/NĐ-CP, Điều 15: told at once of every change; the way is the person's choice."""
    lan = with_number(make_account())
    device = with_device(lan)
    choose(lan, law=["push"])
    tell(lan, LAW)
    assert ways(lan) == ["push queued"]
    with pytest.raises(api.PreferenceRefusedError):
        choose(lan, law=[])
    api.unsubscribe(actor=SYSTEM, account_id=lan.pk, uuid=device.uuid, now=MORNING)
    Delivery.objects.all().delete()
    tell(lan, LAW, occasion="2")
    assert ways(lan) == ["email queued"]
    Delivery.objects.all().delete()
    tell(lan, LAW, occasion="3", email="")
    assert ways(lan) == ["sms queued"]


@pytest.mark.django_db
def test_a_way_that_is_not_there_keeps_its_wish() -> None:
    lan = make_account()
    choose(lan, wish=["email"])
    with_number(lan)
    offered = {row.kind.key: row.channels for row in api.wishes_of(account_id=lan.pk, audience="citizen")}
    assert offered[WISH.key] == {"email": True, "sms": True, "push": True}


@pytest.mark.django_db
def test_at_night_mail_goes_and_the_rest_waits_for_seven() -> None:
    lan = with_number(make_account())
    with_device(lan)
    tell(lan, WISH, at=NIGHT)
    tell(lan, NOW_KIND, at=NIGHT)
    assert ways(lan) == [
        "email queued",
        "email queued",
        "push held",
        "push queued",
        "sms held",
        "sms queued",
    ]
    assert set(Delivery.objects.filter(state="held").values_list("due_at", flat=True)) == {SEVEN}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE (args->>'delivery_id')::bigint = ANY(%s)",
            [list(Delivery.objects.values_list("pk", flat=True))],
        )
        assert cursor.fetchone()[0] == 4
    assert deliveries.release_held(now=SEVEN - timedelta(seconds=1)) == 0
    assert deliveries.release_held(now=SEVEN) == 2
    assert deliveries.release_held(now=SEVEN) == 0
    assert not Delivery.objects.filter(state="held").exists()


@pytest.mark.django_db
def test_a_job_that_comes_too_late_in_the_evening_waits_too() -> None:
    lan = with_number(make_account())
    tell(lan, WISH, at=vietnam(20, "20:59:59"))
    sms = Delivery.objects.get(channel="sms")
    assert deliveries.begin(delivery_id=sms.pk, now=vietnam(20, "21:00:00")) is None
    sms.refresh_from_db()
    assert (sms.state, sms.due_at) == (DeliveryState.HELD, SEVEN)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hours_of_person", "at", "waits"),
    [
        (None, "22:00", True),
        ((False, time(21), time(7)), "22:00", False),
        ((True, time(23), time(5)), "22:00", False),
        ((True, time(12), time(14)), "12:30", True),
    ],
)
def test_each_person_has_own_hours(hours_of_person, at: str, waits: bool) -> None:  # type: ignore[no-untyped-def]
    lan = with_number(make_account())
    if hours_of_person:
        is_quiet, begins, ends = hours_of_person
        api.set_hours(actor=SYSTEM, account_id=lan.pk, is_quiet=is_quiet, quiet_from=begins, quiet_to=ends, now=MORNING)
    tell(lan, WISH, at=vietnam(20, at))
    assert (Delivery.objects.get(channel="sms").state == DeliveryState.HELD) is waits


@pytest.mark.django_db
def test_hours_that_make_no_sense_are_refused() -> None:
    with pytest.raises(api.PreferenceRefusedError) as refused:
        api.set_hours(
            actor=SYSTEM,
            account_id=make_account().pk,
            is_quiet=True,
            quiet_from=time(7),
            quiet_to=time(7),
            now=MORNING,
        )
    assert "quiet_to" in refused.value.field_errors
    assert not ContactHours.objects.exists()


@pytest.mark.django_db
def test_what_could_not_leave_for_a_day_stays_but_mail_goes() -> None:
    lan = with_number(make_account())
    with_device(lan)
    tell(lan, WISH)
    rows = {row.channel: row for row in Delivery.objects.select_related("notification")}
    later = rows["sms"].notification.created_at + timedelta(hours=25)
    assert deliveries.begin(delivery_id=rows["email"].pk, now=later) is not None
    for channel in ("sms", "push"):
        assert deliveries.begin(delivery_id=rows[channel].pk, now=later) is None
        rows[channel].refresh_from_db()
        assert rows[channel].state == DeliveryState.EXPIRED


@pytest.mark.django_db
def test_ways_are_worked_out_in_as_many_statements_for_ten_as_for_one(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    people = [with_number(make_account()) for _number in range(10)]
    recipients = [Recipient(account_id=person.pk, person_id=None, email=person.email) for person in people]
    with django_assert_max_num_queries(11):
        api.notify(kind=WISH.key, recipients=recipients, facts={"code": "1"}, link="", occasion="1", now=MORNING)
    assert Delivery.objects.count() == 20


# Proving a number.


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


@pytest.mark.django_db
def test_a_foreign_device_is_not_found() -> None:
    device = with_device(make_account())
    with pytest.raises(NotFoundError):
        api.unsubscribe(actor=SYSTEM, account_id=make_account().pk, uuid=device.uuid, now=MORNING)
    device.refresh_from_db()
    assert device.ended_at is None


def test_ranges_are_given_once() -> None:
    every = sorted(prefix for prefixes in numbers._RANGES.values() for prefix in prefixes)
    assert all(left != right for left, right in pairwise(every))
