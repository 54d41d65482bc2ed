"""A content as lines under headings, and what differs between two."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from lienthong.catalogue.api import Content
from lienthong.workspace.administration.forms.procedures import ROWS, ContentForm

_HIDDEN = ("agency_id", "area_id")


@dataclass(frozen=True, slots=True)
class Difference:
    """One heading under which two contents differ: the lines only the one or only the other has."""

    heading: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


def told(content: Content) -> list[tuple[str, tuple[str, ...]]]:
    """Tell a content as headings with lines, empty ones left out."""
    names = {name: (str(field.label), _labels(field)) for name, field in ContentForm.base_fields.items()}
    found = [
        (heading, _lines(content.sector_name if name == "sector_code" else getattr(content, name), labels))
        for name, (heading, labels) in names.items()
        if hasattr(content, name)
    ]
    for part, heading, row in ROWS:
        labels = {name: (str(field.label), _labels(field)) for name, field in row.base_fields.items()}
        found.append((str(heading), tuple(_row(item, labels) for item in getattr(content, part))))
    return [(heading, lines) for heading, lines in found if lines]


def differences(before: Content, after: Content) -> list[Difference]:
    """List the headings under which two contents differ."""
    old, new = dict(told(before)), dict(told(after))
    found = []
    for heading in dict.fromkeys([*old, *new]):
        was, now = old.get(heading, ()), new.get(heading, ())
        if was != now:
            gone, fresh = tuple(x for x in was if x not in now), tuple(x for x in now if x not in was)
            found.append(Difference(heading, gone, fresh) if gone or fresh else Difference(heading, was, now))
    return found


def _labels(field: Any) -> dict[str, str]:
    return {str(value): str(label) for value, label in getattr(field, "choices", ()) if value != ""}


def _lines(value: Any, labels: dict[str, str]) -> tuple[str, ...]:
    if isinstance(value, bool):
        return (_("có"),) if value else ()
    values: Iterable[Any] = value if isinstance(value, tuple) else (value,)
    return tuple(labels.get(str(item), str(item)) for item in values if item not in (None, ""))


def _row(item: Any, labels: dict[str, tuple[str, dict[str, str]]]) -> str:
    parts = []
    for field in fields(item):
        lines = _lines(getattr(item, field.name), labels.get(field.name, ("", {}))[1])
        if lines and field.name not in _HIDDEN:
            heading = labels.get(field.name, (field.name, {}))[0]
            parts.append(f"{heading}: {', '.join(lines)}")
    return "; ".join(parts)
