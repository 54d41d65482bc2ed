"""The small forms of the treasurer's pages."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from lienthong.payments import api as payments
from lienthong.workspace.forms import MAX_REASON

MAX_STATEMENT = 5_000_000


def _text(label: Any, *, rows: int = 3, help_text: Any = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _("Hãy nêu lý do.")},
    )


class MoneyField(forms.CharField):
    """Whole đồng, as people write them: ``16.000``, ``16 000``, ``16000 đ``."""

    def to_python(self, value: Any) -> Any:
        """Read the amount."""
        text = str(super().to_python(value) or "").lower().rstrip("đ₫ ").strip()
        digits = "".join(sign for sign in text if sign not in "., \N{NO-BREAK SPACE}")
        if not digits:
            return None
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:  # noqa: PLR2004 - what a column holds
            raise forms.ValidationError(_("Hãy nhập số tiền là số nguyên đồng."))
        return int(digits)


class ReduceForm(forms.Form):
    """Who pays less, how much, and by which law: one of the known cases, or another with its own law."""

    reduction = forms.ChoiceField(label=_("Diện miễn, giảm"), required=False)
    percent = forms.IntegerField(
        label=_("Mức giảm (%)"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=_("Chỉ nhập khi không chọn diện có sẵn. 100 là miễn hoàn toàn."),
    )
    reason = _text(_("Lý do và giấy tờ đã xem"), required=False)
    legal_basis = forms.CharField(
        label=_("Căn cứ pháp lý"),
        required=False,
        max_length=255,
        help_text=_("Chỉ nhập khi không chọn diện có sẵn."),
    )

    def __init__(self, *args: Any, reductions: Iterable[payments.FeeReduction], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(row.uuid), f"{row.reason} ({row.percent} %)") for row in reductions]
        self.fields["reduction"].choices = [("", _("Trường hợp khác")), *known]  # type: ignore[attr-defined]

    @property
    def given(self) -> dict[str, Any]:
        """Give what the service takes."""
        chosen = self.cleaned_data["reduction"]
        return {
            "reduction_uuid": UUID(chosen) if chosen else None,
            "percent": self.cleaned_data["percent"] or 0,
            "reason": self.cleaned_data["reason"],
            "legal_basis": self.cleaned_data["legal_basis"],
        }


class RefundForm(forms.Form):
    """How much goes back, and why."""

    amount = MoneyField(label=_("Số tiền hoàn"), error_messages={"required": _("Hãy nhập số tiền hoàn.")})
    reason = _text(_("Lý do hoàn tiền"), help_text=_("Người nộp sẽ đọc câu này."))


class DecideForm(forms.Form):
    """What the second person says of a refund."""

    note = _text(_("Ý kiến"), required=False, help_text=_("Bắt buộc khi không duyệt."))


class PayOutForm(forms.Form):
    """The voucher or transfer by which money went back."""

    transaction_number = forms.CharField(
        label=_("Số phiếu chi hoặc số giao dịch chuyển khoản"),
        max_length=64,
        error_messages={"required": _("Hãy nhập số phiếu chi hoặc số giao dịch.")},
    )


class CancelReceiptForm(forms.Form):
    """Why a receipt was wrong."""

    reason = _text(
        _("Lý do hủy biên lai"), help_text=_("Số cũ được giữ và ghi là đã hủy; biên lai mới mang số tiếp theo.")
    )


class StatementForm(forms.Form):
    """A statement, whose it is, and for which agency."""

    agency_id = forms.TypedChoiceField(label=_("Cơ quan thu"), coerce=int)
    source = forms.ChoiceField(label=_("Loại tệp"), choices=payments.Source.choices)
    file = forms.FileField(
        label=_("Tệp sao kê (CSV hoặc XLSX)"),
        help_text=_("Cần các cột: ngày, số tham chiếu, ghi có, nội dung. Tối đa 5 MB."),
        error_messages={"required": _("Hãy chọn tệp sao kê."), "empty": _("Tệp này trống.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def __init__(self, *args: Any, agencies: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency_id"].choices = list(agencies)  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_STATEMENT:
            raise forms.ValidationError(_("Tệp lớn hơn 5 MB. Hãy xuất sao kê của ít ngày hơn."))
        return upload


def day_of(text: str, today: date) -> date:
    """Read a day of an address; what cannot be read is today."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today
