"""Dossiers at the desk: search, and the page of one with everything needed to act on it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lienthong.accounts.api import Principal, mask, official_required, principal_of
from lienthong.dossiers import api as dossiers
from lienthong.files import api as files
from lienthong.forms import api as forms
from lienthong.kernel import clock
from lienthong.payments import api as payments
from lienthong.workflows import api as workflows
from lienthong.workspace import drafts, panels, purposes
from lienthong.workspace.desk import desk_context
from lienthong.workspace.views.reading import ask_purpose

PAGE_SIZE = 50
GROUPS = ("open", "overdue", "escalated", "closed")


@official_required
@require_safe
def dossiers_list(request: HttpRequest) -> HttpResponse:
    """Search dossiers by code, name or identity number, narrowed by status."""
    principal = principal_of(request)
    now = clock.now()
    given = request.GET
    group = given.get("nhom", "") if given.get("nhom") in GROUPS else ""
    status = int(given["trang-thai"]) if given.get("trang-thai") in _status_values() else None
    query = given.get("q", "").strip()[:120]
    text = given.get("chu", "").strip()[:120]
    page = dossiers.list_dossiers(
        principal=principal,
        wanted=dossiers.DossierFilter(status=status, group=group, query=query, text=text),
        cursor=given.get("cursor"),
        size=PAGE_SIZE,
        now=now,
    )

    def tab(label: str, value: str) -> dict[str, Any]:
        kept = given.copy()
        for name in ("cursor", "nhom"):
            kept.pop(name, None)
        if value:
            kept["nhom"] = value
        return {"label": label, "url": f"?{kept.urlencode()}", "current": group == value}

    return render(
        request,
        "workspace/dossiers.html",
        desk_context(request)
        | {
            "page": page,
            "query": query,
            "text": text,
            "hits": _hits(page.items, text),
            "chosen_group": group,
            "status": status,
            "statuses": dossiers.DossierStatus.choices,
            "group_filters": [
                tab(_("Tất cả"), ""),
                tab(_("Đang giải quyết"), "open"),
                tab(_("Quá hạn"), "overdue"),
                tab(_("Đã báo lãnh đạo"), "escalated"),
                tab(_("Đã đóng"), "closed"),
            ],
            "now": now,
        },
    )


def _hits(rows: Sequence[dossiers.DossierRow], text: str) -> dict[str, files.PageHit]:
    """Give for each dossier shown the first page of its papers on which the words stand."""
    if not text:
        return {}
    keys = [str(row.uuid) for row in rows]
    found = files.find_pages(owner_type="dossiers.dossier", owner_ids=keys, query=text)
    return {hit.owner_id: hit for hit in reversed(found)}


def _status_values() -> set[str]:
    return {str(value) for value in dossiers.DossierStatus.values}


@official_required
@require_safe
def dossier(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one dossier and what this official may do with it now."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    return dossier_page(request, principal=principal, found=found, typed=drafts.kept_text(request, found))


def dossier_page(
    request: HttpRequest,
    *,
    principal: Principal,
    found: dossiers.Dossier,
    typed: panels.Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page; after a refused act with what was typed and what is wrong with it."""
    now = clock.now()
    key = str(found.uuid)
    tasks = workflows.tasks_of(principal=principal, business_key=key)
    reading = dossiers.reading_of(
        principal=principal,
        dossier=found,
        tasks=tasks,
        stated=purposes.stated(request, key, now=now),
        now=now,
    )
    if reading.ground is None:
        return ask_purpose(request, found)
    dossiers.record_reading(principal=principal, dossier=found, reading=reading, now=now)
    desk = dossiers.load_desk(dossier=found, public_only=False)
    context: Mapping[str, Any] = {
        "dossier": found,
        "desk": desk,
        "branches": dossiers.branches_of(dossier=found),
        "panels": panels.panels_for(
            request=request, principal=principal, dossier=found, tasks=tasks, typed=typed, now=now
        ),
        "holders": dossiers.current_holders(dossier=found),
        "picture": workflows.picture(business_key=key),
        "steps": dossiers.thread_of(dossier=found, desk=desk),
        "answers": forms.render_answers(form=found.form, answers=found.answers, is_masked=not reading.is_full)
        if found.form
        else "",
        "reading": reading,
        "contact": _contact(found, is_full=reading.is_full),
        "papers": _papers(principal, found, desk),
        "may_propose": dossiers.may_propose_revocation(principal, found) and _may_end(desk),
        "may_decide": desk.revocation is not None and dossiers.may_decide_revocation(principal, found, desk.revocation),
        "may_correct": desk.replacement is not None
        and desk.replacement.state == dossiers.ResultState.DRAFT
        and dossiers.may_draft_result(principal, found),
        "may_sign_replacement": desk.replacement is not None
        and desk.replacement.state == dossiers.ResultState.DRAFT
        and dossiers.may_sign_replacement(principal, found),
        "may_issue_replacement": desk.replacement is not None
        and desk.replacement.state == dossiers.ResultState.SIGNED
        and dossiers.may_issue_replacement(principal, found),
        "may_drop_replacement": desk.replacement is not None
        and dossiers.may_drop_replacement(principal, found, dossiers.agreed_replacement(dossier=found)),
        "shipments": dossiers.shipments_of(dossier=found),
        "may_extend": dossiers.may_extend(principal, found),
        "may_collect": desk.payment is not None and payments.collects(principal, desk.payment),
        "charges": dossiers.charges_of(dossier=found),
        "charge_agencies": payments.agencies_seen(principal),
        "may_resume": dossiers.may_resume(principal, found),
        "may_draft": dossiers.may_draft_result(principal, found) and _is_unsigned(found, desk),
        "may_preview": dossiers.may_preview_result(principal, found) and _is_unsigned(found, desk),
        "escalation": dossiers.last_escalation(dossier=found) if _is_late(found, now) else None,
        "wait_label": dossiers.WaitKind(found.waits_for).label if found.waits_for else "",
        "may_package": dossiers.keeping.may_export(principal, found),
        "may_invite": dossiers.feedback.may_invite(principal, found),
        "errors": typed.pairs() if typed else (),
        "now": now,
    }
    return render(request, "workspace/dossier.html", desk_context(request) | dict(context), status=status)


def _is_late(found: dossiers.Dossier, now: datetime) -> bool:
    return found.due_at is not None and found.done_at is None and found.due_at < now


def _contact(found: dossiers.Dossier, *, is_full: bool) -> Mapping[str, str]:
    """Give how the applicant is reached, masked where the reader's work needs no more."""
    values = {"phone": found.phone, "email": found.email, "return_address": found.return_address}
    if is_full:
        return values
    kinds = {"phone": "phone-vn", "email": "email", "return_address": "address"}
    return {name: mask(kinds[name], value) for name, value in values.items()}


def _papers(principal: Principal, found: dossiers.Dossier, desk: dossiers.Desk) -> list[dict[str, Any]]:
    """Put each paper together with its standing in the vault and what may be done with it."""
    may_certify = dossiers.may_certify(principal, found)
    may_compare = dossiers.may_compare(principal, found)
    made = []
    for document in desk.documents:
        held = desk.held.get(document.vault_document) if document.vault_document is not None else None
        made.append(
            {
                "document": document,
                "held": held,
                "may_certify": may_certify and document.file is not None and held is None,
                "may_compare": may_compare and held is not None and not held.is_verified and held.state == "in_force",
            }
        )
    return made


def _may_end(desk: dossiers.Desk) -> bool:
    """Say whether there is a result to end, and nobody has begun to."""
    return (
        desk.result is not None
        and desk.result.state == dossiers.ResultState.ISSUED
        and desk.revocation is None
        and desk.replacement is None
    )


def _is_unsigned(found: dossiers.Dossier, desk: dossiers.Desk) -> bool:
    """Say whether the result can still be written: the work has begun and nobody has signed."""
    begun = found.status in (dossiers.DossierStatus.PROCESSING, dossiers.DossierStatus.RECEIVED)
    return begun and (desk.result is None or desk.result.state == dossiers.ResultState.DRAFT)
