"""Reading dossiers: one, many, their story, and what the public may know."""

from lienthong.dossiers.queries.alarms import AlarmRow, alarms_in_all, count_alarms, last_escalation, list_alarms
from lienthong.dossiers.queries.books import list_books, may_read_book
from lienthong.dossiers.queries.branches import branches_of
from lienthong.dossiers.queries.detail import (
    Desk,
    agreed_replacement,
    all_results,
    charges_of,
    get_dossier_by_code_for,
    get_dossier_for,
    history_of,
    load_desk,
    may_read_files,
    open_payment,
    open_revocation,
    open_supplement,
    replacement_in_work,
    result_of,
)
from lienthong.dossiers.queries.facts import DossierFacts, facts_after, facts_of
from lienthong.dossiers.queries.figures import ServiceFigures, service_figures
from lienthong.dossiers.queries.filing import filing_for, list_filings
from lienthong.dossiers.queries.hand_overs import (
    HandOverRow,
    WaitingProcedure,
    get_hand_over_for,
    lines_of,
    list_hand_overs,
    list_waiting,
    may_confirm,
    receivers_of,
    spread_waiting,
)
from lienthong.dossiers.queries.lists import DossierFilter, DossierRow, count_dossiers, keys_matching, list_dossiers
from lienthong.dossiers.queries.public import PublicProgress, PublicResult, track, verify_by_code, verify_by_file
from lienthong.dossiers.queries.story import Holder, ThreadStep, current_holders, public_thread, thread_of

__all__ = [
    "AlarmRow",
    "Desk",
    "DossierFacts",
    "DossierFilter",
    "DossierRow",
    "HandOverRow",
    "Holder",
    "PublicProgress",
    "PublicResult",
    "ServiceFigures",
    "ThreadStep",
    "WaitingProcedure",
    "agreed_replacement",
    "alarms_in_all",
    "all_results",
    "branches_of",
    "charges_of",
    "count_alarms",
    "count_dossiers",
    "current_holders",
    "facts_after",
    "facts_of",
    "filing_for",
    "get_dossier_by_code_for",
    "get_dossier_for",
    "get_hand_over_for",
    "history_of",
    "keys_matching",
    "last_escalation",
    "lines_of",
    "list_alarms",
    "list_books",
    "list_dossiers",
    "list_filings",
    "list_hand_overs",
    "list_waiting",
    "load_desk",
    "may_confirm",
    "may_read_book",
    "may_read_files",
    "open_payment",
    "open_revocation",
    "open_supplement",
    "public_thread",
    "receivers_of",
    "replacement_in_work",
    "result_of",
    "service_figures",
    "spread_waiting",
    "thread_of",
    "track",
    "verify_by_code",
    "verify_by_file",
]
