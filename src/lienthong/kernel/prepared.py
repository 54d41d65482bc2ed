"""Statements whose SQL is written once: for the few rows that every filing and every step reads, locks and writes.

Composing and compiling a query costs Django several times what running it costs the database. What is here
keeps the compiled statement and asks again with other values; the rows are models as ever. It is meant for
statements measured to matter (``benchmarks/``); elsewhere the ORM reads better. Signals of models are not sent.
"""

import itertools
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.core.exceptions import EmptyResultSet, ObjectDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from django.db.models import Model, Q, QuerySet
from django.db.models.query import get_related_populators

from lienthong.kernel import shapes

M = TypeVar("M", bound=Model)

MAX_PLANS = 256
_numbers = itertools.count(7_340_112_001)
_EXAMPLES: dict[type, Callable[[], Any]] = {
    UUID: uuid4,
    int: lambda: next(_numbers),
    str: lambda: uuid4().hex,
    date: lambda: date.fromordinal(next(_numbers) % 10_000 + 1),
}


@dataclass(frozen=True, slots=True)
class _Plan(Generic[M]):
    """A compiled read.

    :ivar places: for each placeholder of the SQL which of the values goes there, or -1 and the constant.
    :ivar converters: the column's number, what turns its value into Python's, and the expression they ask for.
    :ivar related: what makes the rows joined to each row.
    """

    sql: str
    places: tuple[tuple[int, Any], ...]
    converters: tuple[tuple[int, Sequence[Callable[..., Any]], Any], ...]
    model: type[M]
    names: Sequence[str]
    columns: slice
    annotations: Sequence[tuple[str, int]]
    related: Sequence[Any]
    locks: bool


class Prepared(Generic[M]):
    """A read composed by the ORM, compiled at its first use.

    :param build: composes the query from its arguments, each used as a plain value.
    :param arguments: the type of each argument: UUID, int, str or date; or Q, a filter (of what somebody may
        see, say), for which the query is compiled once for each shape.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], **arguments: type) -> None:
        """Remember how to compose the query."""
        self._build = build
        self._filters = tuple(name for name, kind in arguments.items() if kind is Q)
        self._scalars = {name: kind for name, kind in arguments.items() if kind is not Q}
        self._plans: dict[Hashable, _Plan[M] | None] = {}

    def all(self, **values: Any) -> list[M]:
        """Give the rows.

        :raises TransactionManagementError: a locking read outside a transaction.
        """
        plan = self._plan(values)
        if plan is None:
            return []
        if plan.locks and not connection.in_atomic_block:
            raise transaction.TransactionManagementError("a locking read needs a transaction")
        flat = [values[name] for name in self._scalars]
        for name in self._filters:
            flat += shapes.values(values[name])
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, [constant if place < 0 else flat[place] for place, constant in plan.places])
            rows = cursor.fetchall()
        at = connections[DEFAULT_DB_ALIAS]
        return [self._row(plan, list(row), at) for row in rows]

    def first(self, **values: Any) -> M | None:
        """Give the first row, if there is one."""
        return next(iter(self.all(**values)), None)

    @staticmethod
    def _row(plan: _Plan[M], row: list[Any], at: Any) -> M:
        for column, convert_all, expression in plan.converters:
            for convert in convert_all:
                row[column] = convert(row[column], expression, at)
        made = plan.model.from_db(DEFAULT_DB_ALIAS, plan.names, row[plan.columns])
        for related in plan.related:
            related.populate(row, made)
        for name, column in plan.annotations:
            setattr(made, name, row[column])
        return made

    def _plan(self, values: dict[str, Any]) -> _Plan[M] | None:
        key = tuple(shapes.shape(values[name]) for name in self._filters)
        try:
            return self._plans[key]
        except KeyError:
            if len(self._plans) >= MAX_PLANS:
                self._plans.clear()
            plan = self._plans[key] = self._compile({name: values[name] for name in self._filters})
            return plan

    def _compile(self, filters: dict[str, Q]) -> _Plan[M] | None:
        examples: dict[str, Any] = {name: _EXAMPLES[kind]() for name, kind in self._scalars.items()}
        flat = list(examples.values())
        for name, given in filters.items():
            examples[name] = shapes.fill(given, lambda kind: _EXAMPLES[kind]())
            flat += shapes.values(examples[name])
        query = self._build(**examples).query
        compiler = query.get_compiler(connection=connection)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
        at = {value: place for place, value in enumerate(flat)}
        places = tuple((at[p], None) if isinstance(p, tuple(_EXAMPLES)) and p in at else (-1, p) for p in params)
        missing = {value for value in flat if at[value] not in {place for place, _constant in places}}
        if missing:
            unused = [name for name, value in examples.items() if isinstance(value, Q) or value in missing]
            raise ValueError(f"the query does not use {', '.join(sorted(unused))} as given")
        info = compiler.klass_info
        relate: Any = get_related_populators  # what the ORM itself joins rows with; not documented
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        converters = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
        return _Plan(
            sql=sql,
            places=places,
            converters=tuple((column, *found) for column, found in converters.items()),
            model=info["model"],
            names=[expression.target.attname for expression, _sql, _alias in compiler.select[first:last]],
            columns=slice(first, last),
            annotations=tuple(compiler.annotation_col_map.items()),
            related=relate(info, compiler.select, DEFAULT_DB_ALIAS),
            locks=query.select_for_update,
        )


def update(row: Model, *names: str) -> None:
    """Write some fields of a row that is there.

    :raises ObjectDoesNotExist: when it is gone.
    """
    sql, columns = _update(type(row), names)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*_values(row, columns, is_new=False), row.pk])
        if cursor.rowcount != 1:
            raise ObjectDoesNotExist(f"{row!r} is gone")


def insert(rows: Sequence[Model]) -> None:
    """Write new rows of one model and give them their numbers."""
    if not rows:
        return
    head, tuple_sql, tail, columns = _insert(type(rows[0]))
    for row in rows:  # a related row may have got its number since it was named
        prepare: Any = row._prepare_related_fields_for_save  # type: ignore[attr-defined]  # noqa: SLF001 - as bulk_create
        prepare(operation_name="insert")
    values = [value for row in rows for value in _values(row, columns, is_new=True)]
    with connection.cursor() as cursor:
        cursor.execute(f"{head} {', '.join([tuple_sql] * len(rows))} {tail}", values)
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number
            row._state.adding = False  # noqa: SLF001
            row._state.db = DEFAULT_DB_ALIAS  # noqa: SLF001


def upsert(row: Model, *, unique: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Write a new row, or some fields of the row that stands in its place.

    :param unique: the fields of the constraint by which a row stands in another's place.
    :param names: the fields written then. The row given keeps no number.
    """
    head, tuple_sql, _tail, columns = _insert(type(row))
    with connection.cursor() as cursor:
        cursor.execute(f"{head} {tuple_sql} {_otherwise(type(row), unique, names)}", _values(row, columns, is_new=True))


# What the driver takes as it is; values of other types, and of other fields, are prepared by their field.
_PLAIN: dict[type, type] = {
    models.CharField: str,
    models.TextField: str,
    models.BooleanField: bool,
    models.BigIntegerField: int,
    models.IntegerField: int,
    models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.ForeignKey: int,
    models.DateField: date,
    models.DateTimeField: datetime,
    models.UUIDField: UUID,
}


@dataclass(frozen=True, slots=True)
class _Column:
    """A column to write: its field, the attribute, the type that needs no preparing, whether the field sets it."""

    field: Any
    name: str
    plain: type | None
    is_set: bool


def _column(field: Any) -> _Column:
    is_set = type(field).pre_save is not models.Field.pre_save
    if isinstance(field, models.DateField):
        is_set = field.auto_now or field.auto_now_add
    return _Column(field, field.attname, _PLAIN.get(type(field)), is_set)


def _values(row: Model, columns: tuple[_Column, ...], *, is_new: bool) -> list[Any]:
    at = connections[DEFAULT_DB_ALIAS]
    found = []
    for column in columns:
        value = column.field.pre_save(row, add=is_new) if column.is_set else getattr(row, column.name)
        is_plain = column.plain is not None and (value is None or type(value) is column.plain)
        found.append(value if is_plain else column.field.get_db_prep_save(value, at))
    return found


@cache
def _otherwise(model: type[Model], unique: tuple[str, ...], names: tuple[str, ...]) -> str:
    meta: Any = model._meta  # noqa: SLF001 - Django's documented _meta
    quote = connection.ops.quote_name
    place = ", ".join(quote(meta.get_field(name).column) for name in unique)
    written = [quote(meta.get_field(name).column) for name in names]
    return f"ON CONFLICT ({place}) DO UPDATE SET {', '.join(f'{one} = EXCLUDED.{one}' for one in written)}"


@cache
def _update(model: type[Model], names: tuple[str, ...]) -> tuple[str, tuple[_Column, ...]]:
    meta: Any = model._meta  # noqa: SLF001
    quote = connection.ops.quote_name
    fields = tuple(meta.get_field(name) for name in names)
    sets = ", ".join(f"{quote(field.column)} = {_placeholder(field)}" for field in fields)
    sql = f"UPDATE {quote(meta.db_table)} SET {sets} WHERE {quote(meta.pk.column)} = %s"  # noqa: S608
    return sql, tuple(map(_column, fields))


@cache
def _insert(model: type[Model]) -> tuple[str, str, str, tuple[_Column, ...]]:
    meta: Any = model._meta  # noqa: SLF001
    quote = connection.ops.quote_name
    fields = tuple(field for field in meta.local_concrete_fields if field is not meta.pk)
    columns = ", ".join(quote(field.column) for field in fields)
    head = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES"
    places = f"({', '.join(map(_placeholder, fields))})"
    return head, places, f"RETURNING {quote(meta.pk.column)}", tuple(map(_column, fields))


def _placeholder(field: Any) -> str:
    written: str = field.get_placeholder(None, None, connection) if hasattr(field, "get_placeholder") else "%s"
    return written
