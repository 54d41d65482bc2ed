"""Failures told as problem+json, and the line and id around every request."""

import json

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from ninja import NinjaAPI
from ninja.security import HttpBearer

from lienthong.kernel.errors import InvalidError, TooManyError
from lienthong.kernel.middleware import DomainErrorMiddleware, RequestIdMiddleware
from lienthong.kernel.rest import Body, StrictParser, Text, as_pointer, install_error_handlers


class Person(Body):
    age: int
    name: Text = ""


class GoodToken(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> str | None:
        return "who" if token == "good" else None


@pytest.fixture(scope="module")
def api() -> NinjaAPI:
    api = NinjaAPI(urls_namespace="kernel-test", auth=GoodToken(), parser=StrictParser())
    install_error_handlers(api)

    @api.get("/invalid")
    def invalid(request: HttpRequest) -> None:
        raise InvalidError("Ngày sinh sai.", field_errors={"parents.0.birth": ["Sau hôm nay."]})

    @api.get("/often")
    def often(request: HttpRequest) -> None:
        raise TooManyError("Quá nhanh.", retry_after=7)

    @api.get("/broken")
    def broken(request: HttpRequest) -> None:
        raise RuntimeError("a secret")

    @api.post("/person")
    def person(request: HttpRequest, payload: Person) -> dict[str, int]:
        return {"age": payload.age}

    return api


def ask(api: NinjaAPI, path: str, *, token: str = "good", body: object = None) -> HttpResponse:
    factory = RequestFactory(headers={"Authorization": f"Bearer {token}"})
    request = factory.get(path) if body is None else factory.post(path, body, content_type="application/json")
    view = next(url for url in api.urls[0] if str(url.pattern) == path.lstrip("/"))
    return view.callback(request)


@pytest.mark.parametrize(
    ("path", "token", "body", "status", "code"),
    [
        ("/invalid", "good", None, 422, "kernel.invalid"),
        ("/invalid", "bad", None, 401, "kernel.not_authenticated"),
        ("/often", "good", None, 429, "kernel.too_many"),
        ("/broken", "good", None, 500, "kernel.failed"),
        ("/person", "good", {"age": "x"}, 422, "kernel.invalid"),
    ],
)
def test_failures_are_problems(
    api: NinjaAPI, path: str, token: str, body: object, status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = ask(api, path, token=token, body=body)
    told = json.loads(response.content)
    assert (response.status_code, told["status"], told["code"]) == (status, status, code)
    assert response["Content-Type"] == "application/problem+json"
    assert "a secret" not in response.content.decode()


def test_fields_and_waits_are_named(api: NinjaAPI) -> None:
    told = json.loads(ask(api, "/invalid").content)["errors"]
    assert told == [{"pointer": "/parents/0/birth", "detail": "Sau hôm nay."}]
    wrong = json.loads(ask(api, "/person", body={"age": "x", "b/c": 1}).content)["errors"]
    assert [(one["pointer"], one["code"]) for one in wrong] == [("/age", "int_parsing"), ("/b~1c", "extra_forbidden")]
    assert as_pointer("") == ""
    assert ask(api, "/often")["Retry-After"] == "7"


@pytest.mark.parametrize(
    "body",
    ["{", '{"age": NaN}', '{"age": 1, "age": 2}', '{"age": 1, "name": "\\u0000"}', '{"age": 1, "name": "\\ud800"}',
     "[" * 100_000],
)  # fmt: skip
def test_unreadable_json_is_a_bad_request(api: NinjaAPI, body: str) -> None:
    assert ask(api, "/person", body=body).status_code == 400


@pytest.mark.parametrize(("given", "kept"), [("proxy-id-0123", True), ("", False), ("x\ny" * 5, False)])
def test_each_request_has_an_id(given: str, kept: bool) -> None:
    request = RequestFactory().get("/")
    request.META["HTTP_X_REQUEST_ID"] = given
    request.resolver_match = None
    response = RequestIdMiddleware(lambda _request: HttpResponse())(request)
    assert (response["X-Request-ID"] == given) is kept
    assert response["X-Request-ID"]


def test_an_api_failure_outside_ninja_is_a_problem_too() -> None:
    middleware = DomainErrorMiddleware(lambda _request: HttpResponse())
    response = middleware.process_exception(RequestFactory().get("/api/v1/x"), InvalidError("Sai."))
    assert response is not None
    assert response["Content-Type"] == "application/problem+json"
    assert middleware.process_exception(RequestFactory().get("/"), ValueError()) is None
