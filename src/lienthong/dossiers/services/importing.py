"""Running dossiers of an older system taken over by the table: choose columns, try, then import; each old code once."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal, Right
from lienthong.dossiers import legacy_tables
from lienthong.dossiers.errors import DossierStateError, NotAllowedError, SubmissionInvalidError
from lienthong.dossiers.legacy_rows import FIELDS, RUNNING, Reader, RowError, propose
from lienthong.dossiers.legacy_tables import TableError
from lienthong.dossiers.models import ImportBatch, ImportMapping, ImportProblem, ImportState, LegacyDossier
from lienthong.dossiers.services.alone import IMPORT, alone
from lienthong.dossiers.services.taking_over import take_over
from lienthong.files import api as files
from lienthong.kernel import audit, jobs, reference
from lienthong.kernel.errors import DomainError, NotFoundError
from lienthong.kernel.text import search_key

OWNER = "dossiers.import"
MAX_BYTES = 20_000_000
#: Rows of one job, when trying and when importing; the next job goes on from there, so that a restart loses little.
CHUNKS = {"checking": 2_000, "running": 200}
MOST_PROBLEMS = 5_000


def may_import(principal: Principal, agency_id: int) -> bool:
    """Say whether an official takes old dossiers over for an agency."""
    return principal.is_official and principal.may_any((Right.ADMINISTER, Right.SUPERVISE), agency_id)


def upload_table(*, principal: Principal, agency_id: int, upload: "UploadedFile[Any]", now: datetime) -> ImportBatch:
    """Keep a table and read the names of its columns; earlier choices of the agency are proposed.

    :raises NotAllowedError: who neither administers nor supervises there.
    :raises TableError: a table that cannot be read.
    """
    if principal.account_id is None or not may_import(principal, agency_id):
        raise NotAllowedError(_("Chỉ quản trị hoặc người kiểm soát của cơ quan được nhập hồ sơ cũ."))
    file = _keep(principal, upload, now)
    with files.open_file(file=file) as source:
        header = legacy_tables.header_of(source, media_type=file.blob.media_type)
    with files.open_file(file=file) as source:
        last = max(number for number, _cells in legacy_tables.rows_of(source, media_type=file.blob.media_type))
    known = ImportMapping.objects.filter(agency_id=agency_id).first()
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            agency_id=agency_id,
            file=file,
            account_id=principal.account_id,
            header=list(header),
            rows=last,
            columns=propose(header, known.columns if known else {}),
            statuses=known.statuses if known else {},
            changed_at=now,
        )
        files.attach(file_id=file.pk, owner_type=OWNER, owner_id=str(batch.uuid))
        _record(batch, principal, "uploaded", now)
    return batch


def _keep(principal: Principal, upload: "UploadedFile[Any]", now: datetime) -> files.File:
    if (upload.name or "").lower().endswith(".xlsx"):
        return files.store_upload(
            principal=principal, upload=upload, purpose="dossiers.import", now=now, accept=[files.XLSX]
        )
    content = bytearray()
    for chunk in upload.chunks():
        content += chunk
        if len(content) > MAX_BYTES:
            raise TableError(_("Tệp lớn hơn 20 MB. Hãy chia thành nhiều tệp."))
    if not content:
        raise TableError(_("Tệp rỗng."))
    return files.store_bytes(
        actor=principal.actor(),
        name=upload.name or "ho-so.csv",
        content=bytes(content),
        media_type=legacy_tables.CSV,
        purpose="dossiers.import",
        now=now,
    )


def choose_columns(
    *, principal: Principal, batch: ImportBatch, columns: Mapping[str, str], statuses: Mapping[str, int], now: datetime
) -> ImportBatch:
    """Fix what each column means, remember it for the agency, and try the table without importing anything.

    :raises SubmissionInvalidError: a needed column is missing, or one column is taken twice.
    :raises DossierStateError: while the batch is being imported, or after.
    """
    _require(principal, batch)
    problems: dict[str, list[str]] = {}
    chosen = {field: name for field, name in columns.items() if field in FIELDS and name in batch.header}
    for field, (_label, required, _words) in FIELDS.items():
        if required and field not in chosen:
            problems[field] = [_("Hãy chọn cột.")]
    for field, name in chosen.items():
        if list(chosen.values()).count(name) > 1:
            problems[field] = [_("Cột này đã được chọn cho mục khác.")]
    if any(value not in RUNNING for value in statuses.values()):
        problems["statuses"] = [_("Hãy chọn trạng thái đang giải quyết.")]
    if problems:
        raise SubmissionInvalidError(_("Chưa kiểm tra được."), field_errors=problems)
    with transaction.atomic():
        locked = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        if locked.state in (ImportState.RUNNING, ImportState.DONE):
            raise DossierStateError(_("Tệp này đang được nhập hoặc đã nhập xong."))
        locked.columns, locked.statuses = chosen, {search_key(word): int(value) for word, value in statuses.items()}
        ImportMapping.objects.update_or_create(
            agency_id=locked.agency_id, defaults={"columns": chosen, "statuses": locked.statuses}
        )
        _restart(locked, ImportState.CHECKING, now)
        _record(locked, principal, "mapped", now)
        jobs.queue("dossiers.import_work", batch_uuid=str(locked.uuid))
    return locked


def start_import(*, principal: Principal, batch: ImportBatch, now: datetime) -> ImportBatch:
    """Import what was tried; rows that are wrong are left out and stay in the report.

    :raises DossierStateError: before it was tried, or a second time.
    """
    _require(principal, batch)
    with transaction.atomic():
        locked = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        if locked.state != ImportState.CHECKED:
            raise DossierStateError(_("Hãy kiểm tra tệp trước khi nhập; mỗi tệp chỉ nhập một lần."))
        _restart(locked, ImportState.RUNNING, now)
        _record(locked, principal, "started", now)
        jobs.queue("dossiers.import_work", batch_uuid=str(locked.uuid))
    return locked


def work(*, batch_uuid: UUID, now: datetime) -> bool:
    """Try or import the next rows of a batch; True while rows are left.

    Each row and the place to go on from are written together, so an interrupted job repeats nothing.
    """
    pk = ImportBatch.objects.values_list("pk", flat=True).get(uuid=batch_uuid)
    with alone(IMPORT, pk) as is_mine:
        batch = ImportBatch.objects.select_related("file__blob", "agency").get(pk=pk)
        if not is_mine or batch.state not in (ImportState.CHECKING, ImportState.RUNNING):
            return False
        try:
            with files.open_file(file=batch.file) as source:
                return _work(batch, source, now)
        except TableError as error:
            ImportBatch.objects.filter(pk=pk).update(
                state=ImportState.FAILED, error=str(error.message)[:300], changed_at=now
            )
            return False


def _work(batch: ImportBatch, source: BinaryIO, now: datetime) -> bool:
    with closing(legacy_tables.rows_of(source, media_type=batch.file.blob.media_type)) as table:
        if _work_through(batch, table, now):
            return True
    finished = ImportState.CHECKED if batch.state == ImportState.CHECKING else ImportState.DONE
    with transaction.atomic():
        ImportBatch.objects.filter(pk=batch.pk).update(state=finished, changed_at=now)
        audit.record(
            actor=audit.SYSTEM,
            action=f"dossiers.import.{finished}",
            subject_type=OWNER,
            subject_id=batch.uuid,
            at=now,
            facts={"good": batch.good, "known": batch.known, "wrong": batch.wrong},
        )
    return False


def _work_through(batch: ImportBatch, table: Iterable[legacy_tables.Row], now: datetime) -> bool:
    """Take the next rows; True when the chunk is full."""
    done = 0
    seen: set[str] = set()
    reader = Reader(batch, now)
    for number, cells in table:
        if number == 1:
            continue
        if batch.state == ImportState.CHECKING:
            seen_before = reader.value(cells, "code") in seen
            seen.add(reader.value(cells, "code"))
        else:
            seen_before = False
        if number <= batch.next_row:
            continue
        if done >= CHUNKS[batch.state]:
            return True
        with transaction.atomic(), reference.remembered():
            _take(batch, reader, number, cells, is_repeated=seen_before, now=now)
            ImportBatch.objects.filter(pk=batch.pk).update(
                next_row=number, good=batch.good, known=batch.known, wrong=batch.wrong,
                changed_at=now,
            )  # fmt: skip
        batch.next_row = number
        done += 1
    return False


def _take(
    batch: ImportBatch, reader: Reader, number: int, cells: tuple[str, ...], *, is_repeated: bool, now: datetime
) -> None:
    code = reader.value(cells, "code")
    if code and LegacyDossier.objects.filter(agency_id=batch.agency_id, code=code).exists():
        batch.known += 1
        return
    try:
        if is_repeated:
            raise RowError([("code", _("Mã này đã có ở dòng trên."))])  # noqa: TRY301 - as a wrong cell is
        row = reader.read(cells)
        if batch.state == ImportState.RUNNING:
            with transaction.atomic():
                take_over(batch, number, row, now)
    except RowError as error:
        batch.wrong += 1
        _note(batch, number, code, error.problems)
    except (DomainError, IntegrityError) as error:
        batch.wrong += 1
        words = str(error.message) if isinstance(error, DomainError) else _("Mã này vừa được nhập ở tệp khác.")
        _note(batch, number, code, [("code", words)])
    else:
        batch.good += 1


def _note(batch: ImportBatch, number: int, code: str, problems: Sequence[tuple[str, str]]) -> None:
    if batch.wrong <= MOST_PROBLEMS:
        ImportProblem.objects.bulk_create(
            ImportProblem(
                batch=batch,
                row=number,
                code=code[:80],
                column=str(batch.columns.get(field, FIELDS[field][0]))[:120],
                message=message[:300],
            )
            for field, message in problems
        )


def _restart(batch: ImportBatch, state: ImportState, now: datetime) -> None:
    ImportProblem.objects.filter(batch=batch).delete()
    batch.state, batch.next_row, batch.good, batch.known, batch.wrong, batch.error = state, 0, 0, 0, 0, ""
    batch.changed_at = now
    batch.save()


def _require(principal: Principal, batch: ImportBatch) -> None:
    if not may_import(principal, batch.agency_id):
        raise NotFoundError(_("Không tìm thấy tệp nhập."), code="dossiers.import_not_found")


def _record(batch: ImportBatch, principal: Principal, verb: str, now: datetime) -> None:
    audit.record(
        actor=principal.actor(batch.agency_id),
        action=f"dossiers.import.{verb}",
        subject_type=OWNER,
        subject_id=batch.uuid,
        at=now,
    )
