"""The closed registry of computed values. A form names a function; it never brings code."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from lienthong.forms.values import is_partial_date, split_date

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", " nghìn", " triệu")
_BILLION = 1_000_000_000
_LARGEST = 10**15


def number_in_words(number: int) -> str:
    """Write a whole number below 10¹⁵ in Vietnamese words (``một trăm linh năm``)."""
    if number < 0:
        return "âm " + number_in_words(-number)
    if number == 0:
        return _DIGITS[0]
    billions, rest = divmod(number, _BILLION)
    parts = [f"{number_in_words(billions)} tỷ"] if billions else []
    groups = [(rest // 1000**index) % 1000 for index in (2, 1, 0)]
    for index, group in zip((2, 1, 0), groups, strict=True):
        if group:
            parts.append(_group_in_words(group, full=bool(parts)) + _SCALES[index])
    return " ".join(parts)


def _group_in_words(group: int, *, full: bool) -> str:
    hundreds, rest = divmod(group, 100)
    tens, units = divmod(rest, 10)
    words: list[str] = []
    if hundreds or full:
        words.append(f"{_DIGITS[hundreds]} trăm")
    if tens == 0:
        if units:
            words.append(f"linh {_DIGITS[units]}" if words else _DIGITS[units])
        return " ".join(words)
    words.append("mười" if tens == 1 else f"{_DIGITS[tens]} mươi")
    if units == 1 and tens > 1:
        words.append("mốt")
    elif units == 5:  # noqa: PLR2004 - five is "lăm" after a ten
        words.append("lăm")
    elif units:
        words.append(_DIGITS[units])
    return " ".join(words)


def _date_in_words(values: Sequence[Any]) -> str | None:
    text = values[0] if values else None
    if not isinstance(text, str) or not is_partial_date(text):
        return None
    day, month, year = split_date(text)
    parts = []
    if day:
        parts.append(f"ngày {number_in_words(int(day))}")
    if month:
        parts.append("tháng " + ("tư" if month == "4" else number_in_words(int(month))))
    parts.append(f"năm {number_in_words(int(year))}")
    words = ", ".join(parts)
    return words[0].upper() + words[1:]


def _numbers(values: Sequence[Any]) -> list[float]:
    flat: list[float] = []
    for value in values:
        if isinstance(value, list):
            flat.extend(_numbers(value))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            flat.append(value)
    return flat


def _sum(values: Sequence[Any]) -> float | None:
    numbers = _numbers(values)
    return _plain(sum(numbers)) if numbers else None


def _product(values: Sequence[Any]) -> float | None:
    numbers = _numbers(values)
    if not numbers or len(numbers) != len(values):
        return None
    result = 1.0 if any(isinstance(number, float) for number in numbers) else 1
    for number in numbers:
        result *= number
    return _plain(result)


def _plain(number: float) -> float:
    rounded = round(number, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def _count(values: Sequence[Any]) -> int:
    return sum(len(value) if isinstance(value, list) else 1 for value in values if value not in (None, "", [], {}))


def _money_in_words(values: Sequence[Any]) -> str | None:
    number = values[0] if values else None
    if not isinstance(number, int) or isinstance(number, bool) or abs(number) >= _LARGEST:
        return None
    words = number_in_words(number)
    return f"{words[0].upper()}{words[1:]} đồng"


def _full_date(value: Any) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def _days_between(values: Sequence[Any]) -> int | None:
    days = [_full_date(value) for value in values[:2]]
    if len(days) < 2 or days[0] is None or days[1] is None:  # noqa: PLR2004 - a period has two ends
        return None
    return (days[1] - days[0]).days


def _years_between(values: Sequence[Any]) -> int | None:
    days = [_full_date(value) for value in values[:2]]
    if len(days) < 2 or days[0] is None or days[1] is None:  # noqa: PLR2004 - a period has two ends
        return None
    start, end = days[0], days[1]
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


FUNCTIONS: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "date_in_words": _date_in_words,
    "money_in_words": _money_in_words,
    "sum": _sum,
    "product": _product,
    "count": _count,
    "days_between": _days_between,
    "years_between": _years_between,
}


def compute(name: str, values: Sequence[Any]) -> Any:
    """Apply a registered function; ``None`` when the values are not there or not usable.

    ``date_in_words`` (a full or partial date), ``money_in_words`` (đồng), ``sum`` and ``product``
    (numbers; lists are flattened), ``count`` (rows), ``days_between``, ``years_between`` (full dates).
    """
    return FUNCTIONS[name](values)
