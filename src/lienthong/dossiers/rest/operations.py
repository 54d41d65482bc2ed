"""REST operations of applicants and readers on dossiers."""

from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from lienthong.accounts.api import BearerToken, caller
from lienthong.catalogue import api as catalogue
from lienthong.dossiers import api as dossiers
from lienthong.dossiers.queries.detail import open_payment, open_supplement
from lienthong.dossiers.queries.papers import issued_result, list_documents, list_papers
from lienthong.dossiers.rest import asking, reading, shapes
from lienthong.files.rest import content_url
from lienthong.forms import api as forms
from lienthong.kernel import clock, idempotency, reference
from lienthong.kernel.errors import InvalidError, NotFoundError
from lienthong.kernel.rest import Text, answer
from lienthong.organisations import api as organisations

router = Router(tags=["dossiers"])
_READ = BearerToken("dossiers:read")
_WRITE = BearerToken("dossiers:write")


@router.get("", response=shapes.DossierPage, auth=_READ, summary="List dossiers")
def list_dossiers(
    request: HttpRequest,
    status: int | None = Query(None, ge=1, le=10, description="one of the ten national statuses"),
    group: Literal["", "open", "closed", "overdue"] = "",
    query: Text = Query("", max_length=120, description="part of a code, a name or an identity number"),
    procedure: Text = Query("", max_length=40, description="procedure code"),
    cursor: Text | None = Query(None, max_length=200),
    size: int = Query(50, ge=1, le=100),
) -> HttpResponse:
    """List the dossiers that the token's person or agency may see, newest first."""
    page = dossiers.list_dossiers(
        principal=caller(request),
        wanted=dossiers.DossierFilter(status=status, group=group, query=query, procedure_code=procedure),
        cursor=cursor,
        size=size,
        now=clock.now(),
    )
    return answer(
        shapes.DossierPage.model_construct(
            items=[shapes.line(row) for row in page.items], next=page.next_cursor, previous=page.previous_cursor
        )
    )


@router.post(
    "",
    response={201: shapes.ReceiptOut, 200: shapes.ReceiptOut},
    auth=_WRITE,
    summary="File a dossier",
)
@reference.remembered()
def file_dossier(
    request: HttpRequest, response: HttpResponse, payload: shapes.DossierIn, idempotency_key: Text = asking.KEY
) -> Status:
    """File an application for the token's person.

    The same Idempotency-Key never files twice: a repeat answers 200 with the dossier as it now is, and the
    key with another body is refused (409).
    """
    principal, now = caller(request), clock.now()
    application = _application(payload, asking.submission_key(principal, idempotency_key))
    try:
        with transaction.atomic():
            dossier = dossiers.submit(principal=principal, application=application, now=now)
            is_new = idempotency.pin(
                key=idempotency_key,
                actor_id=principal.account_uuid,
                fingerprint=asking.fingerprint(request, principal),
                now=now,
            )
    except InvalidError as error:
        raise asking.placed(error, payload.documents) from None
    response["Location"] = f"/api/v1/dossiers/{dossier.uuid}"
    return Status(201 if is_new else 200, shapes.receipt(dossier))


def _application(payload: shapes.DossierIn, key: UUID) -> dossiers.Application:
    today = clock.local_date(clock.now())
    if payload.return_method == dossiers.ReturnMethod.POST and not payload.return_address.strip():
        raise _wrong("return_address", _("Hãy nhập địa chỉ nhận kết quả qua bưu chính."))
    try:
        procedure = catalogue.get_procedure(code=payload.procedure, on=today)
    except NotFoundError as error:
        raise _wrong("procedure", error.message) from None
    try:
        area = organisations.get_area(uuid=payload.area)
    except NotFoundError as error:
        raise _wrong("area", error.message) from None
    if payload.time_limit is not None:
        try:
            catalogue.time_limit(version=procedure, condition_key=payload.time_limit)
        except catalogue.UnknownConditionError as error:
            raise _wrong("time_limit", error.message) from None
    return dossiers.Application(
        procedure=procedure,
        form=forms.current_form(key=procedure.form_key or dossiers.GENERAL_FORM, on=today),
        answers=payload.answers,
        documents=asking.documents(payload.documents),
        area_id=area.pk,
        submission_key=key,
        return_method=payload.return_method,
        return_address=payload.return_address,
        time_limit_key=payload.time_limit,
    )


def _wrong(path: str, message: str) -> InvalidError:
    return dossiers.SubmissionInvalidError(_("Hồ sơ chưa nộp được."), field_errors={path: [message]})


@router.get("/{uuid}", response=shapes.DossierOut, auth=_READ, summary="Read a dossier")
def read_dossier(request: HttpRequest, uuid: UUID, purpose: Text = reading.PURPOSE) -> shapes.DossierOut:
    """Read one dossier with its answers, its due date's computation, what is asked now, and its result.

    Identity numbers, telephones, e-mails, addresses and birth dates in the answers are masked where the token's
    work needs no more (``is_masked``). The reading is shown to the applicant.
    """
    principal = caller(request)
    dossier = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    read = reading.opened(principal=principal, dossier=dossier, purpose=purpose, now=clock.now())
    return shapes.whole(
        dossier,
        is_masked=not read.is_full,
        supplement=open_supplement(dossier=dossier),
        payment=open_payment(dossier=dossier),
        result=issued_result(dossier=dossier),
        branches=dossiers.branches_of(dossier=dossier),
    )


@router.get("/{uuid}/history", response=shapes.HistoryOut, auth=_READ, summary="Read a dossier's history")
def read_history(request: HttpRequest, uuid: UUID) -> shapes.HistoryOut:
    """Read what happened to a dossier; applicants get the public lines."""
    principal = caller(request)
    dossier = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    entries = dossiers.history_of(dossier=dossier, public_only=dossiers.is_applicant(principal, dossier))
    return shapes.HistoryOut(
        items=[
            shapes.HistoryLine(
                id=entry.uuid,
                at=entry.at,
                kind=entry.kind,
                title=entry.title,
                note=entry.note,
                agency=entry.agency.name if entry.agency else "",
                status=entry.status,
            )
            for entry in entries
        ]
    )


@router.get("/{uuid}/documents", response=shapes.DocumentsOut, auth=_READ, summary="List a dossier's files")
def read_documents(request: HttpRequest, uuid: UUID, purpose: Text = reading.PURPOSE) -> shapes.DocumentsOut:
    """List the papers handed in, the forms the agency gave and the issued result, each with its address."""
    principal = caller(request)
    dossier = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    reading.opened(principal=principal, dossier=dossier, purpose=purpose, now=clock.now())
    return shapes.DocumentsOut(
        documents=[
            shapes.DocumentOut(
                key=row.document_key,
                name=row.name,
                round=row.round,
                replaced_at=row.replaced_at,
                origin=row.origin,
                is_verified=row.is_verified,
                file=_link(row.file) if row.file is not None else None,
            )
            for row in list_documents(dossier=dossier)
        ],
        papers=[
            shapes.PaperOut(
                kind=row.kind,
                label=str(row.get_kind_display()),
                number=row.number,
                issued_at=row.issued_at,
                file=_link(row.file),
            )
            for row in list_papers(dossier=dossier)
        ],
        result=shapes.result_out(issued_result(dossier=dossier)),
    )


def _link(file: Any) -> shapes.FileLink:
    return shapes.FileLink(
        id=file.uuid,
        name=file.name,
        media_type=file.blob.media_type,
        size=file.blob.size,
        pages=file.blob.pages,
        sha256=file.blob.sha256,
        scan_state=file.blob.scan_state,
        url=content_url(file.uuid),
    )


@router.post("/{uuid}/supplement", response=shapes.ReceiptOut, auth=_WRITE, summary="Hand in what was asked for")
def supplement(
    request: HttpRequest,
    uuid: UUID,
    payload: shapes.SupplementIn,
    idempotency_key: asking.KeyIfWanted = asking.KEY_IF_WANTED,
) -> dict[str, Any]:
    """Supplement a dossier of the token's person; earlier papers are kept, marked as replaced."""
    principal, papers = caller(request), asking.documents(payload.documents)

    def run() -> dict[str, Any]:
        dossier = dossiers.get_dossier_for(principal=principal, uuid=uuid)
        changed = dossiers.supplement(
            principal=principal,
            dossier=dossier,
            documents=papers,
            answers=payload.answers,
            note=payload.note,
            version=payload.version,
            now=clock.now(),
        )
        return shapes.receipt(changed).model_dump(mode="json")

    try:
        return asking.once(request, principal, idempotency_key, run)
    except InvalidError as error:
        raise asking.placed(error, payload.documents) from None


@router.post("/{uuid}/withdraw", response=shapes.ReceiptOut, auth=_WRITE, summary="Take a dossier back")
def withdraw(
    request: HttpRequest,
    uuid: UUID,
    payload: shapes.ReasonIn,
    idempotency_key: asking.KeyIfWanted = asking.KEY_IF_WANTED,
) -> dict[str, Any]:
    """Withdraw a dossier of the token's person before it is decided, with a reason."""
    principal = caller(request)

    def run() -> dict[str, Any]:
        dossier = dossiers.get_dossier_for(principal=principal, uuid=uuid)
        changed = dossiers.withdraw(
            principal=principal, dossier=dossier, reason=payload.reason, version=payload.version, now=clock.now()
        )
        return shapes.receipt(changed).model_dump(mode="json")

    return asking.once(request, principal, idempotency_key, run)
