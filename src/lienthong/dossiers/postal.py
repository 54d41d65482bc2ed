"""Who may send what by post, and the filter of what is to be sent: the policies of shipments."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from lienthong.accounts.api import Principal, Right
from lienthong.dossiers import policies
from lienthong.dossiers.models import (
    Dossier,
    DossierStatus,
    ReturnMethod,
    Shipment,
    ShipmentContent,
    ShipmentState,
)

#: A result that was given back so long ago needs no parcel any more.
_LOOK_BACK = timedelta(days=60)


def sends(principal: Principal) -> frozenset[int]:
    """Give the agencies for which an official hands items to the post and takes them in."""
    return principal.agencies(Right.RETURN)


def may_send(principal: Principal, dossier: Dossier) -> bool:
    """Say whether the official may send something of a dossier, or take in what comes for it."""
    return bool(sends(principal) & set(dossier.agency_ids))


def may_announce(principal: Principal, dossier: Dossier) -> bool:
    """Say whether the applicant may announce papers sent by post: until the dossier is decided."""
    is_decided = dossier.is_final or dossier.status == DossierStatus.DONE
    return policies.is_applicant(principal, dossier) and not is_decided


def to_send(principal: Principal, now: datetime) -> Q:
    """Give the filter of the dossiers whose result waits to be handed to the post."""
    underway = Shipment.objects.filter(dossier=OuterRef("pk"), content=ShipmentContent.RESULT).exclude(
        state=ShipmentState.RETURNED
    )
    return (
        Q(agency_ids__overlap=sorted(sends(principal)))
        & Q(return_method=ReturnMethod.POST, status__in=(DossierStatus.DONE, DossierStatus.RETURNED))
        & Q(done_at__gte=now - _LOOK_BACK)
        & Q(~Exists(underway))
    )


def seen(principal: Principal) -> Q:
    """Give the filter of the shipments that an official works with."""
    return Q(dossier__agency_ids__overlap=sorted(sends(principal)))
