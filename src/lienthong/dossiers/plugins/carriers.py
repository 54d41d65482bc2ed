"""The protocol of a carrier, those that are known, and the check of a tracking number.

No carrier publishes a contract for tracking that could be built against; a carrier's own plugin implements
:class:`Carrier` and registers itself. Until then a carrier has a page for people, and officials note what happens.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import quote

_S10 = re.compile(r"([A-Z]{2})([0-9]{8})([0-9])([A-Z]{2})")
_OTHER = re.compile(r"[A-Z0-9]{8,30}")
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


@dataclass(frozen=True, slots=True)
class Tracked:
    """One thing that a carrier tells about an item.

    :ivar state: a value of :class:`~lienthong.dossiers.models.ShipmentState`.
    """

    at: datetime
    state: str
    place: str = ""
    note: str = ""


class TrackingError(Exception):
    """The carrier does not answer, or not so that it is understood; asked again later."""


class Carrier(Protocol):
    """Whoever carries items."""

    @property
    def key(self) -> str:
        """Name the carrier in rows and forms."""

    @property
    def name(self) -> str:
        """Name the carrier for people."""

    @property
    def is_tracked(self) -> bool:
        """Say whether :meth:`track` asks the carrier; otherwise officials note what happens."""

    def page(self, tracking_number: str) -> str:
        """Give the address where people follow an item; empty when there is none."""

    def track(self, tracking_number: str) -> Sequence[Tracked]:
        """Ask what happened to an item so far, oldest first.

        :raises TrackingError: when nothing can be learnt now.
        """


@dataclass(frozen=True, slots=True)
class UntrackedCarrier:
    """A carrier that only people can ask, on its own page."""

    key: str
    name: str
    address: str = ""
    is_tracked: bool = False

    def page(self, tracking_number: str) -> str:
        """Give the address of the carrier's page about an item."""
        return self.address.format(quote(tracking_number)) if self.address else ""

    def track(self, tracking_number: str) -> Sequence[Tracked]:
        """Know nothing."""
        del tracking_number
        return ()


# Quyết định 45/2016/QĐ-TTg: the public post carries dossiers and results.
_CARRIERS: dict[str, Carrier] = {
    "vnpost": UntrackedCarrier(
        "vnpost", "Bưu điện Việt Nam (VNPost)", "https://vnpost.vn/vi-vn/dinh-vi/buu-pham?key={}"
    ),
    "viettelpost": UntrackedCarrier("viettelpost", "Viettel Post"),
    "khac": UntrackedCarrier("khac", "Doanh nghiệp bưu chính khác"),
}


def register_carrier(carrier: Carrier) -> None:
    """Make a carrier known, in place of the one of the same key."""
    _CARRIERS[carrier.key] = carrier


def carriers() -> tuple[Carrier, ...]:
    """List the carriers, the public post first."""
    return tuple(_CARRIERS.values())


def find_carrier(key: str) -> Carrier | None:
    """Find a carrier by its key."""
    return _CARRIERS.get(key)


def read_number(written: str) -> str:
    """Write a tracking number as scanned: capitals, without what separates."""
    return re.sub(r"[\s.\-]+", "", written).upper()


def is_number(number: str) -> bool:
    """Say whether this can be a tracking number.

    One of the form of the Universal Postal Union (standard S10: two letters, eight digits, a check digit, a country)
    must have the right check digit, which catches a misread code; other forms are taken as they are.
    """
    match = _S10.fullmatch(number)
    if match is None:
        return bool(_OTHER.fullmatch(number)) and any(letter.isdigit() for letter in number)
    rest = 11 - sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, match.group(2), strict=True)) % 11
    return int(match.group(3)) == {10: 0, 11: 5}.get(rest, rest)
