"""Acting on a task: finish it with an outcome, take it, give it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lienthong.accounts.api import Principal, official_required, principal_of
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError, InvalidError
from lienthong.workflows import api as workflows
from lienthong.workspace import drafts, step_forms
from lienthong.workspace.panels import Typed
from lienthong.workspace.views.dossiers import dossier_page
from lienthong.workspace.views.pages import conflict


@official_required
@require_POST
def act(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End a task; what was typed stays on the page when something is missing or somebody was faster."""
    principal = principal_of(request)
    item = workflows.get_task_for(principal=principal, uuid=uuid)
    typed = _typed(request, uuid)
    chosen = next((outcome for outcome in item.outcomes if outcome.key == typed.outcome), None)
    now = clock.now()
    values: dict[str, Any] = {}
    try:
        data = _data(typed)
        if step_forms.is_asked(item, chosen):
            values = step_forms.read_typed(item, data=request.POST, on=clock.local_date(now))
            data |= step_forms.checked(item, typed=values, on=clock.local_date(now))
        dossiers.act(
            principal=principal,
            task_uuid=uuid,
            outcome=typed.outcome,
            note=typed.note,
            data=data,
            task_version=_number(request.POST.get("version")),
            assign_to_account_id=_number(typed.assignee),
            now=now,
        )
    except InvalidError as error:
        found = dossiers.get_dossier_for(principal=principal, uuid=UUID(item.business_key))
        refused = _typed(request, uuid, values=values, errors=error.field_errors or {"note": (str(error.message),)})
        return dossier_page(request, principal=principal, found=found, typed=refused, status=error.status)
    except ConflictError as error:
        if _is_repeat(principal, uuid, typed.outcome):
            return redirect("workspace:dossier", uuid=item.business_key)
        return conflict(
            request, error, dossier_uuid=item.business_key, code=item.title, outcome=typed.outcome, note=typed.note
        )
    drafts.forget_text(request, item.business_key)
    messages.success(
        request,
        _("Đã ghi: %(task)s – %(outcome)s.") % {"task": item.text, "outcome": chosen.text if chosen else typed.outcome},
    )
    return redirect("workspace:dossier", uuid=item.business_key)


def _typed(request: HttpRequest, uuid: UUID, **more: Any) -> Typed:
    given = request.POST
    return Typed(
        task=uuid,
        outcome=given.get("outcome", "")[:40],
        note=given.get("note", ""),
        document_keys=tuple(given.getlist("document_keys")),
        checked=tuple(given.getlist("checked")),
        assignee=given.get("assignee", ""),
        **more,
    )


def _data(typed: Typed) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if typed.document_keys:
        data["document_keys"] = list(typed.document_keys)
    if typed.checked:
        data["checked"] = list(typed.checked)
    return data


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None  # noqa: PLR2004 - fits bigint


def _is_repeat(principal: Principal, uuid: UUID, outcome: str) -> bool:
    """Say whether a second click asked for what the first has done."""
    task = workflows.get_task_for(principal=principal, uuid=uuid)
    return task.state == "DONE" and task.assignee_id == principal.account_id and task.outcome == outcome


@official_required
@require_POST
def claim(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a task so that nobody else does it."""
    principal = principal_of(request)
    try:
        item = workflows.claim(principal=principal, task_uuid=uuid, now=clock.now())
    except ConflictError as error:
        found = workflows.get_task_for(principal=principal, uuid=uuid)
        return conflict(request, error, dossier_uuid=found.business_key, code=found.title)
    messages.success(request, _("Bạn đã nhận việc “%(task)s”.") % {"task": item.text})
    return redirect("workspace:dossier", uuid=item.business_key)


@official_required
@require_POST
def release(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give a task back to the pool of its agency."""
    principal = principal_of(request)
    try:
        item = workflows.release(principal=principal, task_uuid=uuid, now=clock.now())
    except ConflictError as error:
        found = workflows.get_task_for(principal=principal, uuid=uuid)
        return conflict(request, error, dossier_uuid=found.business_key, code=found.title)
    messages.success(request, _("Đã trả việc “%(task)s” về hàng chờ.") % {"task": item.text})
    return redirect("workspace:dossier", uuid=item.business_key)
