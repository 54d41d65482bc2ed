"""The demo's mail page, the short links of SMS, the worker script of devices."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lienthong.accounts.api import principal_of, require_login
from lienthong.kernel import clock
from lienthong.notifications import mailbox, sms_text
from lienthong.notifications.plugins.folder import list_kept
from lienthong.notifications.services.messages import open_short

_WORKER = Path(settings.PACKAGE) / "ui" / "static" / "dist" / "push-worker.js"


def _folder() -> Path:
    """Give the folder of the demo's mail; with real mail (neither DEMO nor DEBUG) the page does not exist."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    return Path(settings.EMAIL_FILE_PATH)


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """List the mail and the SMS that were written, newest first."""
    shown = {
        "letters": mailbox.list_letters(folder=_folder()),
        "texts": list_kept(folder=Path(settings.SMS_FILE_PATH)),
    }
    return render(request, "notifications/letters.html", shown)


@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """Show one message: its text, and its HTML in a frame that may do nothing."""
    found = mailbox.read_letter(folder=_folder(), name=name)
    if found is None:
        raise Http404
    return render(request, "notifications/letter.html", {"letter": found})


@require_login
@require_safe
def short_link(request: HttpRequest, written: str) -> HttpResponse:
    """Lead from the link in an SMS to what the message is about, for its recipient only."""
    number = sms_text.long(written)
    if number is None:
        raise Http404
    link = open_short(account_id=principal_of(request).account_id or 0, number=number, now=clock.now())
    return redirect(link or "portal:messages")


@cache_control(no_cache=True)
@require_safe
def push_worker(request: HttpRequest) -> HttpResponse:
    """Serve the worker script from the root: a worker sees only what lies below its own address."""
    del request
    if not _WORKER.exists():
        raise Http404
    return HttpResponse(_WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
