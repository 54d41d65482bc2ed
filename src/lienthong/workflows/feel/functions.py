"""The built-in functions; each gives ``None`` (null) for arguments it does not understand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from functools import cmp_to_key

from lienthong.kernel.clock import VIETNAM
from lienthong.workflows.feel.types import MAX_TEXT, format_duration, parse_duration, type_name

_MANY = 255
_MAX_SCALE = 30


@dataclass(frozen=True, slots=True)
class Function:
    """A built-in: how many arguments it takes and what it does."""

    least: int
    most: int
    apply: Callable[..., object]


def compare(left: object, right: object) -> int | None:
    """Order two values of one type: -1, 0 or 1; nothing when they cannot be ordered."""
    kind = type_name(left)
    if kind != type_name(right) or kind in ("null", "boolean", "list", "context", "range", "unknown"):
        return None
    if left == right:
        return 0
    return -1 if left < right else 1  # type: ignore[operator]  # both are of one ordered type


def equal(left: object, right: object) -> bool | None:
    """Compare as FEEL does: null equals null only; different types give null."""
    if left is None or right is None:
        return left is right
    if type_name(left) != type_name(right):
        return None
    return left == right


def read_date(text: object) -> date | None:
    """Read ``YYYY-MM-DD``, or take the date of a date and time."""
    if isinstance(text, datetime):
        return text.astimezone(VIETNAM).date()
    if isinstance(text, date):
        return text
    if not isinstance(text, str) or len(text) != len("2026-01-01"):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_moment(text: object) -> datetime | None:
    """Read an ISO date and time; without an offset it is Vietnam's wall clock."""
    if isinstance(text, datetime):
        return text
    if isinstance(text, date):
        return datetime(text.year, text.month, text.day, tzinfo=VIETNAM)
    if not isinstance(text, str) or len(text) > len("2026-01-01T00:00:00.000000+07:00"):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def read_temporal(text: str) -> object:
    """Read the text of an ``@"…"`` literal: a duration, a date, or a date and time."""
    return parse_duration(text) or read_date(text) or read_moment(text)


def text_of(value: object) -> str | None:  # noqa: PLR0911 - one return per case
    """Write a scalar as text, as ``string()`` does."""
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value.normalize() if value else Decimal(0), "f")[:MAX_TEXT]
        case timedelta():
            return format_duration(value)
        case datetime() | date():
            return value.isoformat()
        case _:
            return None


def _items(arguments: tuple[object, ...]) -> tuple[object, ...]:
    if len(arguments) == 1 and isinstance(arguments[0], tuple):
        return arguments[0]
    return arguments


def _numbers(arguments: tuple[object, ...]) -> tuple[Decimal, ...] | None:
    items = _items(arguments)
    numbers = tuple(item for item in items if isinstance(item, Decimal))
    return numbers if numbers and len(numbers) == len(items) else None


def _sum(*arguments: object) -> object:
    numbers = _numbers(arguments)
    return sum(numbers, Decimal(0)) if numbers else None


def _mean(*arguments: object) -> object:
    numbers = _numbers(arguments)
    return sum(numbers, Decimal(0)) / len(numbers) if numbers else None


def _extreme(arguments: tuple[object, ...], sign: int) -> object:
    items = _items(arguments)
    if not items or any(compare(items[0], item) is None for item in items):
        return None
    return min(items, key=cmp_to_key(lambda left, right: sign * (compare(left, right) or 0)))


def _count(items: object) -> object:
    return Decimal(len(items)) if isinstance(items, tuple) else None


def _texts(work: Callable[..., object]) -> Callable[..., object]:
    def apply(*arguments: object) -> object:
        return work(*arguments) if all(isinstance(argument, str) for argument in arguments) else None

    return apply


def _list_contains(items: object, wanted: object) -> object:
    return any(equal(item, wanted) is True for item in items) if isinstance(items, tuple) else None


def _all(*arguments: object) -> object:
    items = _items(arguments)
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


def _any(*arguments: object) -> object:
    items = _items(arguments)
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


def _distinct(items: object) -> object:
    if not isinstance(items, tuple):
        return None
    kept: list[object] = []
    for item in items:
        if not any(equal(item, other) is True for other in kept):
            kept.append(item)
    return tuple(kept)


def _substring(text: object, start: object, length: object = None) -> object:
    if not isinstance(text, str) or not isinstance(start, Decimal) or start == 0:
        return None
    if start != start.to_integral_value() or abs(start) > MAX_TEXT:
        return None
    begin = int(start) - 1 if start > 0 else max(len(text) + int(start), 0)
    if length is None:
        return text[begin:]
    if not isinstance(length, Decimal) or not 0 < length <= MAX_TEXT:
        return None
    return text[begin : begin + int(length)]


def _number(value: object) -> object:
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or not value.isascii() or len(value) > _MAX_SCALE:
        return None
    digits = value.strip()
    if not digits.lstrip("-").replace(".", "", 1).isdigit():
        return None
    try:
        return Decimal(digits)
    except ArithmeticError:
        return None


def _rounded(mode: str) -> Callable[..., object]:
    def apply(value: object, scale: object = Decimal(0)) -> object:
        if not isinstance(value, Decimal) or not isinstance(scale, Decimal) or abs(scale) > _MAX_SCALE:
            return None
        return value.quantize(Decimal(1).scaleb(-int(scale)), rounding=mode)

    return apply


def _duration(text: object) -> object:
    if isinstance(text, timedelta):
        return text
    return parse_duration(text) if isinstance(text, str) else None


def _date(*arguments: object) -> object:
    if len(arguments) == 1:
        return read_date(arguments[0])
    parts = [int(part) for part in arguments if isinstance(part, Decimal) and 0 < part <= date.max.year]
    try:
        return date(*parts) if len(parts) == len(("year", "month", "day")) else None
    except ValueError:
        return None


FUNCTIONS: dict[str, Function] = {
    "not": Function(1, 1, lambda value: (not value) if isinstance(value, bool) else None),
    "count": Function(1, 1, _count),
    "sum": Function(1, _MANY, _sum),
    "mean": Function(1, _MANY, _mean),
    "min": Function(1, _MANY, lambda *items: _extreme(items, 1)),
    "max": Function(1, _MANY, lambda *items: _extreme(items, -1)),
    "all": Function(1, _MANY, _all),
    "any": Function(1, _MANY, _any),
    "list contains": Function(2, 2, _list_contains),
    "distinct values": Function(1, 1, _distinct),
    "contains": Function(2, 2, _texts(lambda text, part: part in text)),
    "starts with": Function(2, 2, _texts(lambda text, part: text.startswith(part))),
    "ends with": Function(2, 2, _texts(lambda text, part: text.endswith(part))),
    "string length": Function(1, 1, _texts(lambda text: Decimal(len(text)))),
    "upper case": Function(1, 1, _texts(lambda text: text.upper())),
    "lower case": Function(1, 1, _texts(lambda text: text.lower())),
    "substring": Function(2, 3, _substring),
    "string": Function(1, 1, text_of),
    "number": Function(1, 1, _number),
    "floor": Function(1, 2, _rounded(ROUND_FLOOR)),
    "ceiling": Function(1, 2, _rounded(ROUND_CEILING)),
    "decimal": Function(2, 2, _rounded(ROUND_HALF_EVEN)),
    "abs": Function(1, 1, lambda value: abs(value) if isinstance(value, Decimal | timedelta) else None),
    "date": Function(1, 3, _date),
    "date and time": Function(1, 1, read_moment),
    "duration": Function(1, 1, _duration),
    # The evaluator supplies these from the ``now`` that its caller passed in.
    "now": Function(0, 0, lambda: None),
    "today": Function(0, 0, lambda: None),
}
