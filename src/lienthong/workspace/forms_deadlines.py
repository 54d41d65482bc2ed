"""Forms about dates and papers: a due date on trial, a tracking book, a hand-over."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock

#: Stands for the nation's calendar where an agency may be chosen.
NATION = "-"


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Hãy chọn ngày."), "invalid": _("Hãy nhập một ngày đúng.")},
    )


def _moment(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={"required": _("Hãy chọn ngày và giờ."), "invalid": _("Hãy nhập ngày và giờ đúng.")},
    )


class TrialForm(forms.Form):
    """When a dossier would be received, and what would happen on the way."""

    limit_key = forms.ChoiceField(
        label=_("Trường hợp"), error_messages={"invalid_choice": _("Hãy chọn một trường hợp.")}
    )
    agency = forms.ChoiceField(label=_("Theo lịch của"))
    received_at = _moment(_("Nhận hồ sơ lúc"))
    pause = forms.ChoiceField(
        label=_("Giữa chừng"), required=False, choices=[("", _("Không dừng")), *dossiers.PauseKind.choices]
    )
    asked_at = _moment(_("Yêu cầu lúc"), required=False)
    answered_at = _moment(_("Được trả lời lúc"), required=False)
    extended_to = _day(_("Xin lỗi, hẹn lại sang ngày"), required=False, help_text=_("Mỗi hồ sơ chỉ hẹn lại một lần."))

    def __init__(
        self,
        *args: Any,
        limits: Sequence[tuple[str, str]],
        agencies: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["limit_key"].choices = limits  # type: ignore[attr-defined]
        if len(limits) < 2:  # noqa: PLR2004 - one case is no choice
            del self.fields["limit_key"]
        self.fields["agency"].choices = [(NATION, _("Lịch quốc gia")), *agencies]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for both moments of a pause, or for neither."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("pause"):
            for name in ("asked_at", "answered_at"):
                if name not in self.errors and not values.get(name):
                    self.add_error(name, _("Hãy chọn ngày và giờ."))
        return values

    def pauses(self) -> dict[str, Any]:
        """Give what the question needs of a pause; nothing when none is asked about."""
        values = self.cleaned_data
        if not values.get("pause"):
            return {}
        return {
            "pause": dossiers.PauseKind(values["pause"]),
            "asked_at": values["asked_at"],
            "answered_at": values["answered_at"],
        }


class BookForm(forms.Form):
    """Whose tracking book, over which period."""

    agency = forms.TypedChoiceField(label=_("Cơ quan tiếp nhận"), coerce=int)
    first_day = _day(_("Từ ngày"))
    last_day = _day(_("Đến hết ngày"))

    def __init__(self, *args: Any, agencies: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = list(agencies)  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """Where the papers go; which dossiers is ticked in the list."""

    receiver = forms.TypedChoiceField(
        label=_("Giao cho"), coerce=int, error_messages={"required": _("Hãy chọn nơi nhận.")}
    )
    note = forms.CharField(
        label=_("Ghi chú"), required=False, max_length=255, help_text=_("Ca làm việc, số túi hồ sơ…")
    )

    def __init__(self, *args: Any, receivers: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].choices = list(receivers)  # type: ignore[attr-defined]


def month_so_far(now: datetime) -> dict[str, date]:
    """Give the period a book is mostly wanted for: this month until today."""
    today = clock.local_date(now)
    return {"first_day": today.replace(day=1), "last_day": today}
