"""What if a dossier were received then: the due date, every step explained."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lienthong.accounts.api import official_required, principal_of
from lienthong.catalogue import api as catalogue
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError, NotFoundError
from lienthong.workspace.desk import desk_context, own_agency_id
from lienthong.workspace.forms_deadlines import NATION, TrialForm
from lienthong.workspace.views.pages import add_errors

MOST_HITS = 8


@official_required
@require_safe
def simulate(request: HttpRequest) -> HttpResponse:
    """Find a procedure, then count its limit for a moment of reception, with a pause and a new appointment."""
    now = clock.now()
    code = request.GET.get("thu-tuc", "").strip()[:120]
    context: dict[str, Any] = {"asked": code, "hits": (), "version": None}
    if code:
        try:
            context |= _trial(request, catalogue.get_procedure(code=code, on=clock.local_date(now)))
        except NotFoundError:
            context["hits"] = catalogue.suggest(query=code, on=clock.local_date(now), size=MOST_HITS)
    form = context.get("form")
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, "workspace/simulation.html", desk_context(request) | context, status=status)


def _trial(request: HttpRequest, version: catalogue.ProcedureVersion) -> dict[str, Any]:
    principal = principal_of(request)
    now = clock.now()
    agencies = {str(row.uuid): row for row in dossiers.agencies_with_books(principal=principal)}
    own = own_agency_id(principal)
    limits = catalogue.time_limits(version=version)
    form = TrialForm(
        request.GET if "received_at" in request.GET else None,
        limits=[(limit.key, limit.condition or _("Thông thường")) for limit in limits],
        agencies=[(key, row.name) for key, row in agencies.items()],
        initial={
            "received_at": clock.local(now),
            "agency": next((key for key, row in agencies.items() if row.pk == own), NATION),
        },
    )
    found: dict[str, Any] = {"version": version, "form": form, "has_limit": bool(limits)}
    if form.is_bound and form.is_valid():
        agency = agencies.get(form.cleaned_data["agency"])
        try:
            found["answer"] = dossiers.simulate(
                question=dossiers.Question(
                    version=version,
                    received_at=form.cleaned_data["received_at"],
                    agency_id=agency.pk if agency is not None else None,
                    limit_key=form.cleaned_data.get("limit_key", ""),
                    extended_to=form.cleaned_data["extended_to"],
                    **form.pauses(),
                ),
                now=now,
            )
            found["is_answered"] = True
        except InvalidError as error:
            add_errors(form, error)
    return found
