"""My dossiers: the list, one dossier's page, and what an applicant can do there."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lienthong.accounts.api import principal_of, require_login
from lienthong.catalogue import api as catalogue
from lienthong.dossiers import api as dossiers
from lienthong.forms import api as forms
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError
from lienthong.portal import wording
from lienthong.vault import api as vault
from lienthong.workflows import api as workflows

_GROUPS = ("open", "closed")


@require_login
@require_safe
def my_dossiers(request: HttpRequest) -> HttpResponse:
    """List what I filed and what I am preparing."""
    principal = principal_of(request)
    group = request.GET.get("nhom", "")
    query = request.GET.get("q", "")[:120]
    page = dossiers.list_dossiers(
        principal=principal,
        wanted=dossiers.DossierFilter(group=group if group in _GROUPS else "", query=query),
        cursor=request.GET.get("cursor"),
        size=20,
        now=clock.now(),
    )
    return render(
        request,
        "portal/my_dossiers.html",
        {
            "page": page,
            "filings": dossiers.list_filings(principal=principal) if not request.GET.get("cursor") else (),
            "query": query,
            "filters": [
                {"label": _("Tất cả"), "url": "?", "current": group not in _GROUPS},
                {"label": _("Đang giải quyết"), "url": "?nhom=open", "current": group == "open"},
                {"label": _("Đã xong"), "url": "?nhom=closed", "current": group == "closed"},
            ],
        },
    )


@require_login
@require_safe
def dossier(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one dossier: who has it now, why that date, what happened, what can be done."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    desk = dossiers.load_desk(dossier=found, public_only=True)
    key = str(found.uuid)
    return render(
        request,
        "portal/dossier.html",
        {
            "dossier": found,
            "title": wording.short_name(found.procedure_version),
            "level": found.competent_agency.level,
            "desk": desk,
            "branches": dossiers.branches_of(dossier=found),
            "charges": dossiers.charges_of(dossier=found),
            "now_at": dossiers.current_holders(dossier=found),
            "picture": workflows.picture(business_key=key),
            "steps": dossiers.thread_of(dossier=found, desk=desk),
            "answers": forms.render_answers(form=found.form, answers=found.answers) if found.form else "",
            "may_withdraw": dossiers.may_withdraw(principal, found),
            "may_supplement": dossiers.may_supplement(principal, found) and desk.supplement is not None,
            "must_confirm": dossiers.is_applicant(principal, found)
            and workflows.is_waiting(business_key=key, message="confirmed"),
            "shipments": dossiers.shipments_of(dossier=found),
            "may_announce": dossiers.may_announce(principal, found),
            "feedback": dossiers.feedback.feedback_of(principal=principal, dossier=found, now=clock.now()),
            "supplement_names": _names(found, desk.supplement.document_keys) if desk.supplement else (),
        },
    )


def _names(found: dossiers.Dossier, keys: list[str]) -> tuple[str, ...]:
    known = {document.key: document.name for document in catalogue.required_documents(version=found.procedure_version)}
    return tuple(known.get(key, key) for key in keys)


@require_login
@require_http_methods(["GET", "POST"])
def supplement(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand in the papers asked for; uploads stay when something else is wrong."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    desk = dossiers.load_desk(dossier=found, public_only=True)
    if desk.supplement is None or not dossiers.may_supplement(principal, found):
        messages.info(request, _("Hồ sơ này không chờ bổ sung."))
        return redirect("portal:dossier", uuid=uuid)
    known = {document.key: document.name for document in catalogue.required_documents(version=found.procedure_version)}
    keys = list(desk.supplement.document_keys) or []
    rows = [(key, known.get(key, key)) for key in keys]
    rows += [(key, name) for key, name in known.items() if key not in keys]
    rows.append(("other", _("Giấy tờ khác")))
    errors: list[tuple[str, str]] = []
    kept = [value for value in request.POST.getlist("kept") if _is_whole(value)]
    if request.method == "POST":
        now = clock.now()
        received, wrong = dossiers.receive_uploads(
            request, keys={key for key, _name in rows}, principal=principal, now=now
        )
        kept += [f"{key}:{file.uuid}:{file.name}" for key, file in received]
        errors = [(f"document-{key}", text) for key, text in wrong.items()]
        if request.POST.get("reuse"):
            key, _sep, held = request.POST["reuse"].partition(":")
            added, wrong_paper = _reused(found, key if key in dict(rows) else "", held)
            kept += [value for value in added if value not in kept]
            errors += wrong_paper
        elif not errors:
            try:
                dossiers.supplement(
                    principal=principal,
                    dossier=found,
                    documents=[_given(value) for value in kept],
                    answers=None,
                    note=request.POST.get("note", ""),
                    version=None,
                    now=now,
                )
            except InvalidError as error:
                errors = [
                    (f"document-{path.removeprefix('documents.')}" if path.startswith("documents.") else path, text)
                    for path, texts in error.field_errors.items()
                    for text in texts
                ]
            else:
                messages.success(request, _("Đã gửi phần bổ sung. Cơ quan giải quyết sẽ kiểm tra tiếp."))
                return redirect("portal:dossier", uuid=uuid)
    offers = vault.offers(
        owner=dossiers.owner_of(found),
        wanted=dossiers.wanted_papers(
            catalogue.required_documents(version=found.procedure_version), procedure=found.procedure_version.code
        ),
        now=clock.now(),
    )
    return render(
        request,
        "portal/supplement.html",
        {
            "dossier": found,
            "request_open": desk.supplement,
            "rows": [
                {
                    "key": key,
                    "offers": [
                        held
                        for held in offers.get(key, ())
                        if not any(value.startswith(f"{key}:{_HELD}{held.uuid}:") for value in kept)
                    ],
                    "name": name,
                    "is_asked": key in keys,
                    "errors": [text for target, text in errors if target == f"document-{key}"],
                    "kept": [value.split(":", 2) for value in kept if value.startswith(f"{key}:")],
                }
                for key, name in rows
            ],
            "kept": kept,
            "note": request.POST.get("note", ""),
            "errors": errors,
        },
        status=422 if errors else 200,
    )


_HELD = "vault-"


def _reused(found: dossiers.Dossier, key: str, held: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Give what the page keeps of a paper used again from the vault, or why it cannot be used."""
    try:
        entry = dossiers.vault_entry(document_uuid=held, owner=dossiers.owner_of(found), now=clock.now())
    except InvalidError as error:
        return [], [(f"document-{key}", str(error.message))]
    return ([f"{key}:{_HELD}{entry['vault']}:{entry['name']}"], []) if key else ([], [])


def _is_whole(value: str) -> bool:
    """Say whether a kept paper names a paper and a file, or a paper of the vault: the page writes it so."""
    key, _sep, rest = value.partition(":")
    try:
        UUID(rest.partition(":")[0].removeprefix(_HELD))
    except ValueError:
        return False
    return bool(key)


def _given(value: str) -> dossiers.DocumentInput:
    key, given, _name = (*value.split(":", 2), "", "")[:3]
    if given.startswith(_HELD):
        return dossiers.DocumentInput(key=key, vault_uuid=UUID(given.removeprefix(_HELD)))
    return dossiers.DocumentInput(key=key, file_uuid=UUID(given))


@require_login
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take the dossier back, with a reason, after one look at what that means."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            dossiers.withdraw(
                principal=principal,
                dossier=found,
                reason=request.POST.get("reason", ""),
                version=None,
                now=clock.now(),
            )
        except InvalidError as error:
            errors = [(f"f-{path}", text) for path, texts in error.field_errors.items() for text in texts]
        else:
            messages.success(request, _("Đã rút hồ sơ %(code)s.") % {"code": found.code})
            return redirect("portal:dossier", uuid=uuid)
    return render(
        request,
        "portal/withdraw.html",
        {"dossier": found, "errors": errors, "reason": request.POST.get("reason", "")},
        status=422 if errors else 200,
    )


@require_login
@require_POST
def confirm(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Answer what the process asks the applicant."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    try:
        dossiers.confirm(
            principal=principal,
            dossier=found,
            accepted=request.POST.get("accepted") == "yes",
            note=request.POST.get("note", ""),
            version=None,
            now=clock.now(),
        )
    except InvalidError as error:
        for texts in error.field_errors.values():
            for text in texts:
                messages.error(request, text)
    else:
        messages.success(request, _("Đã gửi ý kiến của bạn."))
    return redirect("portal:dossier", uuid=uuid)
