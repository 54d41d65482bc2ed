"""The working calendar: a year at a glance, and every change to it."""

import calendar as months
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lienthong.accounts.api import Right, may_administer, principal_of, right_required
from lienthong.kernel import clock
from lienthong.organisations import api as organisations
from lienthong.organisations.api import Agency, WorkingDay
from lienthong.workspace.administration import policies
from lienthong.workspace.administration.forms import calendar as forms
from lienthong.workspace.administration.views.editing import edit_page

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Month:
    """One month as rows of seven days, None outside the month."""

    first: date
    weeks: tuple[tuple[WorkingDay | None, ...], ...]


@right_required(Right.ADMINISTER)
@require_safe
def year(request: HttpRequest) -> HttpResponse:
    """Show a year of the nation's calendar or of one agency's: twelve months, and the list of special days."""
    principal = principal_of(request)
    today = clock.local_date(clock.now())
    agency = _agency(request)
    agency_id = agency.pk if agency else None
    shown = _year(request, today)
    calendar = organisations.get_calendar(agency_id=agency_id, start=date(shown, 1, 1), end=date(shown, 12, 31))
    mine = organisations.get_agencies(ids=principal.agencies(Right.ADMINISTER))
    return render(
        request,
        "administration/calendar.html",
        {
            "agency": agency,
            "query": _query(agency),
            "year": shown,
            "today": today,
            "months": [_month(calendar, shown, number) for number in range(1, 13)],
            "days": organisations.list_calendar_days(year=shown, agency_id=agency_id),
            "hours": organisations.list_working_hours(on=today, agency_id=agency_id),
            "rules": organisations.list_counting_rules(agency_id=agency_id),
            "weekdays": [label for _value, label in forms.WEEKDAYS],
            "agencies": sorted(mine.values(), key=lambda row: (row.is_unit, row.sort_key)),
            "may_edit": may_administer(principal, agency_id=agency_id, on=today)
            if agency_id is not None
            else policies.keeps_node(principal, Right.ADMINISTER),
        },
    )


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def add_day_off(request: HttpRequest) -> HttpResponse:
    """Enter a day off."""
    agency = _edited(request)
    form = forms.DayOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if form.carries_out(
            lambda: organisations.add_day_off(
                actor=principal_of(request).actor(), now=clock.now(), agency_id=agency.pk if agency else None, **values
            )
        ):
            messages.success(request, _("Đã thêm ngày nghỉ %(day)s.") % {"day": f"{values['on']:%d/%m/%Y}"})
            return _back(agency, values["on"].year)
    return _form(request, form, agency, _("Thêm ngày nghỉ"), _("Thêm"))


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def add_swap(request: HttpRequest) -> HttpResponse:
    """Exchange a working day for a day of rest."""
    agency = _edited(request)
    form = forms.SwapForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if form.carries_out(
            lambda: organisations.add_swap(
                actor=principal_of(request).actor(), now=clock.now(), agency_id=agency.pk if agency else None, **values
            )
        ):
            messages.success(request, _("Đã ghi việc hoán đổi ngày làm việc."))
            return _back(agency, values["off"].year)
    return _form(request, form, agency, _("Hoán đổi ngày làm việc"), _("Ghi"))


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def remove_day(request: HttpRequest, uuid: str) -> HttpResponse:
    """Take an entry out of the calendar, with its reason."""
    day = organisations.find_calendar_day(uuid=uuid)
    if day is None:
        raise organisations.CalendarDayNotFoundError(_("Không tìm thấy ngày này trong lịch."))
    today = clock.local_date(clock.now())
    policies.require_administrator(principal_of(request), day.agency_id, today)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if form.carries_out(
            lambda: organisations.remove_calendar_day(
                actor=principal_of(request).actor(), uuid=uuid, reason=reason, now=clock.now()
            )
        ):
            messages.success(request, _("Đã bỏ ngày này khỏi lịch."))
            return _back(day.agency, day.date.year)
    return edit_page(
        request,
        form=form,
        title=_("Bỏ một ngày khỏi lịch"),
        submit=_("Bỏ khỏi lịch"),
        back=_address(day.agency, day.date.year),
        intro=_("Ngày hoán đổi thì bỏ cả ngày nghỉ và ngày làm bù. Hạn của hồ sơ đi qua ngày này được tính lại."),
        is_dangerous=True,
        facts=((_("Ngày"), f"{day.date:%d/%m/%Y}"), (_("Tên"), day.name), (_("Căn cứ"), day.legal_basis)),
    )


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def import_table(request: HttpRequest) -> HttpResponse:
    """Take days from a CSV table: all lines or none."""
    agency = _edited(request)
    form = forms.TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["table"].read()
        done: list[organisations.CalendarImport] = []
        if form.carries_out(
            lambda: done.append(
                organisations.import_calendar(
                    actor=principal_of(request).actor(),
                    content=content,
                    now=clock.now(),
                    agency_id=agency.pk if agency else None,
                )
            )
        ):
            messages.success(
                request,
                _("Đã nhập: %(created)s ngày mới, %(updated)s ngày sửa, %(unchanged)s ngày như cũ.")
                % {"created": done[0].created, "updated": done[0].updated, "unchanged": done[0].unchanged},
            )
            return _back(agency, None)
    return _form(request, form, agency, _("Nhập lịch từ tệp"), _("Nhập"))


@right_required(Right.ADMINISTER)
@require_safe
def export_table(request: HttpRequest) -> HttpResponse:
    """Give the year as the CSV table that can be imported again."""
    agency = _agency(request)
    shown = _year(request, clock.local_date(clock.now()))
    table = organisations.export_calendar(year=shown, agency_id=agency.pk if agency else None)
    response = HttpResponse("\ufeff" + table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="lich-{shown}.csv"'
    return response


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def set_hours(request: HttpRequest) -> HttpResponse:
    """Set weekly hours from a day on."""
    agency = _edited(request)
    form = forms.HoursForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if form.carries_out(
            lambda: organisations.set_working_hours(
                actor=principal_of(request).actor(),
                weekdays=[int(weekday) for weekday in values["weekdays"]],
                spans=form.spans(),
                valid_from=values["valid_from"],
                legal_basis=values["legal_basis"],
                now=clock.now(),
                agency_id=agency.pk if agency else None,
                counts=not values["only_receives"],
            )
        ):
            messages.success(request, _("Đã đặt giờ làm việc."))
            return _back(agency, None)
    intro = _("Giờ đặt ở đây thay giờ của cơ quan cấp trên. Không điền buổi nào thì ngày ấy theo lịch cấp trên.")
    return _form(request, form, agency, _("Đặt giờ làm việc"), _("Đặt giờ"), intro)


@right_required(Right.ADMINISTER)
@require_http_methods(["GET", "POST"])
def set_rule(request: HttpRequest) -> HttpResponse:
    """Set how limits are counted from a day on."""
    agency = _edited(request)
    form = forms.RuleForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.carries_out(
            lambda: organisations.set_counting_rule(
                actor=principal_of(request).actor(),
                now=clock.now(),
                agency_id=agency.pk if agency else None,
                **form.cleaned_data,
            )
        )
    ):
        messages.success(request, _("Đã đặt quy tắc tính hạn."))
        return _back(agency, None)
    return _form(request, form, agency, _("Đặt quy tắc tính hạn"), _("Đặt quy tắc"))


@right_required(Right.ADMINISTER)
@require_safe
def simulate(request: HttpRequest) -> HttpResponse:
    """Count a limit for trial, each step explained."""
    agency = _agency(request)
    form = forms.SimulationForm(request.GET if "received_at" in request.GET else None)
    found: list[organisations.DueDate] = []
    if form.is_bound and form.is_valid():
        form.carries_out(lambda: found.append(_due(agency, form)))
    context = {"form": form, "agency": agency, "query": _query(agency), "due": found[0] if found else None}
    return render(request, "administration/simulation.html", context)


def _due(agency: Agency | None, form: forms.SimulationForm) -> organisations.DueDate:
    values = form.cleaned_data
    agency_id = agency.pk if agency else None
    on = clock.local_date(values["received_at"])
    calendar = organisations.get_calendar(agency_id=agency_id, start=on)
    rules = organisations.get_counting_rules(agency_id=agency_id, on=on)
    try:
        return calendar.due_date(rules=rules, **values)
    except organisations.CalendarRangeError as error:
        message = _("Hạn vượt ra ngoài các năm đã có lịch.")
        raise organisations.InvalidTimeLimitError(message, field_errors={"amount": [message]}) from error


def _month(calendar: organisations.WorkingCalendar, year: int, month: int) -> Month:
    weeks = months.Calendar().monthdatescalendar(year, month)
    rows = tuple(tuple(calendar.day(on) if on.month == month else None for on in week) for week in weeks)
    return Month(date(year, month, 1), rows)


def _year(request: HttpRequest, today: date) -> int:
    asked = request.GET.get("nam", "")
    known = asked.isdecimal() and len(asked) == 4 and FIRST_YEAR <= int(asked) <= LAST_YEAR  # noqa: PLR2004 - digits
    return int(asked) if known else today.year


def _agency(request: HttpRequest) -> Agency | None:
    asked = request.GET.get("co-quan", "")
    return organisations.get_agency(uuid=asked) if asked else None


def _edited(request: HttpRequest) -> Agency | None:
    agency = _agency(request)
    today = clock.local_date(clock.now())
    policies.require_administrator(principal_of(request), agency.pk if agency else None, today)
    return agency


def _query(agency: Agency | None) -> str:
    return urlencode({"co-quan": agency.uuid}) if agency else ""


def _address(agency: Agency | None, year: int | None) -> str:
    query = ({"co-quan": str(agency.uuid)} if agency else {}) | ({"nam": str(year)} if year else {})
    return reverse("administration:calendar") + (f"?{urlencode(query)}" if query else "")


def _back(agency: Agency | None, year: int | None) -> HttpResponse:
    return redirect(_address(agency, year))


def _form(
    request: HttpRequest, form: forms.ServiceForm, agency: Agency | None, title: str, submit: str, intro: str = ""
) -> HttpResponse:
    whose = (_("Lịch"), agency.name if agency else _("Lịch quốc gia"))
    return edit_page(
        request, form=form, title=title, submit=submit, back=_address(agency, None), intro=intro, facts=(whose,)
    )
