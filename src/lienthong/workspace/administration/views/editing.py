"""One shape for every page that changes one thing: a form, what it means, and the way back."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def edit_page(
    request: HttpRequest,
    *,
    form: forms.Form,
    title: Any,
    submit: Any,
    back: str,
    intro: Any = "",
    is_dangerous: bool = False,
    facts: tuple[tuple[Any, Any], ...] = (),
) -> HttpResponse:
    """Show a form on a page of its own; with errors the status is 422 and what was typed stays.

    :param back: address of the page to return to without changing anything.
    :param facts: names and values of what is about to change.
    """
    return render(
        request,
        "administration/edit.html",
        {
            "form": form,
            "heading": title,
            "submit": submit,
            "back": back,
            "intro": intro,
            "is_dangerous": is_dangerous,
            "facts": facts,
        },
        status=422 if form.is_bound and form.errors else 200,
    )
