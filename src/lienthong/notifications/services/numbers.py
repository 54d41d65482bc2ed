"""Proving that a number belongs to the account: a code by SMS, five tries, ten minutes.

The code is stored nowhere, not even in a job: it is the HMAC of the challenge under the secret key, cut to six digits.
"""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lienthong.kernel import audit, ratelimit
from lienthong.kernel.errors import ConflictError, InvalidError
from lienthong.notifications import kinds, numbers
from lienthong.notifications.models import (
    OPEN_STATES,
    Channel,
    Delivery,
    DeliveryState,
    Notification,
    PhoneChallenge,
    PhoneNumber,
)
from lienthong.notifications.plugins.registry import has_sms
from lienthong.notifications.services.messages import deliver

LIFETIME = timedelta(minutes=10)
MAX_TRIES = 5
_DIGITS = 6
#: Codes an hour for one account, a day for one number, an hour for one visitor's address.
_PER_ACCOUNT, _PER_NUMBER, _PER_ADDRESS = 5, 8, 20
_HOUR, _DAY = 3600, 86_400


class NumberRefusedError(InvalidError):
    """The number cannot get an SMS, or the code is not the one that was sent."""

    code = "notifications.number_refused"


def code_of(challenge: PhoneChallenge) -> str:
    """Work out the code of a challenge."""
    message = f"phone:{challenge.uuid}:{challenge.number}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), message, sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**_DIGITS:0{_DIGITS}d}"


def send_code(
    *, actor: audit.Actor, account_id: int, number: str, language: str, visitor: str, now: datetime
) -> PhoneChallenge:
    """Send a code to a number; an earlier code of the account stops counting.

    :param visitor: the address the request came from.
    :raises NumberRefusedError: when this is no Vietnamese mobile number.
    :raises TooManyError: when codes are asked for too often.
    :raises ConflictError: when no provider of SMS is set up.
    """
    if not has_sms():
        raise ConflictError(_("Cơ quan chưa mở kênh tin nhắn SMS."), code="notifications.no_sms")
    written = numbers.to_e164(number)
    if written is None:
        raise NumberRefusedError(
            _("Chưa gửi được mã."),
            field_errors={"number": [_("Nhập số di động Việt Nam gồm 10 chữ số, ví dụ 0905 123 456.")]},
        )
    ratelimit.hit(key=f"phone-code:account:{account_id}", limit=_PER_ACCOUNT, seconds=_HOUR, now=now)
    ratelimit.hit(key=f"phone-code:number:{_hidden(written)}", limit=_PER_NUMBER, seconds=_DAY, now=now)
    ratelimit.hit(key=f"phone-code:visitor:{visitor}", limit=_PER_ADDRESS, seconds=_HOUR, now=now)
    try:
        with transaction.atomic():
            _close(account_id, now)
            challenge = PhoneChallenge.objects.create(account_id=account_id, number=written, expires_at=now + LIFETIME)
            title, body = kinds.PHONE_CODE.render(
                language=language,
                facts={"number": numbers.masked(written), "minutes": int(LIFETIME.total_seconds() // 60)},
            )
            message = Notification.objects.create(
                account_id=account_id,
                kind=kinds.PHONE_CODE.key,
                dedupe_key=f"{kinds.PHONE_CODE.key}:{challenge.uuid}",
                title=title,
                body=body,
                language=language,
                link="/thong-bao/tuy-chon/dien-thoai/",
            )
            deliver(
                [
                    Delivery(
                        notification=message,
                        channel=Channel.SMS,
                        address=written,
                        challenge=challenge,
                        changed_at=now,
                    )
                ]
            )
            audit.record(
                actor=actor,
                action="notifications.phone.code_sent",
                subject_type="accounts.account",
                subject_id=account_id,
                at=now,
            )
    except IntegrityError as error:  # two clicks at once: the other one's code is on its way
        raise ConflictError(_("Mã vừa được gửi. Hãy xem tin nhắn."), code="notifications.code_sent") from error
    return challenge


def confirm(*, actor: audit.Actor, account_id: int, code: str, now: datetime) -> PhoneNumber:
    """Take the number as the account's own when the code is right.

    Each try counts, also when the same moment brings two.

    :raises NumberRefusedError: when no code is open, it has run out, or it is wrong.
    """
    typed = "".join(letter for letter in code if letter.isdigit())
    counted = PhoneChallenge.objects.filter(
        account_id=account_id, closed_at__isnull=True, expires_at__gt=now, tries__lt=MAX_TRIES
    ).update(tries=F("tries") + 1)
    challenge = PhoneChallenge.objects.filter(account_id=account_id, closed_at__isnull=True).first()
    if not counted or challenge is None:
        raise _refused(_("Mã đã hết hạn hoặc đã nhập sai quá nhiều lần. Hãy lấy mã mới."))
    if not hmac.compare_digest(typed.encode(), code_of(challenge).encode()):
        left = MAX_TRIES - challenge.tries
        raise _refused(
            _("Mã chưa đúng. Bạn còn %(left)s lần nhập.") % {"left": left}
            if left > 0
            else _("Mã chưa đúng và đã hết lượt nhập. Hãy lấy mã mới.")
        )
    with transaction.atomic():
        _close(account_id, now)
        proved, _created = PhoneNumber.objects.update_or_create(
            account_id=account_id, defaults={"number": challenge.number, "verified_at": now}
        )
        audit.record(
            actor=actor,
            action="notifications.phone.verified",
            subject_type="accounts.account",
            subject_id=account_id,
            at=now,
        )
    return proved


def forget(*, actor: audit.Actor, account_id: int, now: datetime) -> None:
    """Send no SMS to the account any more; what still waits for that number is not sent."""
    with transaction.atomic():
        _close(account_id, now)
        removed, _rows = PhoneNumber.objects.filter(account_id=account_id).delete()
        Delivery.objects.filter(
            notification__account_id=account_id, channel=Channel.SMS, state__in=OPEN_STATES, challenge__isnull=True
        ).update(state=DeliveryState.EXPIRED, due_at=None, error="number removed", changed_at=now)
        if removed:
            audit.record(
                actor=actor,
                action="notifications.phone.removed",
                subject_type="accounts.account",
                subject_id=account_id,
                at=now,
            )


def _close(account_id: int, now: datetime) -> None:
    PhoneChallenge.objects.filter(account_id=account_id, closed_at__isnull=True).update(closed_at=now)


def _refused(text: str) -> NumberRefusedError:
    return NumberRefusedError(_("Chưa xác nhận được số điện thoại."), field_errors={"code": [text]})


def _hidden(number: str) -> str:
    """Name a number in the counter of uses without keeping it there."""
    return hmac.new(settings.SECRET_KEY.encode(), number.encode(), sha256).hexdigest()[:24]
