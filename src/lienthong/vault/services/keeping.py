"""Papers come into the vault, are compared with their originals, and come to an end."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.files import api as files
from lienthong.kernel import audit, clock
from lienthong.kernel.text import normalise
from lienthong.vault import policies, queries
from lienthong.vault.errors import AlreadyVerifiedError, DocumentMissingError, VaultInvalidError
from lienthong.vault.matching import type_of
from lienthong.vault.models import DocumentState, DocumentType, Origin, VaultDocument
from lienthong.vault.policies import Owner

OWNER_TYPE = "vault.document"
_ACCEPTED = (files.PDF, files.JPEG, files.PNG, files.WEBP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A paper as its source knows it.

    :ivar source_type: and ``source_id``: the thing it came from; the same one is kept once.
    :ivar procedure: the procedure whose result it is, where it is one.
    """

    owner: Owner
    title: str
    file: files.File
    origin: Origin
    source_type: str
    source_id: str
    procedure: str = ""
    number: str = ""
    issuer_id: int | None = None
    issuer_name: str = ""
    issued_on: date | None = None
    verification_code: str = ""


def keep(*, paper: Kept, actor: audit.Actor, now: datetime) -> VaultDocument:
    """Take a paper into the vault with its signature checked; the same source again gives the paper that is there."""
    known = VaultDocument.objects.filter(source_type=paper.source_type, source_id=paper.source_id).first()
    if known is not None:
        return known
    on = paper.issued_on or clock.local_date(now)
    found = type_of(title=paper.title, procedure=paper.procedure, types=queries.types_in_force(on=on))
    with transaction.atomic():
        document, is_new = VaultDocument.objects.get_or_create(
            source_type=paper.source_type,
            source_id=paper.source_id,
            defaults={
                "person_id": paper.owner.person_id,
                "business_id": paper.owner.business_id,
                "type": found,
                "title": normalise(paper.title)[:255],
                "number": paper.number,
                "issuer_id": paper.issuer_id,
                "issuer_name": paper.issuer_name,
                "issued_on": paper.issued_on,
                "valid_until": _last_day(found, paper.issued_on),
                "file": paper.file,
                "origin": paper.origin,
                "verification_code": paper.verification_code,
                "signature": _signature(paper.file, now),
                "checked_at": now,
            },
        )
        if is_new:
            _attach_and_tell(document, actor, "vault.document.kept", now)
    return document


def add_upload(*, principal: Principal, title: str, upload: files.Upload | None, now: datetime) -> VaultDocument:
    """Let a citizen add a paper of their own; nobody vouches for it until an officer has compared it.

    :raises VaultInvalidError: without a name or a file.
    :raises UploadRefusedError: when the file is not one that is taken.
    """
    owner = policies.owner_of(principal)
    if owner == Owner():
        raise DocumentMissingError(_("Chỉ công dân, doanh nghiệp có kho giấy tờ."))
    name = normalise(title)[:255]
    errors: dict[str, list[str]] = {}
    if not name:
        errors["title"] = [_("Hãy ghi tên giấy tờ.")]
    if upload is None:
        errors["file"] = [_("Hãy chọn tệp giấy tờ.")]
    if errors or upload is None:
        raise VaultInvalidError(_("Chưa thêm được giấy tờ."), field_errors=errors)
    today = clock.local_date(now)
    with transaction.atomic():
        file = files.store_upload(
            principal=principal, upload=upload, purpose="vault.document", accept=_ACCEPTED, now=now
        )
        document = VaultDocument.objects.create(
            person_id=owner.person_id,
            business_id=owner.business_id,
            type=type_of(title=name, procedure="", types=queries.types_in_force(on=today)),
            title=name,
            file=file,
            origin=Origin.UPLOAD,
            signature=_signature(file, now),
            checked_at=now,
        )
        _attach_and_tell(document, principal.actor(), "vault.document.added", now)
    return document


def remove_upload(*, principal: Principal, uuid: UUID, now: datetime) -> None:
    """Let a citizen take out a paper they added, while no dossier relies on it.

    :raises VaultInvalidError: for a paper an agency gave, or one in use.
    """
    with transaction.atomic():
        document = (
            VaultDocument.objects.select_for_update(no_key=True).filter(policies.visible(principal), uuid=uuid).first()
        )
        if document is None:
            raise DocumentMissingError(_("Không tìm thấy giấy tờ này trong kho của bạn."))
        if document.origin != Origin.UPLOAD or document.uses.exists():
            raise VaultInvalidError(_("Giấy tờ do cơ quan cấp hoặc đã dùng trong hồ sơ thì giữ lại trong kho."))
        document.shares.all().delete()
        document.delete()
        files.detach(file_id=document.file_id, owner_type=OWNER_TYPE, owner_id=str(document.uuid))
        audit.record(
            actor=principal.actor(),
            action="vault.document.removed",
            subject_type=OWNER_TYPE,
            subject_id=document.uuid,
            at=now,
        )


def confirm_compared(*, actor: audit.Actor, agency_name: str, uuid: UUID, now: datetime) -> VaultDocument:
    """Note that an officer compared a citizen's own upload with the original; the caller has asked who may.

    :raises AlreadyVerifiedError: on a second click, or for a paper that needs no comparing.
    """
    with transaction.atomic():
        document = VaultDocument.objects.select_for_update(no_key=True).filter(uuid=uuid).first()
        if document is None:
            raise DocumentMissingError(_("Không tìm thấy giấy tờ."))
        if document.is_verified:
            raise AlreadyVerifiedError(_("Giấy tờ này đã được đối chiếu."))
        document.verified_at = now
        document.verified_by = f"{actor.name}, {agency_name}"[:255]
        document.save(update_fields=["verified_at", "verified_by"])
        audit.record(
            actor=actor, action="vault.document.compared", subject_type=OWNER_TYPE, subject_id=document.uuid, at=now
        )
    return document


def end(
    *,
    source_type: str,
    source_id: str,
    why: str,
    at: datetime,
    actor: audit.Actor,
    replaced_by: tuple[str, str] | None = None,
) -> VaultDocument | None:
    """Let the paper of a source follow its revocation or replacement; doing it again changes nothing.

    :param replaced_by: source of the paper that takes its place, which is in the vault already.
    """
    with transaction.atomic():
        document = (
            VaultDocument.objects.select_for_update(no_key=True)
            .filter(source_type=source_type, source_id=source_id)
            .first()
        )
        if document is None or document.state != DocumentState.IN_FORCE:
            return document
        heir = None
        if replaced_by is not None:
            heir = VaultDocument.objects.filter(source_type=replaced_by[0], source_id=replaced_by[1]).first()
        document.state = DocumentState.REVOKED if replaced_by is None else DocumentState.REPLACED
        document.ended_at, document.ended_why, document.replaced_by = at, why, heir
        document.save(update_fields=["state", "ended_at", "ended_why", "replaced_by"])
        audit.record(
            actor=actor,
            action=f"vault.document.{document.state}",
            subject_type=OWNER_TYPE,
            subject_id=document.uuid,
            at=at,
        )
    return document


def _signature(file: files.File, now: datetime) -> str:
    if file.blob.media_type != files.PDF:
        return "unsigned"
    try:
        return files.verify_pdf(pdf=files.read_file(file=file), now=now).state
    except files.FileNotServedError:  # it waits for the virus scanner; what nobody has read proves nothing
        return "unsigned"


def _last_day(found: DocumentType | None, issued_on: date | None) -> date | None:
    if found is None or found.valid_months is None or issued_on is None:
        return None
    months = issued_on.year * 12 + issued_on.month - 1 + found.valid_months
    year, month = divmod(months, 12)
    return date(year, month + 1, min(issued_on.day, monthrange(year, month + 1)[1]))


def _attach_and_tell(document: VaultDocument, actor: audit.Actor, action: str, now: datetime) -> None:
    files.attach(file_id=document.file_id, owner_type=OWNER_TYPE, owner_id=str(document.uuid))
    audit.record(
        actor=actor,
        action=action,
        subject_type=OWNER_TYPE,
        subject_id=document.uuid,
        at=now,
        facts={"origin": document.origin, "signature": document.signature, "source": document.source_id},
    )
