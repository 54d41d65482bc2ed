"""What every REST operation shares: problem+json (RFC 9457), strict bodies, safe texts."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Annotated, Any, NoReturn

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.translation import gettext as _
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from pydantic import AfterValidator, ConfigDict
from pydantic_core import PydanticCustomError

from lienthong.kernel import logs
from lienthong.kernel.errors import DomainError, TooManyError

log = structlog.get_logger(__name__)

PROBLEM_JSON = "application/problem+json"
_WRAPPERS = ("payload", "data", "body")


class ProblemField(Schema):
    """One thing wrong with a request: in the body at ``pointer``, or in ``parameter``."""

    detail: str = Field(description="what is wrong, for people")
    pointer: str | None = Field(None, description="JSON Pointer (RFC 6901) into the request's body")
    parameter: str | None = Field(None, description="name of a query, path or header parameter")
    code: str | None = Field(None, description="kind of mistake, stable")


class Problem(Schema):
    """A refusal or failure (RFC 9457)."""

    type: str = Field(description="URN of the kind of problem")
    title: str
    status: int
    code: str = Field(description="stable, for programs")
    detail: str = Field(description="what happened and what to do, for people, in the language asked for")
    errors: list[ProblemField] | None = Field(None, description="every mistake found in the request")
    facts: dict[str, Any] | None = Field(None, description="further values, such as retry_after in seconds")
    instance: str | None = Field(None, description="URN of this request, to quote to the operator")


def _plain(value: str) -> str:
    if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise PydanticCustomError("text_unsafe", "the text holds a character that cannot be stored")
    return value


Text = Annotated[str, AfterValidator(_plain)]
"""A text without NUL and lone surrogates, which the database cannot keep."""


class Body(Schema):
    """A request's body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class StrictParser(Parser):
    """Read JSON as RFC 8259 has it: no NaN, no name twice in one object, no text that cannot be stored."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Parse, or raise whatever makes the answer 400."""
        text = request.body.decode()
        if "\\u0000" in text or "\x00" in text:
            raise ValueError("a NUL character")
        found = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object_once)
        json.dumps(found, ensure_ascii=False).encode()
        return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _object_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name twice in one object")
    return made


def answer(content: Schema) -> HttpResponse:
    """Answer with a shape that this program has built from its own typed rows.

    Long lists take this way: the shape is written as JSON at once, not validated a second time.
    """
    return HttpResponse(content.model_dump_json(), content_type="application/json; charset=utf-8")


def as_pointer(path: str) -> str:
    """Turn a dotted field path (``parents.0.name``) into a JSON Pointer; empty means the whole body."""
    parts = path.split(".") if path else []
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def problem(
    *,
    status: int,
    code: str,
    detail: str,
    errors: Iterable[Mapping[str, str]] = (),
    facts: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Compose a problem: ``type`` and ``code`` are stable, ``detail`` is for people, ``errors`` say where."""
    content: dict[str, Any] = {
        "type": f"urn:lienthong:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": str(detail),
    }
    if told := list(errors):
        content["errors"] = told
    if facts:
        content["facts"] = facts
    if logs.request_id():
        content["instance"] = f"urn:uuid:{logs.request_id()}"
    return JsonResponse(content, status=status, content_type=PROBLEM_JSON)


def domain_problem(error: DomainError) -> HttpResponse:
    """Tell an anticipated failure as a problem."""
    response = problem(
        status=error.status,
        code=error.code,
        detail=error.message,
        errors=[
            {"pointer": as_pointer(path), "detail": str(message)}
            for path, messages in error.field_errors.items()
            for message in messages
        ],
        facts=error.facts,
    )
    if isinstance(error, TooManyError) and "retry_after" in error.facts:
        response["Retry-After"] = str(error.facts["retry_after"])
    return response


def _validation_error(one: Mapping[str, Any]) -> dict[str, str]:
    """Say where and what: a pointer into the body, or the parameter's name."""
    source, *path = (str(part) for part in one["loc"])
    told = {"code": str(one["type"]), "detail": _mistake(str(one["type"]), one.get("ctx") or {})}
    if source in ("body", "form", "file"):
        if source == "body" and path and path[0] in _WRAPPERS:
            path = path[1:]
        return {"pointer": "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path), **told}
    return {"parameter": path[0] if path else source, **told}


def _mistake(kind: str, about: Mapping[str, Any]) -> str:  # noqa: C901, PLR0911, PLR0912 - one line for each kind of mistake
    match kind:
        case "missing":
            return _("Thiếu giá trị bắt buộc.")
        case "extra_forbidden":
            return _("Không có trường này.")
        case "string_type" | "string_unicode":
            return _("Phải là chuỗi.")
        case "int_type" | "int_parsing" | "int_from_float" | "int_parsing_size":
            return _("Phải là số nguyên.")
        case "bool_type" | "bool_parsing":
            return _("Phải là đúng hoặc sai (true, false).")
        case "dict_type" | "model_attributes_type" | "model_type":
            return _("Phải là một đối tượng JSON.")
        case "list_type":
            return _("Phải là một danh sách.")
        case "enum" | "literal_error":
            return _("Chọn một trong: %(expected)s.") % {"expected": about.get("expected", "")}
        case "string_too_long":
            return _("Dài nhất %(limit)s ký tự.") % {"limit": about.get("max_length", "")}
        case "string_too_short":
            return _("Ít nhất %(limit)s ký tự.") % {"limit": about.get("min_length", "")}
        case "too_long":
            return _("Nhiều nhất %(limit)s mục.") % {"limit": about.get("max_length", "")}
        case "greater_than_equal" | "less_than_equal":
            limit = about.get("ge", about.get("le", ""))
            return _("Vượt giới hạn %(limit)s.") % {"limit": limit}
        case "text_unsafe":
            return _("Có ký tự không lưu được.")
        case _ if kind.startswith("uuid"):
            return _("Phải là mã định danh UUID.")
        case _ if kind.startswith("date"):
            return _("Phải là ngày theo ISO 8601.")
        case _:
            return _("Giá trị không hợp lệ.")


def install_error_handlers(api: NinjaAPI) -> None:
    """Answer every failure of an API with problem+json; anything unanticipated is logged and told as 500."""

    def on_domain(_request: HttpRequest, error: Any) -> HttpResponse:
        return domain_problem(error)

    def on_validation(_request: HttpRequest, error: Any) -> HttpResponse:
        return problem(
            status=422,
            code="kernel.invalid",
            detail=_("Dữ liệu gửi lên không hợp lệ."),
            errors=[_validation_error(one) for one in error.errors],
        )

    def on_missing(_request: HttpRequest, _error: Any) -> HttpResponse:
        return problem(status=404, code="kernel.not_found", detail=_("Không tìm thấy nội dung này."))

    def on_anonymous(_request: HttpRequest, _error: Any) -> HttpResponse:
        response = problem(
            status=401, code="kernel.not_authenticated", detail=_("Cần mã truy cập (bearer token) hợp lệ.")
        )
        response["WWW-Authenticate"] = 'Bearer realm="lienthong"'
        return response

    def on_http(_request: HttpRequest, error: Any) -> HttpResponse:
        if isinstance(error.__cause__, RequestDataTooBig):
            return on_too_big(_request, error)
        return problem(status=error.status_code, code="kernel.bad_request", detail=_("Yêu cầu không đọc được."))

    def on_unreadable(_request: HttpRequest, _error: Any) -> HttpResponse:
        return problem(status=400, code="kernel.bad_request", detail=_("Yêu cầu không đọc được."))

    def on_too_big(_request: HttpRequest, _error: Any) -> HttpResponse:
        return problem(status=413, code="kernel.too_large", detail=_("Nội dung gửi lên quá lớn."))

    def on_anything(_request: HttpRequest, error: Any) -> HttpResponse:
        log.error("request_failed", exc_info=error)
        return problem(status=500, code="kernel.failed", detail=_("Hệ thống gặp lỗi. Vui lòng thử lại sau ít phút."))

    api.add_exception_handler(DomainError, on_domain)
    api.add_exception_handler(ValidationError, on_validation)
    api.add_exception_handler(Http404, on_missing)
    api.add_exception_handler(AuthenticationError, on_anonymous)
    api.add_exception_handler(HttpError, on_http)
    api.add_exception_handler(SuspiciousOperation, on_unreadable)
    api.add_exception_handler(UnreadablePostError, on_unreadable)
    api.add_exception_handler(RequestDataTooBig, on_too_big)
    api.add_exception_handler(Exception, on_anything)
