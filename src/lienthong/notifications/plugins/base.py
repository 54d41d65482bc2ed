"""The protocol of everything that carries a message, and the ways it may fail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class TemporaryError(Exception):
    """Not now: another provider, or a later try, may succeed.

    :ivar retry_after: seconds the carrier asked to wait; 0 when it said nothing.
    """

    def __init__(self, message: str, *, retry_after: int = 0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RefusedError(Exception):
    """Never: the carrier says that the address or the message cannot be used."""


class GoneError(RefusedError):
    """The address has ended, as a subscription does; it must not be used again."""


def keep_nothing(number: int, message_id: str) -> None:
    """Keep no id: for carriers that give one message whole or not at all."""
    del number, message_id


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way to one address.

    :ivar reference: the same for each try of the message, different for different messages.
    :ivar url: the full address of what the message is about.
    :ivar text: the whole of an SMS.
    :ivar key: public key and secret of a subscribed device.
    :ivar taken: parts the carrier has already.
    :ivar keep: called at once with number and id of each part that the carrier took.
    """

    reference: int
    uuid: str
    address: str
    language: str
    title: str
    body: str
    url: str
    text: str = ""
    key: tuple[str, str] = ("", "")
    taken: frozenset[int] = frozenset()
    keep: Callable[[int, str], None] = keep_nothing


class ChannelProvider(Protocol):
    """Whoever carries messages of one channel."""

    name: str

    def send(self, message: Outgoing, *, now: datetime) -> None:
        """Hand a message over.

        :raises TemporaryError: when it was not taken now.
        :raises RefusedError: when it will never be taken.
        """

    def fetch_receipts(self, *, seconds: float) -> None:
        """Listen for receipts that wait at the carrier; carriers without receipts do nothing."""
