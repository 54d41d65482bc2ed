"""The leader's pages: scorecard, times, forecast."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from lienthong.accounts.api import official_required, principal_of
from lienthong.catalogue import api as catalogue
from lienthong.indicators import policies
from lienthong.indicators.queries import forecast as looking
from lienthong.indicators.queries import lists, scorecard, times
from lienthong.indicators.queries.definitions import index_on
from lienthong.indicators.views import shown
from lienthong.indicators.views.chosen import Chosen, choose, desk, own_agency, period_options
from lienthong.kernel import clock, reference
from lienthong.organisations import api as organisations

_LATE_SHOWN = 10
_PAGES = (
    ("indicators:dashboard", _("Bộ chỉ số")),
    ("indicators:times", _("Thời gian")),
    ("indicators:forecast", _("Dự báo")),
    ("indicators:report", _("Báo cáo II.06a")),
)


def own_first(request: HttpRequest) -> HttpResponse | None:
    """Lead to the figures of the official's own agency where the address chooses none."""
    if "co-quan" in request.GET:
        return None
    agency = own_agency(principal_of(request))
    if agency is None:
        return None
    query = request.GET.copy()
    query["co-quan"] = str(agency.uuid)
    return redirect(f"{request.path}?{query.urlencode()}")


def frame(request: HttpRequest, chosen: Chosen) -> dict[str, Any]:
    """Give what each of these pages shows around its figures: the choice, and the other pages for it."""
    path: tuple[organisations.Agency, ...] = ()
    if chosen.agency is not None:
        path = organisations.agency_path(agency_id=chosen.agency.pk, on=clock.local_date(chosen.now))
    return {
        "chosen": chosen,
        "periods": period_options(chosen.now, chosen.period),
        "above": path[:-1],
        "pages": [
            {"label": label, "url": f"{reverse(route)}?{chosen.query()}", "current": request.path == reverse(route)}
            for route, label in _PAGES
        ],
        "now": chosen.now,
        **desk(request),
    }


@official_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the whole index at a glance: six groups, trend, ranking, what is late, what is coming."""
    if moved := own_first(request):
        return moved
    with reference.remembered():
        chosen = choose(request)
        index = index_on(on=min(chosen.period.last, clock.local_date(chosen.now)))
        level = chosen.agency.level if chosen.agency else None
        card = scorecard.scorecard(scope=chosen.scope, level=level, period=chosen.period, index=index, now=chosen.now)
        ranked = scorecard.ranking(scope=chosen.scope, period=chosen.period, index=index, now=chosen.now)
        points = scorecard.trend(scope=chosen.scope, last=shown.last_month(chosen), count=shown.MONTHS, now=chosen.now)
        late = lists.late_now(scope=chosen.scope, now=chosen.now, cursor=None, size=_LATE_SHOWN)
        context = {
            "card": card,
            "no_data": index.no_data,
            "numbers": shown.numbers(chosen, card),
            "agency_count": len(ranked),
            "agencies": shown.named(shown.first_of(ranked, request)),
            "trend": shown.trend(points, chosen),
            "late": late,
            "openable": policies.openable(principal_of(request)),
            "may_configure": policies.may_configure(principal_of(request)),
        }
        return render(request, "indicators/dashboard.html", frame(request, chosen) | context)


@official_required
@require_safe
def time_spent(request: HttpRequest) -> HttpResponse:
    """Show how long procedures and steps take; single officers to the head of their unit."""
    if moved := own_first(request):
        return moved
    with reference.remembered():
        chosen = choose(request)
        mine = policies.officers_of(principal_of(request))
        wanted = mine & chosen.scope.agency_ids if chosen.scope.agency_ids is not None else mine
        names = {row.code: row.name for row in catalogue.service_coverage(on=clock.local_date(chosen.now))}
        context = {
            "procedures": [
                {"row": row, "name": names.get(row.keys[0], "")}
                for row in times.by_procedure(scope=chosen.scope, period=chosen.period)
            ],
            "steps": times.by_step(scope=chosen.scope, period=chosen.period),
            "units": times.by_unit(scope=chosen.scope, period=chosen.period),
            "officers": times.by_officer(agency_ids=wanted, period=chosen.period) if wanted else (),
            "heads_unit": bool(wanted),
        }
        return render(request, "indicators/times.html", frame(request, chosen) | context)


@official_required
@require_safe
def forecast(request: HttpRequest) -> HttpResponse:
    """Show when the backlog clears at the present pace, and what falls due soon, with the formula."""
    if moved := own_first(request):
        return moved
    with reference.remembered():
        chosen = choose(request)
        whole, rows = looking.forecast(scope=chosen.scope, now=chosen.now)
        names = organisations.get_agencies(ids=[row.agency_id for row in rows if row.agency_id])
        context = {
            "whole": whole,
            "rows": [
                {"agency": names[row.agency_id], "forecast": row, "due": list(zip(looking.AHEAD, row.due, strict=True))}
                for row in rows
                if row.agency_id
            ],
            "weeks": looking.WEEKS,
            "ahead": looking.AHEAD,
        }
        return render(request, "indicators/forecast.html", frame(request, chosen) | context)
