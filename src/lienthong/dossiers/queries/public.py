"""What anyone may know: the progress behind a code, and whether a paper is genuine."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from lienthong.dossiers.models import Dossier, DossierStatus, Result, ResultState
from lienthong.files import api as files
from lienthong.vault import api as vault
from lienthong.workflows import api as workflows

_SHOWN = ("agency", "file__blob", "replacement")


@dataclass(frozen=True, slots=True)
class PublicProgress:
    """The progress of a dossier without any personal data (NĐ 61/2018/NĐ-CP, Điều 25)."""

    code: str
    procedure: str
    agency: str
    status: int
    submitted_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    is_paused: bool
    steps: tuple[workflows.StepView, ...]

    @property
    def status_label(self) -> str:
        """Give the status in words."""
        return str(DossierStatus(self.status).label)

    @property
    def status_badge(self) -> str:
        """Give the key under which the status is registered for badges."""
        return f"dossiers.{DossierStatus(self.status).name}"

    @property
    def is_open(self) -> bool:
        """Say whether the due date still counts."""
        return self.status in (DossierStatus.RECEIVED, DossierStatus.PROCESSING)


def track(*, code: str) -> PublicProgress | None:
    """Find the public progress behind a dossier code, typed in any case; ``None`` when there is none."""
    dossier = (
        Dossier.objects.filter(code=code.strip().upper())
        .select_related("procedure_version__procedure", "competent_agency")
        .first()
    )
    if dossier is None:
        return None
    return PublicProgress(
        code=dossier.code,
        procedure=dossier.procedure_version.name_vi,
        agency=dossier.competent_agency.name,
        status=dossier.status,
        submitted_at=dossier.submitted_at,
        received_at=dossier.received_at,
        due_at=dossier.due_at,
        is_paused=dossier.is_paused,
        steps=workflows.steps(business_key=str(dossier.uuid)),
    )


@dataclass(frozen=True, slots=True)
class PublicResult:
    """What the register of results says of a paper, with no personal data of the applicant.

    :ivar ended_at: since when a revoked or replaced paper holds no more, and ``ended_why`` in public words.
    :ivar replaced_by: number of the paper in force instead, and ``replaced_by_code`` to check it.
    :ivar is_copy: whether it is a certified electronic copy of a paper original.
    """

    title: str
    number: str
    agency: str
    signer_name: str
    signer_title: str
    issued_at: datetime | None
    is_valid: bool
    state: str
    sha256: str
    ended_at: datetime | None = None
    ended_why: str = ""
    replaced_by: str = ""
    replaced_by_code: str = ""
    is_copy: bool = False


def verify_by_code(*, code: str) -> PublicResult | None:
    """Find an issued result, or a certified copy, by the code printed on it, with or without dashes."""
    bare = "".join(char for char in code.upper() if char.isalnum())
    dashed = "-".join(bare[start : start + 4] for start in range(0, len(bare), 4))
    found = Result.objects.filter(verification_code=dashed).select_related(*_SHOWN).first()
    return _public(found) if found is not None else _copy(vault.find_by_code(code=dashed))


def verify_by_file(*, pdf: bytes, now: datetime) -> "tuple[PublicResult | None, files.Verification]":
    """Check an uploaded paper: its signatures, and whether it is exactly one that we issued."""
    report = files.verify_pdf(pdf=pdf, now=now)
    digest = hashlib.sha256(pdf).hexdigest()
    known = Result.objects.filter(file__blob__sha256=digest).select_related(*_SHOWN).first()
    return (_public(known) if known is not None else _copy(vault.find_by_sha256(sha256=digest))), report


def _public(result: Result | None) -> PublicResult | None:
    shown = (ResultState.ISSUED, ResultState.REVOKED, ResultState.REPLACED)
    if result is None or result.state not in shown or result.file is None:
        return None
    heir = getattr(result, "replacement", None) if result.state == ResultState.REPLACED else None
    return PublicResult(
        title=result.title,
        number=result.number,
        agency=result.agency.name,
        signer_name=result.signer_name,
        signer_title=result.signer_title,
        issued_at=result.issued_at,
        is_valid=result.state == ResultState.ISSUED,
        state=result.state,
        sha256=result.file.blob.sha256,
        ended_at=result.ended_at,
        ended_why=result.ended_why,
        replaced_by=heir.number if heir is not None else "",
        replaced_by_code=heir.verification_code if heir is not None else "",
    )


def _copy(document: vault.VaultDocument | None) -> PublicResult | None:
    if document is None:
        return None
    certified = document.certification
    return PublicResult(
        title=document.title,
        number=vault.number_text(certified),
        agency=certified.agency.name,
        signer_name=certified.official_name,
        signer_title=certified.official_title,
        issued_at=certified.certified_at,
        is_valid=document.state == vault.DocumentState.IN_FORCE,
        state=document.state,
        sha256=document.file.blob.sha256,
        ended_at=document.ended_at,
        ended_why=document.ended_why,
        is_copy=True,
    )
