"""Administrative areas at a date, and where each came from and went."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lienthong.accounts.api import official_required
from lienthong.organisations import api as organisations
from lienthong.organisations.api import AreaLevel
from lienthong.workspace.administration.forms.agencies import AreaSearchForm
from lienthong.workspace.administration.views.dates import asked_date

MOST_FOUND = 200


@official_required
@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """List the provinces of a date, or what a search finds."""
    on = asked_date(request)
    form = AreaSearchForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    query, level = wanted.get("q", ""), wanted.get("level", "")
    found = organisations.list_areas(
        on=on, query=query, level=level or (None if query else AreaLevel.PROVINCE), limit=MOST_FOUND + 1
    )
    context = {"form": form, "on": on, "areas": found[:MOST_FOUND], "has_more": len(found) > MOST_FOUND}
    return render(request, "administration/areas.html", context)


@official_required
@require_safe
def area(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show an area: what it corresponds to on a date, what it was made from, what became of it, what lies in it."""
    on = asked_date(request)
    shown = organisations.get_area(uuid=uuid)
    successions = organisations.list_area_successions(area_id=shown.pk)
    inside_on = on if shown.is_in_force(on) else shown.valid_from
    return render(
        request,
        "administration/area.html",
        {
            "area": shown,
            "on": on,
            "is_in_force": shown.is_in_force(on),
            "path": organisations.area_path(area_id=shown.pk)[:-1],
            "options": organisations.convert_area(area_id=shown.pk, on=on),
            "origins": [row for row in successions if row.successor_id == shown.pk],
            "successors": [row for row in successions if row.predecessor_id == shown.pk],
            "inside": organisations.list_areas(on=inside_on, parent_id=shown.pk),
            "agencies": organisations.list_agencies(on=on, area_id=shown.pk, limit=50),
        },
    )
