"""Dossiers and everything that hangs on one."""

from lienthong.dossiers.models.dossier import (
    ApplicantKind,
    Channel,
    Dossier,
    DossierDocument,
    DossierStatus,
    ReturnMethod,
)
from lienthong.dossiers.models.feedback import (
    ComplaintState,
    ComplaintStep,
    FeedbackReason,
    FeedbackRule,
    HandlingComplaint,
    Rating,
    RatingLevel,
    RatingPlace,
    RatingTicket,
)
from lienthong.dossiers.models.filing import Filing
from lienthong.dossiers.models.history import DeadlineChange, DeadlineChangeKind, HistoryEntry, HistoryKind
from lienthong.dossiers.models.imports import ImportBatch, ImportMapping, ImportProblem, ImportState, LegacyDossier
from lienthong.dossiers.models.national import NationalSwitch, NationalSync, SyncStatus
from lienthong.dossiers.models.results import (
    Paper,
    PaperKind,
    PaymentRequest,
    Result,
    ResultState,
    SupplementRequest,
)
from lienthong.dossiers.models.retention import LegalHold, Retention, RetentionRule, RetentionState
from lienthong.dossiers.models.rules import (
    CodePattern,
    CodeSequence,
    ConsultedParty,
    PauseEffect,
    PauseKind,
    PausePolicy,
)
from lienthong.dossiers.models.scores import DossierScore, ScoreBand, ScoreIndicator, ScoreMetric

__all__ = [
    "ApplicantKind",
    "Channel",
    "CodePattern",
    "CodeSequence",
    "ComplaintState",
    "ComplaintStep",
    "ConsultedParty",
    "DeadlineChange",
    "DeadlineChangeKind",
    "Dossier",
    "DossierDocument",
    "DossierScore",
    "DossierStatus",
    "FeedbackReason",
    "FeedbackRule",
    "Filing",
    "HandlingComplaint",
    "HistoryEntry",
    "HistoryKind",
    "ImportBatch",
    "ImportMapping",
    "ImportProblem",
    "ImportState",
    "LegacyDossier",
    "LegalHold",
    "NationalSwitch",
    "NationalSync",
    "Paper",
    "PaperKind",
    "PauseEffect",
    "PauseKind",
    "PausePolicy",
    "PaymentRequest",
    "Rating",
    "RatingLevel",
    "RatingPlace",
    "RatingTicket",
    "Result",
    "ResultState",
    "Retention",
    "RetentionRule",
    "RetentionState",
    "ReturnMethod",
    "ScoreBand",
    "ScoreIndicator",
    "ScoreMetric",
    "SupplementRequest",
    "SyncStatus",
]
