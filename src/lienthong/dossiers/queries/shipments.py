"""Reading shipments: what waits to be sent, what is on its way, what one dossier has."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lienthong.accounts.api import Principal
from lienthong.dossiers import postal
from lienthong.dossiers.models import Dossier, Shipment, ShipmentContent, ShipmentState
from lienthong.dossiers.plugins.carriers import find_carrier
from lienthong.kernel.paging import Page, keyset
from lienthong.kernel.text import search_key
from lienthong.organisations import api as organisations


def list_to_send(*, principal: Principal, cursor: str | None, now: datetime, size: int = 50) -> Page[Dossier]:
    """List the dossiers whose result waits for the post, the longest waiting first."""
    rows = Dossier.objects.filter(postal.to_send(principal, now)).select_related("procedure_version")
    return keyset(rows, order=("done_at", "id"), cursor=cursor, size=size)


def list_shipments(
    *, principal: Principal, group: str, query: str, cursor: str | None, size: int = 50
) -> Page[Shipment]:
    """List the shipments an official works with, newest first.

    :param group: ``open``, ``incoming``, ``returned`` or empty for all.
    :param query: part of a tracking number, a code or a name.
    """
    rows = Shipment.objects.filter(postal.seen(principal)).select_related("dossier__procedure_version")
    open_states = (ShipmentState.HANDED_OVER, ShipmentState.IN_TRANSIT)
    match group:
        case "open":
            rows = rows.filter(state__in=open_states).exclude(content=ShipmentContent.INCOMING)
        case "incoming":
            rows = rows.filter(content=ShipmentContent.INCOMING)
        case "returned":
            rows = rows.filter(state=ShipmentState.RETURNED)
        case _:
            pass
    if query.strip():
        by_number = rows.filter(tracking_number__startswith=query.strip().upper().replace(" ", ""))
        rows = by_number | rows.filter(dossier__search_key__contains=search_key(query))
    return keyset(rows, order=("-id",), cursor=cursor, size=size)


@dataclass(frozen=True, slots=True)
class ShownShipment:
    """One shipment as a dossier's page shows it.

    :ivar page: where people follow it at the carrier's; empty when nowhere.
    """

    shipment: Shipment
    carrier: str
    page: str


def shipments_of(*, dossier: Dossier) -> tuple[ShownShipment, ...]:
    """List what travelled for a dossier, newest first, each with its events: two statements."""
    rows = Shipment.objects.filter(dossier=dossier).prefetch_related("events").order_by("-id")
    return tuple(_shown(row) for row in rows)


def _shown(row: Shipment) -> ShownShipment:
    carrier = find_carrier(row.carrier)
    return ShownShipment(
        shipment=row,
        carrier=carrier.name if carrier is not None else row.carrier,
        page=carrier.page(row.tracking_number) if carrier is not None else "",
    )


@dataclass(frozen=True, slots=True)
class Label:
    """One address label."""

    code: str
    recipient: str
    address: str
    phone: str
    sender: str
    sender_address: str


def labels_for(*, principal: Principal, uuids: Collection[UUID], now: datetime) -> tuple[Label, ...]:
    """Give the labels of chosen dossiers that wait for the post; foreign ones are left out."""
    rows = (
        Dossier.objects.filter(postal.to_send(principal, now), uuid__in=uuids)
        .select_related("receiving_agency")
        .order_by("done_at", "id")
    )
    agencies = organisations.get_agencies(ids={row.receiving_agency_id for row in rows})
    return tuple(
        Label(
            code=row.code,
            recipient=row.applicant_name,
            address=row.return_address,
            phone=row.phone,
            sender=agencies[row.receiving_agency_id].name,
            sender_address=agencies[row.receiving_agency_id].address,
        )
        for row in rows
    )
