"""Forms of the working calendar."""

from datetime import time
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.errors import InvalidError
from lienthong.organisations.api import Confidence, FirstDay, PausePolicy, Unit
from lienthong.workspace.administration.forms.base import ServiceForm, day_field, time_field

WEEKDAYS = (
    ("0", _("Thứ Hai")),
    ("1", _("Thứ Ba")),
    ("2", _("Thứ Tư")),
    ("3", _("Thứ Năm")),
    ("4", _("Thứ Sáu")),
    ("5", _("Thứ Bảy")),
    ("6", _("Chủ nhật")),
)
_UNITS = (
    (Unit.WORKING_DAYS.value, _("ngày làm việc")),
    (Unit.DAYS.value, _("ngày liên tục")),
    (Unit.HOURS.value, _("giờ làm việc")),
    (Unit.IMMEDIATE.value, _("giải quyết ngay")),
)


class DayOffForm(ServiceForm):
    """A day off, or a stretch of a day."""

    RENAMED = {"date": "on"}
    on = day_field(_("Ngày nghỉ"))
    name = forms.CharField(label=_("Tên"), max_length=120)
    legal_basis = forms.CharField(
        label=_("Căn cứ pháp lý"), max_length=200, required=False, help_text=_("Bắt buộc với lịch quốc gia.")
    )
    confidence = forms.ChoiceField(
        label=_("Độ tin cậy"),
        choices=Confidence.choices,
        initial=Confidence.HIGH,
        help_text=_("Ngày chưa có quyết định chính thức thì chọn “Chưa chắc”: hạn đi qua ngày ấy được ghi là dự kiến."),
    )
    closed_from = time_field(_("Nghỉ từ giờ"), required=False, help_text=_("Chỉ điền khi nghỉ một phần ngày."))
    closed_until = time_field(_("Đến giờ"), required=False)


class SwapForm(ServiceForm):
    """A working day exchanged for a day of rest."""

    off = day_field(_("Ngày được nghỉ"))
    worked = day_field(_("Ngày làm bù"))
    name = forms.CharField(label=_("Lý do nghỉ"), max_length=120)
    legal_basis = forms.CharField(label=_("Căn cứ pháp lý"), max_length=200)


class ReasonForm(ServiceForm):
    """A change that needs only its reason."""

    reason = forms.CharField(label=_("Lý do"), max_length=200)


class TableForm(ServiceForm):
    """A CSV table of days."""

    table = forms.FileField(
        label=_("Tệp CSV"),
        help_text=_(
            "Cột: ngày, loại, tên, thay cho ngày, căn cứ, độ tin cậy. Sai một dòng thì không dòng nào được ghi."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def _show(self, refused: InvalidError) -> None:
        if not refused.field_errors:
            self.add_error("table", str(refused.message))
        for line, found in refused.field_errors.items():
            place = _text("Dòng %(line)s: ") % {"line": line}
            self.add_error("table", [place + str(message) for message in found])


class HoursForm(ServiceForm):
    """Weekly hours from a day on."""

    weekdays = forms.MultipleChoiceField(
        label=_("Các ngày trong tuần"), choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )
    morning_from = time_field(_("Buổi sáng từ"), required=False)
    morning_until = time_field(_("Buổi sáng đến"), required=False)
    afternoon_from = time_field(_("Buổi chiều từ"), required=False)
    afternoon_until = time_field(_("Buổi chiều đến"), required=False)
    only_receives = forms.BooleanField(
        label=_("Chỉ tiếp nhận, không tính vào thời hạn"),
        required=False,
        help_text=_("Ví dụ bộ phận một cửa mở sáng thứ Bảy."),
    )
    valid_from = day_field(_("Áp dụng từ ngày"))
    legal_basis = forms.CharField(label=_("Căn cứ"), max_length=200)

    def clean(self) -> dict[str, Any]:
        """Ask for both ends of a span, in order."""
        values: dict[str, Any] = super().clean() or {}
        for part in ("morning", "afternoon"):
            opens, closes = values.get(f"{part}_from"), values.get(f"{part}_until")
            if (opens is None) != (closes is None):
                self.add_error(f"{part}_until", _text("Cần cả giờ bắt đầu và giờ kết thúc."))
            elif opens and closes and opens >= closes:
                self.add_error(f"{part}_until", _text("Giờ kết thúc phải sau giờ bắt đầu."))
        spans = self.spans()
        if any(first[1] > second[0] for first, second in pairwise(spans)):
            self.add_error("afternoon_from", _text("Buổi chiều phải bắt đầu sau buổi sáng."))
        return values

    def spans(self) -> list[tuple[time, time]]:
        """Give the spans that were filled in whole."""
        values = self.cleaned_data
        ends = [(values.get(f"{part}_from"), values.get(f"{part}_until")) for part in ("morning", "afternoon")]
        return [(opens, closes) for opens, closes in ends if opens is not None and closes is not None]


class RuleForm(ServiceForm):
    """How limits are counted from a day on."""

    valid_from = day_field(_("Áp dụng từ ngày"))
    cutoff = time_field(
        _("Giờ chốt nhận trong ngày"),
        required=False,
        help_text=_("Nhận sau giờ này tính sang ngày làm việc sau. Để trống nếu không có."),
    )
    first_day = forms.ChoiceField(label=_("Ngày đầu tiên được tính"), choices=FirstDay.choices)
    pause_for_supplement = forms.ChoiceField(
        label=_("Khi bổ sung hồ sơ"), choices=PausePolicy.choices, initial=PausePolicy.RESTART
    )
    pause_for_payment = forms.ChoiceField(
        label=_("Khi chờ nghĩa vụ tài chính"), choices=PausePolicy.choices, initial=PausePolicy.SHIFT
    )
    pause_for_stop = forms.ChoiceField(label=_("Khi tạm dừng"), choices=PausePolicy.choices, initial=PausePolicy.SHIFT)
    legal_basis = forms.CharField(label=_("Căn cứ pháp lý"), max_length=200)


class SimulationForm(ServiceForm):
    """What to count."""

    received_at = forms.DateTimeField(
        label=_("Nhận lúc"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    amount = forms.IntegerField(label=_("Thời hạn"), min_value=0, max_value=1000, initial=5)
    unit = forms.ChoiceField(label=_("Đơn vị"), choices=_UNITS)
