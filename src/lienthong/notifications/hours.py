"""Quiet hours: pure functions over the clock on Vietnam's walls."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from lienthong.kernel import clock

_WRITTEN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when until when nobody is to be woken; ``start`` may lie after ``end``, across midnight.

    The first minute is quiet, the last named minute is not: 21:00–07:00 is silent at 21:00 and speaks at 07:00.
    """

    start: time
    end: time


def parse(written: str) -> QuietHours | None:
    """Read ``21:00-07:00``; ``none`` means no quiet hours.

    :raises ValueError: for anything else.
    """
    if written.strip() == "none":
        return None
    match = _WRITTEN.fullmatch(written.strip())
    if match is None:
        raise ValueError(f"quiet hours are written 21:00-07:00, not {written!r}")
    a, b, c, d = (int(part) for part in match.groups())
    return QuietHours(time(a, b), time(c, d))


def quiet_until(now: datetime, hours: QuietHours | None) -> datetime | None:
    """Say when the silence that ``now`` falls into ends; None when it is not quiet."""
    if hours is None or hours.start == hours.end:
        return None
    local = clock.local(now)
    at = local.time().replace(tzinfo=None)
    if hours.start < hours.end:
        is_quiet, ends = hours.start <= at < hours.end, local.date()
    else:
        is_quiet = at >= hours.start or at < hours.end
        ends = local.date() + timedelta(days=1) if at >= hours.start else local.date()
    return datetime.combine(ends, hours.end, tzinfo=local.tzinfo) if is_quiet else None
