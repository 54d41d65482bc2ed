"""Many dossiers at once: taking them over from an older system, and handing an official's tasks over."""

from lienthong.dossiers.legacy_rows import FIELDS, RUNNING
from lienthong.dossiers.legacy_tables import TableError
from lienthong.dossiers.models import ImportBatch, ImportProblem, ImportState
from lienthong.dossiers.queries.imports import (
    get_batch_for,
    importing_agencies,
    list_batches,
    list_problems,
    problem_rows,
)
from lienthong.dossiers.services.handovers import HandoverLine, HandoverReport, hand_over, spread, tasks_to_hand_over
from lienthong.dossiers.services.importing import choose_columns, start_import, upload_table

__all__ = [
    "FIELDS",
    "RUNNING",
    "HandoverLine",
    "HandoverReport",
    "ImportBatch",
    "ImportProblem",
    "ImportState",
    "TableError",
    "choose_columns",
    "get_batch_for",
    "hand_over",
    "importing_agencies",
    "list_batches",
    "list_problems",
    "problem_rows",
    "spread",
    "start_import",
    "tasks_to_hand_over",
    "upload_table",
]
