"""Reading a form's file (YAML or JSON) without trusting it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from django.utils.translation import gettext as _

from lienthong.forms.services.publication import FormInvalidError

LARGEST = 512 * 1024
_KEY_LENGTH, _TITLE_LENGTH = 80, 300


class _PlainLoader(yaml.SafeLoader):
    """YAML without anchors: an alias can make a small file stand for an enormous one."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError(_("không dùng được bí danh (&, *) trong tệp biểu mẫu"))
        return super().compose_node(parent, index)


@dataclass(frozen=True, slots=True)
class FormFile:
    """A form as a file tells it; schema and layout are not yet checked."""

    key: str
    title: str
    title_en: str
    valid_from: date
    schema: Any
    layout: Any


def read_form_file(content: bytes) -> FormFile:
    """Read a form's file; JSON is read too, being YAML.

    :raises FormInvalidError: naming each missing or wrong part.
    """
    told = _parse(content)
    faults: dict[str, list[str]] = {}
    key, title, title_en = (_text(told.get(name)) for name in ("key", "title", "title_en"))
    if not key or len(key) > _KEY_LENGTH or not all(letter.isalnum() or letter in "-_." for letter in key):
        faults["key"] = [_("Mã biểu mẫu chỉ gồm chữ, số, gạch nối, tối đa %(most)s ký tự.") % {"most": _KEY_LENGTH}]
    if not title or max(len(title), len(title_en)) > _TITLE_LENGTH:
        faults["title"] = [_("Cần tên biểu mẫu, tối đa %(most)s ký tự.") % {"most": _TITLE_LENGTH}]
    for name in ("schema", "layout"):
        if not isinstance(told.get(name), dict):
            faults[name] = [_("Thiếu phần này hoặc không phải một đối tượng.")]
    try:
        valid_from = date.fromisoformat(str(told.get("valid_from", "")))
    except ValueError:
        valid_from = date.min
        faults["valid_from"] = [_("Cần ngày có hiệu lực, ví dụ 2026-01-31.")]
    if faults:
        raise FormInvalidError(_("Tệp biểu mẫu chưa đúng."), field_errors=faults)
    return FormFile(key, title, title_en, valid_from, told["schema"], told["layout"])


def _parse(content: bytes) -> Mapping[str, Any]:
    if len(content) > LARGEST:
        raise FormInvalidError(_("Tệp quá lớn: tối đa %(size)s kB.") % {"size": LARGEST // 1024})
    try:
        told = yaml.load(content.decode(), _PlainLoader)  # noqa: S506 - a safe loader, narrowed further
    except UnicodeDecodeError as error:
        raise FormInvalidError(_("Tệp phải ở bảng mã UTF-8.")) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = str(error).replace("\n", " ")[:300]
        raise FormInvalidError(_("Tệp không phải YAML hay JSON đúng: %(reason)s") % {"reason": reason}) from error
    if not isinstance(told, dict):
        raise FormInvalidError(_("Tệp phải là một đối tượng có key, title, schema, layout, valid_from."))
    return told


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
