"""The JSON of dossiers: what programs send, and what they get."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from lienthong.dossiers import api as dossiers
from lienthong.files.rest import content_url
from lienthong.forms import api as forms
from lienthong.kernel.rest import Body, Text
from lienthong.payments import api as payments

_VERSION = Field(None, description="version that was read; another one now means somebody acted meanwhile (409)")


class DocumentIn(Body):
    """One paper of an application: a file sent before, or a paper that the applicant has in the vault."""

    key: Text = Field(
        description="key of the required document in the procedure, or other", min_length=1, max_length=80
    )
    file: UUID | None = Field(None, description="id of a file sent before (POST /files)")
    vault_document: UUID | None = Field(
        None, description="id of a paper of the applicant's vault (GET /vault/documents) instead of a file"
    )
    name: Text = Field("", max_length=500, description="name of the paper when it is none of the procedure's")


class DossierIn(Body):
    """An application."""

    procedure: Text = Field(description="procedure code, for example 1.001193", max_length=40)
    area: UUID = Field(description="area whose agencies are asked (GET /areas)")
    answers: dict[str, Any] = Field(description="answers by the form's JSON Schema (GET /forms/{key})")
    documents: list[DocumentIn] = Field(default_factory=list, max_length=100)
    return_method: dossiers.ReturnMethod = dossiers.ReturnMethod.ELECTRONIC
    return_address: Text = Field("", max_length=255, description="needed with return_method post")
    time_limit: Text | None = Field(None, max_length=40, description="key of a time limit that holds under a condition")


class SupplementIn(Body):
    """What was asked for."""

    documents: list[DocumentIn] = Field(default_factory=list, max_length=100)
    answers: dict[str, Any] | None = Field(None, description="answers to change; the others stay")
    note: Text = Field("", max_length=4000)
    version: int | None = _VERSION


class ReasonIn(Body):
    """A reason, read by the other side."""

    reason: Text = Field(min_length=1, max_length=4000)
    version: int | None = _VERSION


class CompleteIn(Body):
    """The end of a task."""

    outcome: Text = Field(max_length=80, description="key of one of the task's outcomes")
    note: Text = Field("", max_length=4000, description="reason; some outcomes require it")
    data: dict[str, Any] = Field(default_factory=dict, description="values the outcome asks for")
    version: int | None = _VERSION


class DossierLine(Schema):
    """A dossier as a list shows it."""

    id: UUID
    code: str
    procedure: str
    procedure_name: str
    applicant: str
    owner: str
    subject: str
    status: int = Field(description="one of the ten national statuses")
    status_label: str
    stage: str
    channel: int
    submitted_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    is_paused: bool
    receiving_agency: str
    competent_agency: str


class DossierPage(Schema):
    """A page of dossiers; ``next`` and ``previous`` are cursors, null where the list ends."""

    items: list[DossierLine]
    next: str | None
    previous: str | None


class ReceiptOut(Schema):
    """Where a dossier stands, after an act."""

    id: UUID
    code: str
    version: int
    status: int
    status_label: str
    stage: str
    submitted_at: datetime
    received_at: datetime | None
    due_at: datetime | None


class DueStepOut(Schema):
    """One step of the computation of a due date."""

    at: datetime
    code: str
    explanation: str


class AskedOut(Schema):
    """What is asked of the applicant now."""

    asked_at: datetime
    agency: str
    reason: str


class SupplementAskedOut(AskedOut):
    """Papers or corrections asked for."""

    round: int
    document_keys: list[str]


class PaymentAskedOut(AskedOut):
    """A financial duty."""

    amount: int = Field(description="whole đồng")


class ResultOut(Schema):
    """The issued result; anyone can check it by its code."""

    title: str
    number: str
    agency: str
    signer: str
    issued_at: datetime | None
    verification_code: str
    sha256: str
    url: str = Field(description="where to fetch the signed PDF, with a token")


class BranchOut(Schema):
    """One linked procedure of a dossier, at one agency with a due date of its own."""

    key: str
    name: str
    procedure: str = Field(description="procedure code, empty where the branch is none of the catalogue's")
    agency: str
    state: str = Field(description="open, done or failed; a failed branch leaves the others sound")
    opened_at: datetime
    due_at: datetime
    due_steps: list[DueStepOut]
    closed_at: datetime | None
    note: str


class DossierOut(ReceiptOut):
    """A dossier."""

    procedure: str
    procedure_name: str
    applicant: str
    owner: str
    subject: str
    form: str | None = Field(description="key of the form under which the answers were given")
    form_version: int | None
    answers: dict[str, Any]
    is_masked: bool = Field(description="whether personal data in the answers are masked for this token")
    supporting_agency: str
    receiving_agency: str
    competent_agency: str
    channel: int
    return_method: str
    due_steps: list[DueStepOut]
    paused_at: datetime | None
    done_at: datetime | None
    returned_at: datetime | None
    supplement: SupplementAskedOut | None
    payment: PaymentAskedOut | None
    result: ResultOut | None
    branches: list[BranchOut]


class FileLink(Schema):
    """A file of a dossier."""

    id: UUID
    name: str
    media_type: str
    size: int
    pages: int | None
    sha256: str
    scan_state: str
    url: str = Field(description="where to fetch the content, with a token")


class DocumentOut(Schema):
    """A paper that the applicant handed in; ``file`` is null for one handed over at the counter."""

    key: str
    name: str
    round: int = Field(description="0 with the application, then the number of the supplement")
    replaced_at: datetime | None
    origin: str = Field(description="paper, upload, or vault: one the applicant had already")
    is_verified: bool = Field(description="whether it needs no comparing with an original")
    file: FileLink | None


class PaperOut(Schema):
    """A numbered form that the agency gave."""

    kind: str
    label: str
    number: str
    issued_at: datetime
    file: FileLink


class DocumentsOut(Schema):
    """All files of a dossier that its reader may fetch."""

    documents: list[DocumentOut]
    papers: list[PaperOut]
    result: ResultOut | None


class HistoryLine(Schema):
    """One line of a dossier's history."""

    id: UUID
    at: datetime
    kind: str
    title: str
    note: str
    agency: str
    status: int


class HistoryOut(Schema):
    """What happened, oldest first."""

    items: list[HistoryLine]


def line(row: dossiers.DossierRow) -> DossierLine:
    """Shape a row of a list; its values are typed already, and a page holds a hundred of them."""
    return DossierLine.model_construct(
        id=row.uuid,
        code=row.code,
        procedure=row.procedure_code,
        procedure_name=row.procedure_name,
        applicant=row.applicant_name,
        owner=row.owner_name,
        subject=row.subject,
        status=row.status,
        status_label=row.status_label,
        stage=row.stage,
        channel=row.channel,
        submitted_at=row.submitted_at,
        received_at=row.received_at,
        due_at=row.due_at,
        is_paused=row.is_paused,
        receiving_agency=row.receiving_agency,
        competent_agency=row.competent_agency,
    )


def _standing(dossier: dossiers.Dossier) -> dict[str, Any]:
    return {
        "id": dossier.uuid,
        "code": dossier.code,
        "version": dossier.version,
        "status": int(dossier.status),
        "status_label": str(dossiers.DossierStatus(dossier.status).label),
        "stage": dossier.stage,
        "submitted_at": dossier.submitted_at,
        "received_at": dossier.received_at,
        "due_at": dossier.due_at,
    }


def receipt(dossier: dossiers.Dossier) -> ReceiptOut:
    """Shape where a dossier stands, without a further statement."""
    return ReceiptOut(**_standing(dossier))


def whole(
    dossier: dossiers.Dossier,
    *,
    is_masked: bool = False,
    supplement: dossiers.SupplementRequest | None,
    payment: payments.Charge | None,
    result: dossiers.Result | None,
    branches: Sequence[dossiers.Branch],
) -> DossierOut:
    """Shape a dossier loaded with its agencies, procedure and form."""
    version, form = dossier.procedure_version, dossier.form
    return DossierOut(
        **_standing(dossier),
        procedure=version.code,
        procedure_name=version.name_vi,
        applicant=dossier.applicant_name,
        owner=dossier.owner_name,
        subject=dossier.subject,
        form=form.key if form else None,
        form_version=form.version if form else None,
        answers=forms.mask_answers(form=form, answers=dossier.answers) if is_masked and form else dossier.answers,
        is_masked=is_masked,
        supporting_agency=dossier.supporting_agency.name,
        receiving_agency=dossier.receiving_agency.name,
        competent_agency=dossier.competent_agency.name,
        channel=dossier.channel,
        return_method=dossier.return_method,
        due_steps=[DueStepOut(**step) for step in (dossier.due or {}).get("steps", [])],
        paused_at=dossier.paused_at,
        done_at=dossier.done_at,
        returned_at=dossier.returned_at,
        supplement=SupplementAskedOut(
            asked_at=supplement.requested_at,
            agency=supplement.agency.name,
            reason=supplement.reason,
            round=supplement.round,
            document_keys=supplement.document_keys,
        )
        if supplement
        else None,
        payment=PaymentAskedOut(
            asked_at=payment.asked_at,
            agency=payment.agency.name,
            reason=payment.reason,
            amount=payment.amount,
        )
        if payment
        else None,
        result=result_out(result),
        branches=[_branch(row) for row in branches],
    )


def _branch(row: dossiers.Branch) -> BranchOut:
    return BranchOut(
        key=row.branch,
        name=row.text,
        procedure=row.procedure_code,
        agency=row.agency.name,
        state=row.state,
        opened_at=row.opened_at,
        due_at=row.due_at,
        due_steps=[DueStepOut(**step) for step in row.due.get("steps", [])],
        closed_at=row.closed_at,
        note=row.note,
    )


def result_out(result: dossiers.Result | None) -> ResultOut | None:
    """Shape an issued result loaded with its file and agency."""
    if result is None or result.file is None:
        return None
    return ResultOut(
        title=result.title,
        number=result.number,
        agency=result.agency.name,
        signer=result.signer_name,
        issued_at=result.issued_at,
        verification_code=result.verification_code,
        sha256=result.file.blob.sha256,
        url=content_url(result.file.uuid),
    )
