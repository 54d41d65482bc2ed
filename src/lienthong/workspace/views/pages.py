"""Answers that several views of the desk give: the page of a question, and of somebody having been faster."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
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
    do: Callable[[], str] | None = None,
    onward: str = "",
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the page of one question about a dossier, or do what its answer asks; with status 422 when that was wrong.

    :param do: calls the service with the answer and says what was done.
    :param onward: where to go then; back to the dossier when empty.
    """
    if do is not None and request.method == "POST" and form.is_valid():
        try:
            said = do()
        except InvalidError as error:
            add_errors(form, error)
        except ConflictError as error:
            note = next((form.cleaned_data[name] for name in _WORDS if name in form.cleaned_data), "")
            return conflict(request, error, dossier_uuid=dossier_uuid, code=code, note=note)
        else:
            messages.success(request, said)
            return redirect(onward or reverse("workspace:dossier", args=[dossier_uuid]))
    context = {"form": form, "title": title, "verb": verb, "dossier_uuid": dossier_uuid, "code": code, **(more or {})}
    return render(
        request,
        "workspace/ask.html",
        desk_context(request) | context,
        status=422 if form.is_bound and form.errors else 200,
    )


#: The fields that hold what an official wrote in their own words; it outlives somebody else's being faster.
_WORDS = ("reason", "note", "text")


def seen_version(request: HttpRequest) -> int | None:
    """Give the version of the row that the page showed; None when it says none."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None  # noqa: PLR2004 - fits an integer


def add_errors(form: forms.Form, error: InvalidError) -> None:
    """Put a service's refusal beside the fields it names."""
    for path, texts in error.field_errors.items():
        for text in texts:
            form.add_error(path if path in form.fields else None, text)
    if not error.field_errors:
        form.add_error(None, str(error.message))
