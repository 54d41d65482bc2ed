"""Find files and read their contents."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from lienthong.files.models import File, ScanState
from lienthong.files.policies import may_read
from lienthong.files.store import get_store
from lienthong.kernel.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from lienthong.accounts.api import Principal


class UnknownFileError(NotFoundError):
    """There is no such file, or this person may not know of it."""

    code = "files.unknown"


class FileNotServedError(ConflictError):
    """The content is infected or still waits for the virus scanner."""

    code = "files.not_served"


def get_file(*, uuid: UUID) -> File:
    """Fetch a file with its blob, whoever asks; for code that has checked already.

    :raises UnknownFileError: when there is none.
    """
    file = File.objects.select_related("blob").filter(uuid=uuid).first()
    if file is None:
        raise UnknownFileError(_("Không tìm thấy tệp."))
    return file


def get_file_for(*, principal: "Principal", uuid: UUID) -> File:
    """Fetch a file this principal may read.

    :raises UnknownFileError: absent and not allowed alike.
    """
    file = get_file(uuid=uuid)
    if not may_read(principal, file=file, links=file.links.all()):
        raise UnknownFileError(_("Không tìm thấy tệp."))
    return file


def list_files(*, owner_type: str, owner_id: str) -> tuple[File, ...]:
    """List the files of a thing, oldest first."""
    return tuple(
        File.objects.select_related("blob")
        .filter(links__owner_type=owner_type, links__owner_id=str(owner_id))
        .order_by("id")
    )


def files_by_uuid(*, uuids: Sequence[UUID]) -> dict[UUID, File]:
    """Fetch several files with their blobs in one query; unknown ids are left out."""
    return {file.uuid: file for file in File.objects.select_related("blob").filter(uuid__in=uuids)}


def owners_of(*, file: File) -> tuple[tuple[str, str], ...]:
    """List the things a file belongs to as ``(owner_type, owner_id)``."""
    prefetch_related_objects([file], "links")
    return tuple((link.owner_type, link.owner_id) for link in file.links.all())


def ensure_served(file: File) -> None:
    """Refuse a content that must not be opened.

    :raises FileNotServedError: infected, or not yet scanned where a scanner is configured.
    """
    match file.blob.scan_state:
        case ScanState.INFECTED:
            raise FileNotServedError(_("Tệp có mã độc nên đã bị cách ly và không mở được."), code="files.infected")
        case ScanState.PENDING:
            raise FileNotServedError(_("Tệp đang chờ quét vi-rút. Hãy thử lại sau ít phút."), code="files.scan_pending")


def open_file(*, file: File) -> BinaryIO:
    """Open the content of a file for reading; the caller has asked who may.

    :raises FileNotServedError: see :func:`ensure_served`.
    """
    ensure_served(file)
    return get_store().open(file.blob.sha256)


def read_file(*, file: File) -> bytes:
    """Read the whole content of a file.

    :raises FileNotServedError: see :func:`ensure_served`.
    """
    with open_file(file=file) as source:
        return source.read()


def uploads_of(*, principal: "Principal", uuids: Sequence[UUID]) -> tuple[File, ...]:
    """Fetch, of the files named, those that the principal uploaded himself, with their blobs."""
    if principal.account_id is None:
        return ()
    return tuple(
        File.objects.select_related("blob").filter(uuid__in=uuids, uploaded_by_id=principal.account_id).order_by("id")
    )
