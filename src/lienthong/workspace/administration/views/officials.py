"""Officials: who holds which post, appointing and ending, and the rights of a post."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lienthong.accounts.api import (
    Right,
    account_of_official,
    end_position_exception,
    grant_to_position,
    list_position_rights,
    lock_account,
    may_administer,
    may_administer_official,
    principal_of,
    right_required,
    unlock_account,
)
from lienthong.kernel import clock
from lienthong.organisations import api as organisations
from lienthong.organisations.api import Agency
from lienthong.workspace.administration import policies
from lienthong.workspace.administration.forms import officials as forms
from lienthong.workspace.administration.views.editing import edit_page


@right_required(Right.ADMINISTER)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find officials by name or staff number, each with the posts of today."""
    form = forms.OfficialSearchForm(request.GET)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    page = organisations.search_officials(query=query, cursor=request.GET.get("cursor"))
    posts = organisations.assignments_of_many(official_ids=[row.pk for row in page.items], on=_today())
    rows = [(official, posts[official.pk]) for official in page.items]
    return render(request, "administration/officials.html", {"form": form, "page": page, "rows": rows, "query": query})


@right_required(Right.ADMINISTER)
@require_safe
def official(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show an official with every post and absence, past and coming."""
    shown = organisations.get_official(uuid=uuid)
    principal, today = principal_of(request), _today()
    posts = organisations.list_assignments(official_id=shown.pk)
    ours = {
        agency_id: may_administer(principal, agency_id=agency_id, on=today)
        for agency_id in {post.position.agency_id for post in posts}
    }
    rows = [
        (post, ours[post.position.agency_id] and (post.valid_to is None or post.valid_to > today)) for post in posts
    ]
    return render(
        request,
        "administration/official.html",
        {
            "official": shown,
            "today": today,
            "account": account_of_official(official_id=shown.pk),
            "may_lock": may_administer_official(principal, official_id=shown.pk, on=today),
            "rows": rows,
            "absences": organisations.list_absences_of(official_id=shown.pk),
            "substitutes": organisations.substitutes_for(official_id=shown.pk, on=today),
        },
    )


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def lock(request: HttpRequest, uuid: str) -> HttpResponse:
    """Lock an official's login at once, or open a locked one again."""
    shown, now = organisations.get_official(uuid=uuid), clock.now()
    account = account_of_official(official_id=shown.pk)
    is_locked = account is not None and not account.is_active
    opens = bool(request.POST.get("opens")) if request.method == "POST" else is_locked
    form = (forms.UnlockForm if opens else forms.LockForm)(request.POST or None)
    change = unlock_account if opens else lock_account
    if (
        request.method == "POST"
        and form.is_valid()
        and form.carries_out(
            lambda: change(principal=principal_of(request), official_id=shown.pk, now=now, **form.reasons())
        )
    ):
        messages.success(request, _("Đã mở lại tài khoản.") if opens else _("Đã khóa tài khoản."))
        return redirect("administration:official", uuid=shown.uuid)
    return edit_page(
        request,
        form=form,
        title=_("Mở lại tài khoản") if opens else _("Khóa tài khoản"),
        submit=_("Mở lại") if opens else _("Khóa"),
        back=reverse("administration:official", args=[shown.uuid]),
        intro=_("Người này đăng nhập lại được ngay.")
        if opens
        else _("Các phiên đang mở và khóa cho chương trình của người này ngừng ngay; việc đang giữ không tự chuyển."),
        is_dangerous=not opens,
        facts=((_("Cán bộ"), shown.full_name),),
    )


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Enter a person in public service."""
    form = forms.OfficialForm(request.POST or None)
    made: list[organisations.Official] = []
    if (
        request.method == "POST"
        and form.is_valid()
        and form.carries_out(
            lambda: made.append(
                organisations.register_official(
                    actor=principal_of(request).actor(), now=clock.now(), **form.cleaned_data
                )
            )
        )
    ):
        messages.success(request, _("Đã thêm cán bộ. Hãy bổ nhiệm vị trí."))
        return redirect("administration:official", uuid=made[0].uuid)
    back = reverse("administration:officials")
    return edit_page(request, form=form, title=_("Thêm cán bộ"), submit=_("Thêm"), back=back)


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def appoint(request: HttpRequest, uuid: str) -> HttpResponse:
    """Give an official a post in one of the agencies that the person administers."""
    shown = organisations.get_official(uuid=uuid)
    form = forms.AppointForm(request.POST or None, agencies=_agencies(request))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        agency_id = int(values.pop("agency"))
        if form.carries_out(
            lambda: organisations.appoint(
                actor=principal_of(request).actor(agency_id),
                official_id=shown.pk,
                agency_id=agency_id,
                now=clock.now(),
                **values,
            )
        ):
            messages.success(request, _("Đã bổ nhiệm."))
            return redirect("administration:official", uuid=shown.uuid)
    return edit_page(
        request,
        form=form,
        title=_("Bổ nhiệm vị trí"),
        submit=_("Bổ nhiệm"),
        back=reverse("administration:official", args=[shown.uuid]),
        intro=_("Quyền theo loại vị trí có hiệu lực ngay từ ngày bổ nhiệm."),
        facts=((_("Cán bộ"), shown.full_name),),
    )


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def end_assignment(request: HttpRequest, uuid: str) -> HttpResponse:
    """End a post; the history stays."""
    post = organisations.find_assignment(uuid=uuid)
    if post is None:
        raise organisations.AssignmentNotFoundError(_("Không tìm thấy vị trí đang giữ."))
    agency_id = post.position.agency_id
    policies.require_administrator(principal_of(request), agency_id, _today())
    form = forms.EndForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.carries_out(
            lambda: organisations.end_assignment(
                actor=principal_of(request).actor(agency_id), uuid=uuid, now=clock.now(), **form.cleaned_data
            )
        )
    ):
        messages.success(request, _("Đã kết thúc vị trí. Người phụ trách được báo nếu còn việc phải chuyển."))
        return redirect("administration:official", uuid=post.official.uuid)
    return edit_page(
        request,
        form=form,
        title=_("Kết thúc vị trí"),
        submit=_("Kết thúc"),
        back=reverse("administration:official", args=[post.official.uuid]),
        is_dangerous=True,
        facts=(
            (_("Cán bộ"), post.official.full_name),
            (_("Chức danh"), post.position.title),
            (_("Cơ quan"), post.position.agency.name),
        ),
    )


@right_required(Right.ADMINISTER)
@require_safe
def position(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show what a post may do: by its kind, and by exceptions of its own."""
    shown = organisations.get_position(uuid=uuid)
    today = _today()
    rights = list_position_rights(position_id=shown.pk, kind=shown.kind, on=today)
    return render(
        request,
        "administration/position.html",
        {
            "position": shown,
            "by_kind": [row for row in rights if row.position_id is None],
            "exceptions": [row for row in rights if row.position_id is not None],
            "may_edit": may_administer(principal_of(request), agency_id=shown.agency_id, on=today),
        },
    )


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def add_exception(request: HttpRequest, uuid: str) -> HttpResponse:
    """Give one post a right more, or take one from it."""
    shown = organisations.get_position(uuid=uuid)
    policies.require_administrator(principal_of(request), shown.agency_id, _today())
    form = forms.ExceptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        is_granted = values.pop("effect") == "grant"
        values["right"] = Right(values["right"])
        if form.carries_out(
            lambda: grant_to_position(
                principal=principal_of(request),
                position_id=shown.pk,
                agency_id=shown.agency_id,
                is_granted=is_granted,
                now=clock.now(),
                **values,
            )
        ):
            messages.success(request, _("Đã đổi quyền của vị trí."))
            return redirect("administration:position", uuid=shown.uuid)
    return edit_page(
        request,
        form=form,
        title=_("Ngoại lệ về quyền"),
        submit=_("Ghi ngoại lệ"),
        back=reverse("administration:position", args=[shown.uuid]),
        facts=((_("Vị trí"), shown.title), (_("Cơ quan"), shown.agency.name)),
    )


@right_required(Right.ADMINISTER)
@require_POST
def end_exception(request: HttpRequest, uuid: str, exception: str) -> HttpResponse:
    """End an exception from today on."""
    end_position_exception(principal=principal_of(request), uuid=exception, on=_today(), now=clock.now())
    messages.success(request, _("Đã chấm dứt ngoại lệ."))
    return redirect("administration:position", uuid=uuid)


def _agencies(request: HttpRequest) -> list[Agency]:
    """List the agencies the person administers, and the one asked for when it stands below them."""
    principal, today = principal_of(request), _today()
    found = organisations.get_agencies(ids=principal.agencies(Right.ADMINISTER))
    asked = request.GET.get("co-quan", "")
    if asked:
        agency = organisations.get_agency(uuid=asked)
        policies.require_administrator(principal, agency.pk, today)
        found[agency.pk] = agency
    return sorted(found.values(), key=lambda row: (str(row.uuid) != asked, row.is_unit, row.sort_key))


def _today() -> date:
    return clock.local_date(clock.now())
