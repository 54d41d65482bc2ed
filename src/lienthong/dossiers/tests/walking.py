"""Walking a dossier through its process, step by step, by the officials whose posts carry the rights."""

from datetime import timedelta
from typing import Any

from lienthong.accounts.api import SYSTEM_PRINCIPAL as SYSTEM
from lienthong.dossiers import api
from lienthong.dossiers.api import Dossier
from lienthong.dossiers.tests.factories import NOW, REASON, World, do, make_procedure
from lienthong.workflows import api as workflows

LATER = NOW + timedelta(days=3)
FREE = {"accept", "pass", "assigned", "approve", "sign", "issue", "returned", "confirmed", "agree", "meets", "done"}
TO_RESULT = ("sign:sign", "issue:issue")


def walk(world: World, dossier: Dossier, *steps: str, **more: Any) -> Dossier:
    """Do steps written ``element:outcome``; a reason is given where one is wanted."""
    for step in steps:
        element, outcome = step.split(":")
        dossier = do(world, dossier, element, outcome, note=REASON if outcome not in FREE else "", **more)
    return dossier


def department(**more: Any) -> Any:
    """Make a procedure that a department of the province decides."""
    return make_procedure(**{"level": "province", "office": "Sở Xây dựng", **more})


def kinds(dossier: Dossier, *, public_only: bool = True) -> list[str]:
    """Name what happened to a dossier, in order."""
    return [entry.kind for entry in api.history_of(dossier=dossier, public_only=public_only)]


def finished(dossier: Dossier) -> bool:
    """Say whether no task is open any more."""
    return workflows.tasks_of(principal=SYSTEM, business_key=str(dossier.uuid)) == ()
