"""Find files and read their contents."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

from django.db.models import Q, QuerySet, UUIDField, prefetch_related_objects
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from lienthong.files.models import File, FileLink, PageState, PageText, ScanState
from lienthong.files.policies import may_read
from lienthong.files.store import get_store
from lienthong.kernel.errors import ConflictError, NotFoundError
from lienthong.kernel.text import search_key

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


@dataclass(frozen=True, slots=True)
class Reading:
    """How far the reading of a file has come.

    :ivar state: ``none`` (not asked for), or the least finished state of its pages.
    :ivar confidence: mean confidence of the pages read, in percent.
    """

    state: str
    done: int
    pages: int
    confidence: int


@dataclass(frozen=True, slots=True)
class PageHit:
    """A page whose words match a search.

    :ivar line: the line in which the first word stands.
    """

    owner_id: str
    file_uuid: UUID
    file_name: str
    page: int
    line: str


_LEAST_WORD = 2


def words_of(query: str) -> tuple[str, ...]:
    """Take the words that a search of pages compares; single letters would match everything."""
    return tuple(word for word in search_key(query).split() if len(word) >= _LEAST_WORD)


def text_filter(*, owner_type: str, query: str, field: str = "uuid") -> Q:
    """Give the filter that keeps things whose papers have a page with all words of a query.

    It joins the filter of what somebody may see, in the same statement; without words it keeps nothing.

    :param owner_type: as given to ``attach``; its owner ids must be UUIDs.
    :param field: the column of the things that holds this id.
    """
    words = words_of(query)
    if not words:
        return Q(pk__in=[])
    owners = FileLink.objects.filter(owner_type=owner_type, file__blob__in=_pages_with(words).values("blob_id"))
    return Q(**{f"{field}__in": owners.annotate(owner=Cast("owner_id", UUIDField())).values("owner")})


def find_pages(*, owner_type: str, owner_ids: Sequence[str], query: str, limit: int = 50) -> tuple[PageHit, ...]:
    """Find the pages with all words of a query among the papers of things the caller has checked, in two statements."""
    words = words_of(query)
    if not words or not owner_ids:
        return ()
    links = list(
        FileLink.objects.filter(owner_type=owner_type, owner_id__in=[str(owner) for owner in owner_ids])
        .select_related("file")
        .order_by("id")
    )
    blobs = {link.file.blob_id for link in links}
    pages: dict[int, list[PageText]] = {}
    for row in _pages_with(words).filter(blob_id__in=blobs).order_by("blob_id", "page")[:limit]:
        pages.setdefault(row.blob_id, []).append(row)
    return tuple(
        PageHit(link.owner_id, link.file.uuid, link.file.name, row.page, _line_with(row.text, words))
        for link in links
        for row in pages.get(link.file.blob_id, ())
    )[:limit]


def _pages_with(words: Sequence[str]) -> QuerySet[PageText]:
    pages = PageText.objects.filter(state=PageState.DONE)
    for word in words:
        pages = pages.filter(search_key__contains=word)
    return pages


def _line_with(text: str, words: Sequence[str]) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line[:200] for word in words for line in lines if word in search_key(line)), "")


def readings_of(*, files: Sequence[File]) -> dict[UUID, Reading]:
    """Say how far the reading of some files has come, in one statement."""
    by_blob: dict[int, list[PageText]] = {}
    rows = PageText.objects.filter(blob_id__in={file.blob_id for file in files}).only("blob_id", "state", "confidence")
    for row in rows:
        by_blob.setdefault(row.blob_id, []).append(row)
    return {file.uuid: _reading(by_blob.get(file.blob_id, [])) for file in files}


def _reading(pages: Sequence[PageText]) -> Reading:
    states = [page.state for page in pages]
    order = (PageState.WAITING, PageState.UNAVAILABLE, PageState.FAILED, PageState.DONE)
    state = next((state.value for state in order if state in states), "none")
    read = [page.confidence for page in pages if page.state == PageState.DONE]
    return Reading(state, len(read), len(pages), round(sum(read) / len(read)) if read else 0)


def texts_of(*, files: Sequence[File]) -> dict[UUID, tuple[PageText, ...]]:
    """Give the pages that were read of some files, in order, in one statement; the caller has asked who may."""
    found: dict[int, list[PageText]] = {}
    rows = PageText.objects.filter(blob_id__in={file.blob_id for file in files}, state=PageState.DONE)
    for row in rows.order_by("blob_id", "page"):
        found.setdefault(row.blob_id, []).append(row)
    return {file.uuid: tuple(found.get(file.blob_id, ())) for file in files}


def uploads_of(*, principal: "Principal", uuids: Sequence[UUID]) -> tuple[File, ...]:
    """Fetch, of the files named, those that the principal uploaded himself, with their blobs."""
    if principal.account_id is None:
        return ()
    return tuple(
        File.objects.select_related("blob").filter(uuid__in=uuids, uploaded_by_id=principal.account_id).order_by("id")
    )
