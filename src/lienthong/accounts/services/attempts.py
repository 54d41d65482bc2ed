"""Lock-out: at most five wrong tries, per account and per network address.

Basis: TCVN 14423:2026, clause 5.6 (lock after at most 5 wrong tries).
"""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from django.conf import settings
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from lienthong.accounts.models import SignInAttempt
from lienthong.kernel import clock
from lienthong.kernel.errors import TooManyError


class LockedError(TooManyError):
    """Too many wrong tries; ``facts['retry_after']`` is in seconds."""

    code = "accounts.locked"


def attempt_key(kind: str, value: str) -> str:
    """Give the keyed hash under which an account or an address is counted; the value itself is not kept."""
    text = f"{kind}:{value.strip().lower()}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), sha256).hexdigest()


def begin_attempt(*, account: str, address: str, now: datetime) -> int:
    """Count one try before its secret is checked, and refuse when too many went wrong before.

    The row is committed first and counted afterwards, so parallel tries cannot slip through together.
    One account is locked after ``LOCKOUT_FAILURES`` tries whoever makes them; one address is locked after
    failures at as many different accounts. A lock ends ``LOCKOUT_MINUTES`` after the last wrong try
    that counted; tries made while locked neither count nor prolong it.

    :param account: what was typed as the account, existing or not.
    :returns: the number of the attempt, for :func:`end_attempt`.
    :raises LockedError: while the account or the address is locked.
    """
    account_key, address_key = attempt_key("account", account), attempt_key("address", address)
    since = now - timedelta(minutes=settings.LOCKOUT_MINUTES)
    row = SignInAttempt.objects.create(account_key=account_key, address_key=address_key, at=now)
    earlier = SignInAttempt.objects.filter(at__gt=since).exclude(pk=row.pk)
    by_account = earlier.filter(account_key=account_key, pk__lt=row.pk).aggregate(n=Count("pk"), last=Max("at"))
    by_address = earlier.filter(address_key=address_key, pk__lt=row.pk).aggregate(
        n=Count("account_key", distinct=True), last=Max("at")
    )
    known = earlier.filter(address_key=address_key, account_key=account_key, pk__lt=row.pk).exists()
    locked = by_account["n"] >= settings.LOCKOUT_FAILURES or (
        by_address["n"] >= settings.LOCKOUT_FAILURES and not known
    )
    if not locked:
        return row.pk
    row.delete()
    last: datetime = max(moment for moment in (by_account["last"], by_address["last"]) if moment is not None)
    until = last + timedelta(minutes=settings.LOCKOUT_MINUTES)
    minutes = max(1, ceil((until - now).total_seconds() / 60))
    raise LockedError(
        _("Đã nhập sai %(count)d lần. Để bảo vệ tài khoản, hãy thử lại sau %(minutes)d phút (lúc %(time)s).")
        % {
            "count": settings.LOCKOUT_FAILURES,
            "minutes": minutes,
            "time": f"{clock.local(until):%H:%M}",
        },
        retry_after=ceil((until - now).total_seconds()),
    )


def end_attempt(*, attempt_id: int, account: str) -> None:
    """Forget the wrong tries at an account after its secret proved right."""
    SignInAttempt.objects.filter(account_key=attempt_key("account", account), pk__lte=attempt_id).delete()


def forget_old_attempts(*, now: datetime) -> int:
    """Remove attempts that no longer lock anybody; returns how many."""
    since = now - timedelta(minutes=settings.LOCKOUT_MINUTES)
    return SignInAttempt.objects.filter(at__lte=since).delete()[0]
