"""The files of a dossier: what the applicant handed in, and what the agency gave."""

from uuid import UUID

from django.utils.translation import gettext as _

from lienthong.dossiers.errors import DossierStateError
from lienthong.dossiers.models import Dossier, DossierDocument, Paper, Result, ResultState
from lienthong.kernel.prepared import Prepared
from lienthong.organisations import api as organisations


def list_documents(*, dossier: Dossier) -> tuple[DossierDocument, ...]:
    """List the papers handed in, replaced ones too, oldest first, with their files."""
    rows = DossierDocument.objects.filter(dossier=dossier).select_related("file__blob")
    return tuple(rows.order_by("id"))


def list_papers(*, dossier: Dossier) -> tuple[Paper, ...]:
    """List the numbered forms the agency gave, oldest first, with their files."""
    return tuple(Paper.objects.filter(dossier=dossier).select_related("file__blob").order_by("id"))


def issued_result(*, dossier: Dossier) -> Result | None:
    """Find the result once it is issued; drafts stay inside the agency."""
    if dossier.received_at is None:
        return None
    result = _ISSUED.first(dossier=dossier.pk)
    if result is not None:
        result.agency = organisations.get_agency_by_id(agency_id=result.agency_id)
    return result


_ISSUED = Prepared(
    lambda dossier: Result.objects.filter(dossier=dossier, state=ResultState.ISSUED).select_related("file__blob"),
    dossier=int,
)


def get_document(*, dossier: Dossier, uuid: UUID) -> DossierDocument:
    """Get a paper of a dossier with its file.

    :raises DossierStateError: when the dossier has no such paper in force.
    """
    rows = DossierDocument.objects.filter(dossier=dossier, uuid=uuid, replaced_at__isnull=True)
    found = rows.select_related("file__blob").first()
    if found is None:
        raise DossierStateError(_("Hồ sơ không còn giấy tờ này; có thể nó đã được thay."))
    return found
