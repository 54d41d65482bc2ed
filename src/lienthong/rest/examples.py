"""Plausible example values for the shapes of the API, made from their schemas."""

from collections.abc import Mapping
from typing import Any

_BY_FORMAT = {
    "uuid": "0190a1b2-0000-7000-8000-000000000001",
    "date-time": "2026-11-20T09:00:00+07:00",
    "date": "2026-11-20",
}
_BY_NAME = {
    "procedure": "1.001193",
    "code": "H17.94-20261120-0000001",
    "outcome": "accept",
    "reason": "Tôi muốn sửa lại tờ khai.",
    "key": "birth_certificate",
}
_DEEPEST = 6


def example_of(  # noqa: C901, PLR0911 - one line for each type
    schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "", depth: int = 0
) -> Any:
    """Make an example value of a schema."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas, name, depth)
    for several in ("anyOf", "allOf"):
        if several in schema:
            chosen = next(part for part in schema[several] if part.get("type") != "null")
            return example_of(chosen, schemas, name, depth)
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            if depth >= _DEEPEST:
                return {}
            parts = schema.get("properties", {})
            return {key: example_of(part, schemas, key, depth + 1) for key, part in parts.items()}
        case "array":
            return [] if depth >= _DEEPEST else [example_of(schema.get("items", {}), schemas, name, depth + 1)]
        case "integer":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case "string":
            return _BY_FORMAT.get(schema.get("format", ""), _BY_NAME.get(name, "…"))
    return None
