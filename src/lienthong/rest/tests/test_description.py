"""The description of the API: valid, kept in the repository, and shown to people."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from ninja.openapi.schema import OpenAPISchema
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from lienthong.rest.management.commands.openapi import SNAPSHOT, described
from lienthong.rest.v1 import api


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_description_is_valid_and_as_kept():
    validate(api.get_openapi_schema() | {"openapi": "3.1.0"}, cls=OpenAPIV31SpecValidator)
    assert SNAPSHOT.exists(), "docs/openapi.json is missing: run `make openapi`"
    assert SNAPSHOT.read_text(encoding="utf-8") == described(), (
        "The API changed: run `make openapi`, look at the difference in docs/openapi.json and commit it."
    )


def test_every_operation_says_what_it_does_and_refuses():
    for path, method, operation in operations():
        assert operation["summary"], path
        assert operation["description"], path
        assert {"422"} <= set(operation["responses"]), path
        assert ("401" in operation["responses"]) is bool(operation["security"]), path
        assert all(parameter.get("description") or parameter["name"] for parameter in operation["parameters"])
        for status, told in operation["responses"].items():
            assert ("application/problem+json" in told["content"]) is (status >= "400"), (method, path, status)


def test_no_two_shapes_share_a_name(monkeypatch: pytest.MonkeyPatch):
    seen: dict[str, Any] = {}

    def add(self: OpenAPISchema, definitions: dict[str, Any]) -> None:
        for name, shape in definitions.items():
            assert seen.setdefault(name, shape) == shape, name
        self.schemas.update(definitions)

    monkeypatch.setattr(OpenAPISchema, "add_schema_definitions", add)
    api.get_openapi_schema()
    assert "DossierOut" in seen


def test_operations_have_names_of_their_own():
    names = [operation["operationId"] for _path, _method, operation in operations()]
    assert len(names) == len(set(names))


@pytest.mark.django_db
def test_the_page_shows_every_operation_and_loads_nothing_from_elsewhere(client):
    page = client.get("/api/v1/docs")
    body = page.content.decode()
    assert page.status_code == 200
    for path, _method, operation in operations():
        assert f'id="{operation["operationId"]}"' in body
        assert path in body
    main = body[body.index("<main") : body.index("</main>")]
    assert "<script" not in main
    assert "style=" not in main
    assert not re.search(r'(src|href)="(https?:)?//', main)
    assert client.get("/api/v1/openapi.json").json()["openapi"] == "3.1.0"
