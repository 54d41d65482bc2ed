"""Reading dossiers: one, many, their story, and what the public may know."""

from lienthong.dossiers.queries.detail import (
    Desk,
    get_dossier_by_code_for,
    get_dossier_for,
    history_of,
    load_desk,
    may_read_files,
    open_payment,
    open_supplement,
    result_of,
)
from lienthong.dossiers.queries.facts import DossierFacts, facts_after, facts_of
from lienthong.dossiers.queries.figures import ServiceFigures, service_figures
from lienthong.dossiers.queries.filing import filing_for, list_filings
from lienthong.dossiers.queries.lists import DossierFilter, DossierRow, count_dossiers, keys_matching, list_dossiers
from lienthong.dossiers.queries.public import PublicProgress, PublicResult, track, verify_by_code, verify_by_file
from lienthong.dossiers.queries.story import Holder, ThreadStep, current_holders, public_thread, thread_of

__all__ = [
    "Desk",
    "DossierFacts",
    "DossierFilter",
    "DossierRow",
    "Holder",
    "PublicProgress",
    "PublicResult",
    "ServiceFigures",
    "ThreadStep",
    "count_dossiers",
    "current_holders",
    "facts_after",
    "facts_of",
    "filing_for",
    "get_dossier_by_code_for",
    "get_dossier_for",
    "history_of",
    "keys_matching",
    "list_dossiers",
    "list_filings",
    "load_desk",
    "may_read_files",
    "open_payment",
    "open_supplement",
    "public_thread",
    "result_of",
    "service_figures",
    "thread_of",
    "track",
    "verify_by_code",
    "verify_by_file",
]
