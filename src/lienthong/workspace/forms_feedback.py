"""The forms of a supervisor's desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_TEXT = 4_000


class AnswerForm(forms.Form):
    """What the complainant will read."""

    answer = forms.CharField(
        label=_("Trả lời"),
        help_text=_("Nói rõ đã xem xét gì, kết luận thế nào, và việc sẽ làm. Người phản ánh đọc nguyên văn câu này."),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Hãy viết câu trả lời.")},
    )


class EscalateForm(forms.Form):
    """Why the complaint goes to the agency above."""

    reason = forms.CharField(
        label=_("Lý do chuyển cấp trên"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Hãy nêu lý do chuyển cấp trên.")},
    )
