"""From shares to scores: plain arithmetic on dated rules, no statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

HUNDRED = Decimal(100)
_CENT = Decimal("0.01")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Share:
    """A figure as it is: above and below the line; both None where nothing is sent."""

    numerator: int | None
    denominator: int | None

    @property
    def has_data(self) -> bool:
        """Say whether there is anything to divide by."""
        return bool(self.denominator)

    @property
    def percent(self) -> Decimal | None:
        """Give the share in percent; None without data."""
        if not self.denominator or self.numerator is None:
            return None
        return Decimal(self.numerator) * HUNDRED / Decimal(self.denominator)


NO_SOURCE = Share(None, None)


def score(*, share: Share, maximum: Decimal, target: Decimal | None) -> Decimal | None:
    """Convert a share into points: the maximum from the target on, below it in proportion (QĐ 766/QĐ-TTg).

    :returns: None without data.
    """
    percent = share.percent
    if percent is None:
        return None
    reach = target or HUNDRED
    return maximum if percent >= reach else maximum * percent / reach


@dataclass(frozen=True, slots=True)
class Sum:
    """Points of several indicators.

    :ivar earned: the sum of their points; ``possible`` the maxima of those with data; ``maximum`` of all.
    :ivar total: the points out of ``maximum`` by the rule for missing data; None where nothing has data.
    """

    earned: Decimal
    possible: Decimal
    maximum: Decimal
    total: Decimal | None


def add_up(scores: Iterable[tuple[Decimal | None, Decimal]], *, no_data: str) -> Sum:
    """Add points up: indicators without data are skipped and their maxima shared among the others, or count 0.

    :param scores: pairs of points (None without data) and maximum.
    """
    rows = list(scores)
    earned = sum((points for points, _maximum in rows if points is not None), Decimal(0))
    possible = sum((maximum for points, maximum in rows if points is not None), Decimal(0))
    maximum = sum((maximum for _points, maximum in rows), Decimal(0))
    if not possible:
        total = None
    elif no_data == "skip":
        total = earned * maximum / possible
    else:
        total = earned
    return Sum(earned, possible, maximum, None if total is None else rounded(total))


def rounded(value: Decimal) -> Decimal:
    """Round to a hundredth, halves away from zero."""
    return value.quantize(_CENT, rounding=ROUND_HALF_UP)


def ranks(totals: Sequence[tuple[Key, Decimal | None]]) -> list[tuple[int | None, Key, Decimal | None]]:
    """Rank from the best; equal totals share a rank and the next is skipped (1, 1, 3); without data there is none."""
    known = sorted(((key, total) for key, total in totals if total is not None), key=lambda pair: -pair[1])
    ranked: list[tuple[int | None, Key, Decimal | None]] = []
    for at, (key, total) in enumerate(known):
        rank = ranked[-1][0] if at and ranked[-1][2] == total else at + 1
        ranked.append((rank, key, total))
    return ranked + [(None, key, None) for key, total in totals if total is None]
