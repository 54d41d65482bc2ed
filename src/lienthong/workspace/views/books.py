"""Papers that an agency keeps: tracking books, and the control sheet of a dossier."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lienthong.accounts.api import official_required, principal_of
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError
from lienthong.workspace.desk import desk_context, own_agency_id
from lienthong.workspace.forms_deadlines import BookForm, month_so_far
from lienthong.workspace.views.pages import add_errors


@official_required
@require_http_methods(["GET", "POST"])
def books(request: HttpRequest) -> HttpResponse:
    """List the tracking books of one's agencies, and have another one printed."""
    principal = principal_of(request)
    now = clock.now()
    agencies = dossiers.agencies_with_books(principal=principal)
    form = BookForm(
        request.POST or None,
        agencies=[(row.pk, row.name) for row in agencies],
        initial={"agency": own_agency_id(principal), **month_so_far(now)},
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            book = dossiers.order_book(
                principal=principal,
                agency_id=values["agency"],
                first_day=values["first_day"],
                last_day=values["last_day"],
                now=now,
            )
        except InvalidError as error:
            add_errors(form, error)
        else:
            if book.made_at is not None:
                messages.success(request, _("Đã lập sổ, %(rows)s hồ sơ.") % {"rows": book.rows})
            else:
                messages.info(
                    request,
                    _("Sổ có %(rows)s hồ sơ, đang được lập; hãy tải lại trang này sau ít phút.") % {"rows": book.rows},
                )
            return redirect("workspace:books")
    page = dossiers.list_books(principal=principal, cursor=request.GET.get("cursor"))
    return render(
        request,
        "workspace/books.html",
        desk_context(request) | {"form": form, "page": page},
        status=422 if form.is_bound and form.errors else 200,
    )


@official_required
@require_safe
def control_sheet(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Print the process control sheet of a dossier as it stands now."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    pdf = dossiers.print_control_sheet(principal=principal, dossier=found, now=clock.now())
    return as_pdf(pdf, f"{found.code}-phieu-kiem-soat.pdf")


def as_pdf(pdf: bytes, name: str) -> HttpResponse:
    """Answer with a printed paper to look at; it is never kept by the browser."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
