"""Applications being prepared."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.dossiers.errors import DossierNotFoundError
from lienthong.dossiers.models import Dossier, Filing

_EARLIER = 3


def filing_for(*, principal: Principal, uuid: UUID, lock: bool = False) -> Filing:
    """Get an application that the person prepares.

    :param lock: hold it until the transaction ends, so that it is filed once.

    :raises DossierNotFoundError: for an absent one and a foreign one alike.
    """
    rows = _mine(principal)
    if lock:
        rows = rows.select_for_update(no_key=True, of=("self",))
    filing = (
        rows.filter(uuid=uuid)
        .select_related("procedure_version__procedure", "area", "dossier", "applicant", "counter_agency")
        .first()
    )
    if filing is None:
        raise DossierNotFoundError(_("Không tìm thấy hồ sơ đang soạn này."))
    return filing


def _mine(principal: Principal) -> QuerySet[Filing]:
    if principal.account_id is None:
        return Filing.objects.none()
    return Filing.objects.filter(account_id=principal.account_id)


def list_filings(*, principal: Principal, limit: int = 50) -> tuple[Filing, ...]:
    """List what the person prepares and has not filed, newest first."""
    rows = _mine(principal).filter(dossier__isnull=True)
    return tuple(rows.select_related("procedure_version__procedure", "area", "applicant").order_by("-id")[:limit])


def earlier_answers(*, person_id: int, form_id: int) -> tuple[Mapping[str, Any], ...]:
    """Give the answers of the person's latest dossiers under the same form, newest first."""
    rows = Dossier.objects.filter(applicant_id=person_id, form_id=form_id, business__isnull=True)
    return tuple(rows.order_by("-id").values_list("answers", flat=True)[:_EARLIER])
