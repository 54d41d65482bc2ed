"""Limits on how often something is asked, counted in the database so that all processes share them."""

import math
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from lienthong.kernel.errors import TooManyError
from lienthong.kernel.models import RateWindow


def hit(*, key: str, limit: int, seconds: int, now: datetime) -> None:
    """Count one use of a key and refuse the use that exceeds the limit.

    A sliding window: the uses of the previous window count by the share of it still in sight, so no
    caller gets twice the limit around a boundary. Call it outside the transaction it protects: a
    rollback would forget the use. One statement; the table is unlogged, a crash forgives.

    :param key: what is limited, with the purpose first (``tracking:203.0.113.9``), at most 200 letters.
    :param limit: uses allowed in any ``seconds``.
    :raises TooManyError: with ``facts['retry_after']`` in seconds.
    """
    position = now.timestamp() / seconds
    slot = math.floor(position)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO kernel_ratewindow AS w (key, slot, hits, previous_hits, expires_at)
            VALUES (%(key)s, %(slot)s, 1, 0, %(expires)s)
            ON CONFLICT (key) DO UPDATE SET
                hits = CASE WHEN w.slot = EXCLUDED.slot THEN w.hits + 1 ELSE 1 END,
                previous_hits = CASE WHEN w.slot = EXCLUDED.slot THEN w.previous_hits
                                     WHEN w.slot = EXCLUDED.slot - 1 THEN w.hits ELSE 0 END,
                slot = EXCLUDED.slot,
                expires_at = EXCLUDED.expires_at
            RETURNING hits, previous_hits
            """,
            {"key": key[:200], "slot": slot, "expires": now + timedelta(seconds=2 * seconds)},
        )
        hits, previous = cursor.fetchone()
    still_in_sight = 1 - (position - slot)
    if hits + previous * still_in_sight > limit:
        wait = max(1, math.ceil((slot + 1 - position) * seconds))
        raise TooManyError(_("Bạn thao tác quá nhanh. Vui lòng thử lại sau ít phút."), retry_after=wait)


def forget_expired(*, now: datetime) -> int:
    """Remove the windows that no longer count and give their number."""
    return RateWindow.objects.filter(expires_at__lt=now).delete()[0]
