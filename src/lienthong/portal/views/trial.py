"""A due date on trial, for anyone: counted as for a real dossier, by the nation's calendar."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lienthong.catalogue import api as catalogue
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError
from lienthong.portal import wording
from lienthong.portal.trial import TrialForm


@require_safe
def trial(request: HttpRequest, code: str) -> HttpResponse:
    """Say when a dossier handed in at some moment would be due, and why."""
    now = clock.now()
    version = catalogue.get_procedure(code=code, on=clock.local_date(now))
    limits = catalogue.time_limits(version=version)
    if not limits:
        raise Http404
    form = TrialForm(
        request.GET if "received_at" in request.GET else None,
        limits=[
            (limit.key, f"{limit.condition or _('Thông thường')}: {wording.time_words(limit.amount, limit.unit)}")
            for limit in limits
        ],
        initial={"received_at": clock.local(now)},
    )
    answer = None
    if form.is_bound and form.is_valid():
        try:
            answer = dossiers.simulate(
                question=dossiers.Question(
                    version=version,
                    received_at=form.cleaned_data["received_at"],
                    limit_key=form.cleaned_data.get("limit_key", ""),
                ),
                now=now,
            )
        except InvalidError as error:
            for texts in error.field_errors.values():
                form.add_error("received_at", list(texts))
    context = {"version": version, "form": form, "answer": answer}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "portal/trial.html", context, status=status)
