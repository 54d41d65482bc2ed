"""The demo's mail page; with real mail (neither DEMO nor DEBUG) it does not exist."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lienthong.notifications import mailbox


def _folder() -> Path:
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    return Path(settings.EMAIL_FILE_PATH)


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """List the mail that was written, newest first."""
    return render(request, "notifications/letters.html", {"letters": mailbox.list_letters(folder=_folder())})


@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """Show one message: its text, and its HTML in a frame that may do nothing."""
    found = mailbox.read_letter(folder=_folder(), name=name)
    if found is None:
        raise Http404
    return render(request, "notifications/letter.html", {"letter": found})
