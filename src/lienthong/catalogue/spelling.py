"""Words of a search: how text is cut, and how a mistyped word finds the right one.

Each known word is stored under itself and under every form with one letter removed; a typed word
looks up its own such forms, which finds all words at Damerau–Levenshtein distance 1 through an
index (the symmetric-delete method) without reading the whole vocabulary.
"""

import re

from lienthong.kernel.text import search_key

_TOKEN = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*")
_WORD = re.compile(r"[a-z]{2,20}")
MIN_CORRECTED = 3
MAX_DISTANCE = 1


def tokens(text: str) -> list[str]:
    """Cut text into unaccented lower-case words; procedure codes stay whole."""
    return _TOKEN.findall(search_key(text))


def is_word(token: str) -> bool:
    """Say whether a token is a word worth correcting towards (letters only, 2 to 20 of them)."""
    return _WORD.fullmatch(token) is not None


def variants(word: str) -> set[str]:
    """Give the word and all its forms with one letter removed."""
    return {word} | {word[:index] + word[index + 1 :] for index in range(len(word))}


def is_near(left: str, right: str) -> bool:
    """Say whether one letter added, removed, changed, or two neighbours swapped turns one into the other."""
    if left == right:
        return True
    if abs(len(left) - len(right)) > MAX_DISTANCE:
        return False
    if len(left) == len(right):
        differing = [index for index, pair in enumerate(zip(left, right, strict=True)) if pair[0] != pair[1]]
        if len(differing) == 1:
            return True
        return (
            len(differing) == 2  # noqa: PLR2004 - two neighbours swapped
            and differing[1] == differing[0] + 1
            and left[differing[0]] == right[differing[1]]
            and left[differing[1]] == right[differing[0]]
        )
    shorter, longer = sorted((left, right), key=len)
    return shorter in variants(longer)
