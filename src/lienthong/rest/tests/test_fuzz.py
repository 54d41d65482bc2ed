"""Whatever is sent, the answer is one that the description names: never a failure of the server.

Requests are drawn from the description itself: parameters and bodies that fit their schemas, and the same
with parts replaced, added or left out.
"""

import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from lienthong.rest.tests.conftest import Caller, file_one, make_official_caller
from lienthong.rest.v1 import api

pytestmark = pytest.mark.django_db

DESCRIBED = api.get_openapi_schema()
SCHEMAS = DESCRIBED["components"]["schemas"]
OPERATIONS = [
    pytest.param(method, path, operation, id=operation["operationId"])
    for path, methods in DESCRIBED["paths"].items()
    for method, operation in methods.items()
    if operation["operationId"] != "track"
]
_NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
ANYTHING = st.recursive(
    st.none() | st.booleans() | _NUMBERS | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_FORMATS = {
    "uuid": st.uuids().map(str),
    "date": st.dates().map(str),
    "date-time": st.datetimes().map(lambda at: at.isoformat() + "Z"),
}


def fitting(schema: dict[str, Any]) -> SearchStrategy[Any]:  # noqa: C901, PLR0911 - one line per type
    """Draw values that fit a schema, and now and then any other."""
    if "$ref" in schema:
        return fitting(SCHEMAS[schema["$ref"].rsplit("/", 1)[-1]])
    for several in ("anyOf", "allOf"):
        if several in schema:
            return st.one_of([fitting(part) for part in schema[several]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "object":
            required = set(schema.get("required", ()))
            parts = {name: fitting(part) | ANYTHING for name, part in schema.get("properties", {}).items()}
            if not parts:
                return st.dictionaries(st.text(max_size=8), ANYTHING, max_size=3)
            fixed = {name: part for name, part in parts.items() if name in required}
            free = {name: part for name, part in parts.items() if name not in required}
            return st.fixed_dictionaries(fixed, optional=free)
        case "array":
            return st.lists(fitting(schema["items"]), max_size=3)
        case "integer":
            return st.integers(schema.get("minimum"), schema.get("maximum"))
        case "boolean":
            return st.booleans()
        case "string":
            return _FORMATS.get(schema.get("format", ""), st.text(max_size=schema.get("maxLength", 60)))
        case "null":
            return st.none()
    return ANYTHING


@pytest.fixture
def known(world, procedure, citizen, lan) -> dict[str, Any]:
    """Things that exist, so that requests reach further than the first check."""
    dossier = file_one(lan, world, procedure)
    desk = make_official_caller(world, "receptionist")
    return {
        "callers": (lan, desk),
        "values": (
            dossier["id"],
            desk.get("/tasks").json()["items"][0]["id"],
            lan.upload().json()["id"],
            procedure.code,
            str(world.ward.uuid),
            "residence",
            "proof",
        ),
    }


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_every_answer_is_one_that_the_description_names(known, method, path, operation):
    body = next(iter(operation.get("requestBody", {}).get("content", {}).items()), None)
    schema = body[1]["schema"] if body else {}
    real = st.sampled_from(known["values"])

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        caller: Caller = data.draw(st.sampled_from(known["callers"]))
        query: dict[str, str] = {}
        address = path.removeprefix("/api/v1")
        for one in operation["parameters"]:
            drawn = data.draw(real | fitting(one["schema"]) | st.text(max_size=12))
            value = drawn if isinstance(drawn, str) else json.dumps(drawn)
            if one["in"] == "path":
                safe = "".join(char for char in value if char.isalnum() or char in "-._") or "x"
                address = address.replace("{" + one["name"] + "}", "x" if safe.strip(".") == "" else safe)
            elif one["in"] == "query" and drawn is not None and (one["required"] or data.draw(st.booleans())):
                query[one["name"]] = value.encode("utf-8", "replace").decode()
        if method == "get":
            answer = caller.get(address, **query)
        elif body and body[0] == "multipart/form-data":
            answer = caller.upload(data.draw(st.binary(min_size=1, max_size=200)), "giay.pdf")
        else:
            sent = data.draw(fitting(schema) | ANYTHING)
            if isinstance(sent, dict) and data.draw(st.booleans()):
                sent = _with_real_values(sent, data, real)
            answer = caller.post(address, json.dumps(sent).encode(), key=f"khoa-{uuid4()}")
        if answer.streaming:
            answer.getvalue()
        told = operation["responses"].get(str(answer.status_code))
        assert answer.status_code < 500, (address, query, answer.content)
        assert told is not None, (answer.status_code, address, query, answer.content)
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["status"] == answer.status_code

    ask()


def _with_real_values(sent: dict[str, Any], data: st.DataObject, real: SearchStrategy[str]) -> dict[str, Any]:
    """Put things that exist where texts are."""
    return {name: data.draw(real) if isinstance(value, str) else value for name, value in sent.items()}
