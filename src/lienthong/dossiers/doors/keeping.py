"""How a dossier leaves and ends: its signed package, its time, its destruction, its hold."""

from lienthong.dossiers.models import LegalHold, Retention, RetentionState
from lienthong.dossiers.packages import PackageReport, verify_package
from lienthong.dossiers.queries.retention import list_retentions
from lienthong.dossiers.services.exporting import export_package, may_export
from lienthong.dossiers.services.retention import destroy, place_hold, propose, release_hold

__all__ = [
    "LegalHold",
    "PackageReport",
    "Retention",
    "RetentionState",
    "destroy",
    "export_package",
    "list_retentions",
    "may_export",
    "place_hold",
    "propose",
    "release_hold",
    "verify_package",
]
