"""SMS over SMPP 3.4: one bound transceiver a provider and process, kept while it is used.

A link belongs to the process that works the jobs off. A job writes ``submit_sm`` and waits for the answer; one thread a
link reads everything that comes: answers wake the job that waits for them, ``deliver_sm`` receipts are stored and only
then acknowledged, so that the provider repeats a receipt we could not store. The link says ``enquire_link`` when it is
quiet and unbinds when nobody used it for a while; a periodic job binds again as long as receipts are owed.
"""

import atexit
import logging
import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import close_old_connections, connections
from smpplib import client as smpp_client
from smpplib import consts, exceptions, smpp

from lienthong.notifications import sms_text
from lienthong.notifications.plugins.base import Outgoing, RefusedError, TemporaryError

log = logging.getLogger(__name__)
ENQUIRE_SECONDS = 20.0
KEEP_SECONDS = 90.0
#: A throttled part is offered again after these seconds, then the message goes to the next provider or waits.
THROTTLE_WAITS = (0.5, 1.0, 2.0)
_TICK = 0.25
_THROTTLED = {consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL}
#: What no other try and no other provider would change: the number is wrong.
_NEVER = {consts.SMPP_ESME_RINVDSTADR, consts.SMPP_ESME_RINVDSTTON, consts.SMPP_ESME_RINVDSTNPI}
_STORE_LATER = 0x64  # ESME_RX_T_APPN: the receiver could not, try again
_RECEIPT = re.compile(r"\bid:(\S+).*?\bstat:(\w+)", re.IGNORECASE | re.DOTALL)
_STATES = {
    "DELIVRD": "delivered",
    "EXPIRED": "expired",
    "UNDELIV": "failed",
    "REJECTD": "failed",
    "DELETED": "failed",
    "ENROUTE": "sent",
    "ACCEPTD": "sent",
    "UNKNOWN": "sent",
}
_NUMBERED_STATES = {
    1: "sent",
    2: "delivered",
    3: "expired",
    4: "failed",
    5: "failed",
    6: "sent",
    7: "sent",
    8: "failed",
}


@dataclass(frozen=True, slots=True)
class Peer:
    """Where a provider is and how it knows us."""

    host: str
    port: int
    system_id: str
    password: str
    system_type: str
    is_tls: bool
    timeout: float


class _Client(smpp_client.Client):
    """The library's client, reaching IPv6 and checking the name of a TLS peer."""

    def connect(self) -> None:
        """Connect, within the timeout."""
        try:
            raw = socket.create_connection((self.host, self.port), timeout=self.timeout)
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = self._ssl_context.wrap_socket(raw, server_hostname=self.host) if self._ssl_context else raw
        except OSError as error:
            raise exceptions.ConnectionError(f"{type(error).__name__}: {error}") from error
        self.state = consts.SMPP_CLIENT_STATE_OPEN

    @property
    def socket(self) -> socket.socket:
        """Give the open socket."""
        found: socket.socket = self._socket
        return found


@dataclass(slots=True)
class _Waiter:
    """A job that waits for the answer to one PDU."""

    answered: threading.Event
    answer: Any = None


class LinkDownError(TemporaryError):
    """The link broke, or nothing was answered in time."""


class Link:
    """One bound session.

    :param peer: whom to bind to.
    :param on_receipt: stores a receipt (message id, state); what it raises makes the provider repeat the receipt.
    :raises LinkDownError: when the provider is not reached or refuses to bind.
    """

    def __init__(self, *, peer: Peer, on_receipt: Callable[[str, str], None]) -> None:
        self._peer = peer
        self._on_receipt = on_receipt
        self._lock = threading.Lock()
        self._waiting: dict[int, _Waiter] = {}
        self._stopping = threading.Event()
        self.used_at = time.monotonic()
        self.is_up = True
        context = ssl.create_default_context() if peer.is_tls else None
        self._client = _Client(
            peer.host,
            peer.port,
            timeout=peer.timeout,
            ssl_context=context,
            allow_unknown_opt_params=True,
            logger_name=f"{__name__}.wire",
        )
        # The library logs whole PDUs at DEBUG: numbers and texts that no log may hold.
        self._client.logger.setLevel(logging.ERROR)
        self._client.set_message_sent_handler(self._answered)
        self._client.set_message_received_handler(self._received)
        self._client.set_error_pdu_handler(self._answered)
        try:
            self._client.connect()
            self._client.bind_transceiver(
                system_id=peer.system_id, password=peer.password, system_type=peer.system_type
            )
        except (exceptions.PDUError, exceptions.ConnectionError, OSError) as error:
            self._disconnect()
            raise LinkDownError(f"bind to {peer.host}:{peer.port} failed: {error or type(error).__name__}") from error
        self._reader = threading.Thread(target=self._read, name=f"smpp {peer.host}", daemon=True)
        self._reader.start()

    def submit(self, **fields: Any) -> str:
        """Send one part and give the id that the provider gave it.

        :raises LinkDownError: without an answer in time; whether the part was taken is then unknown.
        :raises TemporaryError: when the provider refuses for now.
        :raises RefusedError: when it says that the number is wrong.
        """
        waiter = _Waiter(threading.Event())
        self.used_at = time.monotonic()
        with self._lock:
            if not self.is_up:
                raise LinkDownError("the link is down")
            pdu = smpp.make_pdu("submit_sm", client=self._client, **fields)
            self._waiting[pdu.sequence] = waiter
            try:
                self._client.send_pdu(pdu)
            except (exceptions.PDUError, exceptions.ConnectionError, OSError) as error:
                self._waiting.pop(pdu.sequence, None)
                self._fall()
                raise LinkDownError("the link broke while sending") from error
        if not waiter.answered.wait(self._peer.timeout):
            self._waiting.pop(pdu.sequence, None)
            self.close()
            raise LinkDownError(f"no answer within {self._peer.timeout:.0f} s")
        if waiter.answer is None:
            raise LinkDownError("the link broke before the answer")
        status = int(waiter.answer.status)
        if status == consts.SMPP_ESME_ROK:
            found = waiter.answer.message_id
            return found.decode("ascii") if isinstance(found, bytes) else str(found)
        text = f"status 0x{status:08x} {consts.DESCRIPTIONS.get(status, '')}".strip()
        if status in _NEVER:
            raise RefusedError(text)
        if status in _THROTTLED:
            raise ThrottledError(text)
        raise TemporaryError(text)

    def close(self) -> None:
        """Unbind as far as the other side still listens, and end the reading."""
        self._stopping.set()
        if threading.current_thread() is not self._reader:
            self._reader.join(2 * _TICK + self._peer.timeout)

    def _read(self) -> None:
        """Read until told to stop, nobody needs the link, or it breaks; only this thread closes the socket."""
        try:
            self._read_on()
            with self._lock:
                self._client.send_pdu(smpp.make_pdu("unbind", client=self._client))
        except (exceptions.PDUError, exceptions.ConnectionError, OSError, ValueError) as error:
            if not self._stopping.is_set():
                log.warning("the link to the SMS provider broke: %s", type(error).__name__)
        finally:
            with self._lock:
                self._fall()
                self._disconnect()
            connections.close_all()

    def _read_on(self) -> None:
        last_heard = last_asked = time.monotonic()
        while not self._stopping.is_set() and time.monotonic() - self.used_at < KEEP_SECONDS:
            now = time.monotonic()
            if last_asked > last_heard and now - last_asked > max(self._peer.timeout, ENQUIRE_SECONDS):
                raise exceptions.ConnectionError("enquire_link was not answered")
            if now - max(last_heard, last_asked) > ENQUIRE_SECONDS:
                last_asked = now
                with self._lock:
                    self._client.send_pdu(smpp.make_pdu("enquire_link", client=self._client))
            if self._has_input():
                with self._handling():
                    self._client.read_once(auto_send_enquire_link=False)
                last_heard = time.monotonic()

    def _has_input(self) -> bool:
        sock = self._client.socket
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        return bool(select.select([sock], [], [], _TICK)[0])

    @contextmanager
    def _handling(self) -> Iterator[None]:
        close_old_connections()
        yield
        close_old_connections()

    def _answered(self, pdu: Any) -> None:
        waiter = self._waiting.pop(pdu.sequence, None)
        if waiter is not None and not waiter.answered.is_set():
            waiter.answer = pdu
            waiter.answered.set()

    def _received(self, pdu: Any) -> int:
        found = read_receipt(pdu)
        if found is None:
            return int(consts.SMPP_ESME_ROK)  # somebody answered an SMS; nobody reads such answers
        self.used_at = max(self.used_at, time.monotonic() - KEEP_SECONDS / 2)
        try:
            self._on_receipt(*found)
        except Exception:
            log.exception("a receipt could not be stored")
            return _STORE_LATER
        return int(consts.SMPP_ESME_ROK)

    def _fall(self) -> None:
        """Mark the link as down, so that the reading ends, and wake whoever waits."""
        self.is_up = False
        self._stopping.set()
        for waiter in list(self._waiting.values()):
            waiter.answered.set()
        self._waiting.clear()

    def _disconnect(self) -> None:
        if self._client._socket is not None:  # noqa: SLF001 - the library has no other word for it
            self._client.state = consts.SMPP_CLIENT_STATE_OPEN
            self._client.disconnect()


class ThrottledError(TemporaryError):
    """The provider asks to go slower."""


def read_receipt(pdu: Any) -> tuple[str, str] | None:
    """Read message id and state out of a ``deliver_sm``; None when it is no receipt.

    The optional parameters (receipted_message_id, message_state) say it if they are there, else the text
    ``id:… stat:…`` of SMPP 3.4, appendix B.
    """
    if not int(pdu.esm_class or 0) & 0x3C and getattr(pdu, "receipted_message_id", None) is None:
        return None
    message_id, state = getattr(pdu, "receipted_message_id", None), getattr(pdu, "message_state", None)
    if message_id and state is not None:
        name = message_id.decode("ascii", "replace") if isinstance(message_id, bytes) else str(message_id)
        return name.rstrip("\0")[:65], _NUMBERED_STATES.get(int(state), "sent")
    body = pdu.short_message or getattr(pdu, "message_payload", None) or b""
    match = _RECEIPT.search(body.decode("ascii", "replace") if isinstance(body, bytes) else str(body))
    if match is None:
        return None
    return match.group(1)[:65], _STATES.get(match.group(2).upper()[:7], "sent")


class SmppProvider:
    """An SMS provider spoken to over SMPP.

    :param name: what it is called in ``SMS_PROVIDERS``.
    :param sender: the name or number an SMS comes from.
    :param take_receipt: stores a receipt (provider, message id, state).
    """

    def __init__(
        self,
        *,
        name: str,
        peer: Peer,
        sender: str,
        encoding: sms_text.Encoding,
        take_receipt: Callable[[str, str, str], None],
    ) -> None:
        self.name = name
        self._peer = peer
        self._sender = sender
        self._encoding = encoding
        self._take_receipt = take_receipt
        self._opening = threading.Lock()
        self._link: Link | None = None
        atexit.register(self.close)

    def send(self, message: Outgoing, *, now: datetime) -> None:
        """Send the parts that the provider has not taken yet, in order."""
        del now
        link = self._bound()
        parts = sms_text.split(message.text, encoding=self._encoding, reference=message.reference)
        for number, part in enumerate(parts, start=1):
            if number not in message.taken:
                message.keep(number, self._submit(link, message.address, part))

    def _submit(self, link: Link, address: str, part: sms_text.Part) -> str:
        sender_is_number = self._sender.lstrip("+").isdigit()
        fields = {
            "source_addr_ton": (
                (consts.SMPP_TON_INTL if self._sender.startswith("+") else consts.SMPP_TON_UNK)
                if sender_is_number
                else consts.SMPP_TON_ALNUM
            ),
            "source_addr_npi": consts.SMPP_NPI_ISDN if sender_is_number else consts.SMPP_NPI_UNK,
            "source_addr": self._sender.lstrip("+"),
            "dest_addr_ton": consts.SMPP_TON_INTL,
            "dest_addr_npi": consts.SMPP_NPI_ISDN,
            "destination_addr": address.lstrip("+"),
            "short_message": part.payload,
            "data_coding": sms_text.CODING[self._encoding],
            "esm_class": consts.SMPP_GSMFEAT_UDHI if part.has_header else consts.SMPP_MSGTYPE_DEFAULT,
            "registered_delivery": True,
        }
        for wait in THROTTLE_WAITS:
            try:
                return link.submit(**fields)
            except ThrottledError:
                time.sleep(wait)
        return link.submit(**fields)

    def fetch_receipts(self, *, seconds: float) -> None:
        """Be bound for so long, so that the provider hands over the receipts it keeps for us."""
        link = self._bound()
        link.used_at = max(link.used_at, time.monotonic() - KEEP_SECONDS + seconds)

    def _bound(self) -> Link:
        with self._opening:
            if self._link is None or not self._link.is_up:
                self._link = Link(peer=self._peer, on_receipt=self._receive)
            return self._link

    def _receive(self, message_id: str, state: str) -> None:
        self._take_receipt(self.name, message_id, state)

    def close(self) -> None:
        """Unbind."""
        with self._opening:
            if self._link is not None:
                self._link.close()
                self._link = None
