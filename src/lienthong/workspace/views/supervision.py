"""The supervisor's alarm: dossiers without an owner or a next date, each with its remedy."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lienthong.accounts.api import Right, principal_of, right_required
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError
from lienthong.workspace.desk import desk_context


@right_required(Right.SUPERVISE)
@require_safe
def alarms(request: HttpRequest) -> HttpResponse:
    """List what the nightly check has found at the agencies one supervises."""
    principal = principal_of(request)
    kind = request.GET.get("loai", "")
    counts = dossiers.count_alarms(principal=principal)
    page = dossiers.list_alarms(principal=principal, kind=kind, cursor=request.GET.get("cursor"))
    kinds = [
        {"label": f"{dossiers.AlarmKind(value).label} ({number})", "url": f"?loai={value}", "current": kind == value}
        for value, number in sorted(counts.items())
    ]
    everything = {"label": _("Tất cả (%(n)s)") % {"n": sum(counts.values())}, "url": "?", "current": not kind}
    return render(
        request,
        "workspace/alarms.html",
        desk_context(request) | {"page": page, "kinds": [everything, *kinds] if counts else [], "now": clock.now()},
    )


@right_required(Right.SUPERVISE)
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Check the dossiers of one's agencies again, now."""
    found = dossiers.check_alarms(principal=principal_of(request), now=clock.now())
    if found:
        messages.warning(request, _("Đã kiểm tra lại: %(n)s điều cần xử lý.") % {"n": found})
    else:
        messages.success(request, _("Đã kiểm tra lại: hồ sơ nào cũng có người giữ và ngày kế tiếp."))
    return redirect("workspace:alarms")


@right_required(Right.SUPERVISE)
@require_POST
def remind(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Remind those who hold a dossier, and the head."""
    names = dossiers.remind_by_hand(principal=principal_of(request), dossier_uuid=uuid, now=clock.now())
    told = _("Đã nhắc người giữ và báo: %(names)s.") % {"names": names} if names else _("Đã nhắc người giữ.")
    messages.success(request, told)
    return redirect("workspace:alarms")


@right_required(Right.SUPERVISE)
@require_POST
def mend(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Do what the rules say: end a wait that is over, or give the dossier its next date."""
    try:
        mended = dossiers.mend(principal=principal_of(request), dossier_uuid=uuid, now=clock.now())
    except ConflictError as error:
        messages.warning(request, str(error.message))
    else:
        messages.success(request, _("Đã xử lý hồ sơ %(code)s theo quy tắc.") % {"code": mended.code})
    return redirect("workspace:alarms")
