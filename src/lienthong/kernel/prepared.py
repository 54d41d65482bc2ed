"""Statements whose SQL is written once: for the few rows that every filing and every step reads, locks and writes.

Composing and compiling a query costs Django several times what running it costs the database. What is here
keeps the compiled statement and asks again with other values; the rows are models as ever. It is meant for
statements measured to matter (``benchmarks/``); elsewhere the ORM reads better. Signals of models are not sent.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

_numbers = itertools.count(7_340_112_001)
_EXAMPLES: dict[type, Callable[[], object]] = {
    UUID: uuid4,
    int: lambda: next(_numbers),
    str: lambda: uuid4().hex,
    date: lambda: date.fromordinal(next(_numbers) % 10_000 + 1),
}


@dataclass(frozen=True, slots=True)
class _Plan(Generic[M]):
    """A compiled read.

    :ivar places: for each placeholder of the SQL the argument's name and no value, or no name and the constant.
    :ivar converters: the column's number, what turns its value into Python's, and the expression they ask for.
    """

    sql: str
    places: tuple[tuple[str, Any], ...]
    converters: tuple[tuple[int, Sequence[Callable[..., Any]], Any], ...]
    model: type[M]
    names: Sequence[str]
    columns: slice
    annotations: Sequence[tuple[str, int]]
    locks: bool


class Prepared(Generic[M]):
    """A read composed by the ORM, compiled at its first use.

    :param build: composes the query from its arguments, each used as a plain value.
    :param arguments: the type of each argument: UUID, int, str or date.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], **arguments: type) -> None:
        """Remember how to compose the query."""
        self._build = build
        self._arguments = arguments
        self._plan: _Plan[M] | None = None

    def all(self, **values: Any) -> list[M]:
        """Give the rows.

        :raises TransactionManagementError: a locking read outside a transaction.
        """
        plan = self._plan or self._compile()
        if plan.locks and not connection.in_atomic_block:
            raise transaction.TransactionManagementError("a locking read needs a transaction")
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, [values[name] if name else constant for name, constant in plan.places])
            rows = cursor.fetchall()
        return [self._row(plan, list(row)) for row in rows]

    def first(self, **values: Any) -> M | None:
        """Give the first row, if there is one."""
        return next(iter(self.all(**values)), None)

    @staticmethod
    def _row(plan: _Plan[M], row: list[Any]) -> M:
        for column, convert_all, expression in plan.converters:
            for convert in convert_all:
                row[column] = convert(row[column], expression, connection)
        made = plan.model.from_db(connection.alias, plan.names, row[plan.columns])
        for name, column in plan.annotations:
            setattr(made, name, row[column])
        return made

    def _compile(self) -> _Plan[M]:
        examples = {name: _EXAMPLES[kind]() for name, kind in self._arguments.items()}
        query = self._build(**examples).query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        named = {value: name for name, value in examples.items()}
        places = tuple((named[p], None) if isinstance(p, tuple(_EXAMPLES)) and p in named else ("", p) for p in params)
        missing = set(examples) - {name for name, _constant in places}
        if missing:
            raise ValueError(f"the query does not use {', '.join(sorted(missing))} as given")
        info = compiler.klass_info
        if info.get("related_klass_infos"):
            raise ValueError("related rows are asked for by themselves")
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        converters = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
        self._plan = _Plan(
            sql=sql,
            places=places,
            converters=tuple((column, *found) for column, found in converters.items()),
            model=info["model"],
            names=[expression.target.attname for expression, _sql, _alias in compiler.select[first:last]],
            columns=slice(first, last),
            annotations=tuple(compiler.annotation_col_map.items()),
            locks=query.select_for_update,
        )
        return self._plan


def update(row: Model, *names: str) -> None:
    """Write some fields of a row that is there.

    :raises ObjectDoesNotExist: when it is gone.
    """
    sql, fields = _update(type(row), names)
    values = [field.get_db_prep_save(field.pre_save(row, add=False), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, row.pk])
        if cursor.rowcount != 1:
            raise ObjectDoesNotExist(f"{row!r} is gone")


def insert(rows: Sequence[Model]) -> None:
    """Write new rows of one model and give them their numbers."""
    if not rows:
        return
    head, tuple_sql, tail, fields = _insert(type(rows[0]))
    for row in rows:  # a related row may have got its number since it was named
        prepare: Any = row._prepare_related_fields_for_save  # type: ignore[attr-defined]  # noqa: SLF001 - as bulk_create
        prepare(operation_name="insert")
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for row in rows for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"{head} {', '.join([tuple_sql] * len(rows))} {tail}", values)
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number
            row._state.adding = False  # noqa: SLF001
            row._state.db = connection.alias  # noqa: SLF001


@cache
def _update(model: type[Model], names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    meta: Any = model._meta  # noqa: SLF001 - Django's documented _meta
    quote = connection.ops.quote_name
    fields = tuple(meta.get_field(name) for name in names)
    sets = ", ".join(f"{quote(field.column)} = {_placeholder(field)}" for field in fields)
    return f"UPDATE {quote(meta.db_table)} SET {sets} WHERE {quote(meta.pk.column)} = %s", fields  # noqa: S608


@cache
def _insert(model: type[Model]) -> tuple[str, str, str, tuple[Any, ...]]:
    meta: Any = model._meta  # noqa: SLF001
    quote = connection.ops.quote_name
    fields = tuple(field for field in meta.local_concrete_fields if field is not meta.pk)
    columns = ", ".join(quote(field.column) for field in fields)
    head = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES"
    return head, f"({', '.join(map(_placeholder, fields))})", f"RETURNING {quote(meta.pk.column)}", fields


def _placeholder(field: Any) -> str:
    written: str = field.get_placeholder(None, None, connection) if hasattr(field, "get_placeholder") else "%s"
    return written
