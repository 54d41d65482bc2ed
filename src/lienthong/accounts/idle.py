"""The clock of an idle session: 15 minutes for officials, 30 for citizens (TCVN 14423:2026, clause 5.6).

The moment of the last activity lives in the session and is written at most once a minute.
"""

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from lienthong.accounts.models import Account

SEEN_AT = "accounts.seen_at"
LIMIT = "accounts.idle_limit"
TIMED_OUT = "accounts.timed_out"
_WRITE_EVERY = 60


def start(session: SessionBase, account: Account, now: float) -> None:
    """Start the clock when somebody signs in.

    :param now: seconds since the epoch.
    """
    official = account.official_id is not None
    minutes = settings.IDLE_MINUTES_OFFICIAL if official else settings.IDLE_MINUTES_CITIZEN
    session[LIMIT] = minutes * 60
    session[SEEN_AT] = int(now)


def remaining(session: SessionBase, now: float) -> int:
    """Give the seconds left before the session ends; zero or less when it is over."""
    limit, seen_at = session.get(LIMIT), session.get(SEEN_AT)
    if not isinstance(limit, int) or not isinstance(seen_at, int):
        return 0
    return limit - (int(now) - seen_at)


def touch(session: SessionBase, now: float, *, at_once: bool = False) -> None:
    """Note activity; written when the last note is a minute old, or at once when asked."""
    if at_once or int(now) - session.get(SEEN_AT, 0) >= _WRITE_EVERY:
        session[SEEN_AT] = int(now)
