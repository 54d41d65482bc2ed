"""Endpoints that a form page talks to while it is filled in."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lienthong.accounts.api import principal_of
from lienthong.forms import api
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
        found = api.get_draft(principal=principal, uuid=draft)
        answers = api.parse_post(form=found.form, step=step, data=request.POST)
        saved = api.autosave(
            principal=principal,
            draft_uuid=draft,
            step=step,
            answers=answers,
            version=_whole(request.POST.get("_version", "")),
            now=now,
        )
    except DomainError as error:
        return _refusal(error)
    return _state(saved.draft)


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


def _refusal(error: DomainError) -> JsonResponse:
    return JsonResponse(
        {"code": error.code, "message": str(error.message), **{key: str(value) for key, value in error.facts.items()}},
        status=error.status,
    )


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004
