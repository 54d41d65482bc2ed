"""The values of FEEL and the nodes of its syntax tree."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

MAX_LENGTH = 4_000
MAX_DEPTH = 60
MAX_STEPS = 20_000
MAX_ITEMS = 10_000
MAX_TEXT = 100_000
MAX_DIGITS = 34
MAX_DURATION_DIGITS = 6

_DURATION = re.compile(
    r"(-?)P(?=\d|T\d)(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})S)?)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; a missing end is unbounded."""

    low: object
    high: object
    includes_low: bool
    includes_high: bool


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the syntax tree.

    :ivar kind: what it is (``literal``, ``name``, ``binary``, …).
    :ivar value: an operator, a name, or a literal value.
    :ivar children: operands, in order.
    :ivar position: offset in the text, counted from 1.
    """

    kind: str
    value: object
    children: tuple["Node", ...]
    position: int


def parse_duration(text: str) -> timedelta | None:
    """Read a days-and-time duration of ISO 8601 (``PT1S``, ``P3D``, ``-P1DT2H``); else nothing.

    Years and months have no fixed length and are not read.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        return None
    sign, days, hours, minutes, seconds = match.groups()
    length = timedelta(days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0))
    return -length if sign else length


def format_duration(length: timedelta) -> str:
    """Write a duration the way :func:`parse_duration` reads it."""
    total = int(length.total_seconds())
    sign = "-" if total < 0 else ""
    days, rest = divmod(abs(total), 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    time = "".join(f"{value}{unit}" for value, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if value)
    if not days and not time:
        return "PT0S"
    return f"{sign}P{f'{days}D' if days else ''}{f'T{time}' if time else ''}"


def type_name(value: object) -> str:  # noqa: C901, PLR0911 - one return per type
    """Name the FEEL type of a value, so that only like is compared with like."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case Decimal():
            return "number"
        case str():
            return "string"
        case datetime():
            return "date and time"
        case date():
            return "date"
        case timedelta():
            return "duration"
        case tuple():
            return "list"
        case dict():
            return "context"
        case Range():
            return "range"
        case _:
            return "unknown"
