"""Reading a dossier that is not one's task: a purpose first; and seeing masked data in full."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lienthong.accounts.api import official_required, principal_of
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError
from lienthong.workspace import purposes
from lienthong.workspace.desk import desk_context
from lienthong.workspace.forms_results import PurposeForm
from lienthong.workspace.views.pages import add_errors, ask


def ask_purpose(request: HttpRequest, found: dossiers.Dossier, form: PurposeForm | None = None) -> HttpResponse:
    """Ask why the dossier is read; nothing of it is shown before."""
    form = form or PurposeForm()
    return render(
        request,
        "workspace/purpose.html",
        desk_context(request) | {"dossier": found, "form": form},
        status=422 if form.is_bound and form.errors else 200,
    )


@official_required
@require_http_methods(["GET", "POST"])
def purpose(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take down why an official reads a dossier outside their tasks."""
    return _state(request, uuid, is_full=False)


@official_required
@require_http_methods(["GET", "POST"])
def unmask(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take down why an official needs to see masked data in full."""
    return _state(request, uuid, is_full=True)


def _state(request: HttpRequest, uuid: UUID, *, is_full: bool) -> HttpResponse:
    principal, now = principal_of(request), clock.now()
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = dossiers.state_purpose(
                principal=principal, dossier=found, purpose=form.purpose(), is_full=is_full, now=now
            )
        except InvalidError as error:
            add_errors(form, error)
        else:
            purposes.keep(request, str(found.uuid), purpose=kept, is_full=is_full, now=now)
            return redirect("workspace:dossier", uuid=uuid)
    if not is_full:
        return ask_purpose(request, found, form)
    return ask(
        request,
        form,
        title=_("Hiện đầy đủ dữ liệu cá nhân"),
        verb=_("Hiện đầy đủ"),
        dossier_uuid=str(uuid),
        code=found.code,
    )
