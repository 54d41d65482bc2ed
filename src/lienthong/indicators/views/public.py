"""What anybody may see: how the agencies serve, and the codes of the dossiers behind each figure."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lienthong.accounts.api import principal_of
from lienthong.indicators import formulas, measures, policies
from lienthong.indicators.queries import figures, lists, report, scorecard
from lienthong.indicators.queries.definitions import index_on
from lienthong.indicators.views import shown
from lienthong.indicators.views.chosen import Chosen, choose, desk, keys_of, period_options
from lienthong.kernel import clock, reference
from lienthong.kernel.errors import NotFoundError
from lienthong.organisations import api as organisations

PAGE_SIZE = 50
LATE_SHOWN = 20


@require_safe
def node(request: HttpRequest) -> HttpResponse:
    """Show how all agencies of this installation serve, and lead to each."""
    with reference.remembered():
        chosen = choose(request)
        return render(request, "indicators/public.html", _page(request, chosen))


@require_safe
def agency(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show how one agency (with all below it) serves: progress of its dossiers, late codes, the index."""
    with reference.remembered():
        chosen = choose(request, agency_uuid=uuid)
        return render(request, "indicators/public.html", _page(request, chosen))


def _page(request: HttpRequest, chosen: Chosen) -> dict[str, Any]:
    index = index_on(on=min(chosen.period.last, clock.local_date(chosen.now)))
    card = scorecard.scorecard(
        scope=chosen.scope, level=chosen.agency.level if chosen.agency else None, period=chosen.period, index=index,
        now=chosen.now,
    )  # fmt: skip
    ranked = scorecard.ranking(scope=chosen.scope, period=chosen.period, index=index, now=chosen.now)
    points = scorecard.trend(scope=chosen.scope, last=shown.last_month(chosen), count=shown.MONTHS, now=chosen.now)
    late = lists.late_now(scope=chosen.scope, now=chosen.now, cursor=request.GET.get("cursor"), size=LATE_SHOWN)
    return {
        "chosen": chosen,
        "level": chosen.level,
        "periods": period_options(chosen.now, chosen.period),
        "card": card,
        "numbers": shown.numbers(chosen, card),
        "agency_count": len(ranked),
        "agencies": shown.named(shown.first_of(ranked, request)),
        "is_one": len(ranked) <= 1,
        "trend": shown.trend(points, chosen),
        "late": late,
        "now": chosen.now,
    }


@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """List the dossiers behind a figure: codes for everybody; an official opens those of their own agencies."""
    with reference.remembered():
        principal = principal_of(request)
        chosen = choose(request)
        keys = keys_of(request)
        wanted = lists.Wanted(narrowed(request, chosen), chosen.period, keys)
        page = lists.list_behind(wanted=wanted, cursor=request.GET.get("cursor"), size=PAGE_SIZE, now=chosen.now)
        context = {
            "chosen": chosen,
            "title": _("Hồ sơ %(what)s") % {"what": ", ".join(measures.label_of(key) for key in keys)},
            "page": page,
            "openable": policies.openable(principal),
            "layout": "indicators/desk.html" if principal.is_official else "ui/layouts/portal.html",
            "export_query": request.GET.urlencode(),
            "count": lists.count_behind(wanted=wanted, now=chosen.now),
            "level": chosen.level,
            "now": chosen.now,
        }
        return render(request, "indicators/list.html", context | (desk(request) if principal.is_official else {}))


def narrowed(request: HttpRequest, chosen: Chosen) -> figures.Scope:
    """Narrow the scope to a sector or one agency alone, where a cell of the report asks for it.

    :raises NotFoundError: a sector that does not exist.
    """
    agency_ids, procedure_ids = chosen.scope.agency_ids, None
    if request.GET.get("rieng") and chosen.agency:
        agency_ids = frozenset({chosen.agency.pk})
    if sector := request.GET.get("linh-vuc"):
        if not sector.isdigit() or len(sector) > 9:  # noqa: PLR2004 - no number of a sector is longer
            raise NotFoundError(_("Không có lĩnh vực này."))
        procedure_ids = report.procedures_of(sector_id=int(sector))
    return figures.Scope(agency_ids, procedure_ids)


@require_safe
def procedures(request: HttpRequest) -> HttpResponse:
    """List the procedures behind a figure that counts procedures."""
    with reference.remembered():
        principal = principal_of(request)
        chosen = choose(request)
        formula = formulas.FORMULAS.get(request.GET.get("phep", ""))
        if formula is None or formula.subject != "procedures":
            raise NotFoundError(_("Không có danh sách này."))
        is_above = request.GET.get("phan") == "tu"
        used = figures.tally(scope=chosen.scope, period=chosen.period, keys=scorecard.USE, by=("procedure_id",),
                             now=chosen.now)  # fmt: skip
        level = chosen.agency.level if chosen.agency else None
        known = scorecard.services(by_procedure=used, level=level, period=chosen.period, now=chosen.now)
        keys = (*formula.numerator, *formula.denominator) if is_above else formula.denominator
        context = {
            "chosen": chosen,
            "formula": formula,
            "is_above": is_above,
            "procedures": known.list(keys),
            "unknown": known.list([formula.unknown]) if formula.unknown else (),
            "layout": "indicators/desk.html" if principal.is_official else "ui/layouts/portal.html",
            "level": chosen.level,
        }
        return render(request, "indicators/procedures.html", context | (desk(request) if principal.is_official else {}))


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Find the public page of an agency by its name, with or without marks."""
    query = request.GET.get("q", "").strip()[:120]
    today = clock.local_date(clock.now())
    found = organisations.list_agencies(on=today, query=query, limit=PAGE_SIZE) if query else ()
    agencies = [row for row in found if not row.is_unit]
    return render(request, "indicators/find.html", {"query": query, "agencies": agencies, "level": "central"})
