"""Tracking books that were printed."""

from uuid import UUID

from lienthong.accounts.api import Principal
from lienthong.dossiers import policies
from lienthong.dossiers.models import TrackingBook
from lienthong.kernel.paging import Page, keyset


def list_books(*, principal: Principal, cursor: str | None, size: int = 30) -> Page[TrackingBook]:
    """List the books of one's agencies, newest first, with their files; one statement."""
    rows = TrackingBook.objects.filter(agency_id__in=sorted(policies.agencies_of(principal)))
    return keyset(rows.select_related("agency", "pdf__blob", "sheet__blob"), order=("-id",), cursor=cursor, size=size)


def may_read_book(principal: Principal, owner_id: str) -> bool:
    """Say whether a person may read a book's files; the seam of the files' access check."""
    try:
        uuid = UUID(owner_id)
    except ValueError:
        return False
    return TrackingBook.objects.filter(uuid=uuid, agency_id__in=sorted(policies.agencies_of(principal))).exists()
