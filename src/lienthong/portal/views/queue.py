"""The hall of a one-stop desk: the display, the kiosk, and one's place on the phone. No personal data, no login."""

import hashlib
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lienthong.counters import api as counters
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError, NotFoundError
from lienthong.kernel.ratelimit import hit
from lienthong.organisations import api as organisations

_UNCHANGED = 204
_LIMIT, _SECONDS = 40, 60


@require_safe
def display(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show whom the desks call; asked in the background it answers only when something has changed."""
    now = clock.now()
    today = clock.local_date(now)
    agency = organisations.get_agency(uuid=uuid)
    if not counters.list_lines(agency_id=agency.pk, on=today):
        raise NotFoundError(_("Cơ quan này chưa mở quầy lấy số."), code="counters.no_desks")
    board = counters.board(agency_id=agency.pk, on=today)
    state = [f"{ticket.label}:{ticket.state}:{ticket.calls}:{ticket.desk_id}" for ticket in board.current]
    mark = _mark(*state, *(ticket.label for ticket in board.earlier), board.waiting)
    context = {"agency": agency, "board": board, "mark": mark, "now": now}
    return _live(request, "portal/queue_display.html", "portal/parts/queue_board.html", mark, context)


@require_safe
def ticket(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show my number: called already, or how many go before me and how long that may take."""
    now = clock.now()
    found = counters.get_ticket(uuid=uuid)
    is_past = found.date != clock.local_date(now)
    place = counters.estimate(ticket=found, now=now) if found.is_waiting and not is_past else None
    mark = _mark(found.state, found.desk_id, found.calls, place.ahead if place else "", place.minutes if place else "")
    context = {"ticket": found, "place": place, "is_past": is_past, "mark": mark}
    return _live(request, "portal/queue_ticket.html", "portal/parts/queue_place.html", mark, context)


@require_http_methods(["GET", "POST"])
def kiosk(request: HttpRequest, secret: str) -> HttpResponse:
    """Give out a number at a touch screen, or let somebody with an appointment report; the slip follows."""
    now = clock.now()
    today = clock.local_date(now)
    machine = counters.get_kiosk(secret=secret)
    error, status = "", 200
    if request.method == "POST":
        hit(key=f"kiosk:{machine.uuid}", limit=_LIMIT, seconds=_SECONDS, now=now)
        try:
            given = _give(request, machine, now)
        except (ConflictError, NotFoundError) as refused:
            error, status = str(refused.message), refused.status
        else:
            return redirect("portal:kiosk_slip", secret=secret, uuid=given.uuid)
    return render(
        request,
        "portal/queue_kiosk.html",
        {
            "kiosk": machine,
            "lines": counters.list_lines(agency_id=machine.agency_id, on=today),
            "priorities": counters.list_priorities(on=today),
            "request_id": uuid4(),
            "code": request.POST.get("code", ""),
            "error": error,
            "now": now,
        },
        status=status,
    )


def _give(request: HttpRequest, machine: counters.Kiosk, now: Any) -> counters.QueueTicket:
    code = request.POST.get("code", "").strip()[:40]
    if code and "line" not in request.POST:
        found = counters.find_for_kiosk(kiosk=machine, code=code)
        if found is None:
            raise NotFoundError(
                _("Không có lịch hẹn nào mang mã này ở đây. Hãy xem lại mã, hoặc lấy số thường."),
                code="counters.appointment_not_found",
            )
        return counters.arrive(appointment=found, kiosk=machine, now=now)
    return counters.take_number(
        kiosk=machine,
        line_uuid=_uuid(request.POST.get("line", "")),
        request_id=_uuid(request.POST.get("request_id", "")),
        priority_key=request.POST.get("priority", ""),
        now=now,
    )


@require_safe
def slip(request: HttpRequest, secret: str, uuid: UUID) -> HttpResponse:
    """Show the slip to take away: the number large, how long it may take, and the code to follow it on a phone."""
    now = clock.now()
    machine = counters.get_kiosk(secret=secret)
    found = counters.get_ticket(uuid=uuid)
    if found.agency_id != machine.agency_id:
        raise NotFoundError(_("Không tìm thấy số thứ tự này."), code="counters.ticket_not_found")
    return render(
        request,
        "portal/queue_slip.html",
        {
            "kiosk": machine,
            "ticket": found,
            "place": counters.estimate(ticket=found, now=now) if found.is_waiting else None,
            "address": f"{settings.SITE_URL}{reverse('portal:ticket', args=[found.uuid])}",
        },
    )


def _live(request: HttpRequest, page: str, fragment: str, mark: str, context: dict[str, Any]) -> HttpResponse:
    """Answer a page, or a polling request: its part when it has changed since ``da``, else nothing at all."""
    if not request.headers.get("HX-Request"):
        return render(request, page, context | {"fragment": fragment})
    if request.GET.get("da") == mark:
        return HttpResponse(status=_UNCHANGED)
    return render(request, fragment, context)


def _mark(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFoundError(_("Hãy chọn việc cần làm trên màn hình."), code="counters.line_not_found") from error
