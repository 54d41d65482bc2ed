"""The JSON Schema of a form for programs: plain 2020-12, complete without the layout."""

from collections.abc import Mapping
from typing import Any

from lienthong.forms import queries
from lienthong.forms.dialect import DIALECT
from lienthong.forms.models import FormVersion
from lienthong.forms.outline import FormField

_ADDRESS_PARTS: Mapping[str, Any] = {
    "province": {"type": "string", "description": "uuid of the province, or “other” for a place outside the lists"},
    "district": {"type": "string", "format": "uuid", "description": "uuid of the district, before 1 July 2025"},
    "commune": {"type": "string", "format": "uuid", "description": "uuid of the commune"},
    "street": {"type": "string", "maxLength": 300},
    "text": {"type": "string", "maxLength": 600, "description": "the address in one line, as named when it was given"},
}


def export_schema(*, form: FormVersion, base_url: str) -> dict[str, Any]:
    """Give the schema with ``$schema``, ``$id``, titles, and conditions as ``if``/``then``.

    Answers under a condition that does not hold are taken and left out, so the export only tells when
    they are required. Catalogue values carry their list under ``x-lt``.

    :param base_url: address of the node without a final slash; ``$id`` is built on it.
    """
    outline = queries.outline(form)
    properties = {item.name: _described(item) for item in outline.fields}
    rules = [rule for item in outline.fields if (rule := _rule(item)) is not None]
    schema: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": f"{base_url}/bieu-mau/{form.key}/{form.version}/luoc-do.json",
        "title": form.title,
        "type": "object",
        "properties": properties,
        "required": [item.name for item in outline.fields if item.required and not item.when],
        "additionalProperties": False,
    }
    if rules:
        schema["allOf"] = rules
    return schema


def _described(item: FormField) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": str(item.label), **item.schema}
    if item.help:
        schema["description"] = str(item.help)
    if item.kind == "address":
        schema |= {"properties": dict(_ADDRESS_PARTS), "required": ["province"], "additionalProperties": False}
    elif item.kind == "group":
        schema["properties"] = {inner.name: _described(inner) for inner in item.fields}
    elif item.kind == "list":
        inside = {inner.name: _described(inner) for inner in item.fields}
        schema["items"] = {**item.schema.get("items", {}), "properties": inside}
    return schema


def _rule(item: FormField) -> dict[str, Any] | None:
    """Say in JSON Schema when a conditional field is required."""
    conditions = list(item.when) if item.required else []
    if item.required_when:
        conditions = [*item.when, item.required_when]
    if not conditions:
        return None
    return {"if": {"allOf": [_test(condition) for condition in conditions]}, "then": {"required": [item.name]}}


def _test(condition: Mapping[str, Any]) -> dict[str, Any]:
    if "all" in condition:
        return {"allOf": [_test(part) for part in condition["all"]]}
    if "any" in condition:
        return {"anyOf": [_test(part) for part in condition["any"]]}
    if "not" in condition:
        return {"not": _test(condition["not"])}
    if condition.get("present") is False or condition.get("equals") is False:
        opposite = {key: True if value is False else value for key, value in condition.items()}
        return {"not": _test(opposite)}
    last: dict[str, Any] = {}
    if "equals" in condition:
        last = {"const": condition["equals"]}
    elif "in" in condition:
        last = {"enum": list(condition["in"])}
    for name in reversed(str(condition["field"]).split(".")):
        last = {"properties": {name: last}, "required": [name]}
    return last
