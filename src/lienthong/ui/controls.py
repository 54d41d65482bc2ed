"""Django form fields as USWDS controls: classes, ids of hints and errors, aria attributes."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.forms import BaseForm
from django.utils.safestring import SafeString

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.Textarea, "usa-textarea"),
    (forms.CheckboxSelectMultiple, "usa-checkbox__input"),
    (forms.RadioSelect, "usa-radio__input"),
    (forms.CheckboxInput, "usa-checkbox__input"),
    (forms.ClearableFileInput, "lt-file"),
    (forms.Select, "usa-select"),
    (forms.widgets.Input, "usa-input"),
)


def class_of(widget: forms.Widget) -> str:
    """Name the USWDS class of a widget."""
    return next((name for kind, name in CLASSES if isinstance(widget, kind)), "usa-input")


def shape_of(widget: forms.Widget) -> str:
    """Say how the control is laid out: one tick, a group of choices, a file, or a single control."""
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "group"
    if isinstance(widget, forms.CheckboxInput):
        return "tick"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "single"


def render(bound: BoundField, *, described_by: str) -> SafeString:
    """Render the control itself with its class and the ids that describe it."""
    widget = bound.field.widget
    name = class_of(widget)
    attributes: dict[str, Any] = {"class": f"{widget.attrs.get('class', '')} {name}".strip()}
    if bound.errors:
        attributes["aria-invalid"] = "true"
        attributes["class"] += f" {name}--error"
    if described_by:
        attributes["aria-describedby"] = described_by
    return bound.as_widget(attrs=attributes)


def describe(bound: BoundField, *, hint: str = "", label: str = "") -> dict[str, Any]:
    """Give what the field's template shows: control, label, hint, errors and their ids."""
    hint = hint or str(bound.help_text)
    base = bound.id_for_label or bound.auto_id or bound.name
    ids = [f"{base}-hint"] if hint else []
    if bound.errors:
        ids.append(f"{base}-error")
    return {
        "bound": bound,
        "label": label or bound.label,
        "hint": hint,
        "base": base,
        "shape": shape_of(bound.field.widget),
        "kind": class_of(bound.field.widget).removesuffix("__input"),
        "control": render(bound, described_by=" ".join(ids)),
        "required": bound.field.required,
    }


def errors_of(form: BaseForm) -> list[tuple[str, str]]:
    """List a bound form's errors as pairs of element id and message; the id is empty for the whole form."""
    lines = [("", str(message)) for message in form.non_field_errors()]
    for bound in form:
        target = bound.id_for_label or bound.auto_id or bound.name
        if shape_of(bound.field.widget) == "group":
            target = f"{bound.auto_id}_0"
        lines += [(target, f"{bound.label}: {message}") for message in bound.errors]
    return lines
