"""Forms of accounts: syntax only."""

from collections.abc import Iterable
from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm as BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as BaseReauthenticateForm
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lienthong.accounts.models import Account, Right, Sex
from lienthong.accounts.principal import NEEDS_MFA
from lienthong.accounts.services.attempts import LockedError, begin_attempt, end_attempt
from lienthong.accounts.services.tokens import PERSON_SCOPES
from lienthong.accounts.visitors import address_of
from lienthong.kernel import clock, text
from lienthong.kernel.errors import InvalidError


class SignUpForm(forms.Form):
    """What sign-up asks besides e-mail and password."""

    full_name = forms.CharField(
        label=_("Họ và tên"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["full_name", "email", "password1", "password2"]

    def clean_full_name(self) -> str:
        """Bring the name to normal form."""
        return text.normalise(self.cleaned_data["full_name"])

    def signup(self, request: HttpRequest, user: Account) -> None:
        """Do nothing more: the account adapter registers the person."""


class _LockedOut:
    """Counts wrong codes like wrong passwords."""

    user: Account

    def clean_code(self) -> str:
        key = f"mfa:{self.user.uuid}"
        try:
            attempt = begin_attempt(account=key, address=address_of(context.request), now=clock.now())
        except LockedError as locked:
            raise ValidationError(locked.message, code="locked") from locked
        code: str = super().clean_code()  # type: ignore[misc]
        end_attempt(attempt_id=attempt, account=key)
        return code


class AuthenticateForm(_LockedOut, BaseAuthenticateForm):
    """The second factor at sign-in."""


class ReauthenticateForm(_LockedOut, BaseReauthenticateForm):
    """The second factor before a sensitive change."""


class Refusable(forms.Form):
    """A form that shows the refusals of a service at its fields."""

    def add_refusal(self, refused: InvalidError) -> None:
        """Put each message at its field, and what belongs to none at the top."""
        for name, found in refused.field_errors.items():
            self.add_error(self.RENAMED.get(name, name) if name not in self.fields else name, list(found))
        if not refused.field_errors:
            self.add_error(None, refused.message)

    RENAMED: dict[str, str | None] = {}


class ProfileForm(Refusable):
    """What a person may say about themself."""

    full_name = forms.CharField(
        label=_("Họ và tên"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    identity_number = forms.CharField(
        label=_("Số định danh cá nhân"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    birth_date = forms.CharField(
        label=_("Ngày sinh"),
        max_length=10,
        required=False,
        help_text=_("Ngày/tháng/năm; nếu giấy tờ chỉ ghi năm thì nhập năm."),
        widget=forms.TextInput(attrs={"autocomplete": "bday", "inputmode": "numeric"}),
    )
    sex = forms.ChoiceField(label=_("Giới tính"), choices=[("", "—"), *Sex.choices], required=False)
    phone = forms.CharField(
        label=_("Số điện thoại"),
        max_length=24,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    address = forms.CharField(
        label=_("Địa chỉ liên hệ"),
        max_length=255,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    language = forms.ChoiceField(label=_("Ngôn ngữ"), choices=[("vi", "Tiếng Việt"), ("en", "English")])

    OWN_WORDS = ("full_name", "identity_number", "birth_date", "sex")

    def __init__(self, *args: Any, verified: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if verified:
            for name in self.OWN_WORDS:
                del self.fields[name]

    def clean_birth_date(self) -> str:
        """Turn ``31/12/1985``, ``12/1985`` or ``1985`` into the stored form."""
        parts = text.normalise(self.cleaned_data["birth_date"]).replace("-", "/").split("/")
        if len(parts[0]) == 4:  # noqa: PLR2004 - a year stands first: already the stored form
            parts.reverse()
        return "-".join(part.zfill(2) for part in reversed(parts)) if parts != [""] else ""


class DelegationForm(Refusable):
    """Hand rights to a colleague; the choices depend on who asks."""

    agency = forms.ChoiceField(label=_("Cơ quan, đơn vị"))
    to_official = forms.ChoiceField(label=_("Người nhận ủy quyền"))
    rights = forms.MultipleChoiceField(label=_("Quyền"), widget=forms.CheckboxSelectMultiple)
    valid_from = forms.DateField(label=_("Từ ngày"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last_date = forms.DateField(
        label=_("Đến hết ngày"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("Lý do"), max_length=255)
    RENAMED = {"valid_to": "last_date"}
    legal_basis = forms.CharField(
        label=_("Văn bản ủy quyền"),
        max_length=200,
        help_text=_("Số, ngày văn bản. Người nhận không được ủy quyền lại."),
    )

    def __init__(
        self,
        *args: Any,
        agencies: list[tuple[int, str]],
        officials: list[tuple[int, str]],
        rights: frozenset[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = agencies  # type: ignore[attr-defined]
        self.fields["to_official"].choices = officials  # type: ignore[attr-defined]
        self.fields["rights"].choices = [  # type: ignore[attr-defined]
            (right.value, right.label) for right in Right if right.value in rights
        ]


_SCOPES = {
    "procedures:read": _("Đọc thủ tục, địa bàn, biểu mẫu (procedures:read)"),
    "dossiers:read": _("Đọc hồ sơ và tệp (dossiers:read)"),
    "dossiers:write": _("Gửi tệp, nộp, bổ sung, rút hồ sơ (dossiers:write)"),
    "tasks:read": _("Đọc nhiệm vụ của cán bộ (tasks:read)"),
    "tasks:write": _("Nhận và kết thúc nhiệm vụ của cán bộ (tasks:write)"),
    "vault:read": _("Xem danh sách giấy tờ trong kho của bạn (vault:read)"),
}


class TokenForm(Refusable):
    """Ask for a token of one's own."""

    RENAMED = {"expires_at": "days"}
    name = forms.CharField(label=_("Tên chương trình dùng khóa"), max_length=120)
    scopes = forms.MultipleChoiceField(
        label=_("Phạm vi"),
        choices=[(scope, _SCOPES[scope]) for scope in sorted(PERSON_SCOPES)],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.ChoiceField(
        label=_("Thời hạn"),
        choices=[("30", _("30 ngày")), ("90", _("90 ngày")), ("365", _("365 ngày"))],
    )


class AgencyTokenForm(TokenForm):
    """Ask for a token of an agency that one administers; its scopes are rights there."""

    agency = forms.ChoiceField(label=_("Cơ quan"))
    field_order = ("agency", "name", "scopes", "days")

    def __init__(self, *args: Any, agencies: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = list(agencies)  # type: ignore[attr-defined]
        self.fields["scopes"].choices = [  # type: ignore[attr-defined]
            (right.value, right.label) for right in Right if right not in NEEDS_MFA
        ]


def show_birth_date(stored: str) -> str:
    """Write a stored, perhaps partial, date as people do: ``31/12/1985``, ``12/1985``, ``1985``."""
    return "/".join(reversed(stored.split("-")))
