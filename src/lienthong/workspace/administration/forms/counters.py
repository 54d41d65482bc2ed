"""Forms of lines, desks, hours, closures and kiosks."""

from collections.abc import Iterable
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from lienthong.workspace.administration.forms.base import ServiceForm, day_field, time_field
from lienthong.workspace.administration.forms.calendar import WEEKDAYS

Choices = Iterable[tuple[str, str]]


class LineForm(ServiceForm):
    """A group of matters under a letter."""

    letter = forms.CharField(label=_("Chữ cái"), max_length=1, help_text=_("Đứng trước số thứ tự, ví dụ A cho A001."))
    name = forms.CharField(label=_("Tên nhóm việc"), max_length=120)
    sector_codes = forms.MultipleChoiceField(
        label=_("Lĩnh vực"),
        required=False,
        help_text=_("Không chọn lĩnh vực nào thì nhóm này nhận mọi thủ tục. Giữ Ctrl để chọn nhiều."),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    valid_from = day_field(_("Áp dụng từ ngày"))

    def __init__(self, *args: Any, sectors: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sector_codes"].choices = list(sectors)  # type: ignore[attr-defined]


class DeskForm(ServiceForm):
    """A numbered desk and the lines it serves."""

    number = forms.IntegerField(label=_("Số quầy"), min_value=1, max_value=99)
    name = forms.CharField(label=_("Tên quầy"), max_length=120, required=False)
    lines = forms.MultipleChoiceField(label=_("Phục vụ nhóm việc"), widget=forms.CheckboxSelectMultiple)
    valid_from = day_field(_("Áp dụng từ ngày"))

    def __init__(self, *args: Any, lines: Choices, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].choices = list(lines)  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["number"], self.fields["valid_from"]


class SlotHoursForm(ServiceForm):
    """When slots are offered, how long and for how many."""

    line = forms.ChoiceField(label=_("Nhóm việc"), required=False)
    weekdays = forms.MultipleChoiceField(
        label=_("Các ngày trong tuần"), choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )
    morning_from = time_field(_("Buổi sáng từ"), required=False)
    morning_until = time_field(_("Buổi sáng đến"), required=False)
    afternoon_from = time_field(_("Buổi chiều từ"), required=False)
    afternoon_until = time_field(
        _("Buổi chiều đến"), required=False, help_text=_("Để trống cả hai buổi thì thôi nhận hẹn vào các ngày này.")
    )
    slot_minutes = forms.IntegerField(label=_("Mỗi khung giờ (phút)"), min_value=5, max_value=240, initial=30)
    capacity = forms.IntegerField(label=_("Số người mỗi khung giờ"), min_value=1, max_value=200, initial=3)
    lead_minutes = forms.IntegerField(label=_("Đặt trước ít nhất (phút)"), min_value=0, max_value=10080, initial=60)
    horizon_days = forms.IntegerField(label=_("Đặt trước nhiều nhất (ngày)"), min_value=1, max_value=90, initial=14)
    grace_minutes = forms.IntegerField(label=_("Đến muộn được (phút)"), min_value=0, max_value=120, initial=15)
    valid_from = day_field(_("Áp dụng từ ngày"))

    def __init__(self, *args: Any, lines: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = [("", _text("Mọi nhóm việc")), *lines]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for both ends of a span."""
        values: dict[str, Any] = super().clean() or {}
        for part in ("morning", "afternoon"):
            if (values.get(f"{part}_from") is None) != (values.get(f"{part}_until") is None):
                self.add_error(f"{part}_until", _text("Cần cả giờ bắt đầu và giờ kết thúc."))
        return values

    def spans(self) -> list[tuple[time, time]]:
        """Give the spans that were filled in whole."""
        values = self.cleaned_data
        ends = [(values.get(f"{part}_from"), values.get(f"{part}_until")) for part in ("morning", "afternoon")]
        return [(opens, closes) for opens, closes in ends if opens is not None and closes is not None]


class ClosureForm(ServiceForm):
    """A day, or a stretch of one, without appointments."""

    on = day_field(_("Ngày"))
    closed_from = time_field(_("Từ giờ"), required=False, help_text=_("Để trống nếu đóng cả ngày."))
    closed_until = time_field(_("Đến giờ"), required=False)
    line = forms.ChoiceField(label=_("Nhóm việc"), required=False)
    reason = forms.CharField(label=_("Lý do, người hẹn sẽ đọc"), max_length=200)

    def __init__(self, *args: Any, lines: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = [("", _text("Mọi nhóm việc")), *lines]  # type: ignore[attr-defined]


class KioskForm(ServiceForm):
    """A touch screen that gives out numbers."""

    name = forms.CharField(label=_("Tên máy"), max_length=120, help_text=_("Ví dụ: Cửa chính."))
