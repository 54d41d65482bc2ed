"""Who is away and who stands in, and the delegations of an agency: for heads of units and administrators."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lienthong.accounts.api import Right, list_delegations, principal_of, revoke_delegation, right_required
from lienthong.kernel import clock
from lienthong.organisations import api as organisations
from lienthong.organisations.api import Official
from lienthong.workspace.administration import policies
from lienthong.workspace.administration.forms import officials as forms
from lienthong.workspace.administration.views.editing import edit_page


@right_required(Right.ASSIGN, Right.ADMINISTER)
@require_safe
def absences(request: HttpRequest) -> HttpResponse:
    """List the present and coming absences of those the person leads or administers."""
    today = _today()
    rows = organisations.list_absences(agency_ids=_agency_ids(request), on=today)
    return render(request, "administration/absences.html", {"absences": rows, "today": today})


@right_required(Right.ASSIGN, Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """Say that somebody is away and who does the work."""
    form = forms.AbsenceForm(request.POST or None, officials=_officials(request))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if form.carries_out(
            lambda: organisations.record_absence(
                actor=principal_of(request).actor(),
                official_id=int(values["official"]),
                substitute_id=int(values["substitute"]) if values["substitute"] else None,
                valid_from=values["valid_from"],
                valid_to=values["return_on"],
                reason=values["reason"],
                now=clock.now(),
            )
        ):
            messages.success(request, _("Đã ghi thời gian vắng mặt."))
            return redirect("administration:absences")
    return edit_page(
        request, form=form, title=_("Ghi vắng mặt"), submit=_("Ghi"), back=reverse("administration:absences")
    )


@right_required(Right.ASSIGN, Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, uuid: str) -> HttpResponse:
    """Let an official return on a day."""
    absence = organisations.find_absence(uuid=uuid)
    today = _today()
    if absence is None or not _leads(request, absence.official, today):
        raise organisations.AbsenceNotFoundError(_("Không tìm thấy thời gian vắng mặt."))
    form = forms.ReturnForm(request.POST or None, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        organisations.end_absence(
            actor=principal_of(request).actor(), uuid=uuid, on=form.cleaned_data["on"], now=clock.now()
        )
        messages.success(request, _("Đã ghi ngày trở lại."))
        return redirect("administration:absences")
    return edit_page(
        request,
        form=form,
        title=_("Kết thúc vắng mặt"),
        submit=_("Ghi ngày trở lại"),
        back=reverse("administration:absences"),
        intro=_("Trở lại trước hoặc đúng ngày bắt đầu thì thời gian vắng mặt bị hủy."),
        facts=(
            (_("Người vắng mặt"), absence.official.full_name),
            (_("Từ ngày"), f"{absence.valid_from:%d/%m/%Y}"),
            (_("Người làm thay"), absence.substitute.full_name if absence.substitute else _("không có")),
        ),
    )


@right_required(Right.SUPERVISE, Right.ADMINISTER)
@require_safe
def delegations(request: HttpRequest) -> HttpResponse:
    """List the present and coming delegations at the agencies the person supervises or administers."""
    rows = list_delegations(principal=principal_of(request), on=_today())
    return render(request, "administration/delegations.html", {"delegations": rows, "today": _today()})


@right_required(Right.SUPERVISE, Right.ADMINISTER)
@require_POST
def revoke(request: HttpRequest, uuid: str) -> HttpResponse:
    """End a delegation at once."""
    revoke_delegation(principal=principal_of(request), uuid=uuid, now=clock.now())
    messages.success(request, _("Đã chấm dứt ủy quyền."))
    return redirect("administration:delegations")


def _agency_ids(request: HttpRequest) -> frozenset[int]:
    principal = principal_of(request)
    return principal.agencies(Right.ASSIGN) | principal.agencies(Right.ADMINISTER)


def _officials(request: HttpRequest) -> tuple[Official, ...]:
    return organisations.holders_in(agency_ids=_agency_ids(request), on=_today())


def _leads(request: HttpRequest, official: Official, on: date) -> bool:
    posts = organisations.assignments_of(official_id=official.pk, on=on)
    agencies = frozenset(post.position.agency_id for post in posts)
    return policies.may_manage_absences(principal_of(request), agencies, on)


def _today() -> date:
    return clock.local_date(clock.now())
