"""The badges of what dossiers consist of: each state's word and tone, in one place."""

from collections.abc import Mapping

from lienthong.dossiers.models import BranchState, DossierStatus, ShipmentState
from lienthong.ui import status

_DOSSIER: Mapping[DossierStatus, status.Tone] = {
    DossierStatus.SUBMITTED: "info",
    DossierStatus.RECEIVED: "info",
    DossierStatus.NOT_RECEIVED: "wrong",
    DossierStatus.PROCESSING: "now",
    DossierStatus.SUPPLEMENT: "soon",
    DossierStatus.PAYMENT: "soon",
    DossierStatus.WITHDRAWN: "plain",
    DossierStatus.STOPPED: "paused",
    DossierStatus.DONE: "done",
    DossierStatus.RETURNED: "done",
}
_BRANCH: Mapping[BranchState, status.Tone] = {
    BranchState.OPEN: "now",
    BranchState.DONE: "done",
    BranchState.FAILED: "wrong",
}
_SHIPMENT: Mapping[ShipmentState, status.Tone] = {
    ShipmentState.HANDED_OVER: "info",
    ShipmentState.IN_TRANSIT: "now",
    ShipmentState.DELIVERED: "done",
    ShipmentState.RETURNED: "wrong",
}


def register() -> None:
    """Make the badges known to the design system."""
    for state, tone in _DOSSIER.items():
        status.register(f"dossiers.{state.name}", state.label, tone)
    for branch, tone in _BRANCH.items():
        status.register(f"dossiers.branch.{branch}", branch.label, tone)
    for place, tone in _SHIPMENT.items():
        status.register(f"dossiers.shipment.{place.name}", place.label, tone)
