"""Administrative areas, agencies, officials, the posts they hold, and the working calendar, all dated."""

from lienthong.organisations.models.agencies import (
    Agency,
    AgencyIdentifier,
    AgencyLevel,
    AgencyParent,
    AgencySuccession,
    Confidence,
)
from lienthong.organisations.models.areas import AdministrativeArea, AreaLevel, AreaSuccession
from lienthong.organisations.models.officials import Absence, Assignment, Official, Position, PositionKind
from lienthong.organisations.models.working_time import CalendarDay, CountingRule, FirstDay, PausePolicy, WorkingHours

__all__ = [
    "Absence",
    "AdministrativeArea",
    "Agency",
    "AgencyIdentifier",
    "AgencyLevel",
    "AgencyParent",
    "AgencySuccession",
    "AreaLevel",
    "AreaSuccession",
    "Assignment",
    "CalendarDay",
    "Confidence",
    "CountingRule",
    "FirstDay",
    "Official",
    "PausePolicy",
    "Position",
    "PositionKind",
    "WorkingHours",
]
