"""The carriers of this installation, made from the settings, once a process."""

from collections.abc import Callable
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lienthong.notifications.plugins.base import ChannelProvider
from lienthong.notifications.plugins.folder import FolderProvider

#: Takes provider, message id and state (a value of ``SmsPart.State``) of a receipt.
ReceiptTaker = Callable[[str, str, str], None]
_takers: list[ReceiptTaker] = []


def take_receipts(taker: ReceiptTaker) -> None:
    """Say who stores receipts; the jobs do, since plugins stand below services."""
    _takers[:] = [taker]


def _take(provider: str, message_id: str, state: str) -> None:
    for taker in _takers:
        taker(provider, message_id, state)


def has_sms() -> bool:
    """Say whether this installation sends SMS."""
    return bool(settings.SMS_PROVIDERS)


def sms_providers() -> tuple[ChannelProvider, ...]:
    """Give the providers of SMS in the order they are tried.

    :raises ImproperlyConfigured: when ``SMS_PROVIDERS`` names something unknown.
    """
    return _made(tuple(settings.SMS_PROVIDERS), settings.SMS_SENDER, settings.SMS_ENCODING, settings.SMS_TIMEOUT)


@lru_cache(maxsize=8)
def _made(written: tuple[str, ...], sender: str, encoding: str, timeout: float) -> tuple[ChannelProvider, ...]:
    return tuple(_make(line, sender, encoding, timeout) for line in written)


def _make(line: str, sender: str, encoding: str, timeout: float) -> ChannelProvider:
    name, _equals, address = line.partition("=")
    parts = urlsplit(address)
    if not name or len(name) > 40:  # noqa: PLR2004 - the column's width
        raise ImproperlyConfigured("SMS_PROVIDERS: each entry is name=address, the name of at most 40 letters")
    if parts.scheme == "folder":
        return FolderProvider(name)
    if parts.scheme not in ("smpp", "smpps") or parts.hostname is None:
        raise ImproperlyConfigured(f"SMS_PROVIDERS: {name} is neither smpp://user:password@host:port nor folder:")
    if encoding not in ("ucs2", "gsm7"):
        raise ImproperlyConfigured(f"SMS_ENCODING is ucs2 or gsm7, not {encoding}")
    from lienthong.notifications.plugins.smpp import Peer, SmppProvider  # noqa: PLC0415 - only where SMS are sent

    options = dict(parse_qsl(parts.query))
    return SmppProvider(
        name=name,
        peer=Peer(
            host=parts.hostname,
            port=parts.port or (3550 if parts.scheme == "smpps" else 2775),
            system_id=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            system_type=options.get("system_type", ""),
            is_tls=parts.scheme == "smpps",
            timeout=timeout,
        ),
        sender=options.get("sender", sender),
        encoding="gsm7" if options.get("encoding", encoding) == "gsm7" else "ucs2",
        take_receipt=_take,
    )
