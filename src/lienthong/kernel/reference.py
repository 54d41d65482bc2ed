"""Reference data kept in memory: calendars, competences, lists and published versions, which change rarely.

A read decorated with :func:`kept` is remembered by each process, but only used inside :func:`remembered`,
the scope that a use case opens around its work. The scope asks the database once for the marks of all
topics: each names the last transaction that changed one of the topic's tables, written by triggers
(:func:`watch`). What was remembered under another mark is read anew, so a changed rule holds at once in
every process; a transaction that has itself changed a topic remembers nothing of it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection
from django.db.migrations import RunSQL

P = ParamSpec("P")
T = TypeVar("T")

_MOST = 4_000
_MARKS = """
    SELECT topic, transaction_id::text, transaction_id = pg_current_xact_id_if_assigned()
      FROM kernel_referencemark
"""
_SCOPE: ContextVar[dict[str, str] | None] = ContextVar("reference_scope", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Use remembered reference data inside; the marks are asked for once, when first needed.

    A scope inside a scope is the outer one. Open it for one use case, never longer.
    """
    if _SCOPE.get() is not None:
        yield
        return
    token = _SCOPE.set({})
    try:
        yield
    finally:
        _SCOPE.reset(token)


def kept(*topics: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Remember what a read gives for the same (hashable) arguments while its topics stand still.

    The value is shared by all threads: callers must not change it.
    """

    def decorate(read: Callable[P, T]) -> Callable[P, T]:
        known: dict[tuple[Any, ...], tuple[tuple[str, ...], T]] = {}

        @wraps(read)
        def reader(*args: P.args, **kwargs: P.kwargs) -> T:
            marks = _marks(topics)
            if marks is None:
                return read(*args, **kwargs)
            key = (args, *sorted(kwargs.items()))
            found = known.get(key)
            if found is not None and found[0] == marks:
                return found[1]
            value = read(*args, **kwargs)
            if len(known) >= _MOST:
                known.clear()
            known[key] = (marks, value)
            return value

        return reader

    return decorate


def _marks(topics: tuple[str, ...]) -> tuple[str, ...] | None:
    """Give the marks of topics; None outside a scope, or when this transaction has changed one of them."""
    scope = _SCOPE.get()
    if scope is None:
        return None
    if not scope:
        scope.update(_read_marks())
    marks = tuple(scope.get(topic, "") for topic in topics)
    return marks if all(marks) else None


def _read_marks() -> Mapping[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(_MARKS)
        return {topic: "" if is_own else mark for topic, mark, is_own in cursor.fetchall()}


def watch(topic: str, *tables: str) -> list[RunSQL]:
    """Give the migration operations by which every change of the tables renews the topic's mark."""
    return [
        RunSQL(
            [
                (
                    "INSERT INTO kernel_referencemark VALUES (%s, pg_current_xact_id()) ON CONFLICT DO NOTHING",
                    [topic],
                )
            ],
            RunSQL.noop,
        ),
        *(
            RunSQL(
                f"CREATE TRIGGER {table}_mark AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION kernel_renew_mark('{topic}')",
                f"DROP TRIGGER {table}_mark ON {table}",
            )
            for table in tables
        ),
    ]
