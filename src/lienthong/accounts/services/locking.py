"""Logins of officials locked and opened again, by an administrator or because nobody used them.

Basis: TCVN 14423:2026, clause 5.6: an account nobody has used for 45 days is disabled.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from lienthong.accounts.models import Account
from lienthong.accounts.policies import may_administer_official
from lienthong.accounts.principal import Principal
from lienthong.kernel import audit, clock, text
from lienthong.kernel.audit import SYSTEM, Actor
from lienthong.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError

_BATCH = 500


@transaction.atomic
def lock_account(*, principal: Principal, official_id: int, reason: str, now: datetime) -> Account:
    """Lock an official's login at once: sessions end with their next request, tokens are refused.

    :raises NotFoundError: when the official has no login.
    :raises ForbiddenError: when the principal administers no agency where the official holds a post.
    :raises ConflictError: for one's own login: somebody has to be left who can open it.
    :raises InvalidError: without a reason.
    """
    account = _administered(principal, official_id, now)
    if account.pk == principal.account_id:
        raise ConflictError(_("Bạn không tự khóa tài khoản của mình được; hãy nhờ quản trị khác."))
    if not text.normalise(reason):
        raise InvalidError(_("Chưa khóa được."), field_errors={"reason": [_("Ghi lý do.")]})
    if account.is_active:
        _lock(account, actor=principal.actor(), reason=text.normalise(reason)[:255], now=now)
    return account


@transaction.atomic
def unlock_account(*, principal: Principal, official_id: int, now: datetime) -> Account:
    """Open a locked login again; the days without use are counted anew.

    :raises NotFoundError: when the official has no login.
    :raises ForbiddenError: when the principal administers no agency where the official holds a post.
    """
    account = _administered(principal, official_id, now)
    if account.is_active:
        return account
    account.is_active, account.locked_at, account.locked_why, account.opened_at = True, None, "", now
    account.save(update_fields=["is_active", "locked_at", "locked_why", "opened_at"])
    _record(account, "accounts.account.unlocked", actor=principal.actor(), now=now)
    return account


def lock_unused(*, now: datetime) -> int:
    """Lock the logins that officials have not used for a long time; give how many."""
    limit = now - timedelta(days=settings.UNUSED_DAYS_OFFICIAL)
    unused = Q(last_login__isnull=True) | Q(last_login__lt=limit)
    rows = Account.objects.filter(unused, official__isnull=False, is_active=True, opened_at__lt=limit)
    locked = 0
    while True:
        with transaction.atomic(), override("vi"):
            batch = list(rows.select_for_update(no_key=True, of=("self",), skip_locked=True).order_by("id")[:_BATCH])
            for account in batch:
                reason = _("Không đăng nhập quá %(days)s ngày") % {"days": settings.UNUSED_DAYS_OFFICIAL}
                _lock(account, actor=SYSTEM, reason=reason, now=now)
        locked += len(batch)
        if len(batch) < _BATCH:
            return locked


def _administered(principal: Principal, official_id: int, now: datetime) -> Account:
    rows = Account.objects.select_for_update(no_key=True, of=("self",)).filter(official_id=official_id)
    account: Account | None = rows.first()
    if account is None:
        raise NotFoundError(_("Cán bộ này chưa có tài khoản đăng nhập."), code="accounts.account_not_found")
    if not may_administer_official(principal, official_id=official_id, on=clock.local_date(now)):
        raise ForbiddenError(_("Chỉ quản trị của cơ quan cán bộ đang làm việc được khóa và mở tài khoản."))
    return account


def _lock(account: Account, *, actor: Actor, reason: str, now: datetime) -> None:
    account.is_active, account.locked_at, account.locked_why = False, now, reason
    account.save(update_fields=["is_active", "locked_at", "locked_why"])
    _record(account, "accounts.account.locked", actor=actor, now=now, reason=reason)


def _record(account: Account, action: str, *, actor: Actor, now: datetime, **facts: str) -> None:
    audit.record(
        actor=actor, action=action, subject_type="accounts.account", subject_id=account.uuid, at=now, facts=facts
    )
