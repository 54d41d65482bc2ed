"""Scanning papers before the form is filled: their words are read, and what they say is proposed, never filled in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lienthong.accounts.api import official_required, principal_of
from lienthong.catalogue import api as catalogue
from lienthong.dossiers import api as dossiers
from lienthong.forms import api as forms
from lienthong.workspace import proposals, scans

_UNCHANGED = 204


@official_required
@require_POST
def scan(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep pictures and scans for one paper while the form is still being filled; their reading begins at once."""
    principal = principal_of(request)
    filing = dossiers.filing_for(principal=principal, uuid=uuid)
    draft = forms.get_draft(principal=principal, uuid=filing.draft_uuid)
    wanted = catalogue.required_documents(version=filing.procedure_version)
    names = {document.key: document.name for document in wanted} | {"other": _("Giấy tờ khác")}
    key = request.POST.get("paper", "other")
    if key in names and request.FILES.getlist("scan"):
        request.FILES.setlist(f"document-{key}", request.FILES.getlist("scan"))
        for text in scans.keep(request, principal=principal, draft=draft, names={key: names[key]}).values():
            messages.error(request, text)
    step = request.POST.get("step", "")
    steps = dossiers.FilingSteps(filing, principal, draft=draft, namespace="workspace", start_url="/")
    return redirect(steps.url(step) if steps.has(step) else steps.first_url())


@official_required
@require_safe
def readings(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """Give the panel of what was read, for polling while pages wait; nothing when nothing has changed."""
    principal = principal_of(request)
    filing = dossiers.filing_for(principal=principal, uuid=uuid)
    draft = forms.get_draft(principal=principal, uuid=filing.draft_uuid)
    panel = proposals.panel_for(draft=draft, step=step)
    if request.GET.get("da") == panel.mark:
        return HttpResponse(status=_UNCHANGED)
    if not request.headers.get("HX-Request"):
        return redirect(reverse("workspace:filing_step", args=[filing.uuid, step]))
    return render(request, "workspace/parts/readings.html", {"filing": filing, "step": step, "panel": panel})
