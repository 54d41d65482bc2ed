"""Answers that several views of the desk give: the page of a question, and of somebody having been faster."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from lienthong.kernel.errors import ConflictError, InvalidError
from lienthong.workspace import drafts
from lienthong.workspace.desk import desk_context


def conflict(
    request: HttpRequest, error: ConflictError, *, dossier_uuid: str, code: str, outcome: str = "", note: str = ""
) -> HttpResponse:
    """Say who did what meanwhile, and keep what was typed for the next look at the dossier."""
    drafts.keep_text(request, dossier_uuid, outcome=outcome, note=note)
    return render(
        request,
        "workspace/conflict.html",
        desk_context(request) | {"error": error, "dossier_uuid": dossier_uuid, "code": code, "note": note},
        status=error.status,
    )


def ask(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str | Promise,
    verb: str | Promise,
    dossier_uuid: str,
    code: str,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the page of one question about a dossier; with status 422 when its answer was wrong."""
    context = {"form": form, "title": title, "verb": verb, "dossier_uuid": dossier_uuid, "code": code, **(more or {})}
    return render(
        request,
        "workspace/ask.html",
        desk_context(request) | context,
        status=422 if form.is_bound and form.errors else 200,
    )


def add_errors(form: forms.Form, error: InvalidError) -> None:
    """Put a service's refusal beside the fields it names."""
    for path, texts in error.field_errors.items():
        for text in texts:
            form.add_error(path if path in form.fields else None, text)
    if not error.field_errors:
        form.add_error(None, str(error.message))
