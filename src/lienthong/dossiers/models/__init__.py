"""Dossiers and everything that hangs on one."""

from lienthong.dossiers.models.branches import Branch, BranchRule, BranchState
from lienthong.dossiers.models.dossier import (
    ApplicantKind,
    Channel,
    Dossier,
    DossierDocument,
    DossierStatus,
    ReturnMethod,
)
from lienthong.dossiers.models.filing import Filing
from lienthong.dossiers.models.history import DeadlineChange, DeadlineChangeKind, HistoryEntry, HistoryKind
from lienthong.dossiers.models.printed import (
    BookState,
    HandOver,
    HandOverDirection,
    HandOverLine,
    PaperForm,
    TrackingBook,
)
from lienthong.dossiers.models.results import (
    Paper,
    PaperKind,
    Result,
    ResultState,
    SupplementRequest,
)
from lienthong.dossiers.models.rules import (
    CodePattern,
    CodeSequence,
    ConsultedParty,
    PauseEffect,
    PauseKind,
    PausePolicy,
)
from lienthong.dossiers.models.shipments import Shipment, ShipmentContent, ShipmentEvent, ShipmentState
from lienthong.dossiers.models.timing import (
    Alarm,
    AlarmKind,
    Audience,
    LapseOutcome,
    Reminder,
    ReminderAbout,
    ReminderMoment,
    ReminderRule,
    TacitRule,
    WaitKind,
    WaitRule,
)

__all__ = [
    "Alarm",
    "AlarmKind",
    "ApplicantKind",
    "Audience",
    "BookState",
    "Branch",
    "BranchRule",
    "BranchState",
    "Channel",
    "CodePattern",
    "CodeSequence",
    "ConsultedParty",
    "DeadlineChange",
    "DeadlineChangeKind",
    "Dossier",
    "DossierDocument",
    "DossierStatus",
    "Filing",
    "HandOver",
    "HandOverDirection",
    "HandOverLine",
    "HistoryEntry",
    "HistoryKind",
    "LapseOutcome",
    "Paper",
    "PaperForm",
    "PaperKind",
    "PauseEffect",
    "PauseKind",
    "PausePolicy",
    "Reminder",
    "ReminderAbout",
    "ReminderMoment",
    "ReminderRule",
    "Result",
    "ResultState",
    "ReturnMethod",
    "Shipment",
    "ShipmentContent",
    "ShipmentEvent",
    "ShipmentState",
    "SupplementRequest",
    "TacitRule",
    "TrackingBook",
    "WaitKind",
    "WaitRule",
]
