"""What operators see of the national portal, and how they hold, resume and repeat the sending."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lienthong.accounts.api import principal_of
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError
from lienthong.workspace.administration.guards import operator_required


@operator_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show how much waits and since when, and what was refused or met silence."""
    return render(
        request,
        "administration/national.html",
        {
            "is_enabled": bool(settings.NATIONAL_PORTAL_URL),
            "figures": dossiers.national.sync_figures(),
            "pause": dossiers.national.pause_of(),
            "page": dossiers.national.list_troubled_syncs(cursor=request.GET.get("cursor")),
            "now": clock.now(),
        },
    )


@operator_required
@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Hold the sending."""
    try:
        dossiers.national.pause(
            actor=principal_of(request).actor(), reason=request.POST.get("reason", ""), now=clock.now()
        )
    except InvalidError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Đã tạm dừng gửi. Thay đổi của hồ sơ vẫn được ghi để gửi sau."))
    return redirect("administration:national")


@operator_required
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Let the sending go on."""
    dossiers.national.resume_sending(actor=principal_of(request).actor(), now=clock.now())
    messages.success(request, _("Đã cho gửi tiếp."))
    return redirect("administration:national")


@operator_required
@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """Send the chosen dossiers again."""
    wanted = [int(value) for value in request.POST.getlist("dossier") if value.isdecimal() and len(value) < 19]  # noqa: PLR2004 - a bigint
    try:
        count = dossiers.national.resend(actor=principal_of(request).actor(), dossier_ids=wanted, now=clock.now())
    except InvalidError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Đã xếp %(count)s hồ sơ để gửi lại.") % {"count": count})
    return redirect("administration:national")
