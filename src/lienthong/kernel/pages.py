"""Pages of the kernel: failures and health."""

import sys
from http import HTTPStatus

import structlog
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.utils.translation import gettext as _

from lienthong.kernel import logs
from lienthong.kernel.errors import DomainError, ForbiddenError, NotFoundError, TooManyError

log = structlog.get_logger(__name__)


def error_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Show a failure with what the person can do next."""
    response = render(request, "ui/error.html", {"error": error}, status=error.status)
    if isinstance(error, TooManyError) and "retry_after" in error.facts:
        response["Retry-After"] = str(error.facts["retry_after"])
    return response


class _BadRequestError(DomainError):
    code = "kernel.bad_request"


class _BrokenError(DomainError):
    status = 500
    code = "kernel.failed"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read (``handler400``)."""
    log.info("bad_request", error=type(exception).__name__)
    return error_page(request, _BadRequestError(_("Yêu cầu không đọc được. Vui lòng quay lại và thử lại.")))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what is not allowed (``handler403``)."""
    log.info("forbidden", error=type(exception).__name__)
    return error_page(request, ForbiddenError(_("Bạn không có quyền mở nội dung này.")))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose proof of origin is missing or old (``CSRF_FAILURE_VIEW``)."""
    log.info("csrf_refused", reason=reason)
    message = _("Trang đã mở quá lâu hoặc trình duyệt chặn cookie. Hãy tải lại trang rồi gửi lại.")
    return error_page(request, ForbiddenError(message, code="kernel.stale_page"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere (``handler404``)."""
    log.info("not_found", error=type(exception).__name__)
    return error_page(request, NotFoundError(_("Không tìm thấy trang này. Có thể địa chỉ đã đổi hoặc gõ nhầm.")))


def broken(request: HttpRequest) -> HttpResponse:
    """Answer our own failure (``handler500``), in plain words even when the page itself cannot be made."""
    log.error("request_failed", exc_info=sys.exc_info())
    message = _("Hệ thống gặp lỗi. Những gì bạn đã lưu vẫn còn. Vui lòng thử lại sau ít phút.")
    try:
        return error_page(request, _BrokenError(message, request_id=logs.request_id()))
    except (TemplateDoesNotExist, DatabaseError):
        return HttpResponse(message, status=HTTPStatus.INTERNAL_SERVER_ERROR, content_type="text/plain; charset=utf-8")


def health(request: HttpRequest) -> HttpResponse:
    """Say whether this process can serve: 200 with a database that answers, 503 without."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"status": "ok"})
