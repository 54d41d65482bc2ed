"""The small forms of the desk."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_REASON = 4000


def _reason(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Hãy nêu lý do.")},
    )


class ReassignForm(forms.Form):
    """Who gets the task, and why."""

    to_account_id = forms.TypedChoiceField(
        label=_("Chuyển cho"), coerce=int, error_messages={"required": _("Hãy chọn người nhận việc.")}
    )
    reason = _reason(_("Lý do chuyển"))

    def __init__(self, *args: object, people: Iterable[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["to_account_id"].choices = [("", _("Chọn một người")), *people]  # type: ignore[attr-defined]


class ExtendForm(forms.Form):
    """The new appointment, and why it is late."""

    new_due_at = forms.DateField(
        label=_("Ngày hẹn mới"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Hãy chọn ngày hẹn mới."), "invalid": _("Hãy nhập một ngày đúng.")},
    )
    reason = _reason(_("Lý do chậm trả kết quả"), _("Câu này in trên phiếu xin lỗi gửi người nộp."))


class ResumeForm(forms.Form):
    """Why a stopped dossier goes on."""

    note = _reason(_("Lý do xử lý tiếp"), _("Người nộp sẽ đọc câu này."))


class DraftForm(forms.Form):
    """What the result says beside the data of the dossier."""

    text = forms.CharField(
        label=_("Nội dung kết quả"),
        help_text=_("Viết thành câu, in dưới lời mở đầu của văn bản. Số, ngày và chữ ký được thêm khi ký và đóng dấu."),
        max_length=MAX_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
