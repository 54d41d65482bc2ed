"""Dossiers at the desk: search, and the page of one with everything needed to act on it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lienthong.accounts.api import Principal, official_required, principal_of
from lienthong.dossiers import api as dossiers
from lienthong.forms import api as forms
from lienthong.kernel import clock
from lienthong.workflows import api as workflows
from lienthong.workspace import drafts, panels
from lienthong.workspace.desk import desk_context

PAGE_SIZE = 50
GROUPS = ("open", "overdue", "closed")


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
    page = dossiers.list_dossiers(
        principal=principal,
        wanted=dossiers.DossierFilter(status=status, group=group, query=query),
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
            "chosen_group": group,
            "status": status,
            "statuses": dossiers.DossierStatus.choices,
            "group_filters": [
                tab(_("Tất cả"), ""),
                tab(_("Đang giải quyết"), "open"),
                tab(_("Quá hạn"), "overdue"),
                tab(_("Đã đóng"), "closed"),
            ],
            "now": now,
        },
    )


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
    desk = dossiers.load_desk(dossier=found, public_only=False)
    tasks = workflows.tasks_of(principal=principal, business_key=key)
    context: Mapping[str, Any] = {
        "dossier": found,
        "desk": desk,
        "panels": panels.panels_for(
            request=request, principal=principal, dossier=found, tasks=tasks, typed=typed, now=now
        ),
        "holders": dossiers.current_holders(dossier=found),
        "picture": workflows.picture(business_key=key),
        "steps": dossiers.thread_of(dossier=found, desk=desk),
        "answers": forms.render_answers(form=found.form, answers=found.answers) if found.form else "",
        "may_extend": dossiers.may_extend(principal, found),
        "may_collect": dossiers.may_collect(principal, found) and desk.payment is not None,
        "may_resume": dossiers.may_resume(principal, found),
        "may_draft": dossiers.may_draft_result(principal, found) and _is_unsigned(found, desk),
        "may_preview": dossiers.may_preview_result(principal, found) and _is_unsigned(found, desk),
        "may_package": dossiers.keeping.may_export(principal, found),
        "may_invite": dossiers.feedback.may_invite(principal, found),
        "errors": typed.pairs() if typed else (),
        "now": now,
    }
    return render(request, "workspace/dossier.html", desk_context(request) | dict(context), status=status)


def _is_unsigned(found: dossiers.Dossier, desk: dossiers.Desk) -> bool:
    """Say whether the result can still be written: the work has begun and nobody has signed."""
    begun = found.status in (dossiers.DossierStatus.PROCESSING, dossiers.DossierStatus.RECEIVED)
    return begun and (desk.result is None or desk.result.state == dossiers.ResultState.DRAFT)
