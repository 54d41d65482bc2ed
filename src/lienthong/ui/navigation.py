"""What stands in the menus: each context registers its entries in ``apps.py``.

A context calls :func:`register` in ``ready()``; the layouts ask :func:`entries`. Rights are names that the accounts
context understands: it gives the gate once with :func:`guard_with`, because this floor lies below it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

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
    query: tuple[str, str] | None

    def url(self) -> str:
        """Give the address that the entry leads to."""
        return reverse(self.route) + (f"?{urlencode([self.query])}" if self.query else "")

    def closeness(self, request: HttpRequest) -> int:
        """Say how well the entry fits the requested address; 0 when it does not."""
        path = reverse(self.route)
        if path == "/" or not request.path.startswith(path):
            return 0
        if self.query is None:
            return 2 * len(path)
        return 2 * len(path) + 1 if request.GET.get(self.query[0]) == self.query[1] else 0


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


_entries: dict[tuple[str, str, tuple[str, str] | None], Entry] = {}
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
    query: tuple[str, str] | None = None,
) -> None:
    """Add one entry to a menu; the same route and query in the same area replaces it.

    :param route: name of a route without arguments, ``"workspace:mine"``.
    :param label: lazily translated text.
    :param group: heading under which the desk lists the entry; entries of a group keep together by ``order``.
    :param right: shown only to who has this right anywhere; needs the gate given to :func:`guard_with`.
    :param when: a further condition, asked only of those who have the right.
    :param count: how many wait there; called once per page, so it must be one cheap statement.
    :param query: a parameter of the address, ``("pham-vi", "cho-nhan")``, for a list that has several entries.
    """
    _entries[area, route, query] = Entry(area, route, label, order, group, right, signed_in, count, when, query)


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

    The current entry is the one whose address is the longest beginning of the requested path; of two with the same
    path, the one whose query is asked for. A group stands where its first entry belongs.
    """
    known = sorted((entry for entry in _entries.values() if entry.area == area), key=lambda entry: entry.order)
    places = {group: place for place, group in reversed(list(enumerate(str(entry.group) for entry in known)))}
    known.sort(key=lambda entry: places[str(entry.group)])
    open_ones = [(entry, entry.closeness(request)) for entry in known if _is_open(entry, request)]
    closest = max((closeness for _, closeness in open_ones), default=0)
    return tuple(
        Shown(
            label=str(entry.label),
            url=entry.url(),
            group=str(entry.group),
            current=0 < closeness == closest,
            count=entry.count(request) if entry.count else None,
        )
        for entry, closeness in open_ones
    )
