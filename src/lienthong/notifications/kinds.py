"""The kinds of messages; each context registers its own in ``apps.py``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils import translation
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One kind of message, in words of all languages.

    ``title`` and ``body`` are lazily translated and take named values: ``%(code)s``. The body holds what
    the person needs and no form answers; details stand behind the link.

    :ivar key: stable, ``context.what_happened``.
    :ivar label: what the preferences page calls it.
    :ivar is_mandatory: the law wants it sent whatever the person prefers (NĐ 224/2026/NĐ-CP, Điều 15).
    """

    key: str
    audience: Literal["citizen", "official"]
    label: str | Promise
    title: str | Promise
    body: str | Promise
    is_mandatory: bool = False
    email_by_default: bool = True

    def render(self, *, language: str, facts: Mapping[str, Any]) -> tuple[str, str]:
        """Give title and body in a language."""
        with translation.override(language):
            values = {key: str(value) for key, value in facts.items()}
            return str(self.title) % values, str(self.body) % values


_KINDS: dict[str, MessageKind] = {}


def register(*kinds: MessageKind) -> None:
    """Make kinds of messages known.

    :raises ValueError: when a key is taken by another kind.
    """
    for kind in kinds:
        if _KINDS.get(kind.key, kind) != kind:
            raise ValueError(f"message kind {kind.key} is registered twice")
        _KINDS[kind.key] = kind


def get_kind(key: str) -> MessageKind:
    """Get a registered kind."""
    return _KINDS[key]


def all_kinds(audience: str) -> tuple[MessageKind, ...]:
    """List the kinds that concern citizens, or officials, in the order of registration."""
    return tuple(kind for kind in _KINDS.values() if kind.audience == audience)
