"""The desk in the hall: who is before it, who waits, today's appointments; calling by button or key."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lienthong.accounts.api import Principal, Right, official_required, principal_of, right_required
from lienthong.counters import api as counters
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError, DomainError, InvalidError
from lienthong.workspace import scanning
from lienthong.workspace.desk import desk_context

#: The desk somebody sits at today, kept in their session.
_DESK = "workspace.counter_desk"
Act = Callable[[Principal, counters.Desk, UUID, datetime, HttpRequest], counters.QueueTicket | None]


def chosen_desk(request: HttpRequest, on: date) -> counters.Desk | None:
    """Give the desk that the official has sat down at, if it is still there and still theirs."""
    kept = request.session.get(_DESK)
    if not kept:
        return None
    try:
        return counters.get_desk(
            uuid=UUID(str(kept)), agency_ids=counters.served_agencies(principal_of(request)), on=on
        )
    except DomainError:
        return None


@official_required
@right_required(*counters.DESK_RIGHTS)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show the desk: who is before it and what can be done, who waits, who was not there."""
    now = clock.now()
    today = clock.local_date(now)
    desk = chosen_desk(request, today)
    if desk is None:
        return redirect("workspace:queue_desk")
    current = counters.at_desk(desk=desk, on=today)
    return render(
        request,
        "workspace/queue.html",
        desk_context(request)
        | {
            "desk": desk,
            "current": current,
            "waiting": counters.list_waiting(desk=desk, now=now, on=today),
            "waiting_count": counters.count_waiting(desk=desk, on=today),
            "no_shows": counters.recent_no_shows(desk=desk, on=today),
            "other_desks": [row for row in counters.list_desks(agency_id=desk.agency_id, on=today) if row != desk],
            "lines": counters.list_lines(agency_id=desk.agency_id, on=today),
            "priorities": counters.list_priorities(on=today),
            "request_id": uuid4(),
            "now": now,
        },
    )


@official_required
@right_required(*counters.DESK_RIGHTS)
@require_http_methods(["GET", "POST"])
def choose_desk(request: HttpRequest) -> HttpResponse:
    """Sit down at a desk for the day."""
    today = clock.local_date(clock.now())
    agency_ids = counters.served_agencies(principal_of(request))
    if request.method == "POST":
        desk = counters.get_desk(uuid=_uuid(request.POST.get("desk", "")), agency_ids=agency_ids, on=today)
        request.session[_DESK] = str(desk.uuid)
        return redirect("workspace:queue")
    agencies = counters.agencies_with_desks(on=today, agency_ids=agency_ids)
    return render(
        request,
        "workspace/queue_desk.html",
        desk_context(request)
        | {
            "halls": [(agency, counters.list_desks(agency_id=agency.pk, on=today)) for agency in agencies],
            "chosen": request.session.get(_DESK, ""),
        },
    )


def _finish_and_next(
    principal: Principal, desk: counters.Desk, uuid: UUID, now: datetime, _request: HttpRequest
) -> Any:
    return counters.finish_and_call_next(principal=principal, desk=desk, ticket_uuid=uuid, now=now)


def _transfer(principal: Principal, desk: counters.Desk, uuid: UUID, now: datetime, request: HttpRequest) -> Any:
    to_desk = _uuid(request.POST.get("to", ""))
    return counters.transfer(principal=principal, desk=desk, ticket_uuid=uuid, to_desk_uuid=to_desk, now=now)


def _with(service: Callable[..., counters.QueueTicket]) -> Act:
    def act(principal: Principal, desk: counters.Desk, uuid: UUID, now: datetime, _request: HttpRequest) -> Any:
        return service(principal=principal, desk=desk, ticket_uuid=uuid, now=now)

    return act


_ACTS: dict[str, Act] = {
    "recall": _with(counters.recall),
    "start": _with(counters.start),
    "finish": _with(counters.finish),
    "next": _finish_and_next,
    "no_show": _with(counters.no_show),
    "put_back": _with(counters.put_back),
    "transfer": _transfer,
}


@official_required
@require_POST
def call(request: HttpRequest) -> HttpResponse:
    """Call whoever is next; a second press finds the desk taken and changes nothing."""
    now = clock.now()
    desk = chosen_desk(request, clock.local_date(now))
    if desk is None:
        return redirect("workspace:queue_desk")
    try:
        counters.call_next(principal=principal_of(request), desk=desk, now=now)
    except counters.NobodyWaitsError as nobody:
        messages.info(request, str(nobody.message))
    except counters.DeskBusyError:
        pass  # the page shows who is there: the first press was carried out
    return redirect("workspace:queue")


@official_required
@require_POST
def act(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Do one thing with a ticket; what has gone on meanwhile is told, not repeated."""
    now = clock.now()
    desk = chosen_desk(request, clock.local_date(now))
    do = _ACTS.get(request.POST.get("do", ""))
    if desk is None or do is None:
        return redirect("workspace:queue")
    try:
        following = do(principal_of(request), desk, uuid, now, request)
    except ConflictError as refused:
        messages.warning(request, str(refused.message))
    else:
        if following is None:
            messages.info(request, _("Đã xong. Không còn ai chờ ở quầy này."))
    return redirect("workspace:queue")


@official_required
@right_required(*counters.DESK_RIGHTS)
@require_POST
def give(request: HttpRequest) -> HttpResponse:
    """Give a number to somebody who asks an official instead of the kiosk."""
    ticket = counters.give_number(
        principal=principal_of(request),
        line_uuid=_uuid(request.POST.get("line", "")),
        request_id=_uuid(request.POST.get("request_id", "")),
        priority_key=request.POST.get("priority", ""),
        now=clock.now(),
    )
    messages.success(request, _("Đã phát số %(label)s.") % {"label": ticket.label})
    return redirect("workspace:queue")


@official_required
@right_required(*counters.DESK_RIGHTS)
@require_safe
def ticket(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one number: what it waits for, and what became of it."""
    found = counters.get_ticket_for(principal=principal_of(request), uuid=uuid)
    return render(request, "workspace/queue_ticket.html", desk_context(request) | {"ticket": found})


@official_required
@require_safe
def scan(request: HttpRequest) -> HttpResponse:
    """Open what a scanned code names; say so when it names nothing this official may see."""
    scanned = request.GET.get("ma", "").strip()[: scanning.MOST]
    address = scanning.address_of(principal=principal_of(request), scanned=scanned, now=clock.now())
    if address is not None:
        return redirect(address)
    return render(
        request,
        "workspace/scan.html",
        desk_context(request) | {"scanned": scanned, "scan_focus": True},
        status=404 if scanned else 200,
    )


@official_required
@right_required(*counters.DESK_RIGHTS)
@require_safe
def appointments(request: HttpRequest) -> HttpResponse:
    """List a day's appointments at the desk's agency."""
    now = clock.now()
    today = clock.local_date(now)
    desk = chosen_desk(request, today)
    if desk is None:
        return redirect("workspace:queue_desk")
    on = _day(request.GET.get("ngay", ""), today)
    rows = counters.list_day(principal=principal_of(request), agency_id=desk.agency_id, on=on)
    return render(
        request,
        "workspace/appointments.html",
        desk_context(request) | {"desk": desk, "rows": rows, "on": on, "today": today, "now": now},
    )


@official_required
@require_http_methods(["GET", "POST"])
def appointment(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one appointment: let the person in, or cancel it and say why."""
    now = clock.now()
    principal = principal_of(request)
    found = counters.get_appointment_for(principal=principal, uuid=uuid)
    is_reachable = counters.is_reachable(appointment=found, now=now)
    error = ""
    if request.method == "POST":
        try:
            if request.POST.get("do") == "arrive":
                ticket = counters.arrive(appointment=found, principal=principal, now=now)
                messages.success(request, _("Đã phát số %(label)s.") % {"label": ticket.label})
                return redirect("workspace:queue")
            counters.cancel(principal=principal, appointment=found, reason=request.POST.get("reason", ""), now=now)
            if is_reachable:
                messages.success(request, _("Đã hủy lịch hẹn và báo cho người hẹn."))
            else:
                messages.warning(request, _("Đã hủy lịch hẹn. Không có cách báo tự động: hãy gọi cho người hẹn."))
                return redirect("workspace:appointment", uuid=uuid)
            return redirect("workspace:appointments")
        except (ConflictError, InvalidError) as refused:
            error = str(refused.message)
            found = counters.get_appointment_for(principal=principal, uuid=uuid)
    return render(
        request,
        "workspace/appointment.html",
        desk_context(request)
        | {
            "appointment": found,
            "error": error,
            "reason": request.POST.get("reason", ""),
            "is_reachable": is_reachable,
            "is_today": clock.local_date(found.starts_at) == clock.local_date(now),
            "may_receive": principal.may(Right.RECEIVE),
        },
        status=409 if error else 200,
    )


def _day(text: str, today: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
