"""One-stop desks of an agency: lines, desks, hours of booking, closures, kiosks."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lienthong.accounts.api import Right, may_administer, principal_of, right_required
from lienthong.catalogue import api as catalogue
from lienthong.counters import api as counters
from lienthong.kernel import clock
from lienthong.organisations import api as organisations
from lienthong.organisations.api import Agency
from lienthong.workspace.administration import policies
from lienthong.workspace.administration.forms import counters as forms
from lienthong.workspace.administration.forms.calendar import WEEKDAYS
from lienthong.workspace.administration.views.editing import edit_page


@right_required(Right.ADMINISTER)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Choose an agency; one that has desks, or one of mine."""
    today = _today()
    mine = organisations.get_agencies(ids=principal_of(request).agencies(Right.ADMINISTER))
    offered = {agency.pk: agency for agency in counters.agencies_with_desks(on=today)} | mine
    reachable = [
        agency
        for agency in offered.values()
        if agency.pk in mine or may_administer(principal_of(request), agency_id=agency.pk, on=today)
    ]
    if len(reachable) == 1:
        return redirect("administration:counters_agency", uuid=reachable[0].uuid)
    return render(
        request,
        "administration/counters.html",
        {"agencies": sorted(reachable, key=lambda row: (not row.is_one_stop, row.sort_key))},
    )


@right_required(Right.ADMINISTER)
@require_safe
def agency(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show everything an agency's desks offer today and what is closed ahead."""
    shown = _edited(request, uuid)
    today = _today()
    names = dict(WEEKDAYS)
    return render(
        request,
        "administration/counters_agency.html",
        {
            "agency": shown,
            "lines": counters.list_lines(agency_id=shown.pk, on=today),
            "desks": counters.list_desks(agency_id=shown.pk, on=today),
            "weekly": [
                (row, ", ".join(str(names[str(weekday)]) for weekday in row.weekdays))
                for row in counters.list_weekly(agency_id=shown.pk, on=today)
            ],
            "closures": [
                (row, counters.clock_text(row.opens), counters.clock_text(row.closes))
                for row in counters.list_closures(agency_id=shown.pk, first=today)
            ],
            "kiosks": counters.list_kiosks(agency_id=shown.pk),
        },
    )


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def add_line(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a group of matters."""
    shown = _edited(request, uuid)
    sectors = [(sector.code, sector.name) for sector in catalogue.list_sectors()]
    form = forms.LineForm(request.POST or None, sectors=sectors, initial={"valid_from": _today()})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if form.carries_out(
            lambda: counters.add_line(principal=principal_of(request), agency_id=shown.pk, now=clock.now(), **values)
        ):
            messages.success(request, _("Đã thêm nhóm việc %(letter)s.") % {"letter": values["letter"].upper()})
            return _back(shown)
    return _form(request, form, shown, _("Thêm nhóm việc"), _("Thêm"))


@right_required(Right.ADMINISTER)
@require_POST
def end_line(request: HttpRequest, uuid: UUID, line: UUID) -> HttpResponse:
    """End a group of matters from tomorrow on."""
    shown = _edited(request, uuid)
    found = counters.get_line(uuid=line, on=_today())
    counters.end_line(principal=principal_of(request), line=found, now=clock.now())
    messages.success(request, _("Nhóm việc ngừng nhận từ ngày mai."))
    return _back(shown)


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def add_desk(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open a desk."""
    shown = _edited(request, uuid)
    form = forms.DeskForm(request.POST or None, lines=_lines(shown), initial={"valid_from": _today()})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        lines = values.pop("lines")
        if form.carries_out(
            lambda: counters.add_desk(
                principal=principal_of(request), agency_id=shown.pk, line_uuids=lines, now=clock.now(), **values
            )
        ):
            messages.success(request, _("Đã mở quầy %(number)s.") % {"number": values["number"]})
            return _back(shown)
    return _form(request, form, shown, _("Mở quầy"), _("Mở quầy"))


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def edit_desk(request: HttpRequest, uuid: UUID, desk: UUID) -> HttpResponse:
    """Set the name and the lines of a desk, or close it from tomorrow on."""
    shown = _edited(request, uuid)
    found = counters.get_desk(uuid=desk, agency_ids=[shown.pk], on=_today())
    if "end" in request.POST:
        counters.end_desk(principal=principal_of(request), desk=found, now=clock.now())
        messages.success(request, _("Quầy %(number)s đóng từ ngày mai.") % {"number": found.number})
        return _back(shown)
    served = next(row for row in counters.list_desks(agency_id=shown.pk, on=_today()) if row.pk == found.pk)
    initial = {"name": found.name, "lines": [str(line.uuid) for line in served.served]}  # type: ignore[attr-defined]
    form = forms.DeskForm(request.POST or None, lines=_lines(shown), is_new=False, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.carries_out(
            lambda: counters.change_desk(
                principal=principal_of(request),
                desk=found,
                name=form.cleaned_data["name"],
                line_uuids=form.cleaned_data["lines"],
                now=clock.now(),
            )
        )
    ):
        messages.success(request, _("Đã lưu quầy %(number)s.") % {"number": found.number})
        return _back(shown)
    return _form(request, form, shown, _("Quầy %(number)s") % {"number": found.number}, _("Lưu"))


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def set_hours(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Set when slots are offered."""
    shown = _edited(request, uuid)
    form = forms.SlotHoursForm(request.POST or None, lines=_lines(shown), initial={"valid_from": _today()})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        numbers = ("slot_minutes", "capacity", "lead_minutes", "horizon_days", "grace_minutes", "valid_from")
        if form.carries_out(
            lambda: counters.set_hours(
                principal=principal_of(request),
                agency_id=shown.pk,
                weekdays=[int(value) for value in values["weekdays"]],
                spans=form.spans(),
                line_uuid=values["line"] or None,
                now=clock.now(),
                **{name: values[name] for name in numbers},
            )
        ):
            messages.success(request, _("Đã đặt giờ nhận hẹn."))
            return _back(shown)
    intro = _("Khung giờ chỉ mở trong giờ làm việc của cơ quan; ngày lễ và ngày làm bù theo lịch làm việc.")
    return _form(request, form, shown, _("Đặt giờ nhận hẹn"), _("Lưu"), intro=intro)


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take no appointments for a while; those there are get cancelled and told."""
    shown = _edited(request, uuid)
    form = forms.ClosureForm(request.POST or None, lines=_lines(shown))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        cancelled: list[int] = []

        def carry_out() -> None:
            line = values.pop("line") or None
            _closure, count = counters.close(
                principal=principal_of(request), agency_id=shown.pk, line_uuid=line, now=clock.now(), **values
            )
            cancelled.append(count)

        if form.carries_out(carry_out):
            text = _("Đã đóng; số lịch hẹn bị hủy: %(n)s. Người hẹn được báo; ai không có cách nhận tin thì hãy gọi.")
            messages.success(request, text % {"n": cancelled[0]})
            return _back(shown)
    intro = _("Lịch hẹn nằm trong khoảng này sẽ bị hủy, người hẹn được báo kèm lý do.")
    return _form(request, form, shown, _("Đóng nhận hẹn"), _("Đóng và báo"), intro=intro, is_dangerous=True)


@right_required(Right.ADMINISTER)
@require_POST
def reopen(request: HttpRequest, uuid: UUID, closure: UUID) -> HttpResponse:
    """Take a closure back."""
    shown = _edited(request, uuid)
    counters.reopen(principal=principal_of(request), agency_id=shown.pk, closure_uuid=closure, now=clock.now())
    messages.success(request, _("Đã mở lại. Người bị hủy lịch cần đặt lại."))
    return _back(shown)


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def add_kiosk(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make the address of a touch screen."""
    shown = _edited(request, uuid)
    form = forms.KioskForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.carries_out(
            lambda: counters.add_kiosk(
                principal=principal_of(request), agency_id=shown.pk, now=clock.now(), **form.cleaned_data
            )
        )
    ):
        messages.success(request, _("Đã thêm máy lấy số. Mở địa chỉ của máy trên màn hình cảm ứng."))
        return _back(shown)
    return _form(request, form, shown, _("Thêm máy lấy số"), _("Thêm"))


@right_required(Right.ADMINISTER)
@require_POST
def close_kiosk(request: HttpRequest, uuid: UUID, kiosk: UUID) -> HttpResponse:
    """Make a kiosk's address worthless."""
    shown = _edited(request, uuid)
    counters.close_kiosk(principal=principal_of(request), agency_id=shown.pk, kiosk_uuid=kiosk, now=clock.now())
    messages.success(request, _("Máy lấy số đã đóng; địa chỉ cũ không dùng được nữa."))
    return _back(shown)


def _today() -> date:
    return clock.local_date(clock.now())


def _edited(request: HttpRequest, uuid: UUID) -> Agency:
    shown = organisations.get_agency(uuid=uuid)
    policies.require_administrator(principal_of(request), shown.pk, _today())
    return shown


def _lines(shown: Agency) -> list[tuple[str, str]]:
    return [
        (str(line.uuid), f"{line.letter} · {line.name}")
        for line in counters.list_lines(agency_id=shown.pk, on=_today())
    ]


def _back(shown: Agency) -> HttpResponse:
    return redirect("administration:counters_agency", uuid=shown.uuid)


def _form(
    request: HttpRequest,
    form: forms.ServiceForm,
    shown: Agency,
    title: str,
    submit: str,
    *,
    intro: str = "",
    is_dangerous: bool = False,
) -> HttpResponse:
    return edit_page(
        request,
        form=form,
        title=title,
        submit=submit,
        back=reverse("administration:counters_agency", args=[shown.uuid]),
        intro=intro,
        is_dangerous=is_dangerous,
        facts=((_("Cơ quan"), shown.name),),
    )
