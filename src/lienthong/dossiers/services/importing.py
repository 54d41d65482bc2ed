"""Taking running dossiers over from an older system: choose columns, try, then import; each old code once.

Basis: a dossier keeps the dates under which it was received (domain of the one-stop mechanism, NĐ 118/2025/NĐ-CP);
its work goes on in the standard process at the step that its status says.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, BinaryIO
from uuid import UUID, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lienthong.accounts import api as accounts
from lienthong.accounts.api import SYSTEM_PRINCIPAL, Principal, Right
from lienthong.catalogue import api as catalogue
from lienthong.dossiers import legacy_tables
from lienthong.dossiers.errors import DossierStateError, NotAllowedError, SubmissionInvalidError
from lienthong.dossiers.legacy_tables import TableError
from lienthong.dossiers.models import (
    Channel,
    DeadlineChange,
    DeadlineChangeKind,
    Dossier,
    DossierStatus,
    HistoryKind,
    ImportBatch,
    ImportMapping,
    ImportProblem,
    ImportState,
    LegacyDossier,
    ReturnMethod,
)
from lienthong.dossiers.services import process
from lienthong.dossiers.services.alone import IMPORT, alone
from lienthong.dossiers.services.change import Change, record
from lienthong.dossiers.services.numbering import take_dossier_code
from lienthong.dossiers.services.parties import pinned_limit
from lienthong.files import api as files
from lienthong.kernel import audit, clock, jobs, reference
from lienthong.kernel.errors import DomainError, NotFoundError
from lienthong.kernel.text import search_key
from lienthong.organisations import api as organisations
from lienthong.workflows import api as workflows

OWNER = "dossiers.import"
MAX_BYTES = 20_000_000
#: Rows of one job, when trying and when importing; the next job goes on from there, so that a restart loses little.
CHUNKS = {"checking": 2_000, "running": 200}
MOST_PROBLEMS = 5_000
_NAMESPACE = UUID("5a4fd5a8-6f5b-5a57-9a6e-7c1b5c0f2e11")
_PROCESS = "standard"

#: What the table may hold, with the words old systems use for the columns (without marks, lower case).
FIELDS: Mapping[str, tuple[Any, bool, tuple[str, ...]]] = {
    "code": (gettext_lazy("Mã hồ sơ cũ"), True, ("ma ho so", "so ho so", "ma hs", "so bien nhan")),
    "procedure": (gettext_lazy("Mã thủ tục"), True, ("ma thu tuc", "ma tthc", "tthc")),
    "applicant": (gettext_lazy("Họ tên người nộp"), True, ("nguoi nop", "ho ten", "ho va ten", "chu ho so")),
    "identity": (gettext_lazy("Số định danh"), False, ("so dinh danh", "cccd", "so cccd", "so giay to")),
    "phone": (gettext_lazy("Điện thoại"), False, ("dien thoai", "so dien thoai", "sdt")),
    "received": (gettext_lazy("Ngày tiếp nhận"), True, ("ngay tiep nhan", "ngay nhan")),
    "due": (gettext_lazy("Ngày hẹn trả"), False, ("ngay hen tra", "han tra", "ngay hen")),
    "status": (gettext_lazy("Trạng thái"), True, ("trang thai", "tinh trang")),
    "subject": (gettext_lazy("Nội dung"), False, ("noi dung", "trich yeu", "ve viec")),
}
S = DossierStatus
#: Statuses in which a dossier runs on, and the old words for them; a batch may add its own.
RUNNING = (S.SUBMITTED, S.PROCESSING, S.SUPPLEMENT, S.STOPPED)
_WORDS: Mapping[str, DossierStatus] = {
    **dict.fromkeys(("1", "moi dang ky", "moi nop", "cho tiep nhan"), S.SUBMITTED),
    **dict.fromkeys(("2", "4", "duoc tiep nhan", "da tiep nhan", "dang xu ly", "dang giai quyet"), S.PROCESSING),
    **dict.fromkeys(("5", "yeu cau bo sung", "yeu cau bo sung giay to", "cho bo sung"), S.SUPPLEMENT),
    **dict.fromkeys(("8", "dung xu ly", "tam dung"), S.STOPPED),
}


@dataclass(frozen=True, slots=True)
class _Row:
    """One row, read and found right."""

    code: str
    version: catalogue.ProcedureVersion
    applicant: str
    identity: str
    phone: str
    subject: str
    received_at: datetime
    due_at: datetime | None
    status: DossierStatus


class _RowError(Exception):
    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("row")
        self.problems = problems


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


def propose(header: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """Guess which column means what: as chosen last time, else by its name."""
    by_words = {search_key(name): name for name in header if name}
    chosen = {field: name for field, name in known.items() if name in header}
    for field, (_label, _required, words) in FIELDS.items():
        if field not in chosen:
            found = next((by_words[word] for word in words if word in by_words), None)
            if found is not None and found not in chosen.values():
                chosen[field] = found
    return chosen


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
    reader = _Reader(batch, now)
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
    batch: ImportBatch, reader: "_Reader", number: int, cells: tuple[str, ...], *, is_repeated: bool, now: datetime
) -> None:
    code = reader.value(cells, "code")
    if code and LegacyDossier.objects.filter(agency_id=batch.agency_id, code=code).exists():
        batch.known += 1
        return
    try:
        if is_repeated:
            raise _RowError([("code", _("Mã này đã có ở dòng trên."))])  # noqa: TRY301 - as a wrong cell is
        row = reader.read(cells)
        if batch.state == ImportState.RUNNING:
            with transaction.atomic():
                _make(batch, number, row, now)
    except _RowError as error:
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


class _Reader:
    """Reads rows by the columns chosen, remembering the procedures it has met."""

    def __init__(self, batch: ImportBatch, now: datetime) -> None:
        self._at = {field: batch.header.index(name) for field, name in batch.columns.items() if name in batch.header}
        self._statuses = {**_WORDS, **{word: DossierStatus(value) for word, value in batch.statuses.items()}}
        self._versions: dict[tuple[str, object], catalogue.ProcedureVersion | None] = {}
        self._now = now

    def value(self, cells: tuple[str, ...], field: str) -> str:
        """Give a cell by what it means; empty where the table has none."""
        at = self._at.get(field)
        return cells[at] if at is not None and at < len(cells) else ""

    def read(self, cells: tuple[str, ...]) -> _Row:
        problems: list[tuple[str, str]] = []
        given = {field: self.value(cells, field) for field in FIELDS}
        for field, (_label, required, _words) in FIELDS.items():
            if required and not given[field]:
                problems.append((field, _("Thiếu giá trị.")))
        received, due = self._day(given, "received", problems), self._day(given, "due", problems)
        if received is not None and received > self._now:
            problems.append(("received", _("Ngày tiếp nhận ở tương lai.")))
        if received is not None and due is not None and due < received:
            problems.append(("due", _("Ngày hẹn trả trước ngày tiếp nhận.")))
        status = self._statuses.get(search_key(given["status"]))
        if given["status"] and status is None:
            problems.append(
                (
                    "status",
                    _("Không biết trạng thái “%(word)s”. Chỉ nhập hồ sơ đang giải quyết.")
                    % {"word": given["status"][:80]},
                )
            )
        version = self._version(given["procedure"], received, problems)
        for field, check in (("identity", accounts.check_identity_number), ("phone", accounts.check_phone)):
            text = accounts.compact(given[field]) if field == "identity" else accounts.normalise_phone(given[field])
            if text and check(text).errors:
                problems.append((field, " ".join(str(error) for error in check(text).errors)))
            given[field] = text
        if len(given["code"]) > 80:  # noqa: PLR2004 - the column
            problems.append(("code", _("Mã dài quá 80 ký tự.")))
        if problems or received is None or status is None or version is None:
            raise _RowError(problems)
        return _Row(
            code=given["code"],
            version=version,
            applicant=given["applicant"][:120],
            identity=given["identity"],
            phone=given["phone"],
            subject=given["subject"][:255],
            received_at=received,
            due_at=due,
            status=status,
        )

    def _day(self, given: Mapping[str, str], field: str, problems: list[tuple[str, str]]) -> datetime | None:
        """Read a day, with or without a time; a due day without one ends with the day's work."""
        text = given[field]
        if not text:
            return None
        zone = clock.local(self._now).tzinfo
        for pattern in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"):
            try:
                found = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone follows
            except ValueError:
                continue
            if "%H" not in pattern:
                found = datetime.combine(found.date(), time(17) if field == "due" else time(8))
            return found.replace(tzinfo=zone)
        problems.append((field, _("“%(text)s” không phải ngày dạng 31/12/2026.") % {"text": text[:40]}))
        return None

    def _version(
        self, code: str, received: datetime | None, problems: list[tuple[str, str]]
    ) -> catalogue.ProcedureVersion | None:
        if not code:
            return None
        on = clock.local_date(received or self._now)
        key = (code, on)
        if key not in self._versions:
            today = clock.local_date(self._now)
            self._versions[key] = _procedure(code, on) or _procedure(code, today)
        version = self._versions[key]
        if version is None:
            problems.append(("procedure", _("Không có thủ tục mã %(code)s.") % {"code": code[:40]}))
        return version


def _procedure(code: str, on: date) -> catalogue.ProcedureVersion | None:
    try:
        return catalogue.get_procedure(code=catalogue.split_code(code)[0], on=on)
    except NotFoundError:
        return None


def _make(batch: ImportBatch, number: int, row: _Row, now: datetime) -> Dossier:
    """Make one dossier and take its process to the step that its status says."""
    person = _person(row, now)
    agency = batch.agency_id
    amount, unit = pinned_limit(version=row.version, key=None)
    dossier = Dossier(
        code=take_dossier_code(agency_id=agency, now=now),
        procedure_version=row.version,
        applicant=person,
        applicant_name=person.full_name,
        owner_name=person.full_name,
        subject=row.subject,
        phone=row.phone,
        supporting_agency_id=agency,
        receiving_agency_id=agency,
        competent_agency_id=agency,
        agency_ids=[agency],
        channel=Channel.COUNTER,
        return_method=ReturnMethod.COUNTER,
        submission_key=uuid5(_NAMESPACE, f"{agency}:{row.code}"),
        submitted_at=row.received_at,
        limit_amount=amount,
        limit_unit=unit,
    )
    dossier.search_key = search_key(f"{dossier.code} {row.code} {row.identity} {person.full_name} {row.subject}")
    dossier.save(force_insert=True)
    change = Change(dossier=dossier, principal=SYSTEM_PRINCIPAL, now=row.received_at, agency_id=agency)
    _walk(change, row)
    change.entries.clear()
    change.deadlines.clear()
    _keep_dates(change, row)
    change.tasks.clear()  # nobody is told of each of ten thousand tasks; they stand in the pool
    change.now = now
    change.tell(
        HistoryKind.PROCESSING,
        title="Chuyển từ hệ thống cũ",
        note=f"Mã cũ {row.code}",
        facts={"legacy_code": row.code, "batch": str(batch.uuid), "row": number},
    )
    dossier.save()
    LegacyDossier.objects.create(dossier=dossier, agency_id=agency, code=row.code, batch=batch, row=number)
    change.facts = {"legacy_code": row.code, "batch": str(batch.uuid)}
    record(change, action="dossiers.dossier.imported")
    return dossier


def _person(row: _Row, now: datetime) -> accounts.Person:
    """Take the verified person of the same number and name, else register who the table names."""
    known = accounts.find_verified_person(identity_number=row.identity) if row.identity else None
    if known is not None and search_key(known.full_name) == search_key(row.applicant):
        return known
    return accounts.register_person(
        actor=audit.SYSTEM, full_name=row.applicant, identity_number=row.identity, phone=row.phone, now=now
    )


def _walk(change: Change, row: _Row) -> None:
    """Start the standard process and end, as the older system did, the steps before the present one."""
    dossier = change.dossier
    agency = dossier.competent_agency_id
    progress = workflows.start(
        key=_PROCESS,
        business_key=str(dossier.uuid),
        parties={"supporting": agency, "receiving": agency, "competent": agency},
        data={
            "channel": "counter", "delivery": "counter", "result_is_electronic": True,
            "procedure": row.version.code, "needs_assignment": False, "needs_review": False,
        },
        title=dossier.code,
        subtitle=f"{row.version.name_vi} · {dossier.owner_name}"[:255],
        now=change.now,
        on=clock.local_date(clock.now()),
    )  # fmt: skip
    process.follow(change, progress)
    steps = [] if row.status == S.SUBMITTED else [("check", "accept")]
    if row.status in (S.SUPPLEMENT, S.STOPPED):
        steps.append(("verify", "supplement" if row.status == S.SUPPLEMENT else "stop"))
    change.note = f"Theo hệ thống cũ, hồ sơ {row.code}"
    for element, outcome in steps:
        opened = workflows.tasks_of(principal=SYSTEM_PRINCIPAL, business_key=str(dossier.uuid))
        task = next(task for task in opened if task.element_id == element)
        process.follow(
            change,
            workflows.complete(
                principal=SYSTEM_PRINCIPAL,
                task_uuid=task.uuid,
                outcome=outcome,
                data={},
                note=change.note,
                now=change.now,
            ),
        )


def _keep_dates(change: Change, row: _Row) -> None:
    """Keep the appointment of the older system, and say that it comes from there."""
    dossier = change.dossier
    if dossier.received_at is None:
        return
    if row.due_at is None:
        if dossier.due is not None:
            change.deadlines.append(_deadline(dossier, "Tính theo thời hạn của thủ tục từ ngày tiếp nhận cũ"))
        return
    step = organisations.DueStep(
        at=row.due_at,
        code="legacy",
        told=f"Theo hệ thống cũ: nhận {clock.local(row.received_at):%d/%m/%Y}, "
        f"hẹn trả {clock.local(row.due_at):%H:%M %d/%m/%Y}.",
    )
    known = organisations.DueDate.from_json(dossier.due) if dossier.due else None
    due = (
        replace(known, due_at=row.due_at, steps=(step,))
        if known is not None
        else organisations.DueDate(row.due_at, 0, organisations.Unit.DAYS, (step,))
    )
    dossier.due_at, dossier.due = row.due_at, due.to_json()
    change.deadlines.append(_deadline(dossier, "Theo hệ thống cũ"))
    workflows.set_deadline(
        business_key=str(dossier.uuid), counted_from=dossier.counted_from or row.received_at, due_at=row.due_at
    )


def _deadline(dossier: Dossier, reason: str) -> DeadlineChange:
    return DeadlineChange(
        dossier=dossier,
        at=clock.now(),
        kind=DeadlineChangeKind.SET,
        due_before=None,
        due_after=dossier.due_at,
        reason=reason,
        computation=dossier.due or {},
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
