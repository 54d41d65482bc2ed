"""Dossiers and everything that hangs on one."""

from lienthong.dossiers.models.dossier import (
    ApplicantKind,
    Channel,
    Dossier,
    DossierDocument,
    DossierStatus,
    Provenance,
    ReturnMethod,
)
from lienthong.dossiers.models.filing import Filing
from lienthong.dossiers.models.history import DeadlineChange, DeadlineChangeKind, HistoryEntry, HistoryKind
from lienthong.dossiers.models.results import (
    Paper,
    PaperKind,
    PaymentRequest,
    Result,
    ResultState,
    Revocation,
    RevocationKind,
    RevocationState,
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

__all__ = [
    "ApplicantKind",
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
    "HistoryEntry",
    "HistoryKind",
    "Paper",
    "PaperKind",
    "PauseEffect",
    "PauseKind",
    "PausePolicy",
    "PaymentRequest",
    "Provenance",
    "Result",
    "ResultState",
    "ReturnMethod",
    "Revocation",
    "RevocationKind",
    "RevocationState",
    "SupplementRequest",
]
