"""All answers of a form as HTML to read, and the words for single answers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lienthong.accounts import api as accounts
from lienthong.forms import queries
from lienthong.forms.areas import area_choices
from lienthong.forms.conditions import holds, is_present, read
from lienthong.forms.masking import format_of
from lienthong.forms.models import CatalogueValue, FormVersion
from lienthong.forms.outline import FormField, Outline, Step, Words
from lienthong.forms.validation import compute_values
from lienthong.forms.values import format_number, show_date

LAST_YEAR = 9999
HIDDEN = "••••••"


def render_answers(
    *,
    form: FormVersion,
    answers: Mapping[str, Any],
    files: Mapping[str, str] | None = None,
    is_masked: bool = False,
) -> SafeString:
    """Draw all answers to read, in the order asked; questions not asked or not answered are left out.

    :param files: names of uploaded files by uuid, when known.
    :param is_masked: whether the reader's work needs no identity number, telephone, e-mail, address or birth date.
    """
    outline = queries.outline(form)
    computed = compute_values(outline, answers)
    shower = _Shower(outline, answers, computed, files or {}, is_masked=is_masked)
    steps = []
    for step in outline.steps:
        lines = tuple(shower.lines(step))
        if lines:
            steps.append({"step": step, "lines": lines})
    return render_to_string("forms/answers.html", {"form": form, "steps": steps})


def catalogue_label(entry: CatalogueValue) -> str:
    """Give a catalogue value's label in the reader's language."""
    english = (get_language() or "vi").startswith("en")
    return entry.label_en if english and entry.label_en else entry.label


def option_label(item: FormField, option: Any) -> str:
    """Give a choice's label: the layout's words when it has them, else the value with a capital."""
    notes = item.notes if item.kind == "choice" else item.schema.get("items", {}).get("x-lt", {})
    words = notes.get("labels", {}).get(str(option))
    if isinstance(words, Mapping):
        return str(Words(vi=str(words.get("vi", option)), en=str(words.get("en", ""))))
    text = str(option)
    return text[:1].upper() + text[1:]


def show_number(item: FormField, number: float) -> str:
    """Show a number with its thousands apart; years and other small counts stay plain."""
    limit = item.schema.get("maximum", 0) if item.kind == "integer" else 0
    return str(number) if 0 < limit <= LAST_YEAR else format_number(number)


@dataclass(frozen=True, slots=True)
class Line:
    """One answer to read; ``lines`` holds the inside of a group, ``rows`` the rows of a list."""

    label: str
    text: str = ""
    is_long: bool = False
    lines: "tuple[Line, ...]" = ()
    rows: "tuple[tuple[Line, ...], ...]" = ()
    files: tuple[tuple[str, str], ...] = ()


class _Shower:
    """Builds the lines of the summary."""

    def __init__(
        self,
        outline: Outline,
        answers: Mapping[str, Any],
        computed: Mapping[str, Any],
        files: Mapping[str, str],
        *,
        is_masked: bool = False,
    ) -> None:
        self.is_masked = is_masked
        self.answers = answers
        self.computed = computed
        self.files = files
        pairs = {
            (item.catalogue, code)
            for item in outline.by_path.values()
            if item.catalogue
            for code in _texts_at(answers, item.path.split("."))
        }
        self.labels = queries.catalogue_labels(pairs=frozenset(pairs))

    def lines(self, step: Step) -> Iterator[Line]:
        for item in step.fields:
            yield from self.told(item)

    def told(self, item: FormField) -> Iterator[Line]:
        return self._line(item, self.answers, "", None)

    def _line(self, item: FormField, values: Any, prefix: str, row: Any) -> Iterator[Line]:
        path = prefix + item.name
        value = self.computed.get(path) if item.is_computed else read(values, item.name)
        if not all(holds(condition, self.answers, row=row) for condition in item.when):
            return
        label = str(item.label)
        if item.kind == "boolean":
            if value is not None:
                yield Line(label, _("Có") if value is True else _("Không"))
            return
        if not is_present(value):
            return
        if item.kind == "group" and isinstance(value, Mapping):
            inner = tuple(line for part in item.fields for line in self._line(part, value, f"{path}.", value))
            yield Line(label, lines=inner)
        elif item.kind == "list" and isinstance(value, list):
            rows = tuple(
                tuple(line for part in item.fields for line in self._line(part, each, f"{path}.{index}.", each))
                for index, each in enumerate(value)
            )
            yield Line(label, rows=rows)
        elif item.kind == "file" and isinstance(value, list):
            yield Line(label, files=tuple((str(uuid), self.files.get(str(uuid), "")) for uuid in value))
        else:
            yield Line(label, self._text(item, value), is_long=item.widget == "textarea")

    def _text(self, item: FormField, value: Any) -> str:
        if self.is_masked and (item.is_computed or (kind := format_of(item))):
            # What is worked out may be a birth date in words, so it goes as a whole.
            return HIDDEN if item.is_computed else str(accounts.mask(kind, value))
        if isinstance(value, list):
            return "; ".join(self._text_of_one(item, part) for part in value)
        return self._text_of_one(item, value)

    def _text_of_one(self, item: FormField, value: Any) -> str:
        if item.catalogue and isinstance(value, str):
            entry = self.labels.get((item.catalogue, value))
            return catalogue_label(entry) if entry else value
        if isinstance(value, Mapping):
            return _text_of_parts(item, value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            unit = _("đồng") if item.kind == "money" else str(item.notes.get("unit", ""))
            return f"{show_number(item, value)} {unit}".strip()
        shower = _SHOWERS.get(item.kind)
        return shower(item, str(value)) if shower else str(value)


def _text_of_parts(item: FormField, value: Mapping[str, Any]) -> str:
    if item.kind == "address":
        return str(value.get("text") or value.get("street") or "")
    return "/".join(str(value.get(part, "")) or "…" for part in ("day", "month", "year"))


_SHOWERS: Mapping[str, Callable[[FormField, str], str]] = {
    "date": lambda _item, text: show_date(text),
    "partial-date": lambda _item, text: show_date(text),
    "datetime": lambda _item, text: _("%(time)s ngày %(date)s") % {"time": text[11:16], "date": show_date(text[:10])},
    "province": lambda _item, text: area_choices({"province": text}, on=None).province_name or text,
    "choice": option_label,
    "choices": option_label,
}


def _texts_at(value: Any, parts: Sequence[str]) -> Iterator[str]:
    if not parts:
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                yield text
        return
    if parts[0] == "*":
        for each in value if isinstance(value, list) else []:
            yield from _texts_at(each, parts[1:])
    elif isinstance(value, Mapping):
        yield from _texts_at(value.get(parts[0]), parts[1:])


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One top-level answer in words, for printed papers."""

    path: str
    label: str
    text: str
    is_long: bool


def answer_lines(*, form: FormVersion, answers: Mapping[str, Any]) -> tuple[AnswerLine, ...]:
    """Tell the top-level answers in words, in the order asked; groups, lists and files are left out."""
    outline = queries.outline(form)
    shower = _Shower(outline, answers, compute_values(outline, answers), {})
    return tuple(
        AnswerLine(item.path, line.label, line.text, line.is_long)
        for item in outline.fields
        for line in shower.told(item)
        if line.text
    )
