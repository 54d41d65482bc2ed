"""Forms of the desk about reading outside tasks, and about ending and correcting results."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lienthong.dossiers import api as dossiers

_REASONS = (
    ("Trả lời câu hỏi của người nộp hồ sơ", _("Trả lời câu hỏi của người nộp hồ sơ")),
    ("Giải quyết phản ánh, khiếu nại, tố cáo", _("Giải quyết phản ánh, khiếu nại, tố cáo")),
    ("Kiểm tra việc giải quyết theo phân công", _("Kiểm tra việc giải quyết theo phân công")),
    ("Thu hồi, đính chính kết quả đã cấp", _("Thu hồi, đính chính kết quả đã cấp")),
    ("Đối chiếu cho một hồ sơ khác", _("Đối chiếu cho một hồ sơ khác")),
)


class PurposeForm(forms.Form):
    """Why an official reads a dossier that is not their task."""

    kind = forms.ChoiceField(
        label=_("Bạn xem hồ sơ này để làm gì"),
        choices=_REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một mục đích."), "invalid_choice": _("Hãy chọn một mục đích.")},
    )
    detail = forms.CharField(
        label=_("Ghi rõ thêm"),
        help_text=_("Ví dụ: số phiếu phản ánh, mã hồ sơ liên quan, người giao việc."),
        max_length=180,
        required=False,
    )

    def purpose(self) -> str:
        """Give the purpose as it is kept and shown to the person."""
        detail = self.cleaned_data["detail"].strip()
        return f"{self.cleaned_data['kind']}: {detail}" if detail else str(self.cleaned_data["kind"])


class RevocationForm(forms.Form):
    """What is to happen to a result, why, and on what decision."""

    kind = forms.ChoiceField(
        label=_("Việc cần làm"),
        choices=dossiers.RevocationKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn thu hồi hay thay thế.")},
    )
    decision_number = forms.CharField(
        label=_("Số quyết định, văn bản làm căn cứ"),
        max_length=60,
        error_messages={"required": _("Hãy ghi số của quyết định hoặc văn bản làm căn cứ.")},
    )
    reason = forms.CharField(
        label=_("Lý do (nội bộ)"),
        help_text=_("Người duyệt đọc để quyết định; không công khai."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Hãy nêu lý do để người duyệt xem xét.")},
    )
    public_reason = forms.CharField(
        label=_("Lý do công khai"),
        help_text=_(
            "Câu này hiện với bất kỳ ai kiểm tra giấy tờ, và gửi cho người được cấp. Không ghi dữ liệu cá nhân."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Hãy viết câu mà người kiểm tra giấy tờ sẽ đọc.")},
    )


class DropForm(forms.Form):
    """Why an approved replacement is abandoned."""

    reason = forms.CharField(
        label=_("Lý do bỏ việc thay thế (nội bộ)"),
        help_text=_("Ghi vào lịch sử của hồ sơ; không công khai."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Hãy nêu lý do bỏ việc thay thế.")},
    )


class CorrectionForm(forms.Form):
    """The answers a replacement prints, one field each; what is left as it is, is not corrected."""

    def __init__(self, *args: object, lines: Iterable[dossiers.Correctable], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for line in lines:
            self.fields[line.path] = forms.CharField(
                label=line.label, initial=line.text, max_length=300, required=False
            )


class OriginalForm(forms.Form):
    """What stands on the paper original whose scan is certified."""

    title = forms.CharField(
        label=_("Tên giấy tờ"),
        max_length=255,
        error_messages={"required": _("Hãy ghi tên giấy tờ đúng như trên bản chính.")},
    )
    number = forms.CharField(label=_("Số của bản chính"), max_length=60, required=False)
    issuer_name = forms.CharField(label=_("Nơi cấp bản chính"), max_length=255, required=False)
    issued_on = forms.DateField(
        label=_("Ngày cấp bản chính"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Hãy nhập một ngày đúng.")},
    )
    compared = forms.BooleanField(
        label=_("Tôi đã đối chiếu bản quét với bản chính: đủ trang, đúng nội dung"),
        error_messages={"required": _("Chỉ chứng thực sau khi đã đối chiếu với bản chính.")},
    )

    def given(self) -> dict[str, Any]:
        """Give what the certification needs."""
        return {name: self.cleaned_data[name] for name in ("title", "number", "issuer_name", "issued_on")}
