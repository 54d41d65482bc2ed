"""Messages on devices: the RFC's own vector, an independent decryption, a real endpoint that checks who sends."""

import base64
import hashlib
import hmac
import json
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lienthong.accounts.models import Account
from lienthong.accounts.tests.factories import make_account
from lienthong.kernel import clock
from lienthong.kernel.audit import SYSTEM
from lienthong.notifications import api, kinds
from lienthong.notifications.api import Delivery, DeliveryState, MessageKind, Recipient
from lienthong.notifications.models import PushSubscription
from lienthong.notifications.plugins import webpush
from lienthong.notifications.services import deliveries
from lienthong.notifications.tests.test_notifications import work

MORNING = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
KIND = MessageKind(
    key="notifications.test_push",
    audience="citizen",
    label="Thử thiết bị",
    title="Hồ sơ %(code)s đã có kết quả",
    body="Nội dung chỉ có sau khi đăng nhập",
    email_by_default=False,
)


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def private_key(scalar: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(raw(scalar), "big"), ec.SECP256R1())


class TestTheVectorOfTheRfc:
    """RFC 8291, section 5 and appendix A."""

    PLAIN = b"When I grow up, I want to be a watermelon"
    AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
    RECEIVER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
    SALT = "DGv6ra1nlYgDCS1FRnbzlw"
    SEALED = (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )

    def test_gives_the_very_bytes(self) -> None:
        sealed = webpush.encrypt(
            self.PLAIN, p256dh=self.RECEIVER, auth=self.AUTH, salt=raw(self.SALT), sender=private_key(self.SENDER)
        )
        assert webpush.encode(sealed) == self.SEALED


class Device:
    """A browser's side: its keys, and a decryption written apart from the program's, without its library calls."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"0123456789abcdef"
        self.point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def keys(self) -> dict[str, str]:
        return {name: base64.urlsafe_b64encode(value).rstrip(b"=").decode() for name, value in
                (("p256dh", self.point), ("auth", self.secret))}  # fmt: skip

    def open(self, body: bytes) -> bytes:
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        secret = _hkdf(self.secret, shared, b"WebPush: info\0" + self.point + sender, 32)
        key = _hkdf(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _hkdf(salt, secret, b"Content-Encoding: nonce\0", 12)
        opened = Cipher(algorithms.AES(key), modes.GCM(nonce, sealed[-16:])).decryptor()
        padded = opened.update(sealed[:-16]) + opened.finalize()
        text, mark, rest = padded.rpartition(b"\x02")
        assert (mark, rest.strip(b"\0")) == (b"\x02", b"")
        return text


def _hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    extracted = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()[:length]


class PushService:
    """A push service on a port: checks VAPID as RFC 8292 asks, keeps what it takes, answers as told."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.claims: list[dict[str, object]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers = service.answers.pop(0) if service.answers else (201, {})
                if status == 201:
                    status = service.take(dict(self.headers), body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()

    def take(self, headers: dict[str, str], body: bytes) -> int:
        scheme, _space, rest = headers["Authorization"].partition(" ")
        given = dict(part.strip().split("=", 1) for part in rest.split(","))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(given["k"]))
        try:
            claims = jwt.decode(
                given["t"], key, algorithms=["ES256"], audience=self.origin, options={"verify_exp": False}
            )
        except jwt.InvalidTokenError:
            return 403
        lives = claims["exp"] - clock.now().timestamp()
        if scheme != "vapid" or not 0 < lives <= 24 * 3600 or not claims["sub"].startswith("mailto:"):
            return 403
        self.claims.append(claims)
        self.taken.append((headers, body))
        return 201

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join(5)


@pytest.fixture
def service(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:  # type: ignore[no-untyped-def]
    made = PushService()
    settings.PUSH_ORIGINS = [made.origin]
    settings.VAPID_KEY_FILE = tmp_path / "keys" / "vapid.pem"
    settings.SITE_URL = "https://dvc.danang.example"
    ahead = MORNING - datetime.now(UTC)
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + ahead)
    before = dict(kinds._KINDS)
    api.register(KIND)
    yield made
    kinds._KINDS.clear()
    kinds._KINDS.update(before)
    made.stop()


def subscribed(service: PushService, account: Account, device: Device, path: str = "/one") -> PushSubscription:
    return api.subscribe(
        actor=SYSTEM,
        account_id=account.pk,
        endpoint=f"{service.origin}{path}",
        device="Chrome, Android",
        now=MORNING,
        **device.keys,
    )


def tell(account: Account, occasion: str = "1") -> None:
    recipient = Recipient(account_id=account.pk, person_id=None, email="")
    api.notify(
        kind=KIND.key, recipients=[recipient], facts={"code": "H17-1"}, link="/ho-so/1/", occasion=occasion, now=MORNING
    )


@pytest.mark.django_db(transaction=True)
def test_each_device_gets_title_and_link_and_nothing_else(service: PushService) -> None:
    lan, phone, laptop = make_account(), Device(), Device()
    subscribed(service, lan, phone)
    subscribed(service, lan, laptop, "/two")
    tell(lan)
    work()
    assert Delivery.objects.filter(state=DeliveryState.SENT, provider="webpush").count() == 2
    bodies = [body for _headers, body in service.taken]
    opened = json.loads(phone.open(bodies[0]))
    assert opened == json.loads(laptop.open(bodies[1]))
    assert set(opened) == {"title", "url", "tag"}
    assert (opened["title"], opened["url"]) == ("Hồ sơ H17-1 đã có kết quả", "https://dvc.danang.example/ho-so/1/")
    headers = service.taken[0][0]
    assert (headers["Content-Encoding"], headers["TTL"], len(headers["Topic"])) == ("aes128gcm", "86400", 32)
    assert service.claims[0]["aud"] == service.origin
    assert bodies[0][:16] != bodies[1][:16]
    assert PushSubscription.objects.filter(last_used_at__isnull=False).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(status: int, service: PushService) -> None:
    lan = make_account()
    subscribed(service, lan, Device())
    service.answers = [(status, {})]
    tell(lan)
    work()
    gone = PushSubscription.objects.get()
    assert (gone.endpoint, gone.p256dh, gone.auth) == ("", "", "")
    assert gone.ended_at is not None
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.EXPIRED, 1)
    assert api.ways_of(account_id=lan.pk).devices == ()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("written", ["90", "date"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_is_left_alone_as_long_as_it_asks(status: int, written: str, service: PushService) -> None:
    lan, device = make_account(), Device()
    subscribed(service, lan, device)
    after = written if written == "90" else format_datetime(clock.now() + timedelta(seconds=90), usegmt=True)
    service.answers = [(status, {"Retry-After": after})]
    tell(lan)
    work()
    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.HELD
    assert delivery.due_at is not None
    assert timedelta(seconds=80) < delivery.due_at - clock.now() <= timedelta(seconds=90)
    assert deliveries.release_held(now=delivery.due_at - timedelta(seconds=1)) == 0
    assert deliveries.release_held(now=delivery.due_at) == 1
    work()
    assert (Delivery.objects.get().state, len(service.taken)) == (DeliveryState.SENT, 1)


@pytest.mark.django_db(transaction=True)
def test_an_error_without_a_word_is_tried_again(service: PushService) -> None:
    lan = make_account()
    subscribed(service, lan, Device())
    service.answers = [(500, {}), (502, {})]
    tell(lan)
    work()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.SENT, 3)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [400, 403, 413])
def test_a_refusal_is_shown_and_not_repeated(status: int, service: PushService) -> None:
    lan = make_account()
    subscribed(service, lan, Device())
    service.answers = [(status, {})]
    tell(lan)
    work()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.FAILED, 1)
    assert str(status) in delivery.error


@pytest.mark.django_db(transaction=True)
def test_a_redirect_is_not_followed(service: PushService) -> None:
    """Else a push service could send the platform's requests to an address inside."""
    lan = make_account()
    subscribed(service, lan, Device())
    service.answers = [(307, {"Location": f"{service.origin}/inside"})]
    tell(lan)
    work()
    assert (Delivery.objects.get().state, service.taken) == (DeliveryState.FAILED, [])


@pytest.mark.parametrize(
    ("endpoint", "is_known"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", True),
        ("https://web.push.apple.com/x", True),
        ("https://wns2-par02p.notify.windows.com/w/?token=x", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://evil.example/fcm.googleapis.com", False),
        ("https://fcm.googleapis.com@127.0.0.1/", False),
        ("https://user@fcm.googleapis.com/", False),
        ("https://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("https://fcm.googleapis.com:port/", False),
        ("", False),
    ],
)
def test_only_push_services_that_are_named_are_called(endpoint: str, is_known: bool) -> None:
    assert webpush.is_known_service(endpoint) is is_known


@pytest.mark.django_db
def test_what_is_no_subscription_is_refused(service: PushService) -> None:
    lan, device = make_account(), Device()
    good = {"endpoint": f"{service.origin}/x", **device.keys}
    off_curve = webpush.encode(b"\x04" + b"\x01" * 64)
    for wrong in (
        {"endpoint": "https://evil.example/"},
        {"endpoint": f"{service.origin}/{'x' * 1000}"},
        {"p256dh": off_curve},
        {"p256dh": "không"},
        {"auth": "AAAA"},
    ):
        with pytest.raises(api.DeviceRefusedError):
            api.subscribe(actor=SYSTEM, account_id=lan.pk, device="x", now=MORNING, **{**good, **wrong})
    for number in range(10):
        subscribed(service, lan, device, f"/{number}")
    with pytest.raises(api.DeviceRefusedError):
        subscribed(service, lan, device, "/11")


@pytest.mark.django_db
def test_a_device_belongs_to_whoever_used_it_last(service: PushService) -> None:
    lan, binh, device = make_account(), make_account(), Device()
    first = subscribed(service, lan, device)
    assert subscribed(service, lan, Device()).pk == first.pk
    second = subscribed(service, binh, device)
    assert second.pk != first.pk
    assert api.ways_of(account_id=lan.pk).devices == ()
    assert [row.pk for row in api.ways_of(account_id=binh.pk).devices] == [second.pk]


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "vapid.pem"
    made = webpush.load_or_make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert webpush.load_or_make_key(path).private_numbers() == made.private_numbers()
    assert [entry.name for entry in path.parent.iterdir()] == ["vapid.pem"]


def test_of_two_first_starts_one_key_stays(tmp_path: Path) -> None:
    path = tmp_path / "vapid.pem"
    made: list[int] = []
    gate = threading.Barrier(4)

    def start() -> None:
        gate.wait()
        made.append(webpush.load_or_make_key(path).private_numbers().private_value)

    starters = [threading.Thread(target=start) for _number in range(4)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    assert len(made) == 4
    assert len(set(made)) == 1
