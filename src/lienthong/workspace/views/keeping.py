"""The signed package of a dossier, and the dossiers whose time is up."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lienthong.accounts.api import Right, official_required, principal_of, right_required
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError, ForbiddenError, InvalidError
from lienthong.workspace.desk import desk_context


@official_required
@require_POST
def package(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give the signed package; asking is a change (it is written down), so it is a POST."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    made = dossiers.keeping.export_package(principal=principal, dossier=found, now=clock.now())
    response = FileResponse(made, as_attachment=True, filename=f"{found.code}.zip", content_type="application/zip")
    return cast("HttpResponse", response)


@official_required
@right_required(Right.SUPERVISE)
@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """List the dossiers whose time is up, for two people to decide."""
    principal = principal_of(request)
    page = dossiers.keeping.list_retentions(principal=principal, cursor=request.GET.get("cursor"))
    return render(
        request,
        "workspace/retention.html",
        desk_context(request) | {"page": page, "account_id": principal.account_id},
    )


@official_required
@require_POST
def decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Propose, approve, hold or release one dossier."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    now = clock.now()
    keeping = dossiers.keeping
    try:
        match request.POST.get("act"):
            case "propose":
                keeping.propose(principal=principal, dossier=found, now=now)
                said = _("Đã đề nghị tiêu hủy %(code)s; cần một người khác duyệt.")
            case "destroy":
                keeping.destroy(principal=principal, dossier=found, now=now)
                said = _("Đã tiêu hủy nội dung %(code)s; dòng sổ, kết quả và nhật ký được giữ.")
            case "hold":
                keeping.place_hold(principal=principal, dossier=found, reason=request.POST.get("reason", ""), now=now)
                said = _("Đã giữ lại %(code)s.")
            case "release":
                keeping.release_hold(principal=principal, dossier=found, now=now)
                said = _("Đã thôi giữ %(code)s.")
            case _other:
                return redirect("workspace:retention")
    except (ConflictError, ForbiddenError, InvalidError) as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, said % {"code": found.code})
    return redirect("workspace:retention")
