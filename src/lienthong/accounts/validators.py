"""Rules for passwords that Django does not bring."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lienthong.accounts.models import Account
from lienthong.accounts.services.passwords import was_used


class NotUsedBeforeValidator:
    """Refuse an official the passwords they had before."""

    def validate(self, password: str, user: object = None) -> None:
        """Compare with the present password and those remembered.

        :raises ValidationError: when it is one of them.
        """
        if not isinstance(user, Account) or user.pk is None or user.official_id is None:
            return
        if was_used(account=user, password=password):
            raise ValidationError(
                _("Mật khẩu này đã dùng trong %(count)s lần gần đây; hãy chọn mật khẩu khác."),
                code="password_used",
                params={"count": settings.PASSWORDS_REMEMBERED},
            )

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("Cán bộ không dùng lại %(count)s mật khẩu gần nhất.") % {"count": settings.PASSWORDS_REMEMBERED}
