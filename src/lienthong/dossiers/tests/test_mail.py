"""Messages by mail, through a real SMTP server."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from lienthong.accounts.tests.factories import make_account
from lienthong.dossiers.tests.factories import NOW
from lienthong.kernel import audit
from lienthong.notifications import api, mailbox
from lienthong.notifications.api import DeliveryState, Recipient
from lienthong.notifications.models import Delivery
from lienthong.notifications.tasks import MAX_ATTEMPTS
from lienthong.notifications.tests.test_notifications import work

FACTS = {
    "code": "H17.110-20261120-0000123",
    "procedure": "Đăng ký khai sinh",
    "agency": "UBND phường Hải Châu",
    "officer": "Hoàng Thanh Sơn",
    "at": "09:00 20/11/2026",
    "due": "17:00 23/11/2026",
    "note": "",
}


class Inbox:
    """Takes mail and keeps it."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802 - aiosmtpd's name
        self.letters.append(message_from_bytes(envelope.original_content, policy=policy.default))  # type: ignore[attr-defined]
        return "250 OK"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture
def smtp(settings) -> Iterator[Controller]:
    """Point Django at a server of our own, not started yet."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    server = Controller(Inbox(), hostname=settings.EMAIL_HOST, port=settings.EMAIL_PORT)
    yield server
    if server.server is not None:
        server.stop()


def tell(language: str, occasion: str = "once") -> None:
    account = make_account(language=language)
    recipient = Recipient(account_id=account.pk, person_id=None, email=account.email, language=language)
    for _time in range(2):
        api.notify(
            kind="dossiers.received", recipients=[recipient], facts=FACTS, link="/ho-so/x/", occasion=occasion, now=NOW
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("language", "subject", "link"),
    [
        ("vi", "Hồ sơ H17.110-20261120-0000123 đã được tiếp nhận", "Xem tại: "),
        ("en", "H17.110-20261120-0000123", "/ho-so/x/"),
    ],
)
def test_a_mail_arrives_once_in_the_persons_language(smtp, language: str, subject: str, link: str) -> None:
    smtp.start()
    tell(language)
    work()
    (letter,) = smtp.handler.letters
    text = letter.get_body(("plain",)).get_content()
    assert subject in letter["subject"]
    assert link in text
    assert "UBND phường Hải Châu" in text
    assert f'lang="{language}"' in letter.get_body(("html",)).get_content()
    assert Delivery.objects.get().state == DeliveryState.SENT


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_down_loses_nothing(smtp) -> None:
    tell("vi")
    work()
    (waiting,) = api.list_failed(cursor=None).items
    assert waiting.attempts == MAX_ATTEMPTS
    assert "ConnectionRefused" in waiting.error
    smtp.start()
    assert api.resend(actor=audit.SYSTEM, delivery_ids=[waiting.pk], now=NOW) == 1
    work()
    assert len(smtp.handler.letters) == 1
    assert Delivery.objects.get().state == DeliveryState.SENT


class TestTheDemosMail:
    @pytest.fixture
    def folder(self, settings, tmp_path: Path) -> Path:
        settings.DEMO = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
        settings.EMAIL_FILE_PATH = tmp_path
        return tmp_path

    def test_is_listed_and_read(self, db, client, folder: Path) -> None:
        letter = EmailMultiAlternatives("Hồ sơ đã nộp", "Xem http://127.0.0.1/ho-so/", to=["lan@lienthong.example"])
        letter.attach_alternative("<script>alert(1)</script><p>Chào chị</p>", "text/html")
        letter.send()
        (found,) = mailbox.list_letters(folder=folder)
        assert (found.subject, found.to) == ("Hồ sơ đã nộp", "lan@lienthong.example")
        assert "Hồ sơ đã nộp" in client.get("/dev/mail/").content.decode()
        shown = client.get(f"/dev/mail/{found.name}/").content.decode()
        assert '<a href="http://127.0.0.1/ho-so/"' in shown
        assert "<script>alert(1)" not in shown
        assert 'sandbox=""' in shown

    @pytest.mark.parametrize("name", ["nope.log", "..%2F..%2Fsecret-key", "20260101-000000-1.log"])
    def test_other_names_are_not_found(self, db, client, folder: Path, name: str) -> None:
        (folder.parent / "secret-key").write_text("x")
        assert client.get(f"/dev/mail/{name}/").status_code == 404

    def test_does_not_exist_with_real_mail(self, db, client, settings) -> None:
        settings.DEMO = settings.DEBUG = False
        assert client.get("/dev/mail/").status_code == 404
        assert mail.outbox == []
