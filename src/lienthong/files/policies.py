"""Who may read a file: whoever may read one of the things it belongs to."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from lienthong.files.models import File, FileLink

if TYPE_CHECKING:
    from lienthong.accounts.api import Principal

AccessChecker = Callable[["Principal", str], bool]

OpeningTeller = Callable[["Principal", str, File, datetime], None]

_CHECKERS: dict[str, AccessChecker] = {}
_TELLERS: dict[str, OpeningTeller] = {}


def register_access(owner_type: str, checker: AccessChecker, *, on_opening: OpeningTeller | None = None) -> None:
    """Let a context decide who reads the files of its things; called once from its ``apps.py``.

    :param owner_type: ``context.thing``, as given to ``attach``.
    :param checker: says whether a principal may read the papers of the thing with this id; it never raises
        for an unknown id but answers no.
    :param on_opening: writes for whose eyes a personal paper of the thing was opened, or refuses the opening; it
        knows whose the thing is, which files do not.
    :raises ValueError: when another checker already serves the type.
    """
    if _CHECKERS.get(owner_type, checker) is not checker:
        raise ValueError(f"two access checkers for {owner_type}")
    _CHECKERS[owner_type] = checker
    if on_opening is not None:
        _TELLERS[owner_type] = on_opening


def teller_for(principal: "Principal", *, links: Iterable[FileLink]) -> tuple[OpeningTeller, str] | None:
    """Find who is told that a principal opens a file, and of which thing: the first that lets the principal read."""
    for link in links:
        teller = _TELLERS.get(link.owner_type)
        if teller is not None and _CHECKERS[link.owner_type](principal, link.owner_id):
            return teller, link.owner_id
    return None


_READABLE: set[str] = set()


def register_reading(purpose: str) -> None:
    """Let the words of uploads with this purpose be read, so that those who may see them can search them.

    Only what is registered is read: the words of other papers serve nobody (data minimisation).
    """
    _READABLE.add(purpose)


def readable_purposes() -> tuple[str, ...]:
    """List the purposes whose uploads are read."""
    return tuple(sorted(_READABLE))


def may_read(principal: "Principal", *, file: File, links: Iterable[FileLink]) -> bool:
    """Say whether a principal may open a file.

    A file that belongs to nothing yet is seen only by the account that uploaded it. An owner type
    without a registered checker opens to nobody.
    """
    owners = [(link.owner_type, link.owner_id) for link in links]
    if not owners:
        return file.uploaded_by_id is not None and file.uploaded_by_id == principal.account_id
    return any(
        checker(principal, owner_id)
        for owner_type, owner_id in owners
        if (checker := _CHECKERS.get(owner_type)) is not None
    )
