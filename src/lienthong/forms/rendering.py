"""A step of a form as accessible HTML (USWDS markup), to fill in."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from lienthong.forms import queries
from lienthong.forms.areas import AreaChoices, area_choices
from lienthong.forms.conditions import holds, read
from lienthong.forms.models import CatalogueValue, Draft, FormVersion
from lienthong.forms.outline import FormField, Outline
from lienthong.forms.summary import catalogue_label, option_label, show_number
from lienthong.forms.validation import compute_values
from lienthong.forms.values import split_date
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError

COMBO_FROM = 25
_INPUT_MODE = {"digits": "numeric", "integer": "numeric", "money": "numeric", "decimal": "decimal", "phone": "tel"}
_INPUT_TYPE = {"email": "email", "phone": "tel", "url": "text"}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Source:
    """Where a prefilled answer comes from, and whether it may be changed."""

    text: str
    locked: bool


@dataclass(frozen=True, slots=True)
class Question:
    """Everything the template needs to draw one field."""

    item: FormField
    path: str
    id: str
    value: Any
    errors: tuple[str, ...]
    required: bool
    hidden: bool
    when: str
    source: Source | None
    options: tuple[Option, ...] = ()
    parts: Mapping[str, str] | None = None
    questions: "tuple[Question, ...]" = ()
    rows: "tuple[Row, ...]" = ()
    areas: AreaChoices | None = None
    files: tuple[Mapping[str, Any], ...] = ()

    @property
    def widget(self) -> str:
        """Name the template that draws the field."""
        if self.item.is_computed:
            return "computed"
        if self.item.kind in ("catalogue", "choice") and len(self.options) > COMBO_FROM:
            return "combo"
        return {"partial-date": "date", "long-text": "textarea", "province": "select"}.get(
            self.item.widget, self.item.widget
        )

    @property
    def template(self) -> str:
        """Name the template file of the widget."""
        if self.widget in _TEMPLATES:
            return f"forms/widgets/{self.widget}.html"
        return "forms/widgets/text.html"

    @property
    def described_by(self) -> str:
        """List the ids of hint, source and error, for ``aria-describedby``."""
        ids = [f"{self.id}-hint"] if self.hint else []
        if self.source:
            ids.append(f"{self.id}-source")
        if self.errors:
            ids.append(f"{self.id}-error")
        return " ".join(ids)

    @property
    def hint(self) -> str:
        """Give the help text of the layout, else what the kind needs to be typed right."""
        return str(self.item.help) or str(_KIND_HINTS.get(self.item.kind, ""))

    @property
    def input_mode(self) -> str:
        """Give the keyboard a phone should show."""
        return _INPUT_MODE.get(self.item.kind, "")

    @property
    def input_type(self) -> str:
        """Give the type of the input element."""
        return _INPUT_TYPE.get(self.item.kind, "text")

    @property
    def max_length(self) -> int:
        """Give the longest text allowed."""
        return int(self.item.schema.get("maxLength", 300))

    @property
    def unit(self) -> str:
        """Give the unit written after a number."""
        return _("đồng") if self.item.kind == "money" else str(self.item.notes.get("unit", ""))

    @property
    def focus_id(self) -> str:
        """Give the id of the first control, where the error summary leads."""
        match self.widget:
            case "date" | "datetime":
                return f"{self.id}-day"
            case "address":
                return f"{self.id}-province"
            case "radios" | "choices" | "yes-no":
                return f"{self.id}-0"
        return self.id


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a repeating part."""

    number: int
    path: str
    questions: tuple[Question, ...]


_TEMPLATES = frozenset(
    {
        "radios", "select", "combo", "checkbox", "yes-no", "choices", "textarea", "date", "datetime", "address",
        "group", "list", "lines", "file", "computed",
    }
)  # fmt: skip


def render_step(
    request: HttpRequest,
    *,
    form: FormVersion,
    step: str,
    answers: Mapping[str, Any] | None = None,
    draft: Draft | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
    conflict: ConflictError | None = None,
    on: date | None = None,
) -> SafeString:
    """Draw the questions of one step, with what was typed and what is wrong with it.

    The caller supplies the ``<form method="post" enctype="multipart/form-data">``, the CSRF token and
    the buttons. With a draft, its answers, sources and attachments are shown and changes are saved
    as they are typed.

    :param errors: messages by dotted path, as in ``InvalidError.field_errors``.
    :param conflict: what ``save_step`` raised; the draft shown is the other device's, and the copy is offered.
    :param on: the date whose areas and catalogues are offered; today when left out.
    """
    outline = queries.outline(form)
    found = outline.step(step) or outline.steps[0]
    today = on or clock.local_date(clock.now())
    typed = answers if answers is not None else (draft.answers if draft else {})
    drawer = _Drawer(outline, typed, errors or {}, draft, today)
    drawer.load(found.fields)
    sections = [
        {"section": section, "questions": tuple(drawer.question(item, "", None) for item in section.fields)}
        for section in found.sections
    ]
    return render_to_string(
        "forms/step.html",
        {
            "form": form,
            "step": found,
            "sections": sections,
            "draft": draft,
            "conflict": conflict,
            "summary": _summary(sections, errors or {}),
            "has_conditions": any(drawer.is_conditional(item) for item in found.fields),
        },
        request=request,
    )


def element_id(path: str) -> str:
    """Turn a dotted path into an element id."""
    return "f-" + path.replace(".", "-")


_KIND_HINTS = {
    "date": _lazy("Ví dụ: 27 3 2025."),
    "partial-date": _lazy("Nếu không nhớ ngày hoặc tháng, để trống ô đó và ghi năm."),
    "datetime": _lazy("Ví dụ: 27 3 2025, lúc 14:05."),
    "digits": _lazy("12 chữ số trên thẻ căn cước."),
    "money": _lazy("Số tiền bằng đồng, ví dụ 1.500.000."),
    "decimal": _lazy("Dùng dấu phẩy cho phần lẻ, ví dụ 75,5."),
}


def _summary(sections: Sequence[Mapping[str, Any]], errors: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """List the errors for the top of the page, each leading to its control."""
    if not errors:
        return []
    lines: list[dict[str, str]] = []
    drawn: set[str] = set()
    for question in _every(question for section in sections for question in section["questions"]):
        drawn.add(question.path)
        lines += [{"target": question.focus_id, "message": message} for message in question.errors]
    if "" in errors and not lines:
        lines += [{"target": "", "message": message} for message in errors[""]]
    return lines


def _every(questions: Any) -> Iterator[Question]:
    for question in questions:
        yield question
        yield from _every(question.questions)
        for row in question.rows:
            yield from _every(row.questions)


class _Drawer:
    """Builds the questions of a step."""

    def __init__(
        self,
        outline: Outline,
        answers: Mapping[str, Any],
        errors: Mapping[str, Sequence[str]],
        draft: Draft | None,
        on: date,
    ) -> None:
        self.outline = outline
        self.answers = answers
        self.errors = errors
        self.sources: Mapping[str, Any] = draft.sources if draft else {}
        self.attachments: Mapping[str, Any] = draft.attachments if draft else {}
        self.on = on
        self.catalogues: dict[str, tuple[CatalogueValue, ...]] = {}
        self.computed = compute_values(outline, answers)

    def load(self, fields: Sequence[FormField]) -> None:
        """Read every catalogue of the step in one statement."""
        keys = sorted({item.catalogue for item in _every_field(fields) if item.catalogue})
        self.catalogues = queries.list_catalogues(catalogues=keys, on=self.on)

    def is_conditional(self, item: FormField) -> bool:
        """Say whether what is asked may change with an answer."""
        return bool(item.when) or any(self.is_conditional(inner) for inner in item.fields)

    def question(self, item: FormField, prefix: str, row: Any) -> Question:
        path = f"{prefix}{item.name}"
        value = self.computed.get(path) if item.is_computed else read(self.answers, path)
        errors = tuple(self.errors.get(path, ()))
        source = self.sources.get(path)
        question = Question(
            item=item,
            path=path,
            id=element_id(path),
            value=self._typed(item, value),
            errors=errors,
            required=item.required or bool(item.required_when and holds(item.required_when, self.answers, row=row)),
            hidden=not all(holds(condition, self.answers, row=row) for condition in item.when),
            when=json.dumps([_concrete(condition, prefix) for condition in item.when], ensure_ascii=False)
            if item.when
            else "",
            source=Source(str(source.get("label", "")), bool(source.get("locked"))) if source else None,
        )
        return self._completed(question, item, path, value)

    def _completed(self, question: Question, item: FormField, path: str, value: Any) -> Question:
        completer = _COMPLETERS.get(item.kind)
        return completer(self, question, item, path, value) if completer else question

    def group(self, question: Question, item: FormField, path: str, value: Any) -> Question:
        inner = value if isinstance(value, Mapping) else {}
        return replace(question, questions=tuple(self.question(part, f"{path}.", inner) for part in item.fields))

    def rows(self, question: Question, item: FormField, path: str, value: Any) -> Question:
        rows = value if isinstance(value, list) else []
        if not rows and (item.required or item.schema.get("minItems")):
            rows = [{}]
        drawn = []
        for index, inner in enumerate(rows):
            here = f"{path}.{index}"
            drawn.append(Row(index + 1, here, tuple(self.question(part, f"{here}.", inner) for part in item.fields)))
        return replace(question, rows=tuple(drawn))

    def lines(self, question: Question, _item: FormField, _path: str, value: Any) -> Question:
        lines = [line for line in value if isinstance(line, str)] if isinstance(value, list) else []
        return replace(question, value=lines or [""])

    def choice(self, question: Question, item: FormField, _path: str, value: Any) -> Question:
        return replace(question, options=tuple(self._options(item, value)))

    def date(self, question: Question, _item: FormField, _path: str, value: Any) -> Question:
        return replace(question, parts=_date_parts(value))

    def address(self, question: Question, _item: FormField, _path: str, value: Any) -> Question:
        return replace(question, areas=area_choices(value if isinstance(value, Mapping) else {}, on=self.on))

    def province(self, question: Question, _item: FormField, _path: str, value: Any) -> Question:
        areas = area_choices({"province": value}, on=self.on).provinces
        return replace(question, options=tuple(Option(area.value, area.label, area.selected) for area in areas))

    def file(self, question: Question, _item: FormField, path: str, value: Any) -> Question:
        known = {entry.get("file"): entry for entry in self.attachments.get(path, [])}
        wanted = value if isinstance(value, list) else []
        return replace(question, files=tuple(known.get(uuid, {"file": uuid, "name": uuid}) for uuid in wanted))

    def _typed(self, item: FormField, value: Any) -> Any:
        """Give the text to stand in the input."""
        if item.kind in ("integer", "decimal", "money") and isinstance(value, (int, float)):
            return "" if isinstance(value, bool) else show_number(item, value)
        if value is None:
            return ""
        return value

    def _options(self, item: FormField, value: Any) -> Iterator[Option]:
        chosen = value if isinstance(value, list) else [value]
        if item.catalogue:
            for entry in self.catalogues.get(item.catalogue, ()):
                yield Option(entry.code, catalogue_label(entry), entry.code in chosen)
            return
        for option in item.options:
            yield Option(str(option), option_label(item, option), option in chosen)


_COMPLETERS: Mapping[str, Callable[[_Drawer, Question, FormField, str, Any], Question]] = {
    "group": _Drawer.group,
    "list": _Drawer.rows,
    "lines": _Drawer.lines,
    "choice": _Drawer.choice,
    "choices": _Drawer.choice,
    "catalogue": _Drawer.choice,
    "date": _Drawer.date,
    "partial-date": _Drawer.date,
    "datetime": _Drawer.date,
    "address": _Drawer.address,
    "province": _Drawer.province,
    "file": _Drawer.file,
}


def _every_field(fields: Sequence[FormField]) -> Iterator[FormField]:
    for item in fields:
        yield item
        yield from _every_field(item.fields)


def _concrete(condition: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Write paths relative to the row as full paths, for the script in the page."""
    found: dict[str, Any] = {}
    for key, value in condition.items():
        if key in ("all", "any"):
            found[key] = [_concrete(part, prefix) for part in value]
        elif key == "not":
            found[key] = _concrete(value, prefix)
        elif key == "field" and value.startswith("./"):
            found[key] = prefix + value[2:]
        else:
            found[key] = value
    return found


def _date_parts(value: Any) -> dict[str, str]:
    if isinstance(value, Mapping):
        return {part: str(value.get(part, "")) for part in ("day", "month", "year", "time")}
    if not isinstance(value, str):
        return {"day": "", "month": "", "year": "", "time": ""}
    day, month, year = split_date(value[:10])
    return {"day": day, "month": month, "year": year, "time": value[11:16]}
