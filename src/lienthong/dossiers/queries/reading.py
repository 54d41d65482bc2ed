"""On what ground somebody reads a dossier now, and how much of the person it shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lienthong.accounts.api import AccessGround, Principal
from lienthong.dossiers import policies
from lienthong.dossiers.models import Dossier
from lienthong.workflows import api as workflows

#: How long a stated purpose lets an official go on reading.
PURPOSE_LASTS = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Stated:
    """What an official has stated to read a dossier outside their tasks.

    :ivar is_full: whether it was stated to see masked data in full.
    """

    purpose: str
    is_full: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How somebody reads a dossier now.

    :ivar ground: None while a purpose has to be stated before anything is shown.
    :ivar is_full: whether identity number, telephone, e-mail, address and birth date are shown unmasked.
    :ivar is_own: whether the reader is the applicant (or the system), of whom nothing is written.
    """

    ground: AccessGround | None
    purpose: str = ""
    is_full: bool = False
    is_own: bool = False
    agency_id: int | None = None


def reading_of(
    *,
    principal: Principal,
    dossier: Dossier,
    tasks: Sequence[workflows.WorkItem],
    stated: Stated | None = None,
    now: datetime,
) -> Reading:
    """Work out how a principal who may see a dossier reads it; one statement more where no task is at hand.

    :param tasks: the open tasks of the dossier that the principal may do.
    """
    if principal.kind == "system" or policies.is_applicant(principal, dossier):
        return Reading(AccessGround.TASK, is_full=True, is_own=True)
    ground, purpose, work = _work(principal, dossier, tasks, now)
    is_full = policies.shows_person(dossier, work)
    agency_id = work[0][1] if work else None
    if stated is not None and stated.is_full and not is_full:
        return Reading(AccessGround.UNMASKED, stated.purpose, is_full=True, agency_id=agency_id)
    if ground is not None:
        return Reading(ground, purpose, is_full=is_full, agency_id=agency_id)
    return _outside_tasks(principal, dossier, stated)


def ground_of_purpose(principal: Principal, dossier: Dossier) -> AccessGround:
    """Say what a stated purpose is: oversight by who controls procedures there, else a look outside the tasks."""
    return AccessGround.OVERSIGHT if policies.is_overseer(principal, dossier) else AccessGround.PURPOSE


def _outside_tasks(principal: Principal, dossier: Dossier, stated: Stated | None) -> Reading:
    if stated is not None:
        return Reading(ground_of_purpose(principal, dossier), stated.purpose)
    if principal.kind == "client":
        is_full = policies.client_sees_person(principal, dossier)
        return Reading(AccessGround.PROGRAM, f"Chương trình “{principal.name}” đọc dữ liệu", is_full=is_full)
    return Reading(None)


def _work(
    principal: Principal, dossier: Dossier, tasks: Sequence[workflows.WorkItem], now: datetime
) -> tuple[AccessGround | None, str, list[tuple[str, int]]]:
    if tasks:
        mine = [task for task in tasks if task.assignee_id == principal.account_id]
        return AccessGround.TASK, (mine or tasks)[0].name, [(task.right, task.agency_id) for task in tasks]
    if principal.is_official and policies.is_in_aftercare(dossier, now):
        done = workflows.finished_by(principal=principal, business_key=str(dossier.uuid))
        if done:
            return AccessGround.TASK, f"Đã làm: {done[0].name}", [(task.right, task.agency_id) for task in done]
    return None, "", []
