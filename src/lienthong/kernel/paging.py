"""Keyset pages: stable under inserts, equally quick on page 1 and page 10 000."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from lienthong.kernel.errors import InvalidError

MAX_SIZE = 200
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list; a cursor is None where the list ends."""

    items: tuple[Row, ...]
    next_cursor: str | None
    previous_cursor: str | None


def keyset(queryset: QuerySet[Any, Row], *, order: Sequence[str], cursor: str | None, size: int) -> Page[Row]:
    """Read one page after (or before) a cursor.

    :param queryset: model rows or ``values()`` rows, filtered, not ordered.
    :param order: field names, ``-`` for descending; never null; the last one unique (mostly ``id``).
    :param cursor: from an earlier page of the same list; None for the first page.
    :param size: rows a page, at most 200.
    :raises InvalidError: a cursor that this list did not make.
    """
    size = max(1, min(size, MAX_SIZE))
    fields = [(name.lstrip("-"), name.startswith("-")) for name in order]
    backward, values = _decode(cursor, len(fields)) if cursor else (False, [])
    direction = [f"{'-' if descending != backward else ''}{name}" for name, descending in fields]
    rows = queryset.order_by(*direction)
    try:
        if cursor:
            rows = rows.filter(_beyond(fields, values, backward=backward))
        found = list(rows[: size + 1])
    except (ValueError, TypeError, ValidationError) as error:
        raise _invalid() from error
    more = len(found) > size
    items = found[:size]
    if backward:
        items.reverse()
    if not items:
        return Page((), None, None)
    has_next = more or backward
    has_previous = more if backward else cursor is not None
    return Page(
        tuple(items),
        _encode(fields, items[-1], backward=False) if has_next else None,
        _encode(fields, items[0], backward=True) if has_previous else None,
    )


def _beyond(fields: Sequence[tuple[str, bool]], values: Sequence[Any], *, backward: bool) -> Q:
    """Say "after these values in this order" with the index-friendly bound on the first field."""
    condition = Q()
    equal = Q()
    for (name, descending), value in zip(fields, values, strict=True):
        comparison = "lt" if descending != backward else "gt"
        condition |= equal & Q(**{f"{name}__{comparison}": value})
        equal &= Q(**{name: value})
    first, descending = fields[0]
    bound = "lte" if descending != backward else "gte"
    return Q(**{f"{first}__{bound}": values[0]}) & condition


def _read(row: Any, name: str) -> Any:
    if isinstance(row, dict):
        return row[name]
    value = row
    for part in name.split("__"):
        value = getattr(value, part)
    return value.pk if isinstance(value, Model) else value


def _plain(value: Any) -> str | int | float | bool:
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case str() | int() | float() | bool():
            return value
        case _:
            raise TypeError(f"cannot page by {type(value).__name__}: order by columns that are never null")


def _encode(fields: Sequence[tuple[str, bool]], row: Any, *, backward: bool) -> str:
    values = [_plain(_read(row, name)) for name, _descending in fields]
    raw = json.dumps(["p" if backward else "n", *values], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _decode(cursor: str, expected: int) -> tuple[bool, list[Any]]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        content = json.loads(raw)
    except (ValueError, binascii.Error, UnicodeDecodeError, RecursionError) as error:
        raise _invalid() from error
    match content:
        case ["n" | "p" as way, *values] if len(values) == expected and not any(
            value is None or isinstance(value, (list, dict)) for value in values
        ):
            return way == "p", values
        case _:
            raise _invalid()


def _invalid() -> InvalidError:
    return InvalidError(_("Vị trí trang không hợp lệ. Hãy mở lại danh sách từ đầu."), code="kernel.cursor_invalid")
