"""Batches of old dossiers and what is wrong with their rows."""

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal, Right
from lienthong.dossiers.models import ImportBatch, ImportProblem
from lienthong.kernel.errors import NotFoundError
from lienthong.kernel.paging import Page, keyset


def importing_agencies(principal: Principal) -> frozenset[int]:
    """Give the agencies for which a person takes old dossiers over."""
    if not principal.is_official:
        return frozenset()
    return principal.agencies(Right.ADMINISTER) | principal.agencies(Right.SUPERVISE)


def list_batches(*, principal: Principal, cursor: str | None, size: int = 30) -> Page[ImportBatch]:
    """List the batches of one's agencies, newest first."""
    rows = ImportBatch.objects.filter(agency_id__in=sorted(importing_agencies(principal)))
    return keyset(rows.select_related("agency", "file"), order=("-id",), cursor=cursor, size=size)


def get_batch_for(*, principal: Principal, uuid: UUID) -> ImportBatch:
    """Get a batch of one's agencies.

    :raises NotFoundError: absent and foreign alike.
    """
    rows = ImportBatch.objects.filter(agency_id__in=sorted(importing_agencies(principal)), uuid=uuid)
    batch = rows.select_related("agency", "file").first()
    if batch is None:
        raise NotFoundError(_("Không tìm thấy tệp nhập."), code="dossiers.import_not_found")
    return batch


def list_problems(*, batch: ImportBatch, cursor: str | None, size: int = 50) -> Page[ImportProblem]:
    """List what is wrong, by row."""
    return keyset(ImportProblem.objects.filter(batch=batch), order=("row", "id"), cursor=cursor, size=size)


def problem_rows(*, batch: ImportBatch) -> Iterator[tuple[str, ...]]:
    """Give the report's rows one after the other: row number, old code, column, what is wrong."""
    for problem in ImportProblem.objects.filter(batch=batch).order_by("row", "id").iterator(chunk_size=500):
        yield str(problem.row), problem.code, problem.column, problem.message
