"""Take procedure records from files: idempotent, in batches, keeping every record as it came."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lienthong.catalogue.content import problems
from lienthong.catalogue.errors import BadFileError
from lienthong.catalogue.events import ProcedurePublished
from lienthong.catalogue.formats import Located, Parsed, RecordError, Unreadable, parse, read_records
from lienthong.catalogue.formats.reading import list_files
from lienthong.catalogue.models import Origin, Procedure, ProcedureVersion, RawRecord, VersionState
from lienthong.catalogue.services import writing
from lienthong.kernel import audit, clock, events
from lienthong.kernel.ids import uuid7

BATCH = 250
_RANK = {Origin.OWN: 0, Origin.PORTAL: 1, Origin.NATIONAL: 2}


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that was not taken.

    :ivar place: file and line; :ivar code: the procedure's code where it could be read;
    :ivar reason: in Vietnamese, naming the field.
    """

    place: str
    code: str
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What an import did, by procedure code.

    ``kept`` lists procedures whose better source stands: the record is stored but not shown; they
    are counted among ``unchanged`` too.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    rejected: list[Rejection] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All records met."""
        return self.created + self.updated + self.unchanged + len(self.rejected)

    def as_dict(self) -> dict[str, object]:
        """Give the report as JSON-ready values."""
        return {
            "total": self.total,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "kept": self.kept,
            "rejected": [{"place": r.place, "code": r.code, "reason": r.reason} for r in self.rejected],
        }


@dataclass(frozen=True, slots=True)
class _Item:
    place: str
    body: str
    parsed: Parsed


@dataclass(slots=True)
class _Current:
    version_id: int
    origin: str
    sha256: str
    number: int
    valid_from: date
    valid_to: date | None
    state: str


Progress = Callable[[int, str, int], None]


def import_file(
    *, path: Path, now: datetime, actor: audit.Actor = audit.SYSTEM, progress: Progress | None = None
) -> ImportReport:
    """Import every record of a file, or of all files of a folder, in any of the three formats.

    Each batch is one transaction: an interrupted import is simply run again. A record equal to the
    one that made the current version changes nothing. A changed one makes a new version in force
    from the day of the import. A richer source is never overwritten by a poorer one.

    :param progress: called after each batch with records so far, the file's name and bytes consumed.
    :raises BadFileError: when the path does not exist or holds no file that could be read.
    """
    if not path.exists():
        raise BadFileError(_("Không có tệp hoặc thư mục: %(path)s") % {"path": path})
    files = list_files(path)
    if not files:
        raise BadFileError(_("Thư mục không có tệp nào đọc được: %(path)s") % {"path": path})
    report = ImportReport()
    run = uuid7()
    seen: dict[str, str] = {}
    root = path if path.is_dir() else None
    for file in files:
        source = file.name
        records = read_records(file, root=root)
        while batch := list(islice(records, BATCH)):
            ready = list(_accepted(batch, report, seen))
            if ready:
                _apply(ready, report, run=run, source=source, now=now, actor=actor)
            if progress is not None:
                progress(report.total, source, batch[-1].position)
    if report.created + report.updated >= BATCH:
        _refresh_statistics()
    return report


def _refresh_statistics() -> None:
    """Let the planner know the new sizes at once; otherwise the first searches read whole tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE catalogue_procedure, catalogue_procedureversion, catalogue_timelimit, catalogue_spelling"
        )


def _accepted(batch: Iterable[Located | Unreadable], report: ImportReport, seen: dict[str, str]) -> Iterator[_Item]:
    for found in batch:
        if isinstance(found, Unreadable):
            report.rejected.append(Rejection(found.place, "", found.reason))
            continue
        record = found.record
        code = str(record.get("code", ""))[:40] if isinstance(record, dict) else ""
        try:
            parsed = parse(record)
        except RecordError as error:
            report.rejected.append(Rejection(found.place, code, str(error)))
            continue
        wrong = [
            f"{path}: {message}"
            for version in parsed.versions
            for path, messages in problems(version.content).items()
            for message in messages
        ]
        if wrong:
            report.rejected.append(Rejection(found.place, code, " ".join(wrong[:5])))
        elif parsed.code in seen:
            reason = _("mã thủ tục bị trùng với %(place)s.") % {"place": seen[parsed.code]}
            report.rejected.append(Rejection(found.place, code, reason))
        else:
            seen[parsed.code] = found.place
            yield _Item(found.place, found.body, parsed)


@transaction.atomic
def _apply(
    items: list[_Item], report: ImportReport, *, run: UUID, source: str, now: datetime, actor: audit.Actor
) -> None:
    today = clock.local_date(now)
    procedures = _procedures([item.parsed.code for item in items])
    current = _current({procedure.pk for procedure in procedures.values()})
    new: list[writing.NewVersion] = []
    withdrawn: dict[str, str] = {}
    created: list[str] = []
    updated: list[str] = []
    replaced: list[tuple[_Current, date]] = []
    for item in items:
        parsed = item.parsed
        procedure = procedures[parsed.code]
        existing = current.get(procedure.pk)
        if existing is None:
            new += _first_versions(parsed, procedure, today)
            created.append(parsed.code)
        elif _RANK[Origin(existing.origin)] < _RANK[Origin(parsed.origin)]:
            report.kept += 1
            report.unchanged += 1
            continue
        elif existing.sha256 == parsed.sha256:
            report.unchanged += 1
            continue
        else:
            start = max(today, existing.valid_from)
            new.append(_version(parsed, -1, procedure, existing.number + 1, start))
            replaced.append((existing, start))
            updated.append(parsed.code)
        if parsed.withdrawn:
            withdrawn[parsed.code] = parsed.withdrawn
    _keep_raw(items, procedures, source=source, now=now)
    _give_way(replaced)
    versions = writing.insert_versions(new, state=VersionState.PUBLISHED, published_at=now)
    _never_in_force(versions, withdrawn)
    report.created += len(created)
    report.updated += len(updated)
    if created or updated:
        _tell(versions, run=run, source=source, created=created, updated=updated, now=now, actor=actor)


def _procedures(codes: list[str]) -> dict[str, Procedure]:
    Procedure.objects.bulk_create([Procedure(code=code) for code in sorted(codes)], ignore_conflicts=True)
    return {
        procedure.code: procedure
        for procedure in Procedure.objects.select_for_update(no_key=True).filter(code__in=codes).order_by("id")
    }


def _current(procedure_ids: set[int]) -> dict[int, _Current]:
    """Find each procedure's latest version that was ever published; drafts only raise the number."""
    found: dict[int, _Current] = {}
    numbers: dict[int, int] = {}
    rows = ProcedureVersion.objects.filter(procedure_id__in=procedure_ids).order_by("procedure_id", "number")
    for procedure_id, *values in rows.values_list(
        "procedure_id", "id", "origin", "source_sha256", "number", "valid_from", "valid_to", "state"
    ):
        one = _Current(*values)
        numbers[procedure_id] = one.number
        if one.state != VersionState.DRAFT:
            found[procedure_id] = one
    for procedure_id, one in found.items():
        one.number = numbers[procedure_id]
    return found


def _first_versions(parsed: Parsed, procedure: Procedure, today: date) -> list[writing.NewVersion]:
    return [
        _version(parsed, index, procedure, index + 1, period.valid_from or today)
        for index, period in enumerate(parsed.versions)
    ]


def _version(parsed: Parsed, index: int, procedure: Procedure, number: int, start: date) -> writing.NewVersion:
    period = parsed.versions[index]
    return writing.NewVersion(
        procedure=procedure,
        number=number,
        content=period.content,
        valid_from=start,
        valid_to=period.valid_to,
        origin=parsed.origin,
        source_sha256=parsed.sha256,
    )


def _keep_raw(items: list[_Item], procedures: dict[str, Procedure], *, source: str, now: datetime) -> None:
    RawRecord.objects.bulk_create(
        [
            RawRecord(
                procedure=procedures[item.parsed.code],
                origin=item.parsed.origin,
                source=item.place[:255] or source,
                sha256=item.parsed.sha256,
                body=item.body.replace("\x00", ""),
                imported_at=now,
            )
            for item in items
        ],
        ignore_conflicts=True,
    )


def _give_way(replaced: list[tuple[_Current, date]]) -> None:
    """End the versions that are replaced; one replaced on its first day never comes into force."""
    for existing, start in replaced:
        if existing.state != VersionState.PUBLISHED:
            continue
        rows = ProcedureVersion.objects.filter(pk=existing.version_id)
        if existing.valid_from < start:
            if existing.valid_to is None or existing.valid_to > start:
                rows.update(valid_to=start)
        else:
            rows.update(
                state=VersionState.WITHDRAWN,
                withdrawn_on=start,
                withdrawal_reason=_("Thay bằng bản nhập mới trong ngày bắt đầu có hiệu lực."),
            )


def _never_in_force(versions: list[ProcedureVersion], withdrawn: dict[str, str]) -> None:
    for version in versions:
        reason = withdrawn.get(version.procedure.code)
        if reason:
            ProcedureVersion.objects.filter(pk=version.pk).update(
                state=VersionState.WITHDRAWN, withdrawn_on=version.valid_from, withdrawal_reason=reason
            )


def _tell(
    versions: list[ProcedureVersion],
    *,
    run: UUID,
    source: str,
    created: list[str],
    updated: list[str],
    now: datetime,
    actor: audit.Actor,
) -> None:
    """Write one audit entry for the batch and one event for each version now current."""
    audit.record(
        actor=actor,
        action="catalogue.import.applied",
        subject_type="catalogue.import",
        subject_id=run,
        at=now,
        facts={"source": source, "created": created, "updated": updated},
    )
    for version in versions:
        if version.valid_to is None:
            events.publish(
                ProcedurePublished(
                    aggregate_id=str(version.procedure.uuid),
                    occurred_at=now,
                    code=version.procedure.code,
                    version_uuid=str(version.uuid),
                    valid_from=version.valid_from.isoformat(),
                )
            )
