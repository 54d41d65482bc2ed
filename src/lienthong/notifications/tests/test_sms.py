"""SMS through a real message centre (smpp34): parts, receipts, fail-over, throttling, no part sent twice."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import smpp34
from django.db import connection

from lienthong.accounts.models import Account
from lienthong.accounts.tests.factories import make_account
from lienthong.kernel import clock
from lienthong.kernel.audit import SYSTEM
from lienthong.notifications import api, kinds, queries
from lienthong.notifications.api import Delivery, DeliveryState, MessageKind, Recipient
from lienthong.notifications.models import PhoneNumber, ProviderHealth, SmsPart, SmsUsage
from lienthong.notifications.plugins import registry
from lienthong.notifications.services import deliveries, providers
from lienthong.notifications.tests.smsc import free_port, message_centre, wait_for
from lienthong.notifications.tests.test_notifications import work

NUMBER = "+84905123456"
MORNING = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
CALLING = MessageKind(
    key="notifications.test_calling",
    audience="citizen",
    label="Thử SMS",
    title="Hồ sơ %(code)s cần bổ sung",
    body="Nội dung đầy đủ chỉ có sau khi đăng nhập",
    email_by_default=False,
    sms_by_default=True,
)
LONG = "Hồ sơ H17.110-20261120-0000123 đã chuyển lên Sở Xây dựng thành phố Đà Nẵng để thẩm định"
DOWN = -1

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch, settings) -> Iterator[None]:  # type: ignore[no-untyped-def]
    """Nine in the morning, whenever the test runs; links and parts as on an installation."""
    settings.SITE_URL = "https://dvc.danang.example"
    settings.SMS_TIMEOUT = 2.0
    ahead = MORNING - datetime.now(UTC)
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + ahead)
    before = dict(kinds._KINDS)
    api.register(CALLING)
    yield
    kinds._KINDS.clear()
    kinds._KINDS.update(before)
    for provider in registry.sms_providers():
        getattr(provider, "close", lambda: None)()
    registry._made.cache_clear()


@pytest.fixture
def use(settings) -> Callable[..., None]:  # type: ignore[no-untyped-def]
    def choose(**ports: int) -> None:
        settings.SMS_PROVIDERS = [
            f"{name}=smpp://lienthong:mat-kh%40u@127.0.0.1:{port}" for name, port in ports.items()
        ]

    return choose


def somebody() -> Account:
    account = make_account()
    PhoneNumber.objects.create(account=account, number=NUMBER, verified_at=MORNING)
    return account


def tell(account: Account, *, code: str = "H17-1", occasion: str = "1", title: str = "") -> None:
    recipient = Recipient(account_id=account.pk, person_id=None, email=account.email)
    (message,) = api.notify(
        kind=CALLING.key,
        recipients=[recipient],
        facts={"code": code},
        link="/ho-so/0190/",
        occasion=occasion,
        now=clock.now(),
    )
    if title:
        type(message).objects.filter(pk=message.pk).update(title=title)


def state() -> str:
    return Delivery.objects.get().state


def test_vietnamese_arrives_in_three_parts_and_is_confirmed(use) -> None:
    with message_centre(prefix="a", receipt="DELIVRD") as centre:
        use(alpha=centre.port)
        tell(somebody(), title=LONG + " kiểm tra thực địa và chuẩn bị bản chính của giấy tờ")
        work()
        wait_for(lambda: state() == DeliveryState.DELIVERED)
    assert len(centre.taken) == 3
    first = centre.taken[0][1]
    assert (first.destination_addr, first.dest_addr_ton, first.source_addr) == ("84905123456", 1, "LIENTHONG")
    assert {event.data_coding for _id, event in centre.taken} == {8}
    assert {event.registered_delivery for _id, event in centre.taken} == {1}
    assert len({event.short_message[3] for _id, event in centre.taken}) == 1
    assert [event.short_message[4:6] for _id, event in centre.taken] == [b"\x03\x01", b"\x03\x02", b"\x03\x03"]
    delivery = Delivery.objects.select_related("notification").get()
    assert centre.text().startswith(LONG)
    assert centre.text().splitlines()[1].startswith("https://dvc.danang.example/tb/")
    assert "đăng nhập" not in centre.text()
    assert (delivery.provider, delivery.parts, delivery.attempts) == ("alpha", 3, 1)
    assert SmsUsage.objects.get(account__isnull=True).parts == 3


def test_without_marks_a_text_is_one_part(use, settings) -> None:
    settings.SMS_ENCODING = "gsm7"
    with message_centre(prefix="a") as centre:
        use(alpha=centre.port)
        tell(somebody())
        work()
    ((_id, event),) = centre.taken
    assert (event.data_coding, event.esm_class) == (0, 0)
    assert event.short_message.startswith(b"Ho so H17-1 can bo sung\nhttps://")


@pytest.mark.parametrize("how", ["refuses the connection", "does not answer", "is throttled", "has an error"])
def test_the_second_provider_carries_when_the_first(how: str, use, monkeypatch: pytest.MonkeyPatch, settings) -> None:
    monkeypatch.setattr("lienthong.notifications.plugins.smpp.THROTTLE_WAITS", (0.01,))
    settings.SMS_TIMEOUT = 0.5
    status = {"does not answer": DOWN, "is throttled": smpp34.ESME_RTHROTTLED, "has an error": smpp34.ESME_RSYSERR}
    with message_centre(prefix="b") as second:
        if how == "refuses the connection":
            use(alpha=free_port(), beta=second.port)
            tell(somebody())
            work()
        else:
            with message_centre(prefix="a", answer=lambda _number, _event: status[how]) as first:
                use(alpha=first.port, beta=second.port)
                tell(somebody())
                work()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.provider, delivery.attempts) == (DeliveryState.SENT, "beta", 1)
    assert len(second.taken) == 1
    assert ProviderHealth.objects.get().failures == 1


def test_a_throttled_part_is_sent_again_and_the_others_are_not(use, monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider takes the first part and is busy for the second: the next try begins with the second."""
    monkeypatch.setattr("lienthong.notifications.plugins.smpp.THROTTLE_WAITS", ())
    refused = {2, 3}
    with message_centre(
        prefix="a",
        answer=lambda number, _event: smpp34.ESME_RTHROTTLED if number in refused else None,
    ) as centre:
        use(alpha=centre.port)
        tell(somebody(), title=LONG)
        work()
        assert state() == DeliveryState.SENT
        assert [event.short_message[5] for _id, event in centre.taken] == [1, 2]
        assert centre.asked == 4
    delivery = Delivery.objects.get()
    assert (delivery.parts, delivery.attempts) == (2, 3)
    assert SmsUsage.objects.get(account__isnull=True).parts == 2


def test_a_short_throttling_is_waited_out_at_once(use, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lienthong.notifications.plugins.smpp.THROTTLE_WAITS", (0.01, 0.01))
    busy = smpp34.ESME_RTHROTTLED
    with message_centre(prefix="a", answer=lambda number, _event: busy if number == 1 else None) as centre:
        use(alpha=centre.port)
        tell(somebody())
        work()
    assert (state(), Delivery.objects.get().attempts, centre.asked) == (DeliveryState.SENT, 1, 2)


def test_a_wrong_number_is_not_tried_again(use) -> None:
    wrong = smpp34.ESME_RINVDSTADR
    with (
        message_centre(prefix="a", answer=lambda _number, _event: wrong) as first,
        message_centre(prefix="b") as second,
    ):
        use(alpha=first.port, beta=second.port)
        tell(somebody())
        work()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, first.asked, second.asked) == (DeliveryState.FAILED, 1, 1, 0)
    assert "0x0000000b" in delivery.error
    assert not ProviderHealth.objects.exists()


def test_nobody_up_is_shown_and_sent_again_later(use) -> None:
    port = free_port()
    use(alpha=port)
    tell(somebody())
    work()
    (failed,) = api.list_failed(cursor=None, channel="sms").items
    assert failed.attempts == 6
    assert "alpha" in failed.error
    assert (row := api.failures_by_provider(now=clock.now())[0]).count == 1
    assert row.channel == "sms"
    ProviderHealth.objects.update(resting_until=None)
    with message_centre(prefix="a", port=port) as centre:
        assert api.resend(actor=SYSTEM, delivery_ids=[failed.pk], now=clock.now()) == 1
        work()
        assert len(centre.taken) == 1
    assert state() == DeliveryState.SENT


def test_a_provider_that_keeps_failing_rests(use) -> None:
    """Three failures in a row open the circuit; while it is open nobody binds; afterwards one try decides."""
    with message_centre(prefix="b") as second:
        down = free_port()
        use(alpha=down, beta=second.port)
        lan = somebody()
        for number in range(providers.MAX_FAILURES):
            tell(lan, occasion=str(number))
        work()
        health = ProviderHealth.objects.get()
        assert health.failures == providers.MAX_FAILURES
        assert health.resting_until is not None
        with message_centre(prefix="a", port=down) as first:
            tell(lan, occasion="resting")
            work()
            assert first.binds == 0
            ProviderHealth.objects.update(resting_until=clock.now())
            tell(lan, occasion="rested")
            work()
            assert len(first.taken) == 1
    assert ProviderHealth.objects.get().failures == 0
    assert Delivery.objects.filter(provider="beta").count() == 4


def test_receipts_come_twice_out_of_order_and_too_early(use) -> None:
    with message_centre(prefix="a") as centre:
        use(alpha=centre.port)
        tell(somebody(), title=LONG)
        deliveries.record_receipt(receipt=deliveries.Receipt("alpha", "a-2", "delivered"), now=clock.now())
        work()
        assert state() == DeliveryState.SENT
        assert centre.send_receipt("a-1", "DELIVRD", as_options=True)
        wait_for(lambda: state() == DeliveryState.DELIVERED)
        for late in ("ENROUTE", "UNDELIV", "DELIVRD"):
            assert centre.send_receipt("a-1", late)
        assert centre.send_receipt("unheard-of", "DELIVRD")
        assert state() == DeliveryState.DELIVERED
    assert SmsPart.objects.filter(delivery__isnull=True).count() == 1
    assert deliveries.forget_strangers(now=clock.now()) == 0
    assert deliveries.forget_strangers(now=clock.now() + timedelta(days=4)) == 1


@pytest.mark.parametrize(
    ("said", "state_then"),
    [
        ("UNDELIV", "failed"),
        ("REJECTD", "failed"),
        ("EXPIRED", "expired"),
        ("ACCEPTD", "sent"),
        ("DELIVRD", "delivered"),
    ],
)
def test_what_the_network_says_is_what_is_shown(said: str, state_then: str, use) -> None:
    with message_centre(prefix="a") as centre:
        use(alpha=centre.port)
        tell(somebody())
        work()
        assert centre.send_receipt("a-1", said)
        wait_for(lambda: state() == state_then)


def test_a_receipt_that_cannot_be_stored_is_not_acknowledged(use, monkeypatch: pytest.MonkeyPatch) -> None:
    with message_centre(prefix="a") as centre:
        use(alpha=centre.port)
        tell(somebody())
        work()

        def broken(*_words: object) -> None:
            raise ConnectionError

        takers = list(registry._takers)
        registry.take_receipts(broken)
        assert not centre.send_receipt("a-1", "DELIVRD")
        registry.take_receipts(*takers)
        assert centre.send_receipt("a-1", "DELIVRD")
        wait_for(lambda: state() == DeliveryState.DELIVERED)


def test_receipts_are_fetched_by_whoever_runs_the_job(use) -> None:
    """The process that sent is gone; the periodic job binds again, since a receipt is owed, and only then."""
    with message_centre(prefix="a") as centre:
        use(alpha=centre.port)
        tell(somebody())
        work()
        registry.sms_providers()[0].close()  # type: ignore[attr-defined]
        wait_for(lambda: centre.bound == 0)
        _run("notifications.fetch_receipts")
        wait_for(lambda: centre.bound == 1)
        assert centre.send_receipt("a-1", "DELIVRD")
        wait_for(lambda: state() == DeliveryState.DELIVERED)
        assert not queries.awaits_receipts(provider="alpha", now=clock.now(), days=3)
        registry.sms_providers()[0].close()  # type: ignore[attr-defined]
        _run("notifications.fetch_receipts")
        assert centre.bound == 0


def test_a_link_asks_whether_the_other_side_lives(use, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes on after silence, ends when nobody used it, and a broken one is bound anew."""
    monkeypatch.setattr("lienthong.notifications.plugins.smpp.ENQUIRE_SECONDS", 0.2)
    port = free_port()
    lan = somebody()
    use(alpha=port)
    with message_centre(prefix="a", port=port) as centre:
        tell(lan)
        work()
        monkeypatch.setattr("lienthong.notifications.plugins.smpp.KEEP_SECONDS", 1.5)
        wait_for(lambda: centre.bound == 0)
    with message_centre(prefix="c", port=port) as centre:
        tell(lan, occasion="2")
        work()
        assert len(centre.taken) == 1


class TestAJobThatDies:
    """What was noted before the death is not sent again; what was not is the one doubt, and is sent again."""

    def test_after_the_provider_took_all_parts(self, use, monkeypatch: pytest.MonkeyPatch) -> None:
        with message_centre(prefix="a") as centre:
            use(alpha=centre.port)
            tell(somebody(), title=LONG)
            monkeypatch.setattr(deliveries, "mark_sent", _die)
            work()
            assert (state(), len(centre.taken)) == (DeliveryState.QUEUED, 2)
            monkeypatch.undo()
            monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(minutes=4))
            Delivery.objects.update(claimed_at=None)
            _run("notifications.send_sms", delivery_id=Delivery.objects.get().pk)
            assert (state(), len(centre.taken)) == (DeliveryState.SENT, 2)

    def test_before_the_part_was_noted(self, use, monkeypatch: pytest.MonkeyPatch) -> None:
        with message_centre(prefix="a") as centre:
            use(alpha=centre.port)
            tell(somebody())
            monkeypatch.setattr(deliveries, "note_part", _die)
            _run("notifications.send_sms", delivery_id=Delivery.objects.get().pk)
            monkeypatch.undo()
            Delivery.objects.update(claimed_at=None)
            _run("notifications.send_sms", delivery_id=Delivery.objects.get().pk)
        assert len(centre.taken) == 2


def test_two_jobs_of_one_delivery_send_it_once(use) -> None:
    with message_centre(prefix="a") as centre:
        use(alpha=centre.port)
        tell(somebody())
        pk = Delivery.objects.get().pk
        assert deliveries.begin(delivery_id=pk, now=clock.now()) is not None
        with pytest.raises(deliveries.InHandError):
            deliveries.begin(delivery_id=pk, now=clock.now())
        assert deliveries.begin(delivery_id=pk, now=clock.now() + deliveries.CLAIM) is not None
        deliveries.mark_attempt(delivery_id=pk, error="", is_last=False, now=clock.now())
        work()
        _run("notifications.send_sms", delivery_id=pk)
        assert len(centre.taken) == 1


class TestTheDaysCaps:
    def test_a_persons(self, use, settings) -> None:
        settings.SMS_DAILY_PER_PERSON = 2
        with message_centre(prefix="a") as centre:
            use(alpha=centre.port)
            lan, binh = somebody(), somebody()
            for number in range(3):
                tell(lan, occasion=str(number))
            tell(binh)
            work()
            assert len(centre.taken) == 3
            held = Delivery.objects.get(state=DeliveryState.HELD)
            assert held.due_at == datetime(2026, 11, 21, 0, 0, tzinfo=UTC)  # seven in the morning in Vietnam
            assert deliveries.release_held(now=held.due_at - timedelta(seconds=1)) == 0
            assert deliveries.release_held(now=held.due_at) == 1

    def test_the_installations(self, use, settings) -> None:
        settings.SMS_DAILY_TOTAL = 1
        with message_centre(prefix="a") as centre:
            use(alpha=centre.port)
            tell(somebody())
            tell(somebody())
            work()
        assert len(centre.taken) == 1
        assert sorted(Delivery.objects.values_list("state", flat=True)) == ["held", "sent"]
        assert SmsUsage.objects.get(account__isnull=True).parts == 1


def _die(**_given: object) -> None:
    raise SystemError("killed")


def _run(task: str, **given: object) -> None:
    """Run one job to its end."""
    from lienthong.kernel import jobs

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")
    jobs.queue(task, **given)
    work()
