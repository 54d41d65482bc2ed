"""Rows that the tests of one module share (the fixture ``share_rows``)."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")


class ShareRows(Protocol):
    """Make rows once for the tests of a module, and give what the maker gave."""

    def __call__(self, make: Callable[[], T]) -> "SharedRows[T]": ...


@dataclass(slots=True)
class SharedRows(Generic[T]):
    """What the tests of a module find in the database, around each test's own transaction; None where nothing is."""

    value: T | None

    def copy(self, make: Callable[[], T]) -> T:
        """Give the test objects of its own for the shared rows; make the rows where a committing test is about to."""
        return make() if self.value is None else deepcopy(self.value)
