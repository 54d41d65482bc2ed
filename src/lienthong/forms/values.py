"""How single values are typed and shown in Vietnam: numbers, money, dates, telephone numbers.

Every ``parse_*`` gives ``None`` for text that it cannot read and never guesses beyond what is said here.
"""

import re
from datetime import date
from decimal import Decimal

_GROUPED = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?")
_COMMA = re.compile(r"[+-]?\d+,\d+")
_POINT = re.compile(r"[+-]?\d+(\.\d+)?")
_CURRENCY = re.compile(r"\s*(đồng|đ|vnđ|vnd|₫)\.?$", re.IGNORECASE)
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_TIME = re.compile(r"([01]?\d|2[0-3])\s*[:hg]\s*([0-5]\d)?")
MAX_DIGITS = 15
PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def parse_number(text: str) -> int | float | None:
    """Read a number as written in Vietnam: ``1.234,5``; also ``1234,5`` and ``1234.5``.

    A single point followed by exactly three digits separates thousands (``1.234`` is 1234).
    """
    bare = _SPACES.sub("", text)
    if len(bare) > MAX_DIGITS + 8:
        return None
    if _GROUPED.fullmatch(bare) or _COMMA.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif not _POINT.fullmatch(bare):
        return None
    number = Decimal(bare)
    if len(number.as_tuple().digits) > MAX_DIGITS:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def parse_integer(text: str) -> int | None:
    """Read a whole number, thousands separated by points or spaces."""
    number = parse_number(text)
    return number if isinstance(number, int) else None


def parse_money(text: str) -> int | None:
    """Read an amount in đồng; a trailing ``đ``, ``đồng`` or ``VND`` is accepted."""
    return parse_integer(_CURRENCY.sub("", text.strip()))


def format_number(number: float) -> str:
    """Write a number with points between thousands and a decimal comma."""
    plain = format(Decimal(repr(number)), "f")
    sign, digits = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    whole, _dot, fraction = digits.partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    fraction = fraction.rstrip("0")
    return f"{sign}{grouped},{fraction}" if fraction else f"{sign}{grouped}"


def join_date(day: str, month: str, year: str, *, partial: bool) -> str | None:
    """Build ``YYYY-MM-DD`` (or ``YYYY-MM``, ``YYYY`` when ``partial``) from three typed parts."""
    day, month, year = day.strip(), month.strip(), year.strip()
    if not all(part.isascii() and part.isdigit() for part in (day, month, year) if part) or len(year) != 4:  # noqa: PLR2004
        return None
    if not partial and not (day and month):
        return None
    if day and not month:
        return None
    if len(day) > 2 or len(month) > 2:  # noqa: PLR2004
        return None
    text = "-".join([year, *(part.zfill(2) for part in (month, day) if part)])
    return text if is_partial_date(text) else None


def split_date(text: str) -> tuple[str, str, str]:
    """Give day, month and year of a full or partial date, without leading zeros; empty when unknown."""
    match = PARTIAL_DATE.fullmatch(text)
    if not match:
        return "", "", ""
    year, month, day = match.groups()
    return (day or "").lstrip("0"), (month or "").lstrip("0"), year


def is_partial_date(text: str) -> bool:
    """Say whether the text is a real ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``."""
    match = PARTIAL_DATE.fullmatch(text)
    if not match:
        return False
    year, month, day = match.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return True


def show_date(text: str) -> str:
    """Show a full or partial date the Vietnamese way: ``05/03/2024``, ``03/2024``, ``2024``."""
    return "/".join(reversed(text.split("-")))


def parse_time(text: str) -> str | None:
    """Read a time of day (``14:05``, ``14h05``, ``14 giờ`` as ``14g``) into ``HH:MM``."""
    match = _TIME.fullmatch(text.strip().lower())
    return f"{int(match[1]):02d}:{match[2] or '00'}" if match else None


def tidy_phone(text: str) -> str:
    """Bring a telephone number to digits with an optional ``+``; other text is left as typed."""
    bare = re.sub(r"[\s.\-()]", "", text)
    return bare if re.fullmatch(r"\+?\d{6,15}", bare) else text.strip()
