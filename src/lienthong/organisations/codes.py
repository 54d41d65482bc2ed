"""The two forms of an agency's electronic identifier: which form a text has, and its lenient key.

Basis: QCVN 102:2016/BTTTT (four groups, level 1 last); Quyết định 20/2020/QĐ-TTg (groups joined by
dots, level 1 first, at most 35 characters). One form cannot be computed from the other: each level
issues its numbers anew, so both are stored.
"""

import re

_QCVN = re.compile(r"(?:\d{1,3}\.){1,3}[A-Z]\d{2}")
_QD20 = re.compile(r"[A-Z]\d{2}(?:\.[0-9A-Z]{1,6})*")
LONGEST = 35


def clean(code: str) -> str:
    """Bring a typed code to the stored form: upper case, no spaces."""
    return re.sub(r"\s+", "", code).upper()


def scheme_of(code: str) -> str:
    """Tell the form of a cleaned code: ``qcvn102``, ``qd20`` or ``other``."""
    if len(code) > LONGEST:
        return "other"
    if _QCVN.fullmatch(code):
        return "qcvn102"
    return "qd20" if _QD20.fullmatch(code) else "other"


def match_key(code: str) -> str:
    """Give the key under which padded and unpadded spellings of one code meet.

    ``H17.08`` and ``H17.8`` meet, so do ``000.00.08.H17`` and ``00.08.H17``; an old and a new form
    meet only at level 1, where both name the same body (``000.00.00.H17`` and ``H17``).
    """
    cleaned = clean(code)
    groups = [group.lstrip("0") or "0" for group in cleaned.split(".")]
    match scheme_of(cleaned):
        case "qcvn102":
            while groups[0] == "0":
                groups.pop(0)
        case "qd20":
            while groups[-1] == "0":
                groups.pop()
        case _:
            return cleaned
    return ".".join(groups)
