"""Businesses at the desk: found, registered from the papers shown, and who may act for them.

The national register of businesses is out of reach; an official sees the certificate and says so.
"""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lienthong.accounts import api as accounts
from lienthong.accounts.api import Right, official_required, principal_of, right_required
from lienthong.kernel import clock
from lienthong.kernel.audit import Actor
from lienthong.kernel.errors import InvalidError
from lienthong.workspace.desk import desk_context
from lienthong.workspace.forms_businesses import BusinessForm, EndForm, RepresentativeForm
from lienthong.workspace.views.pages import add_errors


@never_cache
@official_required
@right_required(Right.RECEIVE)
@require_safe
def businesses(request: HttpRequest) -> HttpResponse:
    """Find a business by name or tax code, with who acts for it now."""
    query = request.GET.get("q", "").strip()[:120]
    today = clock.local_date(clock.now())
    page = accounts.search_businesses(query=query, cursor=request.GET.get("cursor"))
    rows = [
        (one, [row.person.full_name for row in one.representations.all() if row.is_in_force(today)])
        for one in page.items
    ]
    return render(
        request, "workspace/businesses.html", desk_context(request) | {"query": query, "page": page, "rows": rows}
    )


@never_cache
@official_required
@right_required(Right.RECEIVE)
@require_safe
def business(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a business with everybody who acts or acted for it."""
    shown = accounts.get_business(uuid=uuid)
    today = clock.local_date(clock.now())
    rows = [
        {
            "row": row,
            "number": accounts.mask_number(row.person.identity_number),
            "is_open": row.valid_to is None or row.valid_to > today,
        }
        for row in accounts.representatives_of(business=shown)
    ]
    return render(request, "workspace/business.html", desk_context(request) | {"business": shown, "rows": rows})


@never_cache
@official_required
@right_required(Right.RECEIVE)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register a business from its certificate; one that is known already opens instead."""
    form = BusinessForm(request.POST or None)

    def do() -> tuple[str, UUID]:
        made = accounts.register_business(actor=_actor(request), now=clock.now(), **form.cleaned_data)
        return _("Đã ghi %(name)s. Hãy ghi người đại diện.") % {"name": made.name}, made.uuid

    return _ask(
        request,
        form,
        do,
        title=_("Ghi doanh nghiệp, tổ chức"),
        verb=_("Ghi"),
        intro=_("Ghi đúng theo giấy chứng nhận người đại diện đưa xem."),
        back=reverse("workspace:businesses"),
    )


@never_cache
@official_required
@right_required(Right.RECEIVE)
@require_http_methods(["GET", "POST"])
def appoint(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write down who may act for a business from today on."""
    shown, now = accounts.get_business(uuid=uuid), clock.now()
    form = RepresentativeForm(request.POST or None)

    def do() -> tuple[str, UUID]:
        row = accounts.appoint_by_number(
            actor=_actor(request), business=shown, valid_from=clock.local_date(now), now=now, **form.cleaned_data
        )
        return _("%(name)s nay là người đại diện.") % {"name": row.person.full_name}, shown.uuid

    return _ask(
        request,
        form,
        do,
        title=_("Ghi người đại diện"),
        verb=_("Ghi người đại diện"),
        intro=_("%(name)s, mã số thuế %(code)s") % {"name": shown.name, "code": shown.tax_code},
        back=reverse("workspace:business", args=[shown.uuid]),
    )


@never_cache
@official_required
@right_required(Right.RECEIVE)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End that somebody acts for a business, from today on."""
    row = accounts.get_representation(uuid=uuid)
    names = {"person": row.person.full_name, "business": row.business.name}
    form = EndForm(request.POST or None)

    def do() -> tuple[str, UUID]:
        accounts.end_representation(actor=_actor(request), uuid=uuid, now=clock.now(), **form.cleaned_data)
        return _("%(name)s không còn là người đại diện.") % {"name": names["person"]}, row.business.uuid

    return _ask(
        request,
        form,
        do,
        title=_("Kết thúc việc đại diện"),
        verb=_("Kết thúc"),
        intro=_("%(person)s đại diện %(business)s. Người này không nộp, không xem được hồ sơ của doanh nghiệp nữa.")
        % names,
        back=reverse("workspace:business", args=[row.business.uuid]),
    )


def _actor(request: HttpRequest) -> Actor:
    principal = principal_of(request)
    return principal.actor(min(principal.agencies(Right.RECEIVE)))


def _ask(request: HttpRequest, form: Form, do: Callable[[], tuple[str, UUID]], **shown: str) -> HttpResponse:
    """Show a question, or do what its answer asks (``do`` says what was done, and to which business)."""
    if request.method == "POST" and form.is_valid():
        try:
            said, business_uuid = do()
        except InvalidError as error:
            add_errors(form, error)
        else:
            messages.success(request, said)
            return redirect("workspace:business", uuid=business_uuid)
    status = 422 if form.is_bound and form.errors else 200
    return render(
        request, "workspace/business_form.html", desk_context(request) | {"form": form, **shown}, status=status
    )
