"""Typed reading of foreign records, with errors that name the place."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from lienthong.kernel.text import normalise

MAX_TEXT = 40_000
MAX_MOMENT = 4_102_444_800_000  # the year 2100


class RecordError(Exception):
    """A record cannot be taken; ``path`` says where in it, ``message`` why, in Vietnamese."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


def text(record: Mapping[str, Any], key: str, *, required: bool = False, at: str = "") -> str:
    """Read a text, normalised; missing and null read as empty.

    :raises RecordError: for another type, an absurd length, or an empty text that is required.
    """
    value = record.get(key)
    path = f"{at}{key}"
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise RecordError(path, _("phải là chuỗi ký tự, nhận được %(type)s.") % {"type": kind_of(value)})
    if len(value) > MAX_TEXT:
        raise RecordError(path, _("dài quá %(max)s ký tự.") % {"max": MAX_TEXT})
    value = normalise(value.replace("\x00", ""))
    if required and not value:
        raise RecordError(path, _("không được để trống."))
    return value


def items(record: Mapping[str, Any], key: str, *, at: str = "") -> list[Any]:
    """Read a list; missing and null read as empty.

    :raises RecordError: for another type.
    """
    value = record.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise RecordError(f"{at}{key}", _("phải là danh sách, nhận được %(type)s.") % {"type": kind_of(value)})
    return value


def mapping(value: Any, path: str) -> Mapping[str, Any]:
    """Read an object; null reads as empty.

    :raises RecordError: for another type.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RecordError(path, _("phải là đối tượng, nhận được %(type)s.") % {"type": kind_of(value)})
    return value


def mappings(record: Mapping[str, Any], key: str, *, at: str = "") -> list[Mapping[str, Any]]:
    """Read a list of objects.

    :raises RecordError: for another type.
    """
    return [mapping(value, f"{at}{key}.{index}") for index, value in enumerate(items(record, key, at=at))]


def count(record: Mapping[str, Any], key: str, *, most: int, at: str = "") -> int:
    """Read a whole number from 0 to ``most``; missing and null read as 0.

    :raises RecordError: for another type, a fraction, or a value out of bounds.
    """
    value = record.get(key)
    path = f"{at}{key}"
    if value is None:
        return 0
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise RecordError(path, _("phải là số nguyên, nhận được %(type)s.") % {"type": kind_of(value)})
    if not 0 <= value <= most:
        raise RecordError(path, _("giá trị %(value)s nằm ngoài khoảng 0 đến %(max)s.") % {"value": value, "max": most})
    return value


def moment(record: Mapping[str, Any], key: str, *, at: str = "") -> datetime | None:
    """Read an instant in milliseconds since 1970; missing and null read as unknown.

    :raises RecordError: for another type, or a year that no record can bear.
    """
    value = count(record, key, most=MAX_MOMENT, at=at)
    return datetime.fromtimestamp(value / 1000, tz=UTC) if value else None


def flag(record: Mapping[str, Any], key: str, *, at: str = "") -> bool:
    """Read a yes or no; missing and null read as no.

    :raises RecordError: for another type.
    """
    value = record.get(key)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise RecordError(f"{at}{key}", _("phải là đúng hoặc sai, nhận được %(type)s.") % {"type": kind_of(value)})
    return value


def kind_of(value: Any) -> str:
    """Name the type of a JSON value in Vietnamese."""
    names = {
        type(None): _("giá trị rỗng"),
        bool: _("giá trị đúng/sai"),
        int: _("số"),
        float: _("số"),
        str: _("chuỗi ký tự"),
        list: _("danh sách"),
        dict: _("đối tượng"),
    }
    return names.get(type(value), type(value).__name__)
