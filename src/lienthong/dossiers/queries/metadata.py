"""``metadata.xml`` of a dossier's package: what is in it, for an archive's program.

The shape is ``schemas/metadata.xsd``, which travels in the package; ``docs/dossier-package.md`` explains it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.utils.translation import override
from lxml import etree

from lienthong.dossiers.models import (
    ApplicantKind,
    Channel,
    Dossier,
    DossierDocument,
    DossierStatus,
    HistoryEntry,
    Paper,
    PaperKind,
    Result,
    ResultState,
)
from lienthong.files import api as files
from lienthong.kernel import clock
from lienthong.organisations import api as organisations
from lienthong.organisations.api import Agency

METADATA, SCHEMA = "metadata.xml", "metadata.xsd"
SCHEMA_FILE = Path(__file__).parent.parent / "schemas" / SCHEMA
NAMESPACE = "urn:lienthong:dossier-package:1"
#: Results that went out; a draft or one dropped never bound anybody.
_WENT_OUT = (ResultState.ISSUED, ResultState.REVOKED, ResultState.REPLACED)
#: What XML 1.0 cannot carry, though a text of the database can (Char, production 2).
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Value = str | int | bool | datetime | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the package: its entry, and the file it was.

    :ivar sha256: of the bytes written, as in the signed list.
    """

    entry: str
    size: int
    sha256: str
    file: files.File


def write_metadata(
    *, dossier: Dossier, history: Sequence[HistoryEntry], kept: Mapping[tuple[str, int], Kept], now: datetime
) -> bytes:
    """Write the metadata of a dossier as canonical XML (C14N), in Vietnamese words whoever asks.

    :param kept: the files of the package by ``document``, ``paper`` or ``result`` and the row they belong to.
    """
    with override("vi"):
        root = etree.Element(f"{{{NAMESPACE}}}dossier", {"madeAt": _written(now)}, nsmap={None: NAMESPACE})
        _add_line(root, dossier)
        _add_statuses(root, history)
        _add_organisations(root, dossier)
        _add_applicant(root, dossier)
        _add_components(root, dossier, kept)
        _add_papers(root, dossier, kept)
        _add_results(root, dossier, kept, now)
    etree.indent(root)
    written: bytes = etree.tostring(root, method="c14n")
    return written


def _add_line(root: etree._Element, dossier: Dossier) -> None:
    legacy = getattr(dossier, "legacy", None)
    version = dossier.procedure_version
    _add(root, "code", dossier.code)
    _add(root, "legacyCode", legacy.code if legacy is not None else "")
    _add(root, "procedure", version.name_vi, code=version.code, version=version.number)
    _add(root, "channel", str(Channel(dossier.channel).label), code=dossier.channel)
    _add(root, "status", str(DossierStatus(dossier.status).label), code=dossier.status)
    dates = _add_parent(root, "dates")
    for name, at in (
        ("submittedAt", dossier.submitted_at),
        ("receivedAt", dossier.received_at),
        ("dueAt", dossier.due_at),
        ("doneAt", dossier.done_at),
        ("returnedAt", dossier.returned_at),
    ):
        _add(dates, name, at)


def _add_statuses(root: etree._Element, history: Sequence[HistoryEntry]) -> None:
    parent = _add_parent(root, "statuses")
    before = None
    for row in history:
        if row.status != before:
            _add(parent, "entered", str(DossierStatus(row.status).label), code=row.status, at=row.at)
        before = row.status


def _add_organisations(root: etree._Element, dossier: Dossier) -> None:
    parent = _add_parent(root, "organisations")
    _add_organisation(parent, "supporting", dossier.supporting_agency, dossier)
    _add_organisation(parent, "receiving", dossier.receiving_agency, dossier)
    _add_organisation(parent, "competent", dossier.competent_agency, dossier)


def _add_organisation(parent: etree._Element, role: str, agency: Agency, dossier: Dossier) -> None:
    """Name an agency by the identifiers it bore when the dossier was filed."""
    on = clock.local_date(dossier.submitted_at)
    element = _add_parent(parent, role)
    _add(element, "name", agency.name)
    for row in organisations.list_identifiers(agency_id=agency.pk):
        if row.valid_from <= on and (row.valid_to is None or on < row.valid_to):
            _add(element, "identifier", row.code, scheme=row.scheme)


def _add_applicant(root: etree._Element, dossier: Dossier) -> None:
    element = _add_parent(root, "applicant", kind=ApplicantKind(dossier.applicant_kind).name.lower())
    _add(element, "name", dossier.applicant_name)
    _add(element, "owner", dossier.owner_name)
    _add(element, "subject", dossier.subject)
    _add(element, "phone", dossier.phone)
    _add(element, "email", dossier.email)
    _add(element, "returnMethod", dossier.return_method)
    _add(element, "returnAddress", dossier.return_address)


def _add_components(root: etree._Element, dossier: Dossier, kept: Mapping[tuple[str, int], Kept]) -> None:
    parent = _add_parent(root, "components")
    for row in DossierDocument.objects.filter(dossier=dossier).order_by("id"):
        element = _add_parent(
            parent,
            "component",
            key=row.document_key,
            copy=DossierDocument.Copy(row.copy_kind).name.lower(),
            origin=row.origin,
            quantity=row.quantity,
            certified=row.is_certified,
            replacedAt=row.replaced_at,
        )
        _add(element, "name", row.name)
        _add_file(element, kept.get(("document", row.pk)))


def _add_papers(root: etree._Element, dossier: Dossier, kept: Mapping[tuple[str, int], Kept]) -> None:
    parent = _add_parent(root, "papers")
    for row in Paper.objects.filter(dossier=dossier).order_by("id"):
        element = _add_parent(parent, "paper", kind=row.kind, number=row.number, issuedAt=row.issued_at)
        _add(element, "title", str(PaperKind(row.kind).label))
        _add_file(element, kept.get(("paper", row.pk)))


def _add_results(root: etree._Element, dossier: Dossier, kept: Mapping[tuple[str, int], Kept], now: datetime) -> None:
    parent = _add_parent(root, "results")
    rows = Result.objects.filter(dossier=dossier, state__in=_WENT_OUT).select_related("agency").order_by("id")
    for row in rows:
        element = _add_parent(
            parent,
            "result",
            state=row.state,
            number=row.number,
            issuedAt=row.issued_at,
            verificationCode=row.verification_code,
        )
        _add(element, "title", row.title)
        _add(element, "agency", row.agency.name)
        file = kept.get(("result", row.pk))
        if file is not None:
            _add_signatures(element, files.verify_pdf(pdf=files.read_file(file=file.file), now=now))
        _add_file(element, file)
        _add(element, "ended", row.ended_why, at=row.ended_at, decision=row.ended_by_decision)


def _add_signatures(parent: etree._Element, found: files.Verification) -> None:
    element = _add_parent(parent, "signatures", state=found.state)
    for report in found.signatures:
        child = _add_parent(
            element,
            "signature",
            kind=report.kind,
            signedAt=report.signed_at,
            timestamped=report.is_timestamped,
            valid=report.is_valid,
        )
        child.text = _written(report.signer)


def _add_file(parent: etree._Element, kept: Kept | None) -> None:
    if kept is not None:
        _add(
            parent,
            "file",
            kept.file.name,
            entry=kept.entry,
            size=kept.size,
            sha256=kept.sha256,
            mediaType=kept.file.blob.media_type,
        )


def _add_parent(parent: etree._Element, name: str, **attributes: Value) -> etree._Element:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    for key, value in attributes.items():
        if value not in (None, ""):
            element.set(key, _written(value))
    return element


def _add(parent: etree._Element, name: str, value: Value, **attributes: Value) -> None:
    """Add an element with a text; what is not known is left out."""
    if value not in (None, ""):
        _add_parent(parent, name, **attributes).text = _written(value)


def _written(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).isoformat()
        case _:
            return _UNWRITABLE.sub("\ufffd", str(value))
