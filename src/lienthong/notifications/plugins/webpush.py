"""Messages on devices: RFC 8030 (web push), RFC 8291 (encryption), RFC 8188 (aes128gcm) and RFC 8292 (VAPID).

The push service sees ciphertext only. What is encrypted is a title and a link, nothing else: it is shown on a locked
screen.
"""

import base64
import json
import os
import tempfile
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from lienthong.notifications.plugins.base import GoneError, Outgoing, RefusedError, TemporaryError

if TYPE_CHECKING:
    import httpx

RECORD_SIZE = 4096
_TTL = timedelta(hours=24)
_VAPID_LIFE = timedelta(hours=12)
_POINT, _AUTH, _SALT = 65, 16, 16
_TIMEOUT = 10.0
_MAX_WAIT = 6 * 3600


class KeyMaterialError(ValueError):
    """The keys of a subscription are no point on the curve and sixteen secret bytes."""


def decode(text: str) -> bytes:
    """Read unpadded base64url.

    :raises KeyMaterialError: when it is none.
    """
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise KeyMaterialError("no base64url") from error


def encode(raw: bytes) -> str:
    """Write unpadded base64url."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def check_keys(*, p256dh: str, auth: str) -> None:
    """Refuse what cannot be the keys of a subscription.

    :raises KeyMaterialError: when they cannot.
    """
    _point(decode(p256dh))
    if len(decode(auth)) != _AUTH:
        raise KeyMaterialError("the authentication secret is not sixteen bytes")


def _point(raw: bytes) -> ec.EllipticCurvePublicKey:
    if len(raw) != _POINT:
        raise KeyMaterialError("the public key is not an uncompressed point")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError as error:
        raise KeyMaterialError("the public key is not on the curve") from error


def _public(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _derive(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def encrypt(
    plaintext: bytes,
    *,
    p256dh: str,
    auth: str,
    salt: bytes | None = None,
    sender: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Encrypt one message for one device (RFC 8291, section 3.4), as one record of aes128gcm.

    :param salt: sixteen bytes; fresh ones unless given, as the test vector of the RFC gives them.
    :param sender: the key of this one message; a fresh one unless given.
    :raises KeyMaterialError: when the device's keys are none.
    """
    receiver_point = decode(p256dh)
    receiver = _point(receiver_point)
    salt = salt or os.urandom(_SALT)
    sender = sender or ec.generate_private_key(ec.SECP256R1())
    sender_point = _public(sender)
    shared = sender.exchange(ec.ECDH(), receiver)
    secret = _derive(decode(auth), shared, b"WebPush: info\0" + receiver_point + sender_point, 32)
    key = _derive(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(salt, secret, b"Content-Encoding: nonce\0", 12)
    # The delimiter 0x02 ends the last record, and there is only one (RFC 8188, section 2).
    sealed = AESGCM(key).encrypt(nonce, plaintext + b"\x02", None)
    if len(sealed) > RECORD_SIZE:
        raise RefusedError("the message is too long for one record")
    return salt + RECORD_SIZE.to_bytes(4, "big") + bytes((len(sender_point),)) + sender_point + sealed


def is_known_service(endpoint: str) -> bool:
    """Say whether an address belongs to a push service that the settings name.

    Only these are called: otherwise any signed-in person could make the platform call an address inside.
    """
    parts = urlsplit(endpoint)
    try:
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or parts.hostname is None:
        return False
    for written in settings.PUSH_ORIGINS:
        known = urlsplit(written)
        if (known.scheme, known.port) == (parts.scheme, port) and fnmatchcase(parts.hostname, known.hostname or ""):
            return True
    return False


def load_or_make_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Read the installation's key, making it at the first use: a file that only its owner reads."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = ec.generate_private_key(ec.SECP256R1())
        content = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # only its owner reads it
        unfinished = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        try:
            os.link(unfinished, path)  # of two processes that start at once, the first one's key stays
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise ValueError(f"{path} holds no private key on P-256")
    return key


def public_key() -> str:
    """Give the key that browsers subscribe with (``applicationServerKey``)."""
    return encode(_public(load_or_make_key(settings.VAPID_KEY_FILE)))


def authorization(endpoint: str, *, key: ec.EllipticCurvePrivateKey, contact: str, now: datetime) -> str:
    """Write the header that says who sends (RFC 8292)."""
    import jwt  # noqa: PLC0415 - needed where messages are sent, not where pages are

    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + _VAPID_LIFE).timestamp()),
        "sub": contact,
    }
    token = jwt.encode(claims, key, algorithm="ES256")
    return f"vapid t={token}, k={encode(_public(key))}"


class WebPushProvider:
    """Hands messages to the push service of the device's browser."""

    name = "webpush"

    def send(self, message: Outgoing, *, now: datetime) -> None:
        """Encrypt title and link, and hand them over."""
        import httpx  # noqa: PLC0415 - needed where messages are sent, not where pages are

        if not is_known_service(message.address):
            raise RefusedError("the push service is not among PUSH_ORIGINS")
        p256dh, auth = message.key
        payload = json.dumps(
            {"title": message.title[:200], "url": message.url, "tag": message.uuid}, ensure_ascii=False
        ).encode()
        headers = {
            "Authorization": authorization(
                message.address,
                key=load_or_make_key(settings.VAPID_KEY_FILE),
                contact=settings.VAPID_CONTACT,
                now=now,
            ),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(_TTL.total_seconds())),
            # The push service keeps one message of a topic: a try made twice is shown once.
            "Topic": message.uuid.replace("-", ""),
            "Urgency": "normal",
        }
        try:
            answer = httpx.post(
                message.address,
                content=encrypt(payload, p256dh=p256dh, auth=auth),
                headers=headers,
                timeout=_TIMEOUT,
                follow_redirects=False,
                trust_env=True,
            )
        except httpx.HTTPError as error:
            raise TemporaryError(f"{type(error).__name__}: {error}") from error
        _judge(answer, now)

    def fetch_receipts(self, *, seconds: float) -> None:
        """Do nothing: push services tell nobody whether a message was shown."""


def _judge(answer: "httpx.Response", now: datetime) -> None:
    status = answer.status_code
    if answer.is_success:
        return
    if status in (404, 410):
        raise GoneError(f"the subscription has ended ({status})")
    if status == 429 or status >= 500:  # noqa: PLR2004 - HTTP's own numbers
        raise TemporaryError(f"push service answered {status}", retry_after=_wait(answer, now))
    raise RefusedError(f"push service answered {status}")


def _wait(answer: "httpx.Response", now: datetime) -> int:
    """Read Retry-After: seconds or a date (RFC 9110, section 10.2.3)."""
    written = answer.headers.get("Retry-After", "").strip()
    if written.isdecimal():
        return min(int(written), _MAX_WAIT)
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return 0
    if moment.tzinfo is None:
        return 0
    return max(0, min(int((moment - now).total_seconds()), _MAX_WAIT))
