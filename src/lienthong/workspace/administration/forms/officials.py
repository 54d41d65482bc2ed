"""Forms about officials, their posts and absences."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lienthong.accounts.api import Right
from lienthong.organisations.api import Agency, Official, PositionKind
from lienthong.workspace.administration.forms.base import ServiceForm, day_field


class OfficialSearchForm(forms.Form):
    """Whom to look for."""

    q = forms.CharField(label=_("Họ tên hoặc số hiệu"), required=False, max_length=120)


class OfficialForm(ServiceForm):
    """A person entering public service."""

    full_name = forms.CharField(label=_("Họ và tên"), max_length=120)
    staff_number = forms.CharField(label=_("Số hiệu"), max_length=24, required=False)
    official_email = forms.EmailField(label=_("Thư công vụ"), required=False)


class AppointForm(ServiceForm):
    """A post given to an official; the agencies depend on who asks."""

    agency = forms.ChoiceField(label=_("Cơ quan, đơn vị"))
    kind = forms.ChoiceField(label=_("Loại vị trí"), choices=PositionKind.choices)
    title = forms.CharField(label=_("Chức danh"), max_length=160)
    valid_from = day_field(_("Từ ngày"))
    is_main = forms.BooleanField(label=_("Vị trí chính"), required=False, initial=True)

    def __init__(self, *args: Any, agencies: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = [(str(row.pk), row.name) for row in agencies]  # type: ignore[attr-defined]


class LockForm(ServiceForm):
    """Why a login is locked."""

    opens = forms.CharField(widget=forms.HiddenInput(), required=False, max_length=1)
    reason = forms.CharField(
        label=_("Lý do"),
        max_length=200,
        help_text=_("Ví dụ: nghỉ việc, nghi lộ mật khẩu."),
        error_messages={"required": _("Ghi lý do.")},
    )

    def reasons(self) -> dict[str, str]:
        """Give the words the service asks for."""
        return {"reason": self.cleaned_data["reason"]}


class UnlockForm(ServiceForm):
    """That a login is opened again; nothing is asked."""

    opens = forms.CharField(widget=forms.HiddenInput(), initial="1", max_length=1)

    def reasons(self) -> dict[str, str]:
        """Give nothing: opening needs no words."""
        return {}


class EndForm(ServiceForm):
    """The first day without something, and why."""

    on = day_field(_("Từ ngày"), help_text=_("Ngày đầu tiên không còn giữ."))
    reason = forms.CharField(label=_("Lý do"), max_length=200)


class ReturnForm(ServiceForm):
    """The first day back at work."""

    on = day_field(_("Ngày trở lại"))


class AbsenceForm(ServiceForm):
    """Who is away and who does the work; the people depend on who asks."""

    RENAMED = {"valid_to": "return_on"}
    official = forms.ChoiceField(label=_("Người vắng mặt"))
    substitute = forms.ChoiceField(
        label=_("Người làm thay"), required=False, help_text=_("Người làm thay xử lý việc hằng ngày, không ký thay.")
    )
    valid_from = day_field(_("Vắng từ ngày"))
    return_on = day_field(_("Trở lại ngày"), required=False, help_text=_("Để trống nếu chưa biết."))
    reason = forms.CharField(label=_("Lý do"), max_length=200, required=False)

    def __init__(self, *args: Any, officials: Iterable[Official], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(row.pk), row.full_name) for row in officials]
        self.fields["official"].choices = people  # type: ignore[attr-defined]
        self.fields["substitute"].choices = [("", _("Không có")), *people]  # type: ignore[attr-defined]


class ExceptionForm(ServiceForm):
    """A right more or less for one post."""

    right = forms.ChoiceField(label=_("Quyền"), choices=Right.choices)
    effect = forms.ChoiceField(
        label=_("Ngoại lệ"),
        choices=[("grant", _("Thêm quyền")), ("take", _("Bỏ quyền"))],
        widget=forms.RadioSelect,
        initial="grant",
    )
    valid_from = day_field(_("Từ ngày"))
    valid_to = day_field(_("Đến trước ngày"), required=False)
    legal_basis = forms.CharField(label=_("Căn cứ"), max_length=200)
