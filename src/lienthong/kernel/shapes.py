"""The shape of a filter: what a compiled statement depends on, apart from the values that change with each asker.

Two officials of five agencies ask with filters of one shape; so do any two citizens. Lists are filled up to
the next power of two with their last value, so that shapes stay few.
"""

from collections.abc import Callable, Hashable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q

Scalar = UUID | int | str


def shape(found: Q) -> Hashable:
    """Give what two filters must share to be served by one statement.

    :raises ValueError: for a value that is no number, text, identifier or collection of these.
    """
    return (found.connector, found.negated, *(_child_shape(child) for child in found.children))


def values(found: Q) -> list[Scalar]:
    """Give the values of a filter in the order in which :func:`fill` puts them."""
    return list(_values(found))


def fill(found: Q, example: Callable[[type], Scalar]) -> Q:
    """Give a filter of the same shape with other values."""
    filled = Q(_connector=found.connector, _negated=found.negated)
    filled.children = [_filled_child(child, example) for child in found.children]
    return filled


def _filled_child(child: Any, example: Callable[[type], Scalar]) -> Any:
    return fill(child, example) if isinstance(child, Q) else (child[0], _filled(child[1], example))


def _child_shape(child: Any) -> Hashable:
    if isinstance(child, Q):
        return shape(child)
    lookup, value = child
    if value is None or isinstance(value, bool):
        return lookup, value
    many = _many(value)
    if many is not None:
        return lookup, len(many), _kind(many[0]) if many else None
    return lookup, _kind(value)


def _values(found: Q) -> Iterator[Scalar]:
    child: Any
    for child in found.children:
        if isinstance(child, Q):
            yield from _values(child)
            continue
        value = child[1]
        many = _many(value)
        if many is not None:
            yield from map(_plain, many)
        elif value is not None and not isinstance(value, bool):
            yield _plain(value)


def _filled(value: Any, example: Callable[[type], Scalar]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    many = _many(value)
    if many is not None:
        return [example(_kind(one)) for one in many]
    return example(_kind(value))


def _many(value: Any) -> list[Any] | None:
    if not isinstance(value, (list, tuple, set, frozenset)):
        return None
    many = list(value)
    if many:
        many += many[-1:] * ((1 << (len(many) - 1).bit_length()) - len(many))
    return many


def _kind(value: Any) -> type:
    for kind in (UUID, int, str):
        if isinstance(value, kind):
            return kind
    raise ValueError(f"a filter of {type(value).__name__} has no shape")


def _plain(value: Any) -> Scalar:
    """Free a value of a closed list from its class, as the driver wants it."""
    return value if isinstance(value, UUID) else _kind(value)(value)
