"""What stands in the menus: each context registers its entries in ``apps.py``.

A context calls :func:`register` in ``ready()``; the layouts ask :func:`entries`. Rights are names that the accounts
context understands: it gives the gate once with :func:`guard_with`, because this floor lies below it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

Area = Literal["portal", "desk", "account", "footer"]
Gate = Callable[[HttpRequest, str], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a menu before it meets a request."""

    area: Area
    route: str
    label: str | Promise
    order: int
    group: str | Promise
    right: str | None
    signed_in: bool
    count: Callable[[HttpRequest], int] | None
    when: Callable[[HttpRequest], bool] | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a menu as this person sees it; ``count`` is None where nothing is counted."""

    label: str
    url: str
    group: str
    current: bool
    count: int | None


@dataclass(slots=True)
class _Gatehouse:
    gate: Gate | None = None


_entries: dict[tuple[str, str], Entry] = {}
_gatehouse = _Gatehouse()


def register(
    *,
    area: Area,
    route: str,
    label: str | Promise,
    order: int = 100,
    group: str | Promise = "",
    right: str | None = None,
    signed_in: bool = False,
    count: Callable[[HttpRequest], int] | None = None,
    when: Callable[[HttpRequest], bool] | None = None,
) -> None:
    """Add one entry to a menu; the same route in the same area replaces it.

    :param route: name of a route without arguments, ``"workspace:mine"``.
    :param label: lazily translated text.
    :param group: heading under which the desk lists the entry; entries of a group keep together by ``order``.
    :param right: shown only to who has this right anywhere; needs the gate given to :func:`guard_with`.
    :param when: a further condition, asked only of those who have the right.
    :param count: how many wait there; called once per page, so it must be one cheap statement.
    """
    _entries[area, route] = Entry(area, route, label, order, group, right, signed_in, count, when)


def guard_with(gate: Gate) -> None:
    """Take the function that says whether the request's person has a right; the accounts context calls this."""
    _gatehouse.gate = gate


def _is_open(entry: Entry, request: HttpRequest) -> bool:
    if entry.signed_in and not request.user.is_authenticated:
        return False
    if entry.right is not None and (_gatehouse.gate is None or not _gatehouse.gate(request, entry.right)):
        return False
    return entry.when is None or entry.when(request)


def entries(*, area: Area, request: HttpRequest) -> tuple[Shown, ...]:
    """List the entries of a menu that this person may use, the current one marked.

    The current entry is the one whose address is the longest beginning of the requested path.
    """
    known = sorted((entry for entry in _entries.values() if entry.area == area), key=lambda entry: entry.order)
    open_ones = [(entry, reverse(entry.route)) for entry in known if _is_open(entry, request)]
    matches = [url for _, url in open_ones if url != "/" and request.path.startswith(url)]
    current = max(matches, key=len, default=None)
    return tuple(
        Shown(
            label=str(entry.label),
            url=url,
            group=str(entry.group),
            current=url == current,
            count=entry.count(request) if entry.count else None,
        )
        for entry, url in open_ones
    )
