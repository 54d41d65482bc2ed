"""What a broken rule of a form means, in one clear Vietnamese sentence at the right place."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from jsonschema.exceptions import ValidationError

from lienthong.forms.formats import format_problem
from lienthong.forms.outline import FormField, Outline
from lienthong.forms.values import format_number

_CHOSEN = ("choice", "catalogue", "choices", "address", "province")

# The format whose sentence says how a kind is typed right.
_FORMAT_OF_KIND = {
    "date": "date",
    "partial-date": "partial-date",
    "datetime": "date-time",
    "money": "money-vnd",
    "address": "address",
}


def tell(error: ValidationError, outline: Outline) -> Iterator[tuple[str, str]]:
    """Give the (dotted path, sentence) pairs that an error of the schema means to a person."""
    parts = [str(part) for part in error.absolute_path]
    path = ".".join(parts)
    general = ".".join("*" if part.isdigit() else part for part in parts)
    if error.validator == "required":
        yield from _missing_parts(error, outline, path, general)
    else:
        yield path, _sentence(error, outline.by_path.get(general))


def missing(item: FormField) -> str:
    """Ask for the answer that is missing, with the verb that fits the control."""
    words = {"label": str(item.label)}
    if item.kind in _CHOSEN or item.widget == "yes-no":
        return _("Hãy chọn “%(label)s”.") % words
    if item.kind == "boolean":
        return _("Hãy đánh dấu vào ô “%(label)s”.") % words
    if item.kind == "file":
        return _("Hãy tải lên “%(label)s”.") % words
    if item.kind == "list":
        return _("Hãy thêm ít nhất một dòng vào “%(label)s”.") % words
    return _("Hãy điền “%(label)s”.") % words


def _missing_parts(error: ValidationError, outline: Outline, path: str, general: str) -> Iterator[tuple[str, str]]:
    required: Any = error.validator_value
    given: Any = error.instance
    for name in required:
        if name in given:
            continue
        item = outline.by_path.get(f"{general}.{name}" if general else name)
        if item and not (item.kind == "group" and item.fields):
            yield (f"{path}.{name}" if path else name), missing(item)


def _sentence(error: ValidationError, item: FormField | None) -> str:
    keyword = str(error.validator)
    limit: Any = error.validator_value
    value: Any = error.instance
    if keyword in ("x-lt", "format"):
        return str(error.message)
    if keyword in ("enum", "const") and item and item.kind == "boolean":
        return missing(item)
    if keyword == "minItems" and item and not value:
        return missing(item)
    if keyword == "type":
        return _wrong_type(item)
    teller = _TELLERS.get(keyword)
    return teller(limit, value) if teller else _("Giá trị chưa đúng.")


_TELLERS: Mapping[str, Callable[[Any, Any], str]] = {
    "enum": lambda _limit, _value: _("Hãy chọn một trong các giá trị cho sẵn."),
    "const": lambda _limit, _value: _("Hãy chọn một trong các giá trị cho sẵn."),
    "minLength": lambda limit, _value: _("Cần ít nhất %(count)s ký tự.") % {"count": limit},
    "maxLength": lambda limit, value: (
        _("Không dài quá %(count)s ký tự; hiện có %(now)s.") % {"count": limit, "now": len(value)}
    ),
    "pattern": lambda _limit, _value: _("Nội dung chưa đúng dạng được yêu cầu."),
    "minimum": lambda limit, _value: _("Không nhỏ hơn %(limit)s.") % {"limit": format_number(limit)},
    "exclusiveMinimum": lambda limit, _value: _("Phải lớn hơn %(limit)s.") % {"limit": format_number(limit)},
    "maximum": lambda limit, _value: _("Không lớn hơn %(limit)s.") % {"limit": format_number(limit)},
    "exclusiveMaximum": lambda limit, _value: _("Phải nhỏ hơn %(limit)s.") % {"limit": format_number(limit)},
    "multipleOf": lambda limit, _value: _("Phải là bội số của %(limit)s.") % {"limit": format_number(limit)},
    "minItems": lambda limit, _value: _("Cần ít nhất %(count)s dòng.") % {"count": limit},
    "maxItems": lambda limit, _value: _("Không quá %(count)s dòng.") % {"count": limit},
    "uniqueItems": lambda _limit, _value: _("Có dòng bị trùng."),
    "additionalProperties": lambda _limit, _value: _("Có trường không thuộc biểu mẫu."),
}


def _wrong_type(item: FormField | None) -> str:
    kind = item.kind if item else ""
    if kind in _FORMAT_OF_KIND:
        return format_problem(_FORMAT_OF_KIND[kind], None)
    if kind == "integer":
        return _("Hãy nhập số nguyên, ví dụ 12.")
    if kind == "decimal":
        return _("Hãy nhập một số, dùng dấu phẩy cho phần lẻ, ví dụ 1.234,5.")
    if kind == "boolean":
        return _("Hãy chọn Có hoặc Không.")
    return _("Giá trị sai kiểu.")
