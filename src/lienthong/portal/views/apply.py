"""Applying: choose the place, fill the form step by step, attach papers, look again, file."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lienthong.accounts.api import Principal, find_business, principal_of, require_login
from lienthong.catalogue import api as catalogue
from lienthong.dossiers import api as dossiers
from lienthong.forms import api as forms
from lienthong.kernel import clock
from lienthong.kernel.errors import DomainError, InvalidError
from lienthong.organisations import api as organisations


@require_login
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Choose where to apply; the procedure's competent agency follows from it."""
    now = clock.now()
    today = clock.local_date(now)
    principal = principal_of(request)
    procedure = catalogue.get_procedure(code=code, on=today)
    chosen = request.POST if request.method == "POST" else request.GET
    province, commune = chosen.get("province", ""), chosen.get("commune", "")
    errors: dict[str, str] = {}
    parties = None
    area = _area(commune) or _area(province)
    if area is not None:
        parties = dossiers.find_parties(version=procedure, area_id=area.pk, on=today)
    if request.method == "POST" and "go" in request.POST:
        if area is None:
            errors["province"] = _("Hãy chọn nơi nộp hồ sơ.")
        elif parties is None:
            errors["commune"] = _("Chưa xác định được cơ quan giải quyết ở đây. Hãy chọn xã, phường cụ thể.")
        else:
            filing = dossiers.open_filing(principal=principal, procedure=procedure, area_id=area.pk, now=now)
            return redirect(dossiers.FilingSteps(filing, principal).first_url())
    return render(
        request,
        "portal/apply_start.html",
        {
            "procedure": procedure,
            "provinces": organisations.list_areas(on=today, level="province"),
            "communes": _communes(province, today),
            "province": province,
            "commune": commune,
            "competent": _agency(parties.competent) if parties else None,
            "receiving": _agency(parties.receiving) if parties else None,
            "errors": [(f"f-{name}", text) for name, text in errors.items()],
            "field_errors": errors,
            "acting_for": _business_name(principal),
        },
        status=422 if errors else 200,
    )


def _area(uuid: str) -> organisations.AdministrativeArea | None:
    try:
        return organisations.get_area(uuid=uuid) if uuid else None
    except DomainError:
        return None


def _communes(province: str, today: object) -> tuple[organisations.AdministrativeArea, ...]:
    area = _area(province)
    if area is None:
        return ()
    return tuple(organisations.list_areas(on=today, level="commune", parent_id=area.pk))  # type: ignore[arg-type]


def _agency(agency_id: int) -> organisations.Agency | None:
    return organisations.get_agencies(ids=[agency_id]).get(agency_id)


def _business_name(principal: Principal) -> str:
    business = find_business(business_id=principal.business_id) if principal.business_id is not None else None
    return business.name if business is not None else ""


@require_login
@require_safe
def resume(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Go on where the application was left."""
    principal = principal_of(request)
    filing = dossiers.filing_for(principal=principal, uuid=uuid)
    if filing.dossier is not None:
        return redirect("portal:dossier", uuid=filing.dossier.uuid)
    draft = forms.get_draft(principal=principal, uuid=filing.draft_uuid)
    steps = dossiers.FilingSteps(filing, principal, draft=draft)
    return redirect(steps.url(draft.step) if steps.has(draft.step) else steps.first_url())


@require_login
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """Show and save one step of the form; what is typed is kept whether it is right or not."""
    principal = principal_of(request)
    filing = dossiers.filing_for(principal=principal, uuid=uuid)
    if filing.dossier is not None:
        return redirect("portal:dossier", uuid=filing.dossier.uuid)
    draft = forms.get_draft(principal=principal, uuid=filing.draft_uuid)
    steps = dossiers.FilingSteps(filing, principal, draft=draft)
    if not steps.has(step):
        return redirect(steps.first_url())
    now = clock.now()
    if request.method == "POST":
        posted = forms.post_step(
            principal=principal, draft_uuid=draft.uuid, step=step, data=request.POST, uploads=request.FILES, now=now
        )
        if posted.move != "stay":
            return redirect(steps.next_url(step) if posted.move == "next" else steps.previous_url(step))
    else:
        errors = forms.step_errors(draft=draft, step=step, now=now) if "xem-loi" in request.GET else {}
        posted = forms.PostedStep(draft, "stay", errors)
    return render(
        request,
        "portal/apply_step.html",
        {
            "filing": filing,
            "draft": posted.draft,
            "steps": steps,
            "titles": steps.titles,
            "at": steps.index(step),
            "title": steps.title(step),
            "form_html": forms.render_step(
                request,
                form=posted.draft.form,
                step=step,
                draft=posted.draft,
                errors=posted.errors,
                conflict=posted.conflict,
            ),
            "previous_url": steps.previous_url(step),
        },
        status=posted.status,
    )


@require_login
@require_http_methods(["GET", "POST"])
def papers(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Attach the papers; each upload is checked at once and shown with its hash and preview."""
    principal = principal_of(request)
    filing = dossiers.filing_for(principal=principal, uuid=uuid)
    if filing.dossier is not None:
        return redirect("portal:dossier", uuid=filing.dossier.uuid)
    draft = forms.get_draft(principal=principal, uuid=filing.draft_uuid)
    steps = dossiers.FilingSteps(filing, principal, draft=draft)
    wanted = catalogue.required_documents(version=filing.procedure_version)
    errors: dict[str, str] = {}
    if request.method == "POST":
        now = clock.now()
        if request.POST.get("remove"):
            key, _sep, file_uuid = request.POST["remove"].partition(":")
            forms.change_attachments(
                principal=principal, draft_uuid=draft.uuid, key=f"document:{key}", remove=[file_uuid], now=now
            )
            return redirect("portal:filing_papers", uuid=filing.uuid)
        if request.POST.get("reuse"):
            key, _sep, held = request.POST["reuse"].partition(":")
            if key in {document.key for document in wanted} | {"other"}:
                errors = _reuse(principal, filing, draft, key, held)
        received, wrong = dossiers.receive_uploads(
            request, keys={document.key for document in wanted} | {"other"}, principal=principal, now=now
        )
        errors |= wrong
        for key, file in received:
            forms.change_attachments(
                principal=principal,
                draft_uuid=draft.uuid,
                key=f"document:{key}",
                add=[{"file": str(file.uuid), "name": file.name}],
                now=now,
            )
        if not errors:
            if "back" in request.POST:
                return redirect(steps.last_form_url())
            if "next" in request.POST:
                return redirect("portal:filing_review", uuid=filing.uuid)
            return redirect("portal:filing_papers", uuid=filing.uuid)
        draft = forms.get_draft(principal=principal, uuid=filing.draft_uuid)
    return render(
        request,
        "portal/apply_papers.html",
        {
            "filing": filing,
            "rows": steps.paper_rows(wanted, draft, errors, now=clock.now()),
            "titles": steps.titles,
            "at": steps.papers_index,
            "errors": [(f"document-{key}", text) for key, text in errors.items()],
        },
        status=422 if errors else 200,
    )


def _reuse(principal: Principal, filing: dossiers.Filing, draft: forms.Draft, key: str, held: str) -> dict[str, str]:
    """Attach a paper of the applicant's vault; gives what was wrong by paper."""
    now = clock.now()
    try:
        entry = dossiers.vault_entry(document_uuid=held, owner=dossiers.vault_owner(filing, principal), now=now)
    except InvalidError as error:
        return {key: str(error.message)}
    forms.change_attachments(principal=principal, draft_uuid=draft.uuid, key=f"document:{key}", add=[entry], now=now)
    return {}


@require_login
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Look at everything again, choose how to get the result, and file once."""
    principal = principal_of(request)
    filing = dossiers.filing_for(principal=principal, uuid=uuid)
    if filing.dossier is not None:
        return redirect("portal:dossier", uuid=filing.dossier.uuid)
    draft = forms.get_draft(principal=principal, uuid=filing.draft_uuid)
    steps = dossiers.FilingSteps(filing, principal, draft=draft)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            dossiers.choose_return(
                principal=principal,
                filing_uuid=filing.uuid,
                method=request.POST.get("return_method", ""),
                address=request.POST.get("return_address", ""),
                time_limit_key="",
            )
            filing = dossiers.filing_for(principal=principal, uuid=uuid)
            if request.POST.get("honest") != "yes":
                errors = [("honest", _("Hãy xác nhận nội dung khai là đúng."))]
            else:
                dossier = dossiers.file(principal=principal, filing_uuid=filing.uuid, now=clock.now())
                messages.success(request, _("Đã nộp hồ sơ %(code)s.") % {"code": dossier.code})
                return redirect("portal:dossier", uuid=dossier.uuid)
        except InvalidError as error:
            errors = dossiers.error_pairs(error, steps)
    return render(
        request,
        "portal/apply_review.html",
        {
            "filing": filing,
            "draft": draft,
            "answers": forms.render_answers(form=draft.form, answers=draft.answers),
            "papers": steps.paper_rows(catalogue.required_documents(version=filing.procedure_version), draft, {}),
            "steps": steps,
            "titles": steps.titles,
            "at": len(steps.titles) - 1,
            "errors": errors,
            "methods": dossiers.ReturnMethod.choices,
            "return_method": request.POST.get("return_method", filing.return_method),
            "return_address": request.POST.get("return_address", filing.return_address),
            "address_error": dict(errors).get("#f-return_address", ""),
            "honest": request.POST.get("honest") == "yes",
        },
        status=422 if errors else 200,
    )


@require_login
@require_POST
def discard(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Throw a prepared application away."""
    principal = principal_of(request)
    filing = dossiers.filing_for(principal=principal, uuid=uuid)
    dossiers.discard_filing(principal=principal, filing_uuid=filing.uuid, now=clock.now())
    messages.success(request, _("Đã bỏ hồ sơ đang soạn."))
    return redirect(reverse("portal:my_dossiers"))
