"""Around every request: its id and its log line; and anticipated failures told in one place."""

import re
import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from lienthong.kernel import logs
from lienthong.kernel.errors import DomainError
from lienthong.kernel.ids import uuid7
from lienthong.kernel.pages import error_page

log = structlog.get_logger("lienthong.request")

_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
API_PREFIX = "/api/"


class RequestIdMiddleware:
    """Give each request an id (or keep the proxy's), put it on the log and in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        logs.clear()
        request_id = given if _GIVEN_ID.fullmatch(given) else str(uuid7())
        logs.bind(request_id=request_id)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        match = request.resolver_match
        log.info(
            "request",
            method=request.method,
            route=match.view_name or match.route if match else "",
            status=response.status_code,
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
        )
        return response


class DomainErrorMiddleware:
    """Render an anticipated failure as a Vietnamese page, or as problem+json below ``/api/``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a DomainError that a view let through."""
        if not isinstance(exception, DomainError):
            return None
        log.info("refused", code=exception.code, status=exception.status)
        if request.path.startswith(API_PREFIX):
            from lienthong.kernel.rest import domain_problem  # noqa: PLC0415 - pages need no REST library

            return domain_problem(exception)
        return error_page(request, exception)
