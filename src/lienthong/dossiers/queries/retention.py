"""Dossiers whose time is up."""

from django.db.models import Exists, OuterRef

from lienthong.accounts.api import Principal, Right
from lienthong.dossiers.models import LegalHold, Retention, RetentionState
from lienthong.kernel.paging import Page, keyset


def list_retentions(*, principal: Principal, cursor: str | None, size: int = 50) -> Page[Retention]:
    """List the dossiers of one's agencies that wait for a proposal or a second approval, the longest due first."""
    held = LegalHold.objects.filter(dossier_id=OuterRef("dossier_id"), released_at__isnull=True)
    rows = Retention.objects.filter(
        state__in=[RetentionState.DUE, RetentionState.PROPOSED],
        dossier__competent_agency_id__in=sorted(principal.agencies(Right.SUPERVISE)),
    )
    return keyset(
        rows.select_related("dossier__procedure_version", "proposed_by__official").annotate(is_held=Exists(held)),
        order=("due_on", "id"),
        cursor=cursor,
        size=size,
    )
