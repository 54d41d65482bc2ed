"""The small form of a step (``lt:formKey`` of a user task): asked by the primary outcome, which goes on with the work.

Returning, refusing, stopping or asking for more papers need none of it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.safestring import SafeString

from lienthong.forms import api as forms
from lienthong.workflows import api as workflows


def is_asked(item: workflows.WorkItem, outcome: workflows.Outcome | None) -> bool:
    """Say whether an outcome of a task asks the step's form."""
    return bool(item.form_key) and outcome is not None and outcome.primary


def read_typed(item: workflows.WorkItem, *, data: QueryDict, on: date) -> dict[str, Any]:
    """Read what was typed; what cannot be read stays as typed."""
    form = forms.current_form(key=item.form_key, on=on)
    typed: dict[str, Any] = {}
    for step in forms.outline(form).steps:
        typed |= forms.parse_post(form=form, step=step.key, data=data)
    return typed


def checked(item: workflows.WorkItem, *, typed: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Give the data the process wants.

    :raises AnswersInvalidError: with ``field_errors`` by path.
    """
    form = forms.current_form(key=item.form_key, on=on)
    return dict(forms.validate(form=form, answers=typed, on=on).answers)


def drawn(
    request: HttpRequest,
    item: workflows.WorkItem,
    *,
    typed: Mapping[str, Any],
    errors: Mapping[str, Sequence[str]],
    on: date,
) -> SafeString:
    """Draw the form with what was typed and what is wrong with it."""
    form = forms.current_form(key=item.form_key, on=on)
    steps = forms.outline(form).steps
    return forms.render_step(request, form=form, step=steps[0].key, answers=typed, errors=errors, on=on)
