"""Endpoints that a form page talks to while it is filled in."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lienthong.accounts.api import principal_of
from lienthong.forms import api
from lienthong.forms.services.attachments import save_step
from lienthong.kernel import clock
from lienthong.kernel.errors import DomainError


@require_GET
def areas(request: HttpRequest) -> HttpResponse:
    """Draw the lists of one address anew after a province or district was chosen."""
    path = request.GET.get("_path", "")[:200]
    chosen = {level: request.GET.get(f"{path}.{level}", "") for level in ("province", "district", "commune")}
    choices = api.area_choices(chosen, on=clock.local_date(clock.now()))
    identifier = "f-" + path.replace(".", "-")
    return render(request, "forms/widgets/areas.html", {"id": identifier, "path": path, "areas": choices})


@require_POST
def autosave(request: HttpRequest, draft: UUID, step: str) -> JsonResponse:
    """Save one step as typed; answers JSON, 409 with the kept copy when another device was later."""
    principal = principal_of(request)
    now = clock.now()
    try:
        saved = save_step(
            principal=principal, draft_uuid=draft, step=step, data=request.POST, uploads=request.FILES, now=now
        )
    except DomainError as error:
        return _refusal(error)
    return _state(saved)


@require_POST
def choose_copy(request: HttpRequest, draft: UUID, copy: UUID) -> JsonResponse:
    """Put this device's kept answers in place of the other device's."""
    try:
        chosen = api.choose_copy(principal=principal_of(request), draft_uuid=draft, copy_uuid=copy, now=clock.now())
    except DomainError as error:
        return _refusal(error)
    return _state(chosen)


def _state(draft: api.Draft) -> JsonResponse:
    at = clock.local(draft.saved_at)
    computed = api.compute_values(api.outline(draft.form), draft.answers)
    return JsonResponse(
        {
            "version": draft.version,
            "saved_at": at.isoformat(),
            "message": _("Đã lưu lúc %(time)s") % {"time": at.strftime("%H:%M")},
            "computed": {path: _shown(value) for path, value in computed.items()},
        }
    )


def _shown(value: Any) -> str:
    return api.format_number(value) if isinstance(value, (int, float)) else str(value)


def _told(error: DomainError) -> str:
    details = [message for found in error.field_errors.values() for message in found]
    return " ".join([str(error.message), *map(str, details)])


def _refusal(error: DomainError) -> JsonResponse:
    facts = {key: str(value) for key, value in error.facts.items()}
    return JsonResponse(
        {"code": error.code, "message": _told(error), **facts},
        status=error.status,
    )


@require_GET
def schema(_request: HttpRequest, key: str, version: int) -> JsonResponse:
    """Give the JSON Schema of a published form version."""
    form = api.get_form(key=key, version=version)
    found = api.export_schema(form=form, base_url=settings.SITE_URL)
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False}, content_type="application/schema+json")


@require_POST
def discard(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Throw a draft away and go back to where the person came from on this site."""
    api.discard_draft(principal=principal_of(request), draft_uuid=draft, now=clock.now())
    messages.success(request, _("Đã xóa bản nháp."))
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if safe else "/")
