"""What a read page says about a person: numbers, names and days after the labels of known papers.

A proposal is never the truth: a person compares it with the paper before it goes into a form.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from lienthong.accounts import api as accounts
from lienthong.kernel.text import normalise, search_key

_DAY = re.compile(r"\b(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})\b")
_DAY_IN_WORDS = re.compile(r"(?:ngay\s+)?(\d{1,2})\s+thang\s+(\d{1,2})\s+nam\s+(\d{4})")
_TWELVE = re.compile(r"(?<!\d)\d(?:[ .]?\d){11}(?!\d)")
_REGISTER_NUMBER = re.compile(r"\bso\s*[:.]?\s*(\d{1,5}\s*/\s*(?:19|20)\d{2})\b")
_NAME_END = re.compile(r"[|;_]|\b(?:gioi tinh|ngay sinh|quoc tich|dan toc|nam sinh)\b")
_NOT_NAME = re.compile(r"[^\w\s'’.-]", re.UNICODE)
_LEAST_WORDS, _MOST_WORDS = 2, 8

_LABELS = {
    "full_name": (
        r"ho,? (?:va )?chu dem,? (?:va )?ten(?: khai sinh)?(?: cua nguoi duoc khai sinh)?",
        r"ho va ten(?: khai sinh)?(?:\s*/\s*full name)?",
        r"ho ten",
        r"full name",
    ),
    "birth_date": (
        r"ngay,? thang,? nam sinh(?:\s*/\s*date of birth)?",
        r"ngay sinh(?:\s*/\s*date of birth)?",
        r"sinh ngay",
        r"date of birth",
    ),
    "issue_date": (r"ngay cap(?:\s*/\s*date of issue)?", r"cap ngay"),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value read from a page.

    :ivar kind: ``identity_number``, ``full_name``, ``birth_date``, ``issue_date`` or ``register_number``.
    :ivar value: as a form stores it: digits, a name, ``YYYY-MM-DD``.
    :ivar line: the line it was read from, to compare.
    """

    kind: str
    value: str
    line: str


def recognise(text: str) -> tuple[Proposal, ...]:
    """Find the values that stand after the labels of known papers, each value once, in the order of the page."""
    lines = [normalise(line) for line in text.splitlines()]
    lines = [line for line in lines if line]
    found: dict[tuple[str, str], Proposal] = {}
    is_birth_paper = any("giay khai sinh" in search_key(line) for line in lines)
    for at, line in enumerate(lines):
        for kind, value in _in_line(lines, at, is_birth_paper):
            found.setdefault((kind, value), Proposal(kind, value, line))
    return tuple(found.values())


def _in_line(lines: Sequence[str], at: int, is_birth_paper: bool) -> Iterator[tuple[str, str]]:
    line = lines[at]
    key = search_key(line)
    for match in _TWELVE.finditer(line):
        number = accounts.compact(match.group())
        if accounts.check_identity_number(number).ok:
            yield "identity_number", number
    for kind, labels in _LABELS.items():
        rest = _after_label(key, line, labels)
        if rest is None:
            continue
        # A card prints the value below its label.
        candidates = [rest] if rest else []
        if at + 1 < len(lines) and not rest:
            candidates.append(lines[at + 1])
        for candidate in candidates:
            value = _name(candidate) if kind == "full_name" else _day(candidate)
            if value:
                yield kind, value
                break
    register = _REGISTER_NUMBER.search(key) if is_birth_paper else None
    if register is not None:
        yield "register_number", register.group(1).replace(" ", "")


def _after_label(key: str, line: str, labels: Sequence[str]) -> str | None:
    """Give what follows the first label of a line; None when there is no label.

    Key and line have one length: marks are combined away, letters are not.
    """
    for label in labels:
        match = re.search(rf"(?<!\w){label}\s*(?:\([^)]*\))?\s*[:.…]*\s*", key)
        if match is not None:
            return (line[match.end() :] if len(key) == len(line) else key[match.end() :]).strip(" .…:_-")
    return None


def _name(text: str) -> str:
    end = _NAME_END.search(search_key(text))
    words = normalise(_NOT_NAME.sub(" ", text[: end.start()] if end else text)).split()
    if not _LEAST_WORDS <= len(words) <= _MOST_WORDS or any(char.isdigit() for word in words for char in word):
        return ""
    if not all(word[0].isupper() for word in words):
        return ""
    # Capitals of a card become a name as it is written.
    return " ".join(word.capitalize() if word.isupper() else word for word in words)


def _day(text: str) -> str:
    match = _DAY.search(text) or _DAY_IN_WORDS.search(search_key(text))
    if match is None:
        return ""
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
