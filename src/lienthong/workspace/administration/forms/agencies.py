"""Forms about agencies."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lienthong.organisations.api import AgencyLevel, AreaLevel, Confidence
from lienthong.workspace.administration.forms.base import ServiceForm, day_field


class AgencySearchForm(forms.Form):
    """What to look for, and at which date."""

    q = forms.CharField(label=_("Tên hoặc mã"), required=False, max_length=120)
    level = forms.ChoiceField(label=_("Cấp"), required=False, choices=[("", _("Mọi cấp")), *AgencyLevel.choices])
    ngay = day_field(_("Vào ngày"), required=False)


class AreaSearchForm(forms.Form):
    """What to look for among areas, and at which date."""

    q = forms.CharField(label=_("Tên"), required=False, max_length=120)
    level = forms.ChoiceField(label=_("Cấp"), required=False, choices=[("", _("Mọi cấp")), *AreaLevel.choices])
    ngay = day_field(_("Vào ngày"), required=False)


class ContactForm(ServiceForm):
    """Where an agency is reached."""

    address = forms.CharField(label=_("Địa chỉ"), max_length=255, required=False)
    phone = forms.CharField(label=_("Điện thoại"), max_length=40, required=False)
    email = forms.EmailField(label=_("Thư điện tử"), max_length=254, required=False)


class IdentifierForm(ServiceForm):
    """A code of an agency from a day on."""

    code = forms.CharField(label=_("Mã định danh"), max_length=35, help_text=_("Dạng 000.00.00.H17 hoặc H17.1.2."))
    valid_from = day_field(_("Có hiệu lực từ ngày"))
    confidence = forms.ChoiceField(label=_("Độ tin cậy"), choices=Confidence.choices, initial=Confidence.HIGH)
