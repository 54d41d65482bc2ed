"""Handing papers over between the one-stop desk and the units: write a list, print it, confirm the other side's."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lienthong.accounts.api import Principal, official_required, principal_of
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError, InvalidError
from lienthong.workspace.desk import desk_context, own_agency_id
from lienthong.workspace.forms_deadlines import HandOverForm
from lienthong.workspace.views.books import as_pdf
from lienthong.workspace.views.pages import add_errors

WAYS = {"giao": dossiers.HandOverDirection.TO_UNIT, "tra": dossiers.HandOverDirection.TO_DESK}


@official_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the hand-overs of one's agencies, those to confirm first in sight by their sign."""
    page = dossiers.list_hand_overs(principal=principal_of(request), cursor=request.GET.get("cursor"))
    return render(request, "workspace/hand_overs.html", desk_context(request) | {"page": page})


@official_required
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose dossiers whose papers go over, and where to."""
    principal = principal_of(request)
    now = clock.now()
    word = request.GET.get("chieu", "giao")
    way = WAYS.get(word, dossiers.HandOverDirection.TO_UNIT)
    giver_id = _giver(principal)
    receivers = dossiers.receivers_of(giver_id=giver_id, on=clock.local_date(now)) if giver_id else {}
    form = HandOverForm(
        request.POST or None,
        receivers=sorted(((pk, row.name) for pk, row in receivers.items()), key=lambda pair: pair[1]),
        initial={"receiver": giver_id},
    )
    chosen = _uuids(request.POST.getlist("dossier"))
    procedure = request.GET.get("thu-tuc", "")[:40]
    if request.method == "POST" and giver_id and form.is_valid():
        try:
            made = dossiers.hand_over(
                principal=principal,
                direction=way,
                giver_id=giver_id,
                receiver_id=form.cleaned_data["receiver"],
                dossier_uuids=chosen,
                note=form.cleaned_data["note"],
                now=now,
            )
        except InvalidError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Đã lập danh sách bàn giao %(number)s.") % {"number": made.number})
            return redirect("workspace:hand_over", uuid=made.uuid)
    rows: tuple[dossiers.Dossier, ...] = ()
    spread: tuple[dossiers.WaitingProcedure, ...] = ()
    if giver_id:
        rows = dossiers.list_waiting(principal=principal, direction=way, giver_id=giver_id, procedure_code=procedure)
        spread = dossiers.spread_waiting(principal=principal, direction=way, giver_id=giver_id)
    context = {
        "form": form,
        "rows": rows,
        "spread": spread,
        "most": spread[0].count if spread else 0,
        "waiting": sum(row.count for row in spread),
        "offered": sum(row.count for row in spread if procedure in ("", row.code)),
        "procedure": procedure,
        "address": f"?chieu={_word(way)}",
        "ways": [
            {"label": dossiers.HandOverDirection(value).label, "url": f"?chieu={key}", "current": value == way}
            for key, value in WAYS.items()
        ],
        "chosen": {str(uuid) for uuid in chosen},
        "is_first": request.method == "GET",
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "workspace/hand_over_new.html", desk_context(request) | context, status=status)


def _word(way: dossiers.HandOverDirection) -> str:
    return next(word for word, value in WAYS.items() if value == way)


def _giver(principal: Principal) -> int | None:
    """Give the agency whose papers go over: the official's own, or the outer agency of their unit's desk."""
    agencies = dossiers.agencies_of(principal)
    own = own_agency_id(principal)
    return own if own in agencies else min(agencies, default=None)


def _uuids(given: list[str]) -> list[UUID]:
    found: list[UUID] = []
    for text in given:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@official_required
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one list; whoever receives the papers ticks what is there and says why the rest is not."""
    principal = principal_of(request)
    found = dossiers.get_hand_over_for(principal=principal, uuid=uuid)
    lines = dossiers.lines_of(hand_over=found)
    received = set(_uuids(request.POST.getlist("received")))
    typed = {line.dossier.uuid: request.POST.get(f"note-{line.dossier.uuid}", "")[:255] for line in lines}
    problems: tuple[tuple[str, str], ...] = ()
    if request.method == "POST":
        try:
            dossiers.confirm_hand_over(
                principal=principal, uuid=uuid, received=sorted(received), notes=typed, now=clock.now()
            )
        except InvalidError as error:
            problems = tuple((path, text) for path, texts in error.field_errors.items() for text in texts)
        except ConflictError as error:
            messages.warning(request, str(error.message))
            return redirect("workspace:hand_over", uuid=uuid)
        else:
            messages.success(request, _("Đã xác nhận danh sách bàn giao."))
            return redirect("workspace:hand_over", uuid=uuid)
    wrong = dict(problems)
    rows = [
        {
            "line": line,
            "ticked": request.method == "GET" or line.dossier.uuid in received,
            "typed": typed[line.dossier.uuid],
            "error": wrong.get(f"note-{line.dossier.uuid}", ""),
        }
        for line in lines
    ]
    context = {
        "found": found,
        "rows": rows,
        "errors": problems,
        "may_confirm": dossiers.may_confirm(principal, found),
        "direction": dossiers.HandOverDirection(found.direction).label,
        "missing": sum(line.is_received is False for line in lines),
    }
    return render(request, "workspace/hand_over.html", desk_context(request) | context, status=422 if problems else 200)


@official_required
@require_safe
def printed(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Print a list for both sides to sign."""
    pdf = dossiers.print_hand_over(principal=principal_of(request), uuid=uuid, now=clock.now())
    return as_pdf(pdf, f"ban-giao-{uuid}.pdf")
