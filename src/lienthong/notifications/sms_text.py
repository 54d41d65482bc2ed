"""What an SMS says and into which parts it falls: pure functions.

UCS-2 carries Vietnamese as written: 70 letters, or 67 in each part of a longer text. The GSM alphabet (3GPP TS 23.038)
carries 160, or 153, but none of our marks, so the text is then written without them.
"""

import unicodedata
from dataclasses import dataclass
from typing import Literal

Encoding = Literal["ucs2", "gsm7"]
CODING = {"ucs2": 8, "gsm7": 0}
_SINGLE = {"ucs2": 70, "gsm7": 160}
_PART = {"ucs2": 67, "gsm7": 153}
_MAX_PARTS = 10
_GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = {"^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65}
_TYPOGRAPHIC = str.maketrans(
    {"đ": "d", "Đ": "D", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "·": "-"}
)


@dataclass(frozen=True, slots=True)
class Part:
    """One short message: its bytes, header included, and whether there is a header."""

    payload: bytes
    has_header: bool


def compose(*, title: str, url: str) -> str:
    """Write the text: the title and a link, nothing else."""
    return f"{title.strip()}\n{url}"


def unaccented(text: str) -> str:
    """Write a text without marks, in letters every handset knows."""
    plain = unicodedata.normalize("NFD", text.translate(_TYPOGRAPHIC))
    kept = (letter for letter in plain if not unicodedata.combining(letter))
    return "".join(letter if letter in _GSM or letter in _GSM_EXTENDED else "?" for letter in kept)


def split(text: str, *, encoding: Encoding, reference: int) -> tuple[Part, ...]:
    """Cut a text into parts that a handset puts together again.

    :param reference: ties the parts of one text together (0–255); the same text cut again must keep it.
    :raises ValueError: when the text needs more than ten parts.
    """
    units = _units(text, encoding)
    size = sum(cost for _bytes, cost in units)
    if size <= _SINGLE[encoding]:
        return (Part(b"".join(piece for piece, _cost in units), has_header=False),)
    groups: list[list[bytes]] = [[]]
    room = _PART[encoding]
    for piece, cost in units:
        if cost > room:
            groups.append([])
            room = _PART[encoding]
        groups[-1].append(piece)
        room -= cost
    if len(groups) > _MAX_PARTS:
        raise ValueError(f"the text needs {len(groups)} parts")
    return tuple(
        Part(bytes((5, 0, 3, reference % 256, len(groups), number)) + b"".join(group), has_header=True)
        for number, group in enumerate(groups, start=1)
    )


def _units(text: str, encoding: Encoding) -> list[tuple[bytes, int]]:
    """List what must not be torn apart, each with the places it takes."""
    if encoding == "ucs2":
        coded = (letter.encode("utf-16-be") for letter in unicodedata.normalize("NFC", text))
        return [(piece, len(piece) // 2) for piece in coded]
    plain = unaccented(text)
    return [
        (bytes((0x1B, _GSM_EXTENDED[letter])), 2) if letter in _GSM_EXTENDED else (bytes((_GSM.index(letter),)), 1)
        for letter in plain
    ]


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def short(number: int) -> str:
    """Write a number as briefly as an address allows."""
    written = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        written = _DIGITS[digit] + written
    return written or "0"


def long(written: str) -> int | None:
    """Read what :func:`short` wrote; None for anything else."""
    if not written or len(written) > 12 or any(letter not in _DIGITS for letter in written):  # noqa: PLR2004 - a bigint
        return None
    return int(written, 36)
