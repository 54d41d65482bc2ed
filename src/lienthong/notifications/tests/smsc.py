"""A message centre for tests: smpp34, whose code is independent of the client's, really listening on a port."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import smpp34

Answer = Callable[[int, smpp34.SubmitSmEvent], int | None]


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def take_all(number: int, event: smpp34.SubmitSmEvent) -> int | None:
    """Take every part."""
    del number, event
    return None


class Smsc:
    """One message centre.

    :param answer: gives an error status for the part with this number (from 1), None to take it, -1 to stay silent.
    :param receipt: state of the receipt sent at once for each part; empty sends none.
    :ivar taken: message id and event of each part taken, in order.
    :ivar asked: how many parts came, refused ones included.
    """

    def __init__(self, *, port: int, prefix: str, answer: Answer = take_all, receipt: str = "") -> None:
        self.port = port
        self.prefix = prefix
        self.answer = answer
        self.receipt = receipt
        self.taken: list[tuple[str, smpp34.SubmitSmEvent]] = []
        self.asked = 0
        self.binds = 0
        self._sessions: dict[str, smpp34.Esme] = {}
        self._silenced: list[smpp34.SubmitSmEvent] = []
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._server: smpp34.Server | None = None
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"smsc {port}")

    def start(self) -> None:
        """Listen."""
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        """End, as a provider that goes down."""
        self._call(self._end())
        self._thread.join(10)
        self._loop.close()

    def send_receipt(self, message_id: str, state: str, *, as_options: bool = False) -> bool:
        """Send a receipt to whoever is bound; say whether it was acknowledged."""
        return bool(self._call(self._receipt(message_id, state, as_options=as_options)))

    @property
    def bound(self) -> int:
        """Count the sessions that are bound now."""
        return len(self._sessions)

    def text(self) -> str:
        """Put the parts together as a handset does: by the header's numbers, UCS-2."""
        parts = []
        for _id, event in self.taken:
            body = event.short_message
            assert len(body) <= 140
            if event.esm_class & 0x40:
                assert body[:3] == b"\x05\x00\x03"
                parts.append((body[5], body[6:]))
            else:
                parts.append((0, body))
        return b"".join(body for _number, body in sorted(parts)).decode("utf-16-be")

    def _call(self, work: Coroutine[Any, Any, Any]) -> object:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._serving = self._loop.create_task(self._serve())
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._serving)

    async def _end(self) -> None:
        assert self._server is not None
        await self._server.stop()
        self._sessions.clear()
        self._loop.call_soon(self._serving.cancel)

    async def _serve(self) -> None:
        self._server = smpp34.Server("127.0.0.1", self.port, system_id="SMSC")
        await self._server.start()
        self._ready.set()
        while True:
            event = await self._server.next()
            if isinstance(event, smpp34.Esme):
                self.binds += 1
                self._sessions[event.session_id] = event
            elif isinstance(event, smpp34.SubmitSmEvent):
                await self._take(event)
            elif isinstance(event, smpp34.Unbound):
                self._sessions.pop(event.session_id, None)

    async def _take(self, event: smpp34.SubmitSmEvent) -> None:
        self.asked += 1
        status = self.answer(self.asked, event)
        if status == -1:
            self._silenced.append(event)  # dropping it would answer it
        elif status is not None:
            event.reject(status)
        else:
            message_id = f"{self.prefix}-{len(self.taken) + 1}"
            self.taken.append((message_id, event))
            event.accept(message_id)
            if self.receipt:
                await self._receipt(message_id, self.receipt)

    async def _receipt(self, message_id: str, state: str, *, as_options: bool = False) -> bool:
        session = next(iter(self._sessions.values()))
        options = [
            smpp34.Tlv(smpp34.TLV_RECEIPTED_MESSAGE_ID, message_id.encode() + b"\0"),
            smpp34.Tlv(smpp34.TLV_MESSAGE_STATE, bytes((2 if state == "DELIVRD" else 5,))),
        ]
        dates = "submit date:2611200900 done date:2611200901"
        text = f"id:{message_id} sub:001 dlvrd:001 {dates} stat:{state} err:000 text:"
        answer = await session.deliver_sm(
            "LIENTHONG",
            b"" if as_options else text.encode(),
            source_addr="84905123456",
            esm_class=0x04,
            tlvs=options if as_options else [],
        )
        return answer.is_success


@contextmanager
def message_centre(*, prefix: str, port: int = 0, answer: Answer = take_all, receipt: str = "") -> Iterator[Smsc]:
    """Run a message centre for a while."""
    made = Smsc(port=port or free_port(), prefix=prefix, answer=answer, receipt=receipt)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def wait_for(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something holds: receipts come on their own time."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)
