"""Making the signed package of one dossier, for archives and for handing a dossier to another system."""

import tempfile
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal, Right
from lienthong.dossiers.errors import NotAllowedError
from lienthong.dossiers.models import (
    Dossier,
    DossierDocument,
    DossierStatus,
    HistoryEntry,
    LegacyDossier,
    Paper,
    Result,
    ResultState,
)
from lienthong.dossiers.packages import FORMAT, MANIFEST, SIGNATURE, as_json, chunks_of, safe_name, write_entry
from lienthong.dossiers.queries.metadata import METADATA, SCHEMA, SCHEMA_FILE, Kept, write_metadata
from lienthong.files import api as files
from lienthong.kernel import audit

_SPOOL = 8_000_000


def may_export(principal: Principal, dossier: Dossier) -> bool:
    """Say whether an official may take the whole dossier out: who supervises or signs at the deciding agency."""
    return principal.is_official and principal.may_any((Right.SUPERVISE, Right.SIGN), dossier.competent_agency_id)


def export_package(*, principal: Principal, dossier: Dossier, now: datetime) -> IO[bytes]:
    """Write the package into a temporary file that deletes itself, and give it opened at the start.

    :raises NotAllowedError: who neither supervises nor signs there.
    :raises FileNotServedError: while a file waits for the virus scanner.
    """
    if not may_export(principal, dossier):
        raise NotAllowedError(_("Chỉ người kiểm soát hoặc người ký của cơ quan giải quyết được xuất gói hồ sơ."))
    target = tempfile.SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115 - the caller reads and closes it
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        kept = _write_files(archive, dossier)
        entries = [{"name": row.entry, "sha256": row.sha256, "size": row.size} for _title, row in kept.values()]
        papers = [
            {"kind": kind, "title": title, "entry": row.entry, "media_type": row.file.blob.media_type}
            for (kind, _pk), (title, row) in kept.items()
        ]
        history = tuple(HistoryEntry.objects.filter(dossier=dossier).select_related("agency").order_by("id"))
        metadata = write_metadata(
            dossier=dossier, history=history, kept={key: row for key, (_title, row) in kept.items()}, now=now
        )
        entries.append(write_entry(archive, "ho-so.json", [as_json(_register_line(dossier) | {"papers": papers})]))
        entries.append(write_entry(archive, "dien-bien.json", [as_json(_history(history))]))
        entries.append(write_entry(archive, METADATA, [metadata]))
        entries.append(write_entry(archive, SCHEMA, [SCHEMA_FILE.read_bytes()]))
        manifest = as_json({"format": FORMAT, "code": dossier.code, "made_at": now.isoformat(), "entries": entries})
        archive.writestr(MANIFEST, manifest)
        signature = files.sign_bytes_as_agency(content=manifest, agency_id=dossier.competent_agency_id, now=now)
        archive.writestr(SIGNATURE, signature)
    with transaction.atomic():
        audit.record(
            actor=principal.actor(dossier.competent_agency_id),
            action="dossiers.dossier.exported",
            subject_type="dossiers.dossier",
            subject_id=dossier.uuid,
            at=now,
            facts={"code": dossier.code, "entries": len(entries)},
        )
    target.seek(0)
    return target


def _write_files(archive: zipfile.ZipFile, dossier: Dossier) -> dict[tuple[str, int], tuple[str, Kept]]:
    """Write the files; give title and entry of each by what it is and the row it belongs to."""
    kept: dict[tuple[str, int], tuple[str, Kept]] = {}
    for kind, pk, title, file in _files(dossier):
        entry = write_entry_of(archive, len(kept) + 1, file)
        kept[kind, pk] = title, Kept(entry["name"], entry["size"], entry["sha256"], file)
    return kept


def write_entry_of(archive: zipfile.ZipFile, number: int, file: files.File) -> dict[str, Any]:
    """Write one stored file."""
    with files.open_file(file=file) as source:
        return write_entry(archive, safe_name(number, file.name), chunks_of(source))


def _files(dossier: Dossier) -> list[tuple[str, int, str, files.File]]:
    documents = DossierDocument.objects.filter(dossier=dossier, file__isnull=False).select_related("file__blob")
    papers = Paper.objects.filter(dossier=dossier).select_related("file__blob")
    results = Result.objects.filter(dossier=dossier, file__isnull=False, state=ResultState.ISSUED)
    found = [("document", row.pk, row.name, row.file) for row in documents.order_by("id")]
    found += [("paper", row.pk, f"{row.kind} {row.number}", row.file) for row in papers.order_by("id")]
    found += [
        ("result", row.pk, f"{row.title} {row.number}", row.file)
        for row in results.select_related("file__blob").order_by("id")
    ]
    return [(kind, pk, title, file) for kind, pk, title, file in found if file is not None]


def _register_line(dossier: Dossier) -> dict[str, Any]:
    legacy = LegacyDossier.objects.filter(dossier=dossier).first()
    return {
        "code": dossier.code,
        "legacy_code": legacy.code if legacy else "",
        "procedure": dossier.procedure_version.code,
        "procedure_name": dossier.procedure_version.name_vi,
        "applicant": dossier.applicant_name,
        "owner": dossier.owner_name,
        "receiving_agency": dossier.receiving_agency.name,
        "competent_agency": dossier.competent_agency.name,
        "channel": dossier.channel,
        "status": dossier.status,
        "status_name": str(DossierStatus(dossier.status).label),
        "submitted_at": _moment(dossier.submitted_at),
        "received_at": _moment(dossier.received_at),
        "due_at": _moment(dossier.due_at),
        "due_steps": list(dossier.due_steps),
        "done_at": _moment(dossier.done_at),
        "returned_at": _moment(dossier.returned_at),
        "answers": dossier.answers,
    }


def _history(rows: Sequence[HistoryEntry]) -> list[dict[str, Any]]:
    return [
        {
            "at": _moment(row.at),
            "kind": row.kind,
            "title": row.title,
            "note": row.note,
            "by": row.actor_name,
            "agency": row.agency.name if row.agency else "",
            "status": row.status,
        }
        for row in rows
    ]


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""
