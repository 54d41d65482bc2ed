"""The guard of the bill: how many parts may leave in a day, for one person and in all."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from lienthong.kernel import clock
from lienthong.notifications.hours import parse
from lienthong.notifications.models import SmsUsage

_MORNING = time(7)


def take(*, account_id: int | None, parts: int, now: datetime) -> bool:
    """Count parts against both caps, or against none when one would be passed."""
    day = clock.local_date(now)
    caps: list[tuple[int | None, int]] = [(None, settings.SMS_DAILY_TOTAL)]
    if account_id is not None:
        caps.append((account_id, settings.SMS_DAILY_PER_PERSON))
    with transaction.atomic():
        rows = [SmsUsage(day=day, account_id=owner) for owner, _cap in caps]
        SmsUsage.objects.bulk_create(rows, ignore_conflicts=True)
        for owner, cap in caps:
            whose = Q(account__isnull=True) if owner is None else Q(account_id=owner)
            room = SmsUsage.objects.filter(whose, day=day, parts__lte=cap - parts)
            if not room.update(parts=F("parts") + parts):
                transaction.set_rollback(True)
                return False
    return True


def next_morning(now: datetime) -> datetime:
    """Give the end of the coming night: when the day's caps have begun anew and nobody is woken."""
    local = clock.local(now)
    hours = parse(settings.QUIET_HOURS)
    opening = hours.end if hours is not None else _MORNING
    return datetime.combine(local.date() + timedelta(days=1), opening, tzinfo=local.tzinfo)
