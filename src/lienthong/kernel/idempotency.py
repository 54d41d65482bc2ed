"""Requests that must not be executed twice: one actor, one key, one execution, one answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lienthong.kernel.errors import ConflictError, InvalidError
from lienthong.kernel.models import IdempotentResult

LIFETIME = timedelta(hours=24)
MAX_KEY = 200


class KeyReusedError(ConflictError):
    """The same key came with another request."""

    code = "kernel.idempotency_key_reused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer of :func:`once`; ``replayed`` when it was stored by an earlier execution."""

    value: Any
    replayed: bool


def once(*, key: str, actor_id: str, fn: Callable[[], Any], now: datetime, fingerprint: str = "") -> Outcome:
    """Execute ``fn`` unless this actor's key was executed in the last 24 hours.

    The key, what ``fn`` writes and its answer commit together. A concurrent duplicate waits for the
    first and gets its answer; when the first fails, the duplicate executes.

    :param fn: does the work and returns a JSON-ready answer; what it raises frees the key.
    :param fingerprint: a hash of the request, to notice a key used for something else.
    :raises InvalidError: an empty or overlong key.
    :raises KeyReusedError: the key belongs to another request of this actor.
    """
    _check(key)
    with transaction.atomic():
        claimed = _claim(key=key, actor_id=actor_id, now=now, fingerprint=fingerprint)
        if claimed is None:
            stored = IdempotentResult.objects.get(actor_id=actor_id, key=key)
            if stored.fingerprint != fingerprint:
                raise _reused()
            return Outcome(stored.result, replayed=True)
        value = fn()
        IdempotentResult.objects.filter(pk=claimed).update(result=value)
    return Outcome(value, replayed=False)


def pin(*, key: str, actor_id: str, fingerprint: str, now: datetime) -> bool:
    """Tie a key to one request, for work that by its own key cannot happen twice; one statement.

    Called in the transaction of that work, after it.

    :return: whether the key is new.
    :raises InvalidError: an empty or overlong key.
    :raises KeyReusedError: the key belongs to another request of this actor.
    """
    _check(key)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO kernel_idempotentresult AS kept (actor_id, key, fingerprint, result, created_at)
            VALUES (%(actor)s, %(key)s, %(fingerprint)s, NULL, %(now)s)
            ON CONFLICT (actor_id, key) DO UPDATE SET
                fingerprint = CASE WHEN kept.created_at <= %(expired)s THEN EXCLUDED.fingerprint
                                   ELSE kept.fingerprint END,
                created_at = CASE WHEN kept.created_at <= %(expired)s THEN EXCLUDED.created_at
                                  ELSE kept.created_at END
            RETURNING fingerprint, xmax = 0
            """,
            {"actor": actor_id, "key": key, "fingerprint": fingerprint, "now": now, "expired": now - LIFETIME},
        )
        stored, is_new = cursor.fetchone()
    if stored != fingerprint:
        raise _reused()
    return bool(is_new)


def _check(key: str) -> None:
    if not key or len(key) > MAX_KEY:
        raise InvalidError(_("Khóa chống trùng phải có từ 1 đến 200 ký tự."), code="kernel.idempotency_key_invalid")


def _reused() -> KeyReusedError:
    return KeyReusedError(_("Khóa chống trùng này đã được dùng cho một yêu cầu khác."))


def _claim(*, key: str, actor_id: str, now: datetime, fingerprint: str) -> int | None:
    """Insert the key, or take over an expired one; None when a living one is there."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO kernel_idempotentresult AS kept (actor_id, key, fingerprint, result, created_at)
            VALUES (%s, %s, %s, NULL, %s)
            ON CONFLICT (actor_id, key) DO UPDATE
               SET fingerprint = EXCLUDED.fingerprint, result = NULL, created_at = EXCLUDED.created_at
             WHERE kept.created_at <= %s
            RETURNING id
            """,
            [actor_id, key, fingerprint, now, now - LIFETIME],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def forget_expired(*, now: datetime) -> int:
    """Remove the keys past their 24 hours and give their number."""
    return IdempotentResult.objects.filter(created_at__lte=now - LIFETIME).delete()[0]
