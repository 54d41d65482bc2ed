"""The only reader of the wall clock.

Views, REST operations, tasks and commands read the clock once and pass ``now`` down; services,
queries and policies never read it themselves.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """Read the current instant, aware and in UTC."""
    return timezone.now()


def local(moment: datetime) -> datetime:
    """Show an aware instant on Vietnam's wall clock (UTC+07:00, no summer time)."""
    return moment.astimezone(VIETNAM)


def local_date(moment: datetime) -> date:
    """Give the calendar date that people in Vietnam see at an instant."""
    return local(moment).date()
