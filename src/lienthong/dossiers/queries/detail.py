"""One dossier with all that its page shows, in a constant number of statements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.catalogue import api as catalogue
from lienthong.dossiers import policies
from lienthong.dossiers.errors import DossierNotFoundError
from lienthong.dossiers.models import (
    DeadlineChange,
    Dossier,
    DossierDocument,
    DossierStatus,
    HistoryEntry,
    Paper,
    Result,
    ResultState,
    Revocation,
    RevocationState,
    SupplementRequest,
)
from lienthong.forms import api as forms
from lienthong.kernel import reference
from lienthong.kernel.prepared import Prepared
from lienthong.organisations import api as organisations
from lienthong.payments import api as payments
from lienthong.vault import api as vault

#: How charges name a dossier.
CHARGED = "dossiers.dossier"


def get_dossier_for(*, principal: Principal, uuid: UUID) -> Dossier:
    """Get a dossier that the person may know of.

    :raises DossierNotFoundError: for an absent one and a foreign one alike.
    """
    return _found(_VISIBLE.first(seen=policies.visible(principal), uuid=uuid))


def get_dossier_by_code_for(*, principal: Principal, code: str) -> Dossier:
    """Get a dossier by its code, in any case of letters.

    :raises DossierNotFoundError: for an absent one and a foreign one alike.
    """
    return _found(Dossier.objects.filter(policies.visible(principal), code=code.strip().upper()).first())


_VISIBLE = Prepared(lambda seen, uuid: Dossier.objects.filter(seen, uuid=uuid), seen=Q, uuid=UUID)


def _found(dossier: Dossier | None) -> Dossier:
    """Give the one dossier with its agencies, procedure and form, which each process keeps in memory."""
    if dossier is None:
        raise DossierNotFoundError(_("Không tìm thấy hồ sơ, hoặc hồ sơ không phải của bạn."))
    with reference.remembered():
        dossier.procedure_version = catalogue.get_version_by_id(version_id=dossier.procedure_version_id)
        if dossier.form_id is not None:
            dossier.form = forms.get_form_by_id(form_id=dossier.form_id)
        for role in ("receiving_agency", "competent_agency", "supporting_agency"):
            agency = organisations.get_agency_by_id(agency_id=getattr(dossier, f"{role}_id"))
            setattr(dossier, role, agency)
    return dossier


def may_read_files(principal: Principal, owner_id: str) -> bool:
    """Say whether a person may read the files of a dossier; the seam of the files' access check."""
    try:
        uuid = UUID(owner_id)
    except ValueError:
        return False
    return Dossier.objects.filter(policies.visible(principal), uuid=uuid).exists()


def history_of(*, dossier: Dossier, public_only: bool) -> tuple[HistoryEntry, ...]:
    """List the history, oldest first."""
    entries = HistoryEntry.objects.filter(dossier=dossier).select_related("agency").order_by("id")
    if public_only:
        entries = entries.filter(is_public=True)
    return tuple(entries)


def result_of(*, dossier: Dossier) -> Result | None:
    """Find the result in force, or before there is one the result that is worked on."""
    return _standing(all_results(dossier=dossier))


def all_results(*, dossier: Dossier) -> tuple[Result, ...]:
    """List every result of a dossier, ended ones too, oldest first, with their files."""
    rows = Result.objects.filter(dossier=dossier).select_related("file__blob", "agency", "replacement")
    return tuple(rows.order_by("id"))


_ENDED = (ResultState.REVOKED, ResultState.REPLACED)


def _standing(results: tuple[Result, ...]) -> Result | None:
    alive = [row for row in results if row.state not in (*_ENDED, ResultState.DROPPED)]
    return min(alive, key=lambda row: row.state != ResultState.ISSUED, default=None)


def replacement_in_work(*, dossier: Dossier) -> Result | None:
    """Find the result that is prepared to take the place of the one in force."""
    rows = Result.objects.filter(dossier=dossier, replaces__isnull=False)
    return rows.filter(state__in=(ResultState.DRAFT, ResultState.SIGNED)).select_related("file__blob", "agency").first()


def agreed_replacement(*, dossier: Dossier) -> Revocation | None:
    """Find the approved proposal whose new result is being prepared."""
    rows = Revocation.objects.filter(
        result__dossier=dossier, result__state=ResultState.ISSUED, state=RevocationState.APPROVED
    )
    return rows.order_by("-decided_at").first()


def open_revocation(*, dossier: Dossier) -> Revocation | None:
    """Find the proposal that waits for its second person."""
    rows = Revocation.objects.filter(result__dossier=dossier, state=RevocationState.OPEN)
    return rows.select_related("result").first()


def open_supplement(*, dossier: Dossier) -> SupplementRequest | None:
    """Find what the applicant is asked for now; asks nothing where the status says that nothing is waited for."""
    if dossier.status != DossierStatus.SUPPLEMENT:
        return None
    return SupplementRequest.objects.filter(dossier=dossier, answered_at__isnull=True).select_related("agency").first()


def open_payment(*, dossier: Dossier) -> payments.Charge | None:
    """Find the financial duty that is waited for now; see :func:`open_supplement`."""
    if dossier.status != DossierStatus.PAYMENT:
        return None
    return payments.open_demand(subject_type=CHARGED, subject_id=dossier.uuid)


def charges_of(*, dossier: Dossier) -> tuple[payments.Charge, ...]:
    """List everything that was asked of the applicant, with lines, payments and receipts."""
    return payments.charges_of(subject_type=CHARGED, subject_id=dossier.uuid)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that a dossier's page shows besides the dossier itself."""

    documents: tuple[DossierDocument, ...]
    replaced_documents: tuple[DossierDocument, ...]
    history: tuple[HistoryEntry, ...]
    deadline_changes: tuple[DeadlineChange, ...]
    papers: tuple[Paper, ...]
    result: Result | None
    supplement: SupplementRequest | None
    payment: payments.Charge | None
    ended_results: tuple[Result, ...] = ()
    replacement: Result | None = None
    revocation: Revocation | None = None
    held: Mapping[UUID, vault.VaultDocument] = field(default_factory=dict)


def load_desk(*, dossier: Dossier, public_only: bool) -> Desk:
    """Load the rest of a dossier's page: at most ten statements, whatever its size."""
    results = all_results(dossier=dossier)
    standing = _standing(results)
    documents = tuple(DossierDocument.objects.filter(dossier=dossier).select_related("file__blob").order_by("id"))
    return Desk(
        documents=tuple(document for document in documents if document.replaced_at is None),
        replaced_documents=tuple(document for document in documents if document.replaced_at is not None),
        history=history_of(dossier=dossier, public_only=public_only),
        deadline_changes=tuple(DeadlineChange.objects.filter(dossier=dossier).order_by("id")),
        papers=tuple(Paper.objects.filter(dossier=dossier).select_related("file__blob").order_by("id")),
        result=standing,
        supplement=open_supplement(dossier=dossier),
        payment=open_payment(dossier=dossier),
        ended_results=tuple(row for row in results if row.state in _ENDED),
        replacement=next((row for row in results if row.replaces_id and row.state not in (*_ENDED, "issued")), None),
        revocation=open_revocation(dossier=dossier) if standing is not None and not public_only else None,
        held=vault.documents_by_uuid(
            uuids=[document.vault_document for document in documents if document.vault_document is not None]
        ),
    )
