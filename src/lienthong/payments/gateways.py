"""What every payment gateway must answer, in our words; each vendor's protocol is a plugin behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class GatewayError(Exception):
    """The gateway could not be asked, or answered something that its protocol does not know."""


class ForgedMessageError(GatewayError):
    """A message does not carry the signature of the gateway."""


class Verdict(StrEnum):
    """What a gateway says of a payment."""

    PAID = "paid"
    FAILED = "failed"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Order:
    """What we ask a gateway to collect.

    :ivar reference: our own number of the attempt, unique for all time.
    :ivar text: what the payer reads at the gateway, plain letters without marks.
    :ivar visitor: the payer's address on the network, which the protocols ask for.
    """

    reference: str
    amount: int
    text: str
    return_url: str
    visitor: str
    started_at: datetime
    expires_at: datetime
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class Message:
    """What a gateway told us, its signature verified.

    :ivar transaction: the gateway's own number, empty where nothing was paid.
    """

    reference: str
    amount: int
    verdict: Verdict
    transaction: str
    reason: str = ""


class Reply(StrEnum):
    """What we answer to a notification; a plugin writes it in the words of its protocol."""

    CONFIRMED = "confirmed"
    REPEATED = "repeated"
    UNKNOWN = "unknown"
    WRONG_AMOUNT = "wrong_amount"
    FORGED = "forged"
    BROKEN = "broken"


class PaymentGateway(Protocol):
    """One way to pay at a provider's site."""

    @property
    def key(self) -> str:
        """Name the gateway in addresses and rows; never changes."""
        ...

    @property
    def name(self) -> str:
        """Name the gateway for people."""
        ...

    def start(self, order: Order) -> str:
        """Give the address where the payer pays."""
        ...

    def verify_return(self, values: Mapping[str, str]) -> Message:
        """Read what the payer's browser brings back; it informs and never settles.

        :raises ForgedMessageError: the signature is not the gateway's.
        """
        ...

    def verify_notification(self, values: Mapping[str, str]) -> Message:
        """Read what the gateway's server tells ours.

        :raises ForgedMessageError: the signature is not the gateway's.
        """
        ...

    def answer(self, reply: Reply) -> Mapping[str, str]:
        """Write the answer to a notification."""
        ...

    def query(self, *, reference: str, started_at: datetime, now: datetime) -> Message:
        """Ask what became of a payment.

        :raises GatewayError: no answer, or not a valid one.
        """
        ...

    def refund(
        self,
        *,
        reference: str,
        transaction: str,
        amount: int,
        is_whole: bool,
        started_at: datetime,
        request_id: str,
        by: str,
        now: datetime,
    ) -> Message:
        """Give money back to the payer; the same ``request_id`` is never executed twice.

        :raises GatewayError: no answer, or not a valid one.
        """
        ...


_OPENERS: dict[str, Callable[[], PaymentGateway | None]] = {}


def register(key: str, opener: Callable[[], PaymentGateway | None]) -> None:
    """Offer a gateway; its opener gives None where the installation has no contract with it."""
    _OPENERS[key] = opener


def gateway(key: str) -> PaymentGateway | None:
    """Open a gateway by its key; None when there is none, or it is not configured."""
    opener = _OPENERS.get(key)
    return opener() if opener is not None else None


def offered() -> tuple[PaymentGateway, ...]:
    """List the gateways that this installation may use."""
    return tuple(found for found in (opener() for opener in _OPENERS.values()) if found is not None)
