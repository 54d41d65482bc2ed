"""Mobile numbers of Vietnam: E.164, and whose range a number was first given from.

Basis: Thông tư 22/2014/TT-BTTTT (numbering plan) and the change of mobile numbers from eleven digits to ten, made
from 15 September 2018. Since numbers may be taken along to another network (Thông tư 35/2017/TT-BTTTT) the range says
where a number came from, not who carries it today: it only shows that such a number can exist.
"""

import re

_RANGES = {
    "Viettel": ("032", "033", "034", "035", "036", "037", "038", "039", "086", "096", "097", "098"),
    "VinaPhone": ("081", "082", "083", "084", "085", "088", "091", "094"),
    "MobiFone": ("070", "076", "077", "078", "079", "089", "090", "093"),
    "Vietnamobile": ("052", "056", "058", "092"),
    "Gmobile": ("059", "099"),
    "Wintel": ("055",),
    "iTel": ("087",),
}
_OPERATORS = {prefix: name for name, prefixes in _RANGES.items() for prefix in prefixes}
_OLD = {
    **{f"016{digit}": f"03{digit}" for digit in "23456789"},
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0126": "076",
    "0128": "078",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0127": "081",
    "0129": "082",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}
_SEPARATORS = re.compile(r"[\s.\-()‐‑–]+")
_OLD_LENGTH, _LENGTH = 11, 10


def to_e164(written: str) -> str | None:
    """Write a Vietnamese mobile number as ``+84…``; None for anything that cannot get an SMS in Vietnam.

    Takes what people write: spaces and dots, ``0``, ``84``, ``+84``, ``0084``, and the old numbers of eleven digits.
    """
    digits = _SEPARATORS.sub("", written)
    for head in ("+84", "0084", "84"):
        if digits.startswith(head):
            digits = "0" + digits.removeprefix(head).removeprefix("0")
            break
    if not re.fullmatch(r"[0-9]+", digits):
        return None
    if len(digits) == _OLD_LENGTH:
        digits = _OLD.get(digits[:4], digits[:4]) + digits[4:]
    if len(digits) != _LENGTH or operator_of(digits) is None:
        return None
    return "+84" + digits[1:]


def operator_of(number: str) -> str | None:
    """Name the operator from whose range a number (``0…`` or ``+84…``) was first given."""
    national = "0" + number[3:] if number.startswith("+84") else number
    return _OPERATORS.get(national[:3])


def readable(number: str) -> str:
    """Write a number as people read it: ``0905 123 456``."""
    national = "0" + number.removeprefix("+84")
    return f"{national[:4]} {national[4:7]} {national[7:]}"


def masked(number: str) -> str:
    """Show the end of a number only."""
    return f"••• {number[-3:]}"
