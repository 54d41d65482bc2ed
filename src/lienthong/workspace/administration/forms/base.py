"""What all forms of administration share."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from lienthong.kernel.errors import ConflictError, InvalidError


class ServiceForm(forms.Form):
    """A form that shows a service's refusal at its fields and keeps what was typed.

    :cvar RENAMED: names of the service's fields that are called otherwise here.
    """

    RENAMED: Mapping[str, str] = {}

    def carries_out(self, act: Callable[[], Any]) -> bool:
        """Do the act and say whether it was done; a refusal becomes errors of the form."""
        try:
            act()
        except InvalidError as refused:
            self._show(refused)
            return False
        except ConflictError as refused:
            self.add_error(None, str(refused.message))
            return False
        return True

    def _show(self, refused: InvalidError) -> None:
        if not refused.field_errors:
            self.add_error(None, str(refused.message))
        for name, found in refused.field_errors.items():
            field = self.RENAMED.get(name, name)
            self.add_error(field if field in self.fields else None, list(found))


def day_field(label: Any, **more: Any) -> forms.DateField:
    """Make a field for a date, with the browser's own picker."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def time_field(label: Any, **more: Any) -> forms.TimeField:
    """Make a field for a time of day."""
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more)
