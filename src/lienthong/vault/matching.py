"""Which kinds of papers satisfy a required paper: by its row in the seeds, or by its name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lienthong.kernel.text import search_key
from lienthong.vault.models import DocumentType

_ASIDE = re.compile(r"\([^)]*\)")
_ALTERNATIVES = re.compile(r"\s*(?:/|;|,| hoac )\s*")
_COPY = re.compile(r"^(?:ban sao dien tu|ban sao|ban chinh|ban chup|ban dien tu)\s+")


@dataclass(frozen=True, slots=True)
class WantedPaper:
    """A paper that a procedure asks for.

    :ivar key: its key in the procedure, unique there.
    """

    key: str
    name: str
    procedure: str = ""


def keys_of(name: str) -> frozenset[str]:
    """Give the search keys a paper's name may be recognised by: whole, without asides, each alternative, no "bản sao".

    ``Bản sao giấy khai sinh (còn hạn)`` is recognised as ``giay khai sinh``.
    """
    whole = search_key(name)
    bare = search_key(_ASIDE.sub(" ", whole))
    found = {whole, bare, *_ALTERNATIVES.split(bare)}
    return frozenset(key for part in found for key in (part.strip(), _COPY.sub("", part.strip())) if key)


def types_for(wanted: WantedPaper, types: Iterable[DocumentType]) -> frozenset[str]:
    """Give the codes of the kinds that satisfy a required paper."""
    keys = keys_of(wanted.name)
    place = f"{wanted.procedure}:{wanted.key}"
    return frozenset(
        row.code for row in types if place in row.required or any(known in keys for known in row.match_keys)
    )


def type_of(*, title: str, procedure: str, types: Sequence[DocumentType]) -> DocumentType | None:
    """Find the kind of a paper: the one its procedure gives, or the one its title names."""
    keys = keys_of(title)
    named = [row for row in types if any(known in keys for known in row.match_keys)]
    given = [row for row in types if procedure and procedure in row.results_of]
    both = [row for row in given if row in named]
    return next(iter((*both, *given, *named)), None)
