"""The forms of reception at the counter."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

Choices = Iterable[tuple[str, str]]


class ApplicantForm(forms.Form):
    """Who stands at the counter, at which desk, and whose area the matter belongs to."""

    identity_number = forms.CharField(
        label=_("Số định danh cá nhân"),
        help_text=_("12 số trên căn cước. Người đã có trong hệ thống được nhận ra theo số và họ tên."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Nhập số định danh cá nhân.")},
    )
    full_name = forms.CharField(
        label=_("Họ, chữ đệm và tên"), max_length=120, error_messages={"required": _("Nhập họ và tên.")}
    )
    birth_date = forms.CharField(
        label=_("Ngày sinh"), help_text=_("Ngày/tháng/năm, tháng/năm hoặc chỉ năm."), max_length=10, required=False
    )
    phone = forms.CharField(label=_("Điện thoại"), max_length=24, required=False)
    email = forms.EmailField(label=_("Thư điện tử"), required=False)
    area = forms.ChoiceField(label=_("Xã, phường có việc"), error_messages={"required": _("Chọn xã, phường.")})
    counter = forms.TypedChoiceField(label=_("Quầy tiếp nhận"), coerce=int)

    def __init__(self, *args: object, areas: Choices, counters: Iterable[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        counters = tuple(counters)
        self.fields["area"].choices = list(areas)  # type: ignore[attr-defined]
        self.fields["counter"].choices = list(counters)  # type: ignore[attr-defined]
        if len(counters) == 1:
            self.fields["counter"].widget = forms.HiddenInput()
            self.initial["counter"] = counters[0][0]

    def clean_birth_date(self) -> str:
        """Read day/month/year, month/year or a year; give it as it is stored, most significant part first."""
        typed = str(self.cleaned_data["birth_date"]).strip().replace("-", "/").replace(".", "/")
        parts = [part.strip() for part in typed.split("/")] if typed else []
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise forms.ValidationError(_("Nhập ngày sinh dạng ngày/tháng/năm, tháng/năm hoặc năm."))
        return "-".join(part.zfill(2) for part in reversed(parts))
