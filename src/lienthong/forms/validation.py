"""Validation of answers: clean, compute, drop what is not asked, check, and say it in Vietnamese."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from lienthong.forms import queries
from lienthong.forms.areas import address_problem
from lienthong.forms.computed import compute
from lienthong.forms.conditions import holds, read
from lienthong.forms.dialect import MAX_PATTERN_INPUT, pointer
from lienthong.forms.formats import format_problem, format_warning
from lienthong.forms.models import FormVersion
from lienthong.forms.outline import FormField, Outline
from lienthong.forms.sentences import missing, tell
from lienthong.forms.values import show_date
from lienthong.kernel.errors import InvalidError

MAX_ANSWER_DEPTH = 12
MAX_ANSWER_VALUES = 5000
MAX_TEXT = 100_000
DEFAULT_MAX_LENGTH = 300

Errors = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Validated:
    """Answers that satisfy a form.

    :ivar answers: what was asked and answered; blanks and hidden parts left out.
    :ivar computed: values the platform worked out, by path (``child_dob_words``, ``lines.0.total``).
    :ivar warnings: doubts worth a second look, by path; they refuse nothing.
    """

    answers: Mapping[str, Any]
    computed: Mapping[str, Any]
    warnings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class AnswersInvalidError(InvalidError):
    """The answers do not satisfy the form; ``field_errors`` is by dotted path."""

    code = "forms.answers_invalid"


def validate(*, form: FormVersion, answers: Any, step: str | None = None, on: date | None = None) -> Validated:
    """Check answers against a form, whatever JSON they are.

    :param step: check only the fields of one step (values of other steps still drive conditions).
    :param on: today in Vietnam; when given, dates noted ``past`` may not lie after it.
    :raises AnswersInvalidError: with every problem, each at its path, in the order asked.
    """
    outline = queries.outline(form)
    problem = _shape_problem(answers)
    if problem:
        raise AnswersInvalidError(problem, field_errors={"": [problem]})
    fields = outline.fields
    if step is not None:
        found = outline.step(step)
        fields = found.fields if found else ()
    cleaned = _clean(answers)
    errors = _unknown(outline, answers)
    computed = compute_values(outline, cleaned)
    kept = _asked(fields, cleaned, cleaned, None)
    hidden = set(_hidden(fields, cleaned, cleaned, None, ""))
    _check_schema(outline, fields, kept, hidden, errors)
    for path, item in _required_now(fields, kept, cleaned, None, ""):
        errors.setdefault(path, [missing(item)])
    _check_catalogues(form, fields, kept, errors)
    _check_values(fields, kept, on, errors)
    if errors:
        ordered = _in_order(outline, errors)
        raise AnswersInvalidError(
            _("Có %(count)s mục cần xem lại.") % {"count": len(ordered)},
            field_errors={path: messages[:3] for path, messages in ordered.items()},
        )
    return Validated(
        answers=kept,
        computed={path: value for path, value in computed.items() if path not in hidden},
        warnings=_warnings(fields, kept),
    )


def _unknown(outline: Outline, answers: Mapping[str, Any]) -> Errors:
    known = {item.name for item in outline.fields}
    return {
        name: [_("Biểu mẫu không có trường “%(name)s”.") % {"name": str(name)[:80]}]
        for name in answers
        if name not in known
    }


def _check_schema(outline: Outline, fields: tuple[FormField, ...], kept: Any, hidden: set[str], errors: Errors) -> None:
    schema = {
        "type": "object",
        "properties": {item.name: item.schema for item in fields},
        "required": [item.name for item in fields if item.required],
    }
    for error in _VALIDATOR(schema).iter_errors(kept):
        for path, message in tell(error, outline):
            if path not in hidden and message not in errors.setdefault(path, []):
                errors[path].append(message)


def _check_values(fields: tuple[FormField, ...], kept: Any, on: date | None, errors: Errors) -> None:
    """Check what a schema cannot: areas that belong together, dates that have not come yet."""
    today = str(on) if on else ""
    for path, item, value in _leaves(fields, kept, ""):
        if path in errors:
            continue
        if item.kind == "address":
            problem = address_problem(value)
            if problem:
                errors[path] = [problem]
        elif today and item.notes.get("past") and value[: len(today)] > today[: len(value)]:
            errors[path] = [_("Ngày này chưa tới; hãy xem lại (hôm nay là %(date)s).") % {"date": show_date(today)}]


def as_pointers(field_errors: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Turn errors by dotted path into errors by JSON Pointer (RFC 6901), for REST."""
    return {pointer(tuple(path.split("."))) if path else "": tuple(messages) for path, messages in field_errors.items()}


def compute_values(outline: Outline, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Work out every computed field from answers as typed; values that cannot be had are left out."""
    values: dict[str, Any] = {}
    for path, item in outline.by_path.items():
        if not item.is_computed:
            continue
        recipe = item.notes["computed"]
        for concrete, row in _concrete(path, answers):
            arguments = [_argument(name, path, row, answers, values) for name in recipe["args"]]
            value = compute(recipe["function"], arguments)
            if value is not None:
                values[concrete] = value
    return values


def _concrete(path: str, answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the concrete paths of a field and the index of its row (empty outside a list)."""
    before, star, after = path.partition(".*.")
    if not star:
        yield path, ""
        return
    rows = read(answers, before)
    for index in range(len(rows) if isinstance(rows, list) else 0):
        yield f"{before}.{index}.{after}", str(index)


def _argument(name: str, path: str, row: str, answers: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    before, star, after = name.partition(".*.")
    if not star:
        return values.get(name, read(answers, name))
    if row and path.startswith(f"{before}.*."):
        concrete = f"{before}.{row}.{after}"
        return values.get(concrete, read(answers, concrete))
    rows = read(answers, before)
    count = len(rows) if isinstance(rows, list) else 0
    paths = [f"{before}.{index}.{after}" for index in range(count)]
    return [values.get(concrete, read(answers, concrete)) for concrete in paths]


def _shape_problem(answers: Any) -> str:
    """Refuse anything but a JSON object of sensible size and depth."""
    if not isinstance(answers, dict):
        return _("Câu trả lời phải là một đối tượng JSON.")
    count = 0
    level: list[Any] = [answers]
    for _depth in range(MAX_ANSWER_DEPTH + 1):
        deeper: list[Any] = []
        for value in level:
            count += 1
            if isinstance(value, dict):
                if not all(isinstance(key, str) for key in value):
                    return _("Tên trường phải là chuỗi.")
                deeper.extend(value.values())
            elif isinstance(value, list):
                deeper.extend(value)
            elif isinstance(value, str) and len(value) > MAX_TEXT:
                return _("Có một câu trả lời quá dài.")
        if count + len(deeper) > MAX_ANSWER_VALUES:
            return _("Có quá nhiều câu trả lời.")
        if not deeper:
            return ""
        level = deeper
    return _("Câu trả lời lồng quá sâu.")


def _clean(value: Any) -> Any:
    """Drop blanks: empty texts, empty lists, empty groups, nulls; rows left empty by the person."""
    if isinstance(value, dict):
        parts = {key: _clean(part) for key, part in value.items()}
        return {key: part for key, part in parts.items() if not _is_blank(part)}
    if isinstance(value, list):
        return [part for part in map(_clean, value) if not _is_blank(part)]
    return value.strip() if isinstance(value, str) else value


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, (str, list, dict)) and not value)


def _is_asked(item: FormField, answers: Any, row: Any) -> bool:
    return all(holds(condition, answers, row=row) for condition in item.when)


def _asked(fields: tuple[FormField, ...], values: Any, answers: Any, row: Any) -> Any:
    """Copy the answers to questions that are asked; computed values never come from outside."""
    if not isinstance(values, dict):
        return values
    known = {item.name: item for item in fields}
    kept: dict[str, Any] = {}
    for name, value in values.items():
        item = known.get(name)
        if item is None:
            if row is not None:
                kept[name] = value
            continue
        if item.is_computed or not _is_asked(item, answers, row):
            continue
        if item.kind == "group":
            inner = _asked(item.fields, value, answers, value)
            if not _is_blank(inner):
                kept[name] = inner
        elif item.kind == "list" and isinstance(value, list):
            kept[name] = [_asked(item.fields, part, answers, part) for part in value]
        elif item.kind == "boolean" and value is False and not item.required:
            kept[name] = False
        else:
            kept[name] = value
    return kept


def _hidden(fields: tuple[FormField, ...], values: Any, answers: Any, row: Any, prefix: str) -> Iterator[str]:
    """Give the concrete paths of questions that are not asked."""
    for item in fields:
        path = prefix + item.name
        if not _is_asked(item, answers, row):
            yield path
            continue
        value = values.get(item.name) if isinstance(values, dict) else None
        if item.kind == "group":
            yield from _hidden(item.fields, value, answers, value or {}, f"{path}.")
        elif item.kind == "list" and isinstance(value, list):
            for index, part in enumerate(value):
                yield from _hidden(item.fields, part, answers, part, f"{path}.{index}.")


def _required_now(
    fields: tuple[FormField, ...], values: Any, answers: Any, row: Any, prefix: str
) -> Iterator[tuple[str, FormField]]:
    """Give what is missing: conditional requirements, and the inside of required groups left empty."""
    for item in fields:
        path = prefix + item.name
        if not _is_asked(item, answers, row):
            continue
        value = values.get(item.name) if isinstance(values, dict) else None
        if item.required_when and value is None and holds(item.required_when, answers, row=row):
            yield path, item
        if item.kind == "group" and (item.required or value):
            if value is None:
                for inner in item.fields:
                    if inner.required and _is_asked(inner, answers, {}):
                        yield f"{path}.{inner.name}", inner
            yield from _required_now(item.fields, value, answers, value or {}, f"{path}.")
        elif item.kind == "list" and isinstance(value, list):
            for index, part in enumerate(value):
                yield from _required_now(item.fields, part, answers, part, f"{path}.{index}.")


def _check_catalogues(form: FormVersion, fields: tuple[FormField, ...], values: Any, errors: Errors) -> None:
    """Check catalogue values against the lists in force when the form came into force or later."""
    used = [
        (path, item.catalogue, code)
        for path, item, value in _leaves(fields, values, "")
        if item.catalogue
        for code in (value if isinstance(value, list) else [value])
        if isinstance(code, str)
    ]
    if not used:
        return
    allowed = queries.catalogue_codes(
        pairs=frozenset((catalogue, code) for _path, catalogue, code in used), since=form.valid_from
    )
    for path, catalogue, code in used:
        if (catalogue, code) not in allowed:
            errors.setdefault(path, [_("Hãy chọn một giá trị có trong danh sách.")])


def _leaves(fields: tuple[FormField, ...], values: Any, prefix: str) -> Iterator[tuple[str, FormField, Any]]:
    """Give every answered question with its concrete path, groups and rows opened."""
    if not isinstance(values, dict):
        return
    for item in fields:
        if item.name not in values:
            continue
        value = values[item.name]
        path = prefix + item.name
        if item.kind == "group":
            yield from _leaves(item.fields, value, f"{path}.")
        elif item.kind == "list" and isinstance(value, list):
            for index, part in enumerate(value):
                yield from _leaves(item.fields, part, f"{path}.{index}.")
        else:
            yield path, item, value


def _warnings(fields: tuple[FormField, ...], values: Any) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for path, item, value in _leaves(fields, values, ""):
        warning = format_warning(str(item.notes.get("format", "")), value)
        if warning:
            found[path] = (warning,)
    return found


def _in_order(outline: Outline, errors: Errors) -> Errors:
    places = {path: index for index, path in enumerate(outline.by_path)}

    def place(path: str) -> tuple[int, str]:
        general = ".".join("*" if part.isdigit() else part for part in path.split("."))
        top = path.split(".", maxsplit=1)[0]
        return places.get(general, places.get(top, len(places))), path

    return {path: errors[path] for path in sorted(errors, key=place)}


def _check_notes(_validator: Any, notes: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    name = notes.get("format")
    if name:
        message = format_problem(name, value)
        if message:
            yield ValidationError(message)


def _check_format(_validator: Any, name: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str):
        message = format_problem(name, value)
        if message:
            yield ValidationError(message)


def _check_pattern(validator: Any, pattern: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and len(value) > MAX_PATTERN_INPUT:
        yield ValidationError(_("Nội dung quá dài."))
        return
    yield from Draft202012Validator.VALIDATORS["pattern"](validator, pattern, value, schema)


def _check_type(validator: Any, kind: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    yield from Draft202012Validator.VALIDATORS["type"](validator, kind, value, schema)
    if kind == "string" and isinstance(value, str) and "maxLength" not in schema and len(value) > DEFAULT_MAX_LENGTH:
        yield ValidationError(
            "too long", validator="maxLength", validator_value=DEFAULT_MAX_LENGTH, instance=value, schema=schema
        )


_VALIDATOR = extend(
    Draft202012Validator,
    {"x-lt": _check_notes, "format": _check_format, "pattern": _check_pattern, "type": _check_type},
)
