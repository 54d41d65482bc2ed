"""The citizen's question: if I hand this in then, when would it be done?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class TrialForm(forms.Form):
    """Which case, and when."""

    limit_key = forms.ChoiceField(
        label=_("Trường hợp của bạn"), error_messages={"invalid_choice": _("Hãy chọn một trường hợp.")}
    )
    received_at = forms.DateTimeField(
        label=_("Nếu nộp lúc"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={"required": _("Hãy chọn ngày và giờ."), "invalid": _("Hãy nhập ngày và giờ đúng.")},
    )

    def __init__(self, *args: Any, limits: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["limit_key"].choices = limits  # type: ignore[attr-defined]
        if len(limits) < 2:  # noqa: PLR2004 - one case is no choice
            del self.fields["limit_key"]
