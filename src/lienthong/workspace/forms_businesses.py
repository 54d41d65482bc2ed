"""The forms about businesses and who acts for them."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BusinessForm(forms.Form):
    """A business or organisation, as its certificate of registration says."""

    tax_code = forms.CharField(
        label=_("Mã số thuế"),
        help_text=_("10 chữ số; đơn vị phụ thuộc 13 chữ số; hộ kinh doanh có thể dùng số định danh của chủ hộ."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Nhập mã số thuế.")},
    )
    name = forms.CharField(
        label=_("Tên doanh nghiệp, tổ chức"),
        max_length=255,
        error_messages={"required": _("Nhập tên doanh nghiệp, tổ chức.")},
    )
    phone = forms.CharField(label=_("Điện thoại"), max_length=24, required=False)
    email = forms.EmailField(label=_("Thư điện tử"), required=False)


class RepresentativeForm(forms.Form):
    """Who may act for a business, and the paper that says so."""

    identity_number = forms.CharField(
        label=_("Số định danh cá nhân"),
        help_text=_("Của người đại diện, người này đã xác thực bằng định danh điện tử."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Nhập số định danh cá nhân.")},
    )
    full_name = forms.CharField(
        label=_("Họ, chữ đệm và tên"), max_length=120, error_messages={"required": _("Nhập họ và tên.")}
    )
    title = forms.CharField(
        label=_("Tư cách"),
        help_text=_("Ví dụ: Giám đốc, người đại diện theo pháp luật, người được ủy quyền."),
        max_length=120,
        error_messages={"required": _("Ghi tư cách của người đại diện.")},
    )
    basis = forms.CharField(
        label=_("Giấy tờ đã xem"),
        help_text=_("Ví dụ: Giấy chứng nhận đăng ký doanh nghiệp cấp ngày 12/3/2024; Giấy ủy quyền số 05/GUQ."),
        max_length=255,
        error_messages={"required": _("Ghi giấy tờ đã xem để xác nhận.")},
    )


class EndForm(forms.Form):
    """Why somebody no longer acts for a business."""

    reason = forms.CharField(
        label=_("Lý do"),
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Ghi lý do.")},
    )
