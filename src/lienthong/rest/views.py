"""The page that shows the API to people; plain HTML from the description, nothing fetched from elsewhere."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from lienthong.kernel.rest import problem
from lienthong.rest.examples import example_of
from lienthong.rest.v1 import api


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show every operation with its parameters, bodies, answers and an example for the command line."""
    return render(request, "rest/docs.html", {"groups": _groups(), "site": settings.SITE_URL})


@csrf_exempt
def missing(_request: HttpRequest) -> HttpResponse:
    """Answer for addresses that are no operation."""
    return problem(status=404, code="kernel.not_found", detail=_("Không có thao tác nào ở địa chỉ này."))


@lru_cache(maxsize=1)
def _groups() -> tuple[dict[str, Any], ...]:
    described = api.get_openapi_schema()
    schemas = described["components"]["schemas"]
    groups: dict[str, dict[str, Any]] = {
        tag["name"]: {"name": tag["name"], "about": tag["description"], "operations": []} for tag in described["tags"]
    }
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            groups[operation["tags"][0]]["operations"].append(_operation(path, method, operation, schemas))
    return tuple(groups.values())


def _operation(path: str, method: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    body_type, body = _content(operation.get("requestBody", {}))
    example = example_of(body["schema"], schemas) if body_type == "application/json" else None
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "about": operation.get("description", ""),
        "scope": operation.get("x-scope", ""),
        "parameters": [
            {
                "name": one["name"],
                "place": one["in"],
                "type": type_of(one["schema"]),
                "required": one["required"],
                "about": one.get("description", ""),
            }
            for one in operation["parameters"]
        ],
        "body_type": body_type,
        "body": list(_fields(body["schema"], schemas)) if body else [],
        "answers": [_answer(status, told, schemas) for status, told in operation["responses"].items()],
        "curl": _curl(path, method, operation, example),
    }


def _content(told: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Give the media type and the rest of the first content described; empty when there is none."""
    for media_type, content in told.get("content", {}).items():
        return str(media_type), content
    return "", {}


def _answer(status: str, told: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    media_type, content = _content(told)
    schema = content.get("schema", {})
    is_good = status < "300"
    return {
        "status": status,
        "about": told["description"],
        "media_type": media_type,
        "fields": list(_fields(schema, schemas)) if is_good else [],
        "example": json.dumps(example_of(schema, schemas), ensure_ascii=False, indent=2)
        if is_good and media_type == "application/json"
        else "",
    }


def _fields(schema: Mapping[str, Any], schemas: Mapping[str, Any], prefix: str = "") -> Iterator[dict[str, Any]]:
    """Give the fields of a shape, inner ones below their parent's name."""
    schema = resolved(schema, schemas)
    if schema.get("type") == "array":
        yield from _fields(schema.get("items", {}), schemas, f"{prefix.removesuffix('.')}[].")
        return
    required = schema.get("required", ())
    for name, part in schema.get("properties", {}).items():
        yield {
            "name": prefix + name,
            "type": type_of(part),
            "required": name in required,
            "about": part.get("description", ""),
        }
        yield from _fields(part, schemas, f"{prefix}{name}.")


def resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references, and choose what is not null among alternatives."""
    while True:
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rsplit("/", 1)[-1]]
        elif "anyOf" in schema:
            schema = next(part for part in schema["anyOf"] if part.get("type") != "null")
        elif len(schema.get("allOf", ())) == 1:
            schema = schema["allOf"][0]
        else:
            return schema


def type_of(schema: Mapping[str, Any]) -> str:
    """Write the type of a field in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    if "anyOf" in schema:
        return " | ".join(type_of(part) for part in schema["anyOf"])
    if len(schema.get("allOf", ())) == 1:
        return type_of(schema["allOf"][0])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"[{type_of(schema.get('items', {}))}]"
    return " ".join(str(part) for part in (schema.get("type", "any"), schema.get("format", "")) if part)


def _curl(path: str, method: str, operation: Mapping[str, Any], example: Any) -> str:
    lines = [f"curl -X {method.upper()} '{settings.SITE_URL}{path}'"]
    if operation.get("x-scope"):
        lines.append("-H 'Authorization: Bearer '\"$TOKEN\"")
    if any(one["name"] == "Idempotency-Key" and one["required"] for one in operation["parameters"]):
        lines.append("-H 'Idempotency-Key: '\"$(uuidgen)\"")
    if example is not None:
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d '{json.dumps(example, ensure_ascii=False)}'")
    elif "requestBody" in operation:
        lines.append("-F 'file=@giay-to.pdf'")
    return " \\\n  ".join(lines)
