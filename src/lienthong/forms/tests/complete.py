"""A complete, plausible answer to any form, question by question."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from lienthong.forms import api

SEEDED = date(2025, 7, 1)
TEXT_BY_FORMAT = {
    "person-name": "Nguyễn Thị Lan",
    "identity-number": "031192000123",
    "identity-document": "C1234567",
    "tax-code": "0100109106",
    "phone-vn": "0912345678",
    "email": "lan@example.vn",
    "uri": "https://example.vn",
    "date": "2024-03-05",
    "date-time": "2024-03-05T14:05:00+07:00",
    "partial-date": "1990-03",
    "uuid": "0190a1b2-0000-7000-8000-000000000001",
}


def complete_answers(form: api.FormVersion, *, area: Mapping[str, str]) -> dict[str, Any]:
    """Answer every question whose condition holds; conditions are met by the last option of a choice."""
    answers: dict[str, Any] = {}
    for item in api.outline(form).fields:
        if not item.is_computed:
            answers[item.name] = _answer(item, area)
    return answers


def _answer(item: api.FormField, area: Mapping[str, str]) -> Any:  # noqa: C901, PLR0911 - one line per kind
    schema = item.schema
    match item.kind:
        case "group":
            return {inner.name: _answer(inner, area) for inner in item.fields if not inner.is_computed}
        case "list":
            return [{inner.name: _answer(inner, area) for inner in item.fields if not inner.is_computed}]
        case "lines":
            return ["Dòng thứ nhất"]
        case "choices":
            return [item.options[0]]
        case "choice":
            return item.options[-1]
        case "catalogue":
            return next(value.code for value in api.list_catalogue(catalogue=item.catalogue, on=SEEDED))
        case "address":
            return {**area, "street": "Số 1"}
        case "province":
            return area["province"]
        case "boolean":
            return True
        case "integer" | "money":
            return max(int(schema.get("minimum", 1)), 1)
        case "decimal":
            return 12.5
        case "file":
            return [TEXT_BY_FORMAT["uuid"]]
    name = str(item.notes.get("format") or schema.get("format") or "")
    return TEXT_BY_FORMAT.get(name, "Nội dung")
