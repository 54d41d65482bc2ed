"""The outline of a form: schema and layout read together into typed steps, sections and fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lienthong.forms.conditions import condition_problems, fields_of
from lienthong.forms.dialect import Problems

WIDTHS = ("2xs", "xs", "sm", "md", "lg", "xl", "2xl")
RADIO_LIMIT = 6
LONG_TEXT = 300
_MAX_LAYOUT_FIELDS = 400

KINDS_BY_FORMAT = {
    "person-name": "name",
    "identity-number": "digits",
    "identity-document": "text",
    "tax-code": "text",
    "phone-vn": "phone",
    "partial-date": "partial-date",
    "money-vnd": "money",
    "address": "address",
    "province": "province",
    "file": "file",
    "date": "date",
    "date-time": "datetime",
    "email": "email",
    "uri": "url",
}
_KINDS_BY_TYPE = {"boolean": "boolean", "integer": "integer", "number": "decimal", "object": "group"}
# Which widgets a layout may choose for which kind; the first is taken when it names none.
WIDGETS = {
    "choice": ("radios", "select"),
    "catalogue": ("select", "combo"),
    "boolean": ("checkbox", "yes-no"),
    "text": ("text", "textarea"),
    "long-text": ("textarea", "text"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A text of a form in Vietnamese and, when given, English."""

    vi: str = ""
    en: str = ""

    def __str__(self) -> str:
        return self.en if self.en and (get_language() or "vi").startswith("en") else self.vi

    def __bool__(self) -> bool:
        return bool(self.vi)


@dataclass(frozen=True, slots=True)
class FormField:
    """One question. ``path`` is dotted and names list rows as ``*`` (``members.*.full_name``).

    :ivar kind: what the value is (``name``, ``date``, ``catalogue``, ``list``…).
    :ivar when: conditions that must all hold for the question to be asked, outer ones included.
    :ivar required: whether the schema requires it whenever it is asked.
    """

    name: str
    path: str
    kind: str
    widget: str
    schema: Mapping[str, Any]
    label: Words
    help: Words
    item: Words
    width: str
    required: bool
    when: tuple[Mapping[str, Any], ...]
    required_when: Mapping[str, Any] | None
    fields: "tuple[FormField, ...]" = ()

    @property
    def notes(self) -> Mapping[str, Any]:
        """Give the ``x-lt`` annotations."""
        notes: Mapping[str, Any] = self.schema.get("x-lt", {})
        return notes

    @property
    def catalogue(self) -> str:
        """Give the key of the catalogue the value comes from; empty when none."""
        name = str(self.notes.get("format", ""))
        if name.startswith("catalogue:"):
            return name.removeprefix("catalogue:")
        item = self.schema.get("items", {}).get("x-lt", {}).get("format", "")
        return item.removeprefix("catalogue:") if item.startswith("catalogue:") else ""

    @property
    def options(self) -> tuple[Any, ...]:
        """Give the allowed values of a choice."""
        return tuple(self.schema.get("enum") or self.schema.get("items", {}).get("enum") or ())

    @property
    def is_computed(self) -> bool:
        """Say whether the platform works the value out."""
        return "computed" in self.notes


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under one heading."""

    title: Words
    help: Words
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a form."""

    key: str
    title: Words
    help: Words
    sections: tuple[Section, ...]
    when: tuple[Mapping[str, Any], ...] = ()

    @property
    def fields(self) -> tuple[FormField, ...]:
        """Give the top-level fields of the page in order."""
        return tuple(field for section in self.sections for field in section.fields)


@dataclass(frozen=True, slots=True)
class Outline:
    """The steps of a form in order."""

    steps: tuple[Step, ...]
    by_path: Mapping[str, FormField] = field(hash=False, compare=False)

    def step(self, key: str) -> Step | None:
        """Find a step by key."""
        return next((step for step in self.steps if step.key == key), None)

    @property
    def fields(self) -> tuple[FormField, ...]:
        """Give every top-level field in the order asked."""
        return tuple(field for step in self.steps for field in step.fields)


def kind_of(schema: Mapping[str, Any]) -> str:
    """Say what a field's value is, from its schema."""
    name = str(schema.get("x-lt", {}).get("format") or schema.get("format") or "")
    if name.startswith("catalogue:"):
        return "catalogue"
    if name in KINDS_BY_FORMAT:
        return KINDS_BY_FORMAT[name]
    if schema.get("type") == "array":
        items = schema.get("items", {})
        if items.get("type") == "object":
            return "list"
        return "choices" if "enum" in items or kind_of(items) == "catalogue" else "lines"
    if "enum" in schema:
        return "choice"
    kind = _KINDS_BY_TYPE.get(str(schema.get("type")))
    return kind or ("long-text" if schema.get("maxLength", 0) > LONG_TEXT else "text")


def read_outline(schema: Mapping[str, Any], layout: Any) -> tuple[Outline, Problems]:
    """Read a layout against its schema and say what does not fit, by JSON Pointer into the layout."""
    reader = _Reader(schema)
    outline = reader.read(layout)
    return outline, reader.problems


@lru_cache(maxsize=256)
def _cached(_checksum: str, holder: "_Holder") -> Outline:
    return read_outline(holder.schema, holder.layout)[0]


@dataclass(frozen=True, slots=True)
class _Holder:
    """Carries schema and layout past the cache key, which is the checksum alone."""

    schema: Any = field(hash=False, compare=False)
    layout: Any = field(hash=False, compare=False)


def outline_of(*, checksum: str, schema: Mapping[str, Any], layout: Mapping[str, Any]) -> Outline:
    """Give the outline of a published form, read once per checksum and process."""
    return _cached(checksum, _Holder(schema, layout))


class _Reader:
    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema
        self.problems: Problems = {}
        self.by_path: dict[str, FormField] = {}

    def problem(self, path: str, message: str) -> None:
        self.problems.setdefault(path, []).append(message)

    def read(self, layout: Any) -> Outline:
        steps: list[Step] = []
        if not isinstance(layout, dict) or not isinstance(layout.get("steps"), list) or not layout["steps"]:
            self.problem("/steps", _("Bố cục cần ít nhất một bước."))
            return Outline((), {})
        for index, raw in enumerate(layout["steps"]):
            step = self._step(raw, f"/steps/{index}")
            if step:
                if any(other.key == step.key for other in steps):
                    self.problem(f"/steps/{index}/key", _("Trùng khóa bước “%(key)s”.") % {"key": step.key})
                steps.append(step)
        self._check_conditions()
        for name, schema in self.schema.get("properties", {}).items():
            if name not in self.by_path:
                self._not_placed(name)
            for path in _inner_paths(name, schema):
                if path not in self.by_path and name in self.by_path:
                    self.problem(
                        "/steps", _("Trường “%(name)s” của lược đồ chưa có chỗ trong bố cục.") % {"name": path}
                    )
        return Outline(tuple(steps), self.by_path)

    def _not_placed(self, name: str) -> None:
        self.problem("/steps", _("Trường “%(name)s” của lược đồ chưa có chỗ trong bố cục.") % {"name": name})

    def _step(self, raw: Any, path: str) -> Step | None:
        whole = isinstance(raw, dict) and isinstance(raw.get("key"), str) and isinstance(raw.get("sections"), list)
        if not whole:
            self.problem(path, _("Mỗi bước cần “key”, “title” và “sections”."))
            return None
        self._unknown(raw, path, {"key", "title", "help", "sections", "when"})
        when = self._when(raw, path)
        sections = []
        for index, section in enumerate(raw["sections"]):
            here = f"{path}/sections/{index}"
            if not isinstance(section, dict) or not isinstance(section.get("fields"), list):
                self.problem(here, _("Mỗi phần cần danh sách “fields”."))
                continue
            self._unknown(section, here, {"title", "help", "fields", "when"})
            conditions = when + self._when(section, here)
            fields = self._fields(section["fields"], f"{here}/fields", self.schema, "", conditions)
            sections.append(Section(_words(section.get("title")), _words(section.get("help")), fields))
        title = _words(raw.get("title"))
        if not title:
            self.problem(f"{path}/title", _("Bước cần tên."))
        return Step(raw["key"], title, _words(raw.get("help")), tuple(sections), when)

    def _fields(
        self, raw: Any, path: str, schema: Mapping[str, Any], prefix: str, when: tuple[Mapping[str, Any], ...]
    ) -> tuple[FormField, ...]:
        if not isinstance(raw, list):
            self.problem(path, _("“fields” phải là danh sách."))
            return ()
        found = (self._field(item, f"{path}/{index}", schema, prefix, when) for index, item in enumerate(raw))
        return tuple(field for field in found if field is not None)

    def _field(
        self, raw: Any, path: str, schema: Mapping[str, Any], prefix: str, when: tuple[Mapping[str, Any], ...]
    ) -> FormField | None:
        if not isinstance(raw, dict) or not isinstance(raw.get("name"), str):
            self.problem(path, _("Mỗi trường trong bố cục cần “name”."))
            return None
        name = raw["name"]
        own = schema.get("properties", {}).get(name)
        if not isinstance(own, dict):
            self.problem(path, _("Trường “%(name)s” không có trong lược đồ.") % {"name": prefix + name})
            return None
        full = prefix + name
        if full in self.by_path:
            self.problem(path, _("Trường “%(name)s” được hỏi hai lần.") % {"name": full})
            return None
        if len(self.by_path) >= _MAX_LAYOUT_FIELDS:
            self.problem(path, _("Bố cục có quá nhiều trường."))
            return None
        self._unknown(
            raw, path, {"name", "label", "help", "item", "widget", "width", "when", "required_when", "fields"}
        )
        kind = kind_of(own)
        conditions = when + self._when(raw, path)
        required_when = raw.get("required_when")
        if required_when is not None:
            for message in condition_problems(required_when):
                self.problem(f"{path}/required_when", message)
        inner: tuple[FormField, ...] = ()
        label = _words(raw.get("label"))
        if not label:
            self.problem(f"{path}/label", _("Trường “%(name)s” cần nhãn.") % {"name": full})
        if kind in ("group", "list"):
            below = own if kind == "group" else own.get("items", {})
            deeper = f"{full}." if kind == "group" else f"{full}.*."
            inner = self._fields(raw.get("fields"), f"{path}/fields", below, deeper, conditions)
        elif "fields" in raw:
            self.problem(f"{path}/fields", _("Chỉ nhóm và danh sách mới có trường con."))
        field = FormField(
            name=name,
            path=full,
            kind=kind,
            widget=self._widget(raw, path, kind, own),
            schema=own,
            label=label,
            help=_words(raw.get("help")),
            item=_words(raw.get("item")),
            width=self._width(raw, path),
            required=name in schema.get("required", ()) and "computed" not in own.get("x-lt", {}),
            when=conditions,
            required_when=required_when if isinstance(required_when, dict) else None,
            fields=inner,
        )
        self.by_path[full] = field
        return field

    def _widget(self, raw: Mapping[str, Any], path: str, kind: str, schema: Mapping[str, Any]) -> str:
        allowed = WIDGETS.get(kind, (kind,))
        chosen = raw.get("widget")
        if chosen is None:
            if kind == "choice" and len(schema.get("enum", ())) > RADIO_LIMIT:
                return "select"
            return allowed[0]
        if chosen not in allowed:
            self.problem(f"{path}/widget", _("Không dùng được cách nhập “%(widget)s” ở đây.") % {"widget": str(chosen)})
            return allowed[0]
        return str(chosen)

    def _width(self, raw: Mapping[str, Any], path: str) -> str:
        width = raw.get("width", "")
        if width and width not in WIDTHS:
            self.problem(f"{path}/width", _("Độ rộng chỉ nhận: %(widths)s.") % {"widths": ", ".join(WIDTHS)})
            return ""
        return str(width)

    def _when(self, raw: Mapping[str, Any], path: str) -> tuple[Mapping[str, Any], ...]:
        if "when" not in raw:
            return ()
        messages = list(condition_problems(raw["when"]))
        for message in messages:
            self.problem(f"{path}/when", message)
        return () if messages else (raw["when"],)

    def _unknown(self, raw: Mapping[str, Any], path: str, known: set[str]) -> None:
        for key in raw:
            if key not in known:
                self.problem(path, _("Không có mục “%(key)s” trong bố cục.") % {"key": key})

    def _check_conditions(self) -> None:
        for path, item in self.by_path.items():
            conditions = [*item.when, *([item.required_when] if item.required_when else [])]
            for name in (name for condition in conditions for name in fields_of(condition)):
                target = name
                if name.startswith("./"):
                    target = f"{path.rpartition('.')[0]}.{name[2:]}"
                if target not in self.by_path:
                    self.problem(
                        "/steps",
                        _("Điều kiện của “%(field)s” nhắc tới trường không có: “%(name)s”.")
                        % {"field": path, "name": name},
                    )
            for name in item.notes.get("computed", {}).get("args", ()):
                if name not in self.by_path:
                    self.problem(
                        "/steps",
                        _("Phép tính của “%(field)s” nhắc tới trường không có: “%(name)s”.")
                        % {"field": path, "name": name},
                    )


def _inner_paths(name: str, schema: Any) -> Iterator[str]:
    """Give the paths of the questions inside groups and lists."""
    if not isinstance(schema, dict):
        return
    kind = kind_of(schema)
    if kind not in ("group", "list"):
        return
    below = schema if kind == "group" else schema.get("items", {})
    prefix = f"{name}." if kind == "group" else f"{name}.*."
    for inner, part in below.get("properties", {}).items():
        yield prefix + inner
        yield from _inner_paths(prefix + inner, part)


def _words(raw: Any) -> Words:
    if isinstance(raw, str):
        return Words(vi=raw)
    if isinstance(raw, dict):
        return Words(vi=str(raw.get("vi", "")), en=str(raw.get("en", "")))
    return Words()
