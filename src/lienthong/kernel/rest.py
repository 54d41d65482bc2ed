"""What every REST operation shares: problem+json (RFC 9457) and bearer tokens."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from lienthong.kernel import logs
from lienthong.kernel.errors import DomainError, TooManyError

log = structlog.get_logger(__name__)

PROBLEM_JSON = "application/problem+json"


def problem(
    *,
    status: int,
    code: str,
    detail: str,
    field_errors: Mapping[str, object] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Compose a problem: ``type`` and ``code`` are stable, ``detail`` is for people, ``errors`` by field path."""
    content: dict[str, Any] = {
        "type": f"urn:lienthong:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": str(detail),
    }
    if field_errors:
        content["errors"] = field_errors
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
        field_errors={path: list(messages) for path, messages in error.field_errors.items()},
        facts=error.facts,
    )
    if isinstance(error, TooManyError) and "retry_after" in error.facts:
        response["Retry-After"] = str(error.facts["retry_after"])
    return response


def install_error_handlers(api: NinjaAPI) -> None:
    """Answer every failure of an API with problem+json; anything unanticipated is logged and told as 500."""

    def on_domain(_request: HttpRequest, error: Any) -> HttpResponse:
        return domain_problem(error)

    def on_validation(_request: HttpRequest, error: Any) -> HttpResponse:
        fields: dict[str, list[str]] = {}
        for one in error.errors:
            path = ".".join(str(part) for part in one["loc"][1:] if part not in ("payload", "data", "body"))
            fields.setdefault(path or str(one["loc"][0]), []).append(one["msg"])
        return problem(
            status=422, code="kernel.invalid", detail=_("Dữ liệu gửi lên không hợp lệ."), field_errors=fields
        )

    def on_missing(_request: HttpRequest, _error: Any) -> HttpResponse:
        return problem(status=404, code="kernel.not_found", detail=_("Không tìm thấy nội dung này."))

    def on_anonymous(_request: HttpRequest, _error: Any) -> HttpResponse:
        response = problem(
            status=401, code="kernel.not_authenticated", detail=_("Cần mã truy cập (bearer token) hợp lệ.")
        )
        response["WWW-Authenticate"] = "Bearer"
        return response

    def on_http(_request: HttpRequest, error: Any) -> HttpResponse:
        return problem(status=error.status_code, code="kernel.bad_request", detail=_("Yêu cầu không đọc được."))

    def on_anything(_request: HttpRequest, error: Any) -> HttpResponse:
        log.error("request_failed", exc_info=error)
        return problem(status=500, code="kernel.failed", detail=_("Hệ thống gặp lỗi. Vui lòng thử lại sau ít phút."))

    api.add_exception_handler(DomainError, on_domain)
    api.add_exception_handler(ValidationError, on_validation)
    api.add_exception_handler(Http404, on_missing)
    api.add_exception_handler(AuthenticationError, on_anonymous)
    api.add_exception_handler(HttpError, on_http)
    api.add_exception_handler(Exception, on_anything)


class Bearer(HttpBearer):
    """Take a bearer token and ask a resolver who it stands for.

    :param resolve: gives whoever the token stands for (``request.auth`` then), or None.
    """

    def __init__(self, resolve: Callable[[HttpRequest, str], object | None]) -> None:
        super().__init__()
        self._resolve = resolve

    def authenticate(self, request: HttpRequest, token: str) -> object | None:
        """Resolve the token; None refuses it."""
        return self._resolve(request, token)
