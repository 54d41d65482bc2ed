"""What officials' passwords have to obey beyond their length.

Basis: TCVN 14423:2026, clause 5.6: administrators change theirs every two months; none of the last ten comes back.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import transaction

from lienthong.accounts.models import Account, UsedPassword


@transaction.atomic
def set_password(*, account: Account, password: str, now: datetime) -> None:
    """Set a password that was checked, and remember the one it replaces."""
    replaced = account.password
    remembers = account.official_id is not None and account.has_usable_password()
    account.set_password(password)
    account.password_set_at = now
    account.save()
    if not remembers:
        return
    UsedPassword.objects.create(account=account, encoded=replaced, replaced_at=now)
    used = UsedPassword.objects.filter(account=account)
    kept = used.order_by("-id").values_list("pk", flat=True)[: settings.PASSWORDS_REMEMBERED - 1]
    used.exclude(pk__in=list(kept)).delete()


def was_used(*, account: Account, password: str) -> bool:
    """Say whether a password is the present one or one of those remembered."""
    used = UsedPassword.objects.filter(account=account).order_by("-id").values_list("encoded", flat=True)
    return any(check_password(password, encoded) for encoded in (account.password, *used))


def is_outdated(*, account: Account, now: datetime) -> bool:
    """Say whether a password has to be changed before an administrator goes on."""
    limit = timedelta(days=settings.PASSWORD_DAYS_ADMINISTRATOR)
    return account.has_usable_password() and now - account.password_set_at > limit
