"""Who may know of a charge, and who may take, waive and give back money."""

from uuid import UUID

from django.db.models import Q

from lienthong.accounts.api import Principal, Right
from lienthong.payments.models import Charge, Refund

#: Who may stand beside the treasurer as the second person of a refund.
SECOND = (Right.COLLECT, Right.APPROVE, Right.SIGN)


def agencies_seen(principal: Principal) -> frozenset[int]:
    """Give the agencies whose charges an official may read."""
    return frozenset().union(*(principal.agencies(right) for right in (*SECOND, Right.SUPERVISE)))


def visible(principal: Principal) -> Q:
    """Give the filter of the charges that a person may know of: their own, or those of the agencies they work for."""
    if principal.kind == "system":
        return Q()
    seen = Q(pk__in=[])
    if principal.business_id is not None:
        seen |= Q(business_id=principal.business_id)
    elif principal.person_id is not None:
        seen |= Q(person_id=principal.person_id, business__isnull=True)
    agencies = agencies_seen(principal)
    if agencies:
        seen |= Q(agency_id__in=sorted(agencies))
    return seen


def may_read_files(principal: Principal, owner_id: str) -> bool:
    """Say whether a person may read the receipts of a charge; the seam of the files' access check."""
    try:
        uuid = UUID(owner_id)
    except ValueError:
        return False
    return Charge.objects.filter(visible(principal), uuid=uuid).exists()


def collects(principal: Principal, charge: Charge) -> bool:
    """Say whether the official takes money for the charge's agency."""
    return principal.may(Right.COLLECT, charge.agency_id)


def may_decide(principal: Principal, refund: Refund, *, agency_id: int) -> bool:
    """Say whether the official may be the second person: a right at the agency, and not the one who asked."""
    return principal.may_any(SECOND, agency_id) and principal.account_id != refund.asked_by_id
