"""Agencies at a date: the tree, search, one agency with its history, and what may be corrected."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lienthong.accounts.api import Right, may_administer, official_required, principal_of, right_required
from lienthong.kernel import clock
from lienthong.organisations import api as organisations
from lienthong.organisations.api import Agency, AgencyLevel
from lienthong.workspace.administration import policies
from lienthong.workspace.administration.forms import agencies as forms
from lienthong.workspace.administration.views.dates import asked_date
from lienthong.workspace.administration.views.editing import edit_page

MOST_FOUND = 200


@dataclass(frozen=True, slots=True)
class Branch:
    """An agency in the tree with how many stand directly below it."""

    agency: Agency
    below: int


@official_required
@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Show the tree of a date, or what a search finds in it."""
    on = asked_date(request)
    form = forms.AgencySearchForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    query, level = wanted.get("q", ""), wanted.get("level", "")
    if query or level:
        found = organisations.list_agencies(on=on, query=query, level=level or None, limit=MOST_FOUND + 1)
        context = {"found": found[:MOST_FOUND], "has_more": len(found) > MOST_FOUND}
    else:
        roots = organisations.list_roots(on=on)
        context = {"levels": _by_level(_branches(roots, on))}
    return render(request, "administration/agencies.html", {"form": form, "on": on, **context})


@official_required
@require_safe
def branch(request: HttpRequest, uuid: str) -> HttpResponse:
    """Give what stands directly below an agency, for the tree."""
    on = asked_date(request)
    agency = organisations.get_agency(uuid=uuid)
    below = organisations.list_agencies(on=on, parent_id=agency.pk)
    return render(request, "administration/agency_branch.html", {"branches": _branches(below, on), "on": on})


@official_required
@require_safe
def agency(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show an agency at a date with its codes, parents, successions, posts and what stands below it."""
    on = asked_date(request)
    shown = organisations.get_agency(uuid=uuid)
    successions = organisations.list_agency_successions(agency_id=shown.pk)
    today = clock.local_date(clock.now())
    return render(
        request,
        "administration/agency.html",
        {
            "agency": shown,
            "on": on,
            "is_in_force": shown.is_in_force(on),
            "path": organisations.agency_path(agency_id=shown.pk, on=on)[:-1],
            "identifiers": organisations.list_identifiers(agency_id=shown.pk),
            "parents": organisations.list_parents(agency_id=shown.pk),
            "origins": [row for row in successions if row.successor_id == shown.pk],
            "successors": [row for row in successions if row.predecessor_id == shown.pk],
            "positions": organisations.list_positions(agency_id=shown.pk, on=on),
            "below": organisations.list_agencies(on=on, parent_id=shown.pk),
            "may_edit": may_administer(principal_of(request), agency_id=shown.pk, on=today),
        },
    )


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def edit_contact(request: HttpRequest, uuid: str) -> HttpResponse:
    """Set where an agency is reached."""
    shown = _edited(request, uuid)
    initial = {"address": shown.address, "phone": shown.phone, "email": shown.email}
    form = forms.ContactForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        organisations.update_contact(
            actor=principal_of(request).actor(), agency_id=shown.pk, now=clock.now(), **form.cleaned_data
        )
        messages.success(request, _("Đã lưu thông tin liên hệ."))
        return redirect("administration:agency", uuid=shown.uuid)
    return edit_page(
        request,
        form=form,
        title=_("Sửa thông tin liên hệ"),
        submit=_("Lưu"),
        back=reverse("administration:agency", args=[shown.uuid]),
        facts=((_("Cơ quan"), shown.name),),
    )


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def set_identifier(request: HttpRequest, uuid: str) -> HttpResponse:
    """Give an agency a code from a day on; codes route messages, so only who keeps the node may."""
    shown = _edited(request, uuid)
    policies.require_node(principal_of(request), Right.ADMINISTER)
    form = forms.IdentifierForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.carries_out(
            lambda: organisations.set_identifier(
                actor=principal_of(request).actor(), agency_id=shown.pk, now=clock.now(), **form.cleaned_data
            )
        )
    ):
        messages.success(request, _("Đã đặt mã định danh."))
        return redirect("administration:agency", uuid=shown.uuid)
    return edit_page(
        request,
        form=form,
        title=_("Đặt mã định danh"),
        submit=_("Đặt mã"),
        back=reverse("administration:agency", args=[shown.uuid]),
        intro=_("Mã cùng dạng đang dùng kết thúc vào ngày mã mới có hiệu lực."),
        facts=((_("Cơ quan"), shown.name),),
    )


def _edited(request: HttpRequest, uuid: str) -> Agency:
    shown = organisations.get_agency(uuid=uuid)
    policies.require_administrator(principal_of(request), shown.pk, clock.local_date(clock.now()))
    return shown


def _branches(agencies: tuple[Agency, ...], on) -> list[Branch]:
    below = organisations.count_children(agency_ids=[row.pk for row in agencies], on=on)
    return [Branch(row, below.get(row.pk, 0)) for row in agencies]


def _by_level(branches: list[Branch]) -> list[tuple[str, list[Branch]]]:
    return [
        (str(level.label), rows)
        for level in AgencyLevel
        if (rows := [branch for branch in branches if branch.agency.level == level])
    ]
