"""Answers with the personal data in them masked, by the formats of the form."""

from collections.abc import Mapping, Sequence
from typing import Any

from lienthong.accounts import api as accounts
from lienthong.forms import queries
from lienthong.forms.models import FormVersion
from lienthong.forms.outline import FormField

_BIRTH = ("dob", "birth_date", "birthday")


def format_of(item: FormField) -> str:
    """Name the format by which an answer is masked; empty where it holds nothing to mask.

    A full date is masked only where it is a birth date, which its name says.
    """
    name = str(item.notes.get("format") or item.schema.get("format") or "")
    if name == "date" and item.name.endswith(_BIRTH):
        return "partial-date"
    return name if name in accounts.MASKED else ""


def mask_answers(*, form: FormVersion, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Give the answers with identity numbers, telephones, e-mails, addresses and birth dates masked, at any depth."""
    return _masked(queries.outline(form).fields, answers)


def _masked(fields: Sequence[FormField], values: Mapping[str, Any]) -> dict[str, Any]:
    known = {item.name: item for item in fields}
    return {name: _one(known[name], value) if name in known else value for name, value in values.items()}


def _one(item: FormField, value: Any) -> Any:
    if item.kind == "group" and isinstance(value, Mapping):
        return _masked(item.fields, value)
    if item.kind == "list" and isinstance(value, list):
        return [_masked(item.fields, row) if isinstance(row, Mapping) else row for row in value]
    name = format_of(item)
    return accounts.mask(name, value) if name else value
