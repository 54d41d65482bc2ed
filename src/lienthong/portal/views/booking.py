"""Booking a desk: where, for what, when; and what I have booked."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lienthong.accounts.api import Principal, normalise_phone, principal_of, require_login, visitor_address
from lienthong.catalogue import api as catalogue
from lienthong.counters import api as counters
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError, DomainError, InvalidError
from lienthong.kernel.ratelimit import hit
from lienthong.organisations import api as organisations

_GUESTS = "portal.guest_appointments"
_MOST_KEPT = 10
_LIMIT, _SECONDS = 20, 600


@require_safe
def where(request: HttpRequest) -> HttpResponse:
    """Choose the area; the one-stop desks that take appointments there follow from it."""
    today = clock.local_date(clock.now())
    province, commune = request.GET.get("province", ""), request.GET.get("commune", "")
    area = _area(commune) or _area(province)
    return render(
        request,
        "portal/booking_where.html",
        {
            "procedure": _procedure(request, today),
            "provinces": organisations.list_areas(on=today, level="province"),
            "communes": _communes(province, today),
            "province": province,
            "commune": commune,
            "chosen": area is not None,
            "agencies": counters.agencies_in_area(area_id=area.pk, on=today) if area is not None else (),
        },
    )


@require_safe
def line(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Choose what for: the groups of matters that queue together at this agency."""
    today = clock.local_date(clock.now())
    agency = organisations.get_agency(uuid=uuid)
    procedure = _procedure(request, today)
    lines = counters.list_lines(agency_id=agency.pk, on=today)
    if procedure is not None:
        lines = counters.lines_for_procedure(agency_id=agency.pk, sector_code=_sector(procedure), on=today)
        if len(lines) == 1:
            return redirect(f"{reverse('portal:book_time', args=[lines[0].uuid])}?thu-tuc={procedure.code}")
    return render(request, "portal/booking_line.html", {"agency": agency, "lines": lines, "procedure": procedure})


@require_http_methods(["GET", "POST"])
def time(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Choose a day and a time, say who comes, and book; or move an appointment here (``?doi=``)."""
    now = clock.now()
    today = clock.local_date(now)
    principal = principal_of(request)
    chosen = counters.get_line(uuid=uuid, on=today)
    procedure = _procedure(request, today)
    moved = _moved(request, chosen)
    errors: dict[str, str] = {}
    if request.method == "POST":
        hit(key=f"book:{visitor_address(request)}", limit=_LIMIT, seconds=_SECONDS, now=now)
        try:
            appointment = _book(request, chosen, procedure, moved, now)
        except InvalidError as error:
            errors = {name: " ".join(map(str, texts)) for name, texts in error.field_errors.items()}
        except counters.AlreadyBookedError as error:
            errors = {"": str(error.message)}
        except ConflictError as error:
            errors = {"starts_at": str(error.message)}
        else:
            return redirect("portal:appointment", uuid=appointment.uuid)
    days = counters.bookable_days(line=chosen, now=now)
    on = _asked_day(request, days)
    return render(
        request,
        "portal/booking_time.html",
        {
            "line": chosen,
            "agency": chosen.agency,
            "procedure": procedure,
            "moved": moved,
            "days": days,
            "on": on,
            "slots": [slot for slot in counters.slots_on(line=chosen, on=on, now=now) if slot.is_open] if on else [],
            "starts_at": request.POST.get("starts_at", ""),
            "is_guest": moved is None and _is_guest(principal),
            **{name: request.POST.get(name, "") for name in _GUEST},
            "field_errors": errors,
            "errors": [(_TARGETS.get(name, ""), text) for name, text in errors.items()],
            "again": request.GET.urlencode(),
        },
        status=422 if errors else 200,
    )


_GUEST = ("guest_name", "guest_phone", "guest_email")
_TARGETS = {"starts_at": "times", **{name: name for name in _GUEST}}


def _is_guest(principal: Principal) -> bool:
    return not (principal.kind == "citizen" and principal.person_id is not None)


def _book(
    request: HttpRequest,
    chosen: counters.ServiceLine,
    procedure: catalogue.ProcedureVersion | None,
    moved: counters.Appointment | None,
    now: datetime,
) -> counters.Appointment:
    principal = principal_of(request)
    starts_at = _instant(request.POST.get("starts_at", ""))
    guest = {name: request.POST.get(name, "") for name in _GUEST}
    if starts_at is None:
        text = _("Hãy chọn một giờ.")
        others = counters.check_guest(**guest) if moved is None and _is_guest(principal) else {}
        raise InvalidError(text, field_errors={"starts_at": [text], **others})
    if moved is not None:
        return counters.move(principal=principal, appointment=moved, starts_at=starts_at, now=now)
    appointment = counters.book(
        principal=principal,
        line_uuid=chosen.uuid,
        starts_at=starts_at,
        now=now,
        procedure_code=procedure.code if procedure is not None else "",
        procedure_name=procedure.name_vi if procedure is not None else "",
        **guest,
    )
    if appointment.person_id is None:
        _remember(request, appointment)
    return appointment


@require_safe
def appointment(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one appointment: when, where, the code to read out, and what can still be done with it."""
    return render(
        request,
        "portal/appointment.html",
        {"appointment": _mine(request, uuid), "now": clock.now()},
    )


@require_POST
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give the seat back."""
    found = _mine(request, uuid)
    counters.cancel(principal=principal_of(request), appointment=found, now=clock.now())
    messages.success(request, _("Đã hủy lịch hẹn. Cảm ơn bạn đã nhường chỗ cho người khác."))
    return redirect("portal:appointment", uuid=uuid)


@require_login
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List my appointments, the latest first."""
    page = counters.list_mine(principal=principal_of(request), cursor=request.GET.get("cursor"))
    return render(request, "portal/appointments.html", {"page": page})


@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find an appointment made without account, by its code and the telephone; ten tries in ten minutes."""
    context: dict[str, Any] = {"code": "", "phone": "", "error": ""}
    if request.method == "POST":
        hit(key=f"appointment:{visitor_address(request)}", limit=10, seconds=_SECONDS, now=clock.now())
        code, phone = request.POST.get("code", "")[:20], request.POST.get("phone", "")[:24]
        found = counters.find_guest_appointment(code=code, phone=normalise_phone(phone))
        if found is not None:
            _remember(request, found)
            return redirect("portal:appointment", uuid=found.uuid)
        context = {"code": code, "phone": phone, "error": _("Không có lịch hẹn nào khớp mã và số điện thoại này.")}
    return render(request, "portal/appointment_find.html", context, status=422 if context["error"] else 200)


def _mine(request: HttpRequest, uuid: UUID) -> counters.Appointment:
    """Fetch an appointment of the signed-in person, or one that this browser has booked or looked up."""
    if str(uuid) in request.session.get(_GUESTS, []):
        return counters.get_guest_appointment(uuid=uuid)
    return counters.get_appointment_for(principal=principal_of(request), uuid=uuid)


def _remember(request: HttpRequest, appointment: counters.Appointment) -> None:
    kept = [key for key in request.session.get(_GUESTS, []) if key != str(appointment.uuid)]
    request.session[_GUESTS] = [*kept, str(appointment.uuid)][-_MOST_KEPT:]


def _moved(request: HttpRequest, chosen: counters.ServiceLine) -> counters.Appointment | None:
    try:
        asked = UUID(request.GET.get("doi", ""))
    except ValueError:
        return None
    found = _mine(request, asked)
    return found if found.line_id == chosen.pk else None


def _procedure(request: HttpRequest, on: date) -> catalogue.ProcedureVersion | None:
    code = request.GET.get("thu-tuc", "").strip()[:40]
    if not code:
        return None
    try:
        return catalogue.get_procedure(code=code, on=on)
    except DomainError:
        return None


def _sector(procedure: catalogue.ProcedureVersion) -> str:
    return procedure.sector.code if procedure.sector is not None else ""


def _asked_day(request: HttpRequest, days: tuple[counters.BookableDay, ...]) -> date | None:
    """Take the day asked for, else the first with a free seat."""
    wanted: Mapping[str, str] = request.POST if request.method == "POST" else request.GET
    try:
        asked = parse_date(wanted.get("ngay", ""))
    except ValueError:
        asked = None
    if asked is not None and any(day.date == asked for day in days):
        return asked
    return next((day.date for day in days if day.free), None)


def _instant(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _area(uuid: str) -> organisations.AdministrativeArea | None:
    try:
        return organisations.get_area(uuid=uuid) if uuid else None
    except DomainError:
        return None


def _communes(province: str, today: date) -> tuple[organisations.AdministrativeArea, ...]:
    area = _area(province)
    return () if area is None else organisations.list_areas(on=today, level="commune", parent_id=area.pk)
