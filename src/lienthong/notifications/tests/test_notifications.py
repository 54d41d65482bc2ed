"""Messages: written once per occasion, mailed by wish, retried, never lost, read by their owner only."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils.functional import lazy
from django.utils.translation import get_language

from lienthong.accounts.models import Account
from lienthong.accounts.tests.factories import make_account, make_person
from lienthong.kernel import jobs
from lienthong.kernel.audit import SYSTEM
from lienthong.kernel.models import AuditEntry
from lienthong.notifications import api, kinds
from lienthong.notifications.api import Delivery, DeliveryState, MessageKind, Notification, Recipient
from lienthong.notifications.tasks import MAX_ATTEMPTS

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
WISHED = MessageKind(
    key="notifications.test_wished",
    audience="citizen",
    label="Thử",
    title="Thử %(code)s",
    body=lazy(lambda: "Sign out" if get_language() == "en" else "Đăng xuất", str)(),
)
LEGAL = MessageKind(
    key="notifications.test_legal",
    audience="citizen",
    label="Thử theo luật",
    title="Theo luật %(code)s",
    body="Theo luật %(code)s",
    is_mandatory=True,
)
QUIET = MessageKind(
    key="notifications.test_quiet",
    audience="official",
    label="Thử lặng",
    title="Việc %(code)s",
    body="Việc %(code)s",
    email_by_default=False,
)


@pytest.fixture(autouse=True)
def test_kinds() -> Iterator[None]:
    before = dict(kinds._KINDS)
    api.register(WISHED, LEGAL, QUIET)
    yield
    kinds._KINDS.clear()
    kinds._KINDS.update(before)


def recipient(account: Account, **more: object) -> Recipient:
    values: dict[str, object] = {"account_id": account.pk, "person_id": None, "email": account.email, **more}
    return Recipient(**values)  # type: ignore[arg-type]


def choose(account: Account, kinds_by_mail: list[str], audience: str = "citizen") -> None:
    api.set_preferences(
        actor=SYSTEM,
        account_id=account.pk,
        audience=audience,
        wanted={key: ["email"] for key in kinds_by_mail},
        now=NOW,
    )


def send(*recipients: Recipient, kind: MessageKind = WISHED, occasion: str = "1") -> tuple[Notification, ...]:
    return api.notify(
        kind=kind.key, recipients=recipients, facts={"code": "H17-1"}, link="/ho-so/1/", occasion=occasion, now=NOW
    )


@pytest.mark.django_db
def test_one_occasion_makes_one_message_per_person() -> None:
    lan, binh = make_account(), make_account()
    assert len(send(recipient(lan), recipient(binh))) == 2
    assert send(recipient(lan), recipient(binh)) == ()
    assert len(send(recipient(lan), occasion="2")) == 1
    assert len(send(recipient(lan), recipient(lan), occasion="3")) == 1
    assert (Notification.objects.count(), Delivery.objects.count()) == (4, 4)


@pytest.mark.django_db
def test_nobody_reachable_is_no_error() -> None:
    assert send(Recipient(account_id=None, person_id=None, email="la@lienthong.example")) == ()
    assert send() == ()


@pytest.mark.django_db
def test_a_person_without_account_is_reached_by_mail_only() -> None:
    person = make_person(email="khong-tai-khoan@lienthong.example")
    (message,) = send(Recipient(account_id=None, person_id=person.pk, email=person.email))
    assert message.account_id is None
    assert Delivery.objects.get().address == "khong-tai-khoan@lienthong.example"


@pytest.mark.django_db
def test_without_an_address_the_message_stays_in_the_application() -> None:
    send(recipient(make_account(), email=""))
    assert (Notification.objects.count(), Delivery.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_wishes_decide_about_mail_but_not_where_law_decides() -> None:
    """NĐ 224/2026/NĐ-CP, Điều 15: notices of a dossier's changes are always sent."""
    lan = make_account()
    audience = [kind.key for kind in api.all_kinds("citizen")]
    wanted = [key for key in audience if key != WISHED.key]
    choose(lan, wanted)
    send(recipient(lan))
    send(recipient(lan), kind=LEGAL)
    assert Notification.objects.count() == 2
    assert Delivery.objects.get().notification.kind == LEGAL.key
    choose(lan, audience)
    send(recipient(lan), occasion="2")
    assert Delivery.objects.count() == 2
    assert AuditEntry.objects.filter(action="notifications.preferences.set").count() == 2


@pytest.mark.django_db
def test_what_law_wants_cannot_be_switched_off() -> None:
    lan = make_account()
    with pytest.raises(api.PreferenceRefusedError) as refused:
        choose(lan, [])
    assert LEGAL.key in refused.value.field_errors
    offered = {row.kind.key: row.channels["email"] for row in api.wishes_of(account_id=lan.pk, audience="citizen")}
    assert (offered[LEGAL.key], offered[WISHED.key]) == (True, True)


@pytest.mark.django_db
def test_officials_get_quiet_kinds_by_mail_only_when_they_wish() -> None:
    official = make_account()
    send(recipient(official), kind=QUIET)
    assert Delivery.objects.count() == 0
    keys = [kind.key for kind in api.all_kinds("official")]
    choose(official, keys, "official")
    send(recipient(official), kind=QUIET, occasion="2")
    assert Delivery.objects.count() == 1


@pytest.mark.django_db
def test_messages_are_in_the_language_of_each() -> None:
    lan, john = make_account(), make_account()
    send(recipient(lan), recipient(john, language="en"))
    bodies = list(Notification.objects.order_by("id").values_list("language", "body"))
    assert bodies == [("vi", "Đăng xuất"), ("en", "Sign out")]


@pytest.mark.django_db
def test_reading_is_for_the_owner_only() -> None:
    lan, binh = make_account(), make_account()
    (message,) = send(recipient(lan))
    send(recipient(lan), occasion="2")
    assert (api.count_unread(account_id=lan.pk), api.count_unread(account_id=binh.pk)) == (2, 0)
    for who, uuid in ((binh, message.uuid), (lan, uuid4())):
        with pytest.raises(api.MessageNotFoundError):
            api.mark_read(account_id=who.pk, uuid=uuid, now=NOW)
    api.mark_read(account_id=lan.pk, uuid=message.uuid, now=NOW)
    assert api.count_unread(account_id=lan.pk) == 1
    api.mark_read(account_id=lan.pk, uuid=None, now=NOW)
    assert api.count_unread(account_id=lan.pk) == 0


@pytest.mark.django_db
def test_messages_are_listed_newest_first_by_pages_in_one_statement(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    lan = make_account()
    for number in range(10):
        send(recipient(lan), occasion=str(number))
    with django_assert_num_queries(1):
        first = api.list_messages(account_id=lan.pk, cursor=None, size=6)
    second = api.list_messages(account_id=lan.pk, cursor=first.next_cursor, size=6)
    ids = [message.pk for message in (*first.items, *second.items)]
    assert len(ids) == 10
    assert ids == sorted(ids, reverse=True)
    assert second.next_cursor is None


def test_a_key_belongs_to_one_kind() -> None:
    api.register(WISHED)
    with pytest.raises(ValueError, match="registered twice"):
        api.register(MessageKind(key=WISHED.key, audience="citizen", label="Khác", title="Khác", body="Khác"))


class Broken(BaseEmailBackend):
    """A mail server that is away."""

    def send_messages(self, email_messages: object) -> int:
        raise ConnectionRefusedError("away")


def work() -> None:
    """Run a real worker, letting the waits between attempts pass at once."""
    for _round in range(MAX_ATTEMPTS + 1):
        asyncio.run(jobs.run_worker(wait=False, concurrency=1, signals=False))
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
            if not cursor.rowcount:
                return


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_sent_once_in_text_and_html() -> None:
    lan = make_account("lan@lienthong.example")
    (message,) = send(recipient(lan))
    work()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["lan@lienthong.example"], "Thử H17-1")
    assert "/ho-so/1/" in sent.body
    assert sent.alternatives
    assert sent.extra_headers["X-Lien-Thong-Message"] == str(message.uuid)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.error) == (DeliveryState.SENT, 1, "")


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_fails_is_tried_again_then_shown_and_sent_again(settings) -> None:  # type: ignore[no-untyped-def]
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    lan = make_account("lan@lienthong.example")
    send(recipient(lan))
    work()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.FAILED, MAX_ATTEMPTS)
    assert "ConnectionRefusedError" in delivery.error
    assert [failed.pk for failed in api.list_failed(cursor=None).items] == [delivery.pk]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert api.resend(actor=SYSTEM, delivery_ids=[delivery.pk, 0], now=NOW) == 1
    assert api.resend(actor=SYSTEM, delivery_ids=[delivery.pk], now=NOW) == 0
    work()
    delivery.refresh_from_db()
    assert (delivery.state, len(mail.outbox)) == (DeliveryState.SENT, 1)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_message_sends_nothing() -> None:

    with transaction.atomic():
        send(recipient(make_account()))
        transaction.set_rollback(True)
    work()
    assert mail.outbox == []
    assert Notification.objects.count() == 0
