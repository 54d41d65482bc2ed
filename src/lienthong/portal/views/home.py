"""The first page: one question, then where is my dossier, is this paper genuine, and life's occasions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the portal's first page."""
    return render(request, "portal/home.html")
