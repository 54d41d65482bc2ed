"""REST operations on forms: their JSON Schema, and a check of answers before filing."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from lienthong.accounts.api import BearerToken
from lienthong.forms import api as forms
from lienthong.kernel import clock
from lienthong.kernel.rest import Body, Text

router = Router(tags=["forms"], auth=BearerToken("procedures:read"))

_Key = Path(max_length=80, description="key of the form, as a procedure names it")
_On = Query(None, description="date of validity, today when absent")


class FormLine(Schema):
    """A form in force."""

    key: str
    version: int
    title: str
    valid_from: date
    valid_to: date | None


class FormList(Schema):
    """The forms in force, by key."""

    items: list[FormLine]


class FormOut(FormLine):
    """A form with its schema."""

    answers_schema: dict[str, Any] = Field(description="JSON Schema 2020-12 of the answers")


class AnswersIn(Body):
    """Answers to check."""

    answers: dict[str, Any] = Field(description="answers by the form's JSON Schema")


class CheckedOut(Schema):
    """Answers that satisfy the form, as they would be kept."""

    key: str
    version: int
    answers: dict[str, Any]
    computed: dict[str, Any] = Field(description="values worked out from the answers, by path")
    warnings: dict[str, list[str]] = Field(description="doubts worth a second look, by path; they refuse nothing")


def _line(form: forms.FormVersion) -> dict[str, Any]:
    return {
        "key": form.key,
        "version": form.version,
        "title": form.title,
        "valid_from": form.valid_from,
        "valid_to": form.valid_to,
    }


@router.get("", response=FormList, summary="List forms")
def list_forms(request: HttpRequest, on: date | None = _On) -> FormList:
    """List the forms in force on a date, without their schemas."""
    found = forms.list_forms(on=on or clock.local_date(clock.now()))
    return FormList(items=[FormLine(**_line(form)) for form in found])


@router.get("/{key}", response=FormOut, summary="Read a form's JSON Schema")
def read_form(request: HttpRequest, key: Text = _Key, on: date | None = _On) -> FormOut:
    """Read the JSON Schema of the answers as in force on a date."""
    form = forms.current_form(key=key, on=on or clock.local_date(clock.now()))
    return FormOut(**_line(form), answers_schema=forms.export_schema(form=form, base_url=settings.SITE_URL))


@router.post("/{key}/validate", response=CheckedOut, summary="Check answers")
def validate_answers(request: HttpRequest, payload: AnswersIn, key: Text = _Key) -> CheckedOut:
    """Check answers against the form in force, as filing would; nothing is kept."""
    today = clock.local_date(clock.now())
    form = forms.current_form(key=key, on=today)
    try:
        checked = forms.validate(form=form, answers=payload.answers, on=today)
    except forms.AnswersInvalidError as error:
        raise error.under("answers") from None
    return CheckedOut(
        key=form.key,
        version=form.version,
        answers=dict(checked.answers),
        computed=dict(checked.computed),
        warnings={path: list(texts) for path, texts in checked.warnings.items()},
    )
