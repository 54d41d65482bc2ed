"""Forms of operators."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from lienthong.workspace.administration.forms.base import day_field


class TrailForm(forms.Form):
    """What to look for in the audit trail."""

    subject = forms.CharField(
        label=_("Đối tượng"), required=False, max_length=150, help_text=_("Loại, mã định danh, hoặc loại:mã.")
    )
    actor = forms.CharField(
        label=_("Người thực hiện"), required=False, max_length=254, help_text=_("Thư điện tử hoặc mã tài khoản.")
    )
    action = forms.CharField(
        label=_("Hành động"), required=False, max_length=80, help_text=_("Ví dụ: dossiers.dossier")
    )
    first = day_field(_("Từ ngày"), required=False)
    last = day_field(_("Đến ngày"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("first") and values.get("last") and values["first"] > values["last"]:
            self.add_error("last", _text("Ngày cuối phải không trước ngày đầu."))
        return values
