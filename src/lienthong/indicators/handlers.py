"""What indicators do when something has happened to a dossier."""

from uuid import UUID

from lienthong.dossiers.events import DossierChanged, DossierFactsChanged, DossierRated
from lienthong.indicators.services import keeping


def keep(event: DossierChanged | DossierRated | DossierFactsChanged) -> None:
    """Bring the dossier's fact and the cells it counts in up to date."""
    keeping.keep(dossier_uuids=[UUID(event.aggregate_id)])
