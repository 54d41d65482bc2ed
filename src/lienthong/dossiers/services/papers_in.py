"""The papers that applicants hand in: checked against the procedure, kept with the dossier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.catalogue import api as catalogue
from lienthong.dossiers.errors import SubmissionInvalidError
from lienthong.dossiers.models import Dossier, DossierDocument, Provenance
from lienthong.files import api as files
from lienthong.kernel.text import normalise
from lienthong.vault import api as vault

OTHER = "other"


@dataclass(frozen=True, slots=True)
class DocumentInput:
    """One paper that goes with an application.

    :ivar key: key of the required document in the procedure's version; free text papers use ``other``.
    :ivar file_uuid: the uploaded file; empty for a paper handed over at the counter.
    :ivar is_certified: whether the copies are certified (bản sao chứng thực).
    :ivar vault_uuid: the paper of the applicant's vault that is used again instead of an upload.
    """

    key: str
    file_uuid: UUID | None = None
    vault_uuid: UUID | None = None
    name: str = ""
    copy_kind: DossierDocument.Copy = DossierDocument.Copy.ELECTRONIC
    quantity: int = 1
    is_certified: bool = False


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """A paper found in order."""

    source: DocumentInput
    name: str
    file: files.File | None
    held: vault.VaultDocument | None = None

    @property
    def provenance(self) -> Provenance:
        """Say where the paper came from."""
        if self.held is not None:
            return Provenance.VAULT
        return Provenance.UPLOAD if self.file is not None else Provenance.PAPER


def declaration_key(*, version: catalogue.ProcedureVersion) -> str:
    """Name the paper that is the declaration itself: online it is the form, so it is not asked for again.

    It is the first paper with an official form number; empty when the procedure has no e-form.
    Basis: NĐ 224/2026/NĐ-CP, Điều 15 (interactive e-forms, nothing asked twice).
    """
    if not version.form_key:
        return ""
    papers = catalogue.required_documents(version=version)
    return next((paper.key for paper in papers if paper.form_code), "")


def check(
    *,
    version: catalogue.ProcedureVersion,
    documents: Sequence[DocumentInput],
    wanted_keys: Sequence[str] | None,
    principal: Principal,
    owner: vault.Owner,
    is_online: bool,
    now: datetime,
) -> tuple[CheckedDocument, ...]:
    """Check papers: those wanted are there, every file exists, is the person's own and is clean.

    A paper used again from the vault must be the applicant's and still hold.

    :param owner: whose vault may be drawn from: the applicant's.
    :param wanted_keys: the papers that must be there; ``None`` means those the procedure requires.
    :raises SubmissionInvalidError: with ``documents.<key>`` for each problem.
    """
    known = {document.key: document for document in catalogue.required_documents(version=version)}
    if wanted_keys is None:
        wanted_keys = [
            key
            for key, document in known.items()
            if document.requirement == "required" and not (is_online and key == declaration_key(version=version))
        ]
    given = {document.key for document in documents}
    problems = {
        f"documents.{document.key}": [_("Thủ tục không có giấy tờ “%(key)s”.") % {"key": document.key[:80]}]
        for document in documents
        if document.key not in known and document.key != OTHER
    }
    for key in wanted_keys:
        if key not in given:
            name = known[key].name if key in known else key
            problems[f"documents.{key}"] = [_("Thiếu giấy tờ: %(name)s.") % {"name": name}]
    held = vault.usable_by_uuid(
        owner=owner, uuids=[document.vault_uuid for document in documents if document.vault_uuid], now=now
    )
    uuids = [document.file_uuid for document in documents if document.file_uuid is not None and not document.vault_uuid]
    found = {file.uuid: file for file in files.uploads_of(principal=principal, uuids=uuids)} if uuids else {}
    checked = []
    for document in documents:
        again = held.get(document.vault_uuid) if document.vault_uuid else None
        file = again.file if again else found.get(document.file_uuid) if document.file_uuid else None
        field = f"documents.{document.key}"
        if document.vault_uuid and again is None:
            problems[field] = [_("Giấy tờ trong kho không còn dùng được: đã hết hạn, bị thu hồi hoặc thay thế.")]
        elif document.file_uuid and file is None:
            problems[field] = [_("Không tìm thấy tệp đã tải lên. Hãy tải lại tệp.")]
        elif file is None and is_online:
            problems[field] = [_("Hãy đính kèm tệp cho giấy tờ này.")]
        elif file is not None and file.is_infected:
            problems[field] = [_("Tệp có mã độc nên không nhận được. Hãy tải lên tệp khác.")]
        name = (
            document.name
            or (again.title if again and document.key not in known else "")
            or (known[document.key].name if document.key in known else _("Giấy tờ khác"))
        )
        checked.append(CheckedDocument(source=document, name=normalise(name)[:500], file=file, held=again))
    if problems:
        raise SubmissionInvalidError(_("Hồ sơ còn thiếu giấy tờ hoặc giấy tờ chưa đúng."), field_errors=problems)
    return tuple(checked)


def owner_of(dossier: Dossier) -> vault.Owner:
    """Say whose vault goes with a dossier."""
    return vault.Owner.of(person_id=dossier.applicant_id, business_id=dossier.business_id)


def save(
    dossier: Dossier,
    documents: Sequence[CheckedDocument],
    *,
    principal: Principal,
    now: datetime,
    supplement_round: int = 0,
) -> None:
    """Keep checked papers with their dossier, give its readers access to the files, and tell the vault what it gave."""
    if not documents:
        return
    DossierDocument.objects.bulk_create(
        DossierDocument(
            dossier=dossier,
            document_key=document.source.key,
            name=document.name,
            copy_kind=document.source.copy_kind,
            quantity=document.source.quantity,
            is_certified=document.source.is_certified,
            file=document.file,
            round=supplement_round,
            origin=document.provenance,
            vault_document=document.held.uuid if document.held is not None else None,
            is_verified=document.held is not None and document.held.is_verified,
        )
        for document in documents
    )
    files.attach_many(
        file_ids=[document.file.pk for document in documents if document.file is not None],
        owner_type="dossiers.dossier",
        owner_id=str(dossier.uuid),
    )
    held = [document.held for document in documents if document.held is not None]
    if held:
        vault.record_uses(
            documents=held,
            used_type="dossiers.dossier",
            used_id=str(dossier.uuid),
            label=f"Hồ sơ {dossier.code}",
            purpose=dossier.procedure_version.name_vi,
            used_by=principal.name,
            now=now,
        )
