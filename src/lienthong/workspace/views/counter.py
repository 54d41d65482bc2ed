"""Reception at the counter: find the procedure, the person, fill the form together, count the papers, file."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lienthong.accounts import api as accounts
from lienthong.accounts.api import Principal, Right, official_required, principal_of, right_required
from lienthong.catalogue import api as catalogue
from lienthong.dossiers import api as dossiers
from lienthong.forms import api as forms
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError
from lienthong.organisations import api as organisations
from lienthong.workspace import proposals, scans
from lienthong.workspace.desk import desk_context
from lienthong.workspace.forms_counter import ApplicantForm
from lienthong.workspace.guidance import guidance_paper
from lienthong.workspace.reception import (
    Counted,
    areas_around,
    counters_of,
    is_instant,
    paper_documents,
    read_counts,
)
from lienthong.workspace.views.pages import add_errors


@official_required
@right_required(Right.RECEIVE)
@require_safe
def counter(request: HttpRequest) -> HttpResponse:
    """Find the procedure a person at the counter needs, or go on with what was begun."""
    query = request.GET.get("q", "").strip()[:120]
    today = clock.local_date(clock.now())
    found = catalogue.search(query=query, on=today, size=20) if query else None
    filings = dossiers.list_filings(principal=principal_of(request))
    return render(
        request,
        "workspace/counter.html",
        desk_context(request)
        | {"query": query, "found": found, "filings": [filing for filing in filings if filing.applicant_id]},
    )


@official_required
@right_required(Right.RECEIVE)
@require_http_methods(["GET", "POST"])
def applicant(request: HttpRequest, code: str) -> HttpResponse:
    """Say who stands at the counter; then the form of the procedure opens, with what is known filled in."""
    principal = principal_of(request)
    now = clock.now()
    today = clock.local_date(now)
    procedure = catalogue.get_procedure(code=code, on=today)
    counters = counters_of(principal)
    areas = areas_around(counters[0], on=today)
    form = ApplicantForm(
        request.POST or None,
        areas=[(str(area.uuid), area.name) for area in areas],
        counters=[(agency.pk, agency.name) for agency in counters],
    )
    if request.method == "POST" and form.is_valid():
        try:
            filing = _open(principal, procedure, form.cleaned_data, now)
        except InvalidError as error:
            add_errors(form, error)
        else:
            return redirect(_steps(filing, principal).first_url())
    return render(
        request,
        "workspace/counter_applicant.html",
        desk_context(request) | {"procedure": procedure, "form": form},
        status=422 if form.is_bound and form.errors else 200,
    )


def _open(principal: Principal, procedure: catalogue.ProcedureVersion, given: dict[str, Any], now: Any) -> Any:
    area = organisations.get_area(uuid=given["area"])
    if dossiers.find_parties(version=procedure, area_id=area.pk, on=clock.local_date(now)) is None:
        raise InvalidError(
            _("Chưa xác định được cơ quan giải quyết."),
            field_errors={"area": [_("Chưa xác định được cơ quan giải quyết thủ tục này ở đây.")]},
        )
    person = accounts.find_or_create_counter_applicant(
        principal=principal,
        now=now,
        **{name: given[name] for name in ("identity_number", "full_name", "birth_date", "phone", "email")},
    )
    return dossiers.open_filing(
        principal=principal,
        procedure=procedure,
        area_id=area.pk,
        applicant_id=person.pk,
        counter_agency_id=given["counter"],
        now=now,
    )


def _steps(filing: dossiers.Filing, principal: Principal, draft: forms.Draft | None = None) -> dossiers.FilingSteps:
    start = reverse("workspace:counter_applicant", args=[filing.procedure_version.code])
    return dossiers.FilingSteps(filing, principal, draft=draft, namespace="workspace", start_url=start)


def _titles(steps: dossiers.FilingSteps) -> list[str]:
    return [*steps.titles[:-2], _("Giấy tờ và tiếp nhận")]


@official_required
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """Fill one step of the form together with the person; what is typed is kept, right or not."""
    principal = principal_of(request)
    filing = dossiers.filing_for(principal=principal, uuid=uuid)
    if filing.dossier is not None:
        return redirect("workspace:dossier", uuid=filing.dossier.uuid)
    draft = forms.get_draft(principal=principal, uuid=filing.draft_uuid)
    steps = _steps(filing, principal, draft)
    if not steps.has(step):
        return redirect(steps.first_url())
    now = clock.now()
    if request.method == "POST":
        token = request.POST.get("accept", "")
        data = proposals.accepted(draft=draft, step=step, token=token, data=request.POST) if token else request.POST
        posted = forms.post_step(
            principal=principal, draft_uuid=draft.uuid, step=step, data=data, uploads=request.FILES, now=now
        )
        if token and posted.conflict is None:
            return redirect(steps.url(step))
        if posted.move != "stay":
            return redirect(steps.next_url(step) if posted.move == "next" else steps.previous_url(step))
    else:
        errors = forms.step_errors(draft=draft, step=step, now=now) if "xem-loi" in request.GET else {}
        posted = forms.PostedStep(draft, "stay", errors)
    return render(
        request,
        "workspace/counter_step.html",
        desk_context(request)
        | {
            "filing": filing,
            "titles": _titles(steps),
            "at": steps.index(step),
            "step": step,
            "title": steps.title(step),
            "wanted": catalogue.required_documents(version=filing.procedure_version),
            "panel": proposals.panel_for(draft=posted.draft, step=step),
            "form_html": forms.render_step(
                request,
                form=posted.draft.form,
                step=step,
                draft=posted.draft,
                errors=posted.errors,
                conflict=posted.conflict,
            ),
        },
        status=posted.status,
    )


@official_required
@require_http_methods(["GET", "POST"])
def papers(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Count the papers, keep scans, choose how the result goes out, and file; the reception task opens at once."""
    principal = principal_of(request)
    filing = dossiers.filing_for(principal=principal, uuid=uuid)
    if filing.dossier is not None:
        return redirect("workspace:dossier", uuid=filing.dossier.uuid)
    draft = forms.get_draft(principal=principal, uuid=filing.draft_uuid)
    steps = _steps(filing, principal, draft)
    wanted = catalogue.required_documents(version=filing.procedure_version)
    keys = [*(document.key for document in wanted), "other"]
    counted = read_counts(request.POST, keys)
    errors: list[tuple[str, str]] = [(f"originals-{key}", entry.error) for key, entry in counted.items() if entry.error]
    wrong: dict[str, str] = {}
    if request.method == "POST":
        names = {document.key: document.name for document in wanted}
        wrong = scans.keep(request, principal=principal, draft=draft, names=names | {"other": _("Giấy tờ khác")})
        wrong |= _reuse(request, principal, filing, list(names))
        errors += [(f"document-{key}", text) for key, text in wrong.items()]
        if "guide" in request.POST:
            return redirect(_guidance_url(filing, wanted, counted, draft, request))
        if not errors and "file" in request.POST:
            try:
                scans.combine_all(principal=principal, draft_uuid=filing.draft_uuid, names=names)
                dossier = _file(request, principal, filing, counted)
            except InvalidError as error:
                errors = dossiers.error_pairs(error, steps)
            else:
                messages.success(request, _("Đã lập hồ sơ %(code)s. Kiểm tra rồi tiếp nhận.") % {"code": dossier.code})
                return redirect("workspace:dossier", uuid=dossier.uuid)
        draft = forms.get_draft(principal=principal, uuid=filing.draft_uuid)
    rows = steps.paper_rows(wanted, draft, wrong, with_declaration=True, now=clock.now())
    return render(
        request,
        "workspace/counter_papers.html",
        desk_context(request)
        | {
            "filing": filing,
            "rows": scans.checklist(rows, counted, missing=request.POST.getlist("missing")),
            "titles": _titles(steps),
            "at": steps.papers_index,
            "answers": forms.render_answers(form=draft.form, answers=draft.answers),
            "parts": steps.parts(),
            "errors": errors,
            "methods": dossiers.ReturnMethod.choices,
            "return_method": request.POST.get("return_method") or dossiers.ReturnMethod.COUNTER.value,
            "return_address": request.POST.get("return_address", filing.return_address),
            "is_instant": is_instant(filing.procedure_version),
            "wants_receipt": "wants_receipt" in request.POST,
        },
        status=422 if errors else 200,
    )


def _reuse(request: HttpRequest, principal: Principal, filing: dossiers.Filing, keys: list[str]) -> dict[str, str]:
    """Attach a paper of the applicant's vault instead of scanning it again; give what was wrong by paper."""
    key, _sep, held = request.POST.get("reuse", "").partition(":")
    if key not in keys:
        return {}
    now = clock.now()
    try:
        entry = dossiers.vault_entry(document_uuid=held, owner=dossiers.vault_owner(filing, principal), now=now)
    except InvalidError as error:
        return {key: str(error.message)}
    forms.change_attachments(
        principal=principal, draft_uuid=filing.draft_uuid, key=f"document:{key}", add=[entry], now=now
    )
    return {}


def _file(
    request: HttpRequest, principal: Principal, filing: dossiers.Filing, counted: dict[str, Counted]
) -> dossiers.Dossier:
    dossiers.choose_return(
        principal=principal,
        filing_uuid=filing.uuid,
        method=request.POST.get("return_method", ""),
        address=request.POST.get("return_address", ""),
        time_limit_key="",
        wants_receipt="wants_receipt" in request.POST or not is_instant(filing.procedure_version),
    )
    return dossiers.file(
        principal=principal,
        filing_uuid=filing.uuid,
        paper_documents=paper_documents(counted.values()),
        channel=dossiers.Channel.COUNTER,
        now=clock.now(),
    )


def _guidance_url(
    filing: dossiers.Filing,
    wanted: Sequence[catalogue.RequiredDocument],
    counted: dict[str, Counted],
    draft: forms.Draft,
    request: HttpRequest,
) -> str:
    """Give the address of the printed guidance: what must be there and is not, and what the official ticked."""
    draft = forms.get_draft(principal=principal_of(request), uuid=draft.uuid)
    ticked = set(request.POST.getlist("missing"))
    missing = [
        document.key
        for document in wanted
        if document.key in ticked
        or (
            document.requirement == catalogue.Requirement.REQUIRED
            and not counted[document.key].has_paper
            and not draft.attachments.get(f"document:{document.key}")
        )
    ]
    query = urlencode([("thieu", key) for key in missing])
    return f"{reverse('workspace:filing_guidance', args=[filing.uuid])}?{query}"


@official_required
@require_safe
def guidance(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Print what is missing, all of it at once, for somebody whose papers are not complete."""
    principal = principal_of(request)
    now = clock.now()
    filing = dossiers.filing_for(principal=principal, uuid=uuid)
    asked = set(request.GET.getlist("thieu"))
    wanted = [row for row in catalogue.required_documents(version=filing.procedure_version) if row.key in asked]
    pdf = guidance_paper(filing=filing, missing=wanted, official=principal.name, now=now)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="huong-dan-hoan-thien.pdf"'
    patch_cache_control(answer, private=True, no_store=True)
    return answer


@official_required
@require_POST
def discard(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Throw a begun reception away."""
    principal = principal_of(request)
    filing = dossiers.filing_for(principal=principal, uuid=uuid)
    dossiers.discard_filing(principal=principal, filing_uuid=filing.uuid, now=clock.now())
    messages.success(request, _("Đã bỏ hồ sơ đang lập."))
    return redirect("workspace:counter")
