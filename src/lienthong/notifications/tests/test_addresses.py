"""Messages to an address that no account has."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from lienthong.kernel import clock
from lienthong.kernel.audit import SYSTEM
from lienthong.notifications import api, kinds
from lienthong.notifications.models import Delivery, DeliveryState, Notification
from lienthong.notifications.plugins import registry
from lienthong.notifications.plugins.folder import list_kept
from lienthong.notifications.services import deliveries
from lienthong.notifications.services.addresses import forget_addresses
from lienthong.notifications.tests.test_notifications import work

GUEST = api.MessageKind(
    key="notifications.test_guest", audience="citizen", label="Khách", title="Nhắc lúc %(at)s", body="…"
)
NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
FORGET = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ways(settings, tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # type: ignore[no-untyped-def]
    settings.SITE_URL = "https://dvc.danang.example"
    settings.SMS_PROVIDERS = ["thu-muc=folder:"]
    settings.SMS_FILE_PATH = str(tmp_path)
    monkeypatch.setattr(clock, "now", lambda: NOON)
    before = dict(kinds._KINDS)
    api.register(GUEST)
    yield
    kinds._KINDS.clear()
    kinds._KINDS.update(before)
    registry._made.cache_clear()


def write(occasion: str = "1", *, email: str = "", phone: str = "", now: datetime = NOON) -> Notification | None:
    return api.notify_address(
        kind=GUEST.key,
        email=email,
        phone=phone,
        facts={"at": "08:00"},
        link="/lich-hen/tim/",
        occasion=occasion,
        forget_at=FORGET,
        now=now,
    )


@pytest.mark.django_db(transaction=True)
def test_a_mail_and_a_text_leave_once_with_the_whole_link_and_no_address_in_the_log(settings, capfd, caplog):
    assert write("1", email="khach@vidu.example") is not None
    assert write("2", phone="0905 111 222") is not None
    assert write("1", email="khach@vidu.example") is None
    work()
    (sent,) = mail.outbox
    assert sent.to == ["khach@vidu.example"]
    assert "https://dvc.danang.example/lich-hen/tim/" in sent.body
    (text,) = list_kept(folder=Path(settings.SMS_FILE_PATH))
    assert text.text == "Nhắc lúc 08:00\nhttps://dvc.danang.example/lich-hen/tim/"
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
    logged = caplog.text + "".join(capfd.readouterr())
    assert "khach@vidu.example" not in logged
    assert "905111222" not in logged


@pytest.mark.django_db
@pytest.mark.parametrize(("phone", "written"), [("0236 3881 888", False), ("", False), ("+84 905 111 222", True)])
def test_without_a_way_nothing_is_written(phone, written):
    assert (write(phone=phone) is not None) is written
    assert Notification.objects.exists() is written


@pytest.mark.django_db
def test_a_text_waits_for_the_morning_also_when_its_job_is_late():
    write("1", phone="0905111222", now=NIGHT)
    held = Delivery.objects.get()
    assert (held.state, held.due_at) == (DeliveryState.HELD, MORNING)
    assert deliveries.release_held(now=MORNING) == 1
    assert deliveries.begin(delivery_id=held.pk, now=NIGHT) is None
    held.refresh_from_db()
    assert (held.state, held.due_at) == (DeliveryState.HELD, MORNING)


@pytest.mark.django_db
def test_one_address_gets_three_messages_a_day_whoever_types_it():
    assert [write(str(at), phone="0905111222") is not None for at in range(5)] == [True, True, True, False, False]
    assert write("9", phone="0905111223") is not None


@pytest.mark.django_db
def test_a_forgotten_address_is_gone_and_what_had_not_left_leaves_no_more():
    write("1", email="khach@vidu.example")
    write("2", phone="0905111222")
    Delivery.objects.filter(channel="sms").update(state=DeliveryState.FAILED, error="0905111222 hỏng")
    assert forget_addresses(now=FORGET - timedelta(seconds=1)) == 0
    assert forget_addresses(now=FORGET) == 2
    rows = Delivery.objects.order_by("id").values_list("address", "error", "state")
    assert list(rows) == [("", "", DeliveryState.EXPIRED), ("", "", DeliveryState.FAILED)]
    mailed, failed = Delivery.objects.order_by("id").values_list("pk", flat=True)
    assert deliveries.begin(delivery_id=mailed, now=FORGET) is None
    assert deliveries.resend(actor=SYSTEM, delivery_ids=[failed], now=FORGET) == 0


@pytest.mark.django_db
def test_the_database_keeps_no_message_without_an_owner_for_ever():
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.create(kind=GUEST.key, dedupe_key="x", title="x", body="x", language="vi")
