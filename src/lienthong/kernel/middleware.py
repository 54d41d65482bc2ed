"""DomainError becomes a page here, and nowhere else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lienthong.kernel.errors import DomainError


class DomainErrorMiddleware:
    """Render an anticipated failure as a Vietnamese page with the status of its kind."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a DomainError that a view let through."""
        if not isinstance(exception, DomainError):
            return None
        return render(request, "ui/error.html", {"error": exception}, status=exception.status)
