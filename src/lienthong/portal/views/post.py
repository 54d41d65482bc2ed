"""Telling the administration that papers are on their way by post."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lienthong.accounts.api import principal_of, require_login
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError


@require_login
@require_http_methods(["GET", "POST"])
def announce(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give the tracking number of papers that I sent."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    if not dossiers.may_announce(principal, found):
        messages.info(request, _("Hồ sơ này không nhận thêm giấy tờ."))
        return redirect("portal:dossier", uuid=uuid)
    errors: dict[str, list[str]] = {}
    given = {name: request.POST.get(name, "")[:60] for name in ("carrier", "number")}
    if request.method == "POST":
        try:
            row = dossiers.announce_shipment(
                principal=principal,
                dossier=found,
                carrier=given["carrier"],
                tracking_number=given["number"],
                now=clock.now(),
            )
        except InvalidError as error:
            errors = {name: list(texts) for name, texts in error.field_errors.items()}
        else:
            number = row.tracking_number
            messages.success(
                request, _("Đã báo bưu gửi %(number)s. Bạn được báo khi cơ quan nhận.") % {"number": number}
            )
            return redirect("portal:dossier", uuid=uuid)
    return render(
        request,
        "portal/shipment_announce.html",
        {
            "dossier": found,
            "given": given,
            "carriers": dossiers.carriers(),
            "errors": [(f"f-{name}", text) for name, texts in errors.items() for text in texts],
            "error_of": {name: " ".join(texts) for name, texts in errors.items()},
        },
        status=422 if errors else 200,
    )
