"""The demo's proved number: by the same services as a real one."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from lienthong.accounts import api as accounts
from lienthong.kernel import audit
from lienthong.kernel.errors import ForbiddenError
from lienthong.notifications.models import PhoneNumber
from lienthong.notifications.plugins.registry import has_sms
from lienthong.notifications.services import numbers


def prove_demo_number(*, email: str, now: datetime) -> bool:
    """Prove the number in a demo person's profile; say whether that was new.

    :raises ForbiddenError: outside a demo installation.
    """
    if not settings.DEMO:
        raise ForbiddenError(_("Số điện thoại mẫu chỉ dùng cho bản trình diễn (DEMO=1)."))
    account = accounts.find_account_by_email(email=email)
    if account is None or not has_sms() or PhoneNumber.objects.filter(account_id=account.pk).exists():
        return False
    contact = accounts.contact_of(person_id=account.person_id) if account.person_id else None
    if contact is None:
        return False
    challenge = numbers.send_code(
        actor=audit.SYSTEM,
        account_id=account.pk,
        number=contact.phone,
        language=contact.language,
        visitor="demo",
        now=now,
    )
    numbers.confirm(actor=audit.SYSTEM, account_id=account.pk, code=numbers.code_of(challenge), now=now)
    return True
