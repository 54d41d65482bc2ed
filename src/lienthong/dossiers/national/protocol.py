"""What the sending needs of a national portal, whatever stands behind it.

The operations and their field names are those found in implementers' code: GetToken, GetNextValue, file upload,
NoiHoSo, CapNhatTienTrinh, CapNhatTrangThai. Two are ours until the portal's own description says otherwise, and a
portal may refuse them: TraCuuHoSo (what does the portal know of a code) and CapNhatDanhGia (the applicant's rating).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class UnreachableError(Exception):
    """The portal did not answer as it should; whether it did what was asked is not known."""


class RefusedError(Exception):
    """The portal understood and said no; asking again changes nothing until somebody has looked.

    :ivar reason: the portal's code and words, with long numbers masked; safe to keep and to show.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Remote:
    """What the portal knows of a dossier.

    :ivar progress: how many lines of progress it holds.
    """

    remote_id: str
    status: int
    progress: int


class NationalPortal(Protocol):
    """A national portal. Every call may raise :class:`UnreachableError` or :class:`RefusedError`.

    :param request_id: the same for every repetition of one request, so that a portal may recognise it.
    """

    def next_value(self, *, request_id: str) -> str:
        """Obtain a code for a dossier (GetNextValue)."""

    def upload(self, *, request_id: str, code: str, file_id: str, digest: str, name: str, content: bytes) -> None:
        """Hand a file over under an identifier of ours (IdTepTin, HashTepTin); again replaces the same file."""

    def create(self, *, request_id: str, payload: Mapping[str, Any]) -> str:
        """Make the dossier (NoiHoSo) and give the portal's identifier; again would make a second one."""

    def tell_progress(self, *, request_id: str, payload: Mapping[str, Any]) -> None:
        """Add a line of progress (CapNhatTienTrinh); again would add a second one."""

    def set_status(self, *, request_id: str, payload: Mapping[str, Any]) -> None:
        """Set the status (CapNhatTrangThai); again changes nothing."""

    def set_rating(self, *, request_id: str, payload: Mapping[str, Any]) -> None:
        """Set the applicant's rating (CapNhatDanhGia); again changes nothing."""

    def find(self, *, code: str) -> Remote | None:
        """Tell what the portal knows of a code (TraCuuHoSo); None when it has no such dossier."""
