"""Papers of a dossier that become certified copies, or are compared with their originals."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.dossiers import policies
from lienthong.dossiers.errors import DossierStateError, NotAllowedError
from lienthong.dossiers.models import Dossier, DossierDocument, HistoryKind
from lienthong.dossiers.services.change import begin, commit, lock
from lienthong.dossiers.services.papers_in import owner_of
from lienthong.organisations import api as organisations
from lienthong.vault import api as vault


def certify_document(
    *,
    principal: Principal,
    dossier: Dossier,
    document: DossierDocument,
    title: str,
    number: str,
    issuer_name: str,
    issued_on: date | None,
    now: datetime,
) -> vault.Certification:
    """Certify the scan of a paper whose original was handed over, into the applicant's vault; once per paper.

    :raises NotAllowedError: when the official does not sign for the competent agency.
    :raises DossierStateError: when there is no scan, or the paper came from the vault.
    """
    if not policies.may_certify(principal, dossier):
        raise NotAllowedError(_("Chỉ người có thẩm quyền ký của cơ quan giải quyết được chứng thực."))
    if document.file is None or document.vault_document is not None:
        raise DossierStateError(_("Giấy tờ này không có bản quét để chứng thực."))
    with transaction.atomic():
        locked = lock(dossier_id=dossier.pk)
        row = vault.certify(
            principal=principal,
            agency_id=locked.competent_agency_id,
            owner=owner_of(locked),
            original=vault.Original(
                title=title, scan=document.file, number=number, issuer_name=issuer_name, issued_on=issued_on
            ),
            submission_key=document.uuid,
            now=now,
        )
        if row.certified_at == now:
            change = begin(dossier=locked, principal=principal, now=now, agency_id=locked.competent_agency_id)
            change.facts |= {"certification": str(row.uuid)}
            change.tell(
                HistoryKind.STEP,
                title=f"Chứng thực bản sao điện tử: {row.document.title}, số {vault.number_text(row)}",
                facts={"number": vault.number_text(row)},
            )
            commit(change, action="dossiers.document.certified")
    return row


def confirm_compared(*, principal: Principal, dossier: Dossier, document: DossierDocument, now: datetime) -> None:
    """Note that a paper which the applicant had added to the vault was compared with its original.

    :raises NotAllowedError: when the official neither receives nor processes at an agency of the dossier.
    :raises ConflictError: when it was compared before.
    """
    agency_id = policies.comparing_agency(principal, dossier)
    if agency_id is None or document.vault_document is None:
        raise NotAllowedError(_("Chỉ người tiếp nhận hoặc xử lý hồ sơ được ghi nhận đối chiếu."))
    agency = organisations.get_agencies(ids=[agency_id])[agency_id]
    with transaction.atomic():
        vault.confirm_compared(
            actor=principal.actor(agency_id), agency_name=agency.name, uuid=document.vault_document, now=now
        )
        DossierDocument.objects.filter(pk=document.pk).update(is_verified=True)
