"""Vietnamese text: normal form, search key and sort key.

The embedded database has no ICU, so both keys are computed here and stored in indexed columns.
"""

import re
import unicodedata

_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_ORDER = {letter: chr(0x61 + index) for index, letter in enumerate(_LETTERS)}
_SPACES = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Bring typed text to NFC with single inner spaces and none at the ends."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def search_key(text: str) -> str:
    """Give the form that searching compares: lower case, no marks, ``đ`` as ``d``."""
    decomposed = unicodedata.normalize("NFD", normalise(text).lower().replace("đ", "d"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def sort_key(text: str) -> str:
    """Give a key whose binary order is Vietnamese dictionary order: letters first, then tones."""
    letters: list[str] = []
    tones: list[str] = []
    for char in normalise(text).lower():
        parts = unicodedata.normalize("NFD", char)
        tone = next((_TONES[part] for part in parts if part in _TONES), 0)
        bare = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        if bare in _LETTER_ORDER:
            letters.append(_LETTER_ORDER[bare])
            tones.append(str(tone))
        elif char.isdigit():
            letters.append(char)
        else:
            letters.append(" ")
    return f"{''.join(letters)} {''.join(tones)}"
