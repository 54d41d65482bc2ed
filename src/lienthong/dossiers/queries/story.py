"""A dossier told as a thread: what happened, who has it now, what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from lienthong.dossiers.models import Dossier, HistoryEntry, HistoryKind, Paper
from lienthong.dossiers.queries.detail import Desk
from lienthong.dossiers.queries.public import PublicProgress
from lienthong.organisations import api as organisations
from lienthong.workflows import api as workflows


@dataclass(frozen=True, slots=True)
class ThreadStep:
    """One knot of the thread.

    :ivar state: ``done``, ``now`` or ``ahead``; ``wrong`` for a refusal.
    """

    title: str
    state: str
    about: str = ""
    at: datetime | None = None
    by: str = ""
    url: str = ""
    url_text: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a dossier now.

    :ivar name: the official's name; empty while nobody of the agency has taken the task.
    """

    step: str
    agency: str
    name: str
    since: datetime | None
    due_at: datetime | None
    is_applicant: bool


_WRONG = (HistoryKind.NOT_RECEIVED, HistoryKind.REFUSED, HistoryKind.STOPPED)


def current_holders(*, dossier: Dossier) -> tuple[Holder, ...]:
    """Say who has the dossier now: agency, officer and step; several when steps run in parallel."""
    current = [step for step in workflows.steps(business_key=str(dossier.uuid)) if step.state == "current"]
    agencies = organisations.get_agencies(ids={step.agency_id for step in current if step.agency_id is not None})
    return tuple(
        Holder(
            step=step.text,
            agency=agencies[step.agency_id].name if step.agency_id in agencies else "",
            name=step.by,
            since=step.at,
            due_at=step.due_at,
            is_applicant=step.party == "applicant" or step.agency_id is None,
        )
        for step in current
    )


def thread_of(*, dossier: Dossier, desk: Desk) -> tuple[ThreadStep, ...]:
    """Tell a dossier to its applicant: the public history, then where it is, then what lies ahead."""
    papers = {paper.occasion: paper for paper in desk.papers}
    done = [_told(entry, papers) for entry in desk.history]
    return (*done, *_rest(workflows.steps(business_key=str(dossier.uuid)), is_final=dossier.is_final))


def _told(entry: HistoryEntry, papers: Mapping[UUID, Paper]) -> ThreadStep:
    paper = papers.get(entry.uuid)
    agency = entry.agency.name if entry.agency is not None else ""
    return ThreadStep(
        title=entry.title,
        state="wrong" if entry.kind in _WRONG else "done",
        about=entry.note,
        at=entry.at,
        by=", ".join(part for part in (entry.actor_name, agency) if part) if entry.actor_kind != "citizen" else "",
        url=f"/tep/{paper.file.uuid}/" if paper is not None else "",
        url_text=str(paper.get_kind_display()) if paper is not None else "",
    )


def _rest(steps: Sequence[workflows.StepView], *, is_final: bool) -> tuple[ThreadStep, ...]:
    if is_final:
        return ()
    agencies = organisations.get_agencies(ids={step.agency_id for step in steps if step.agency_id is not None})
    told = []
    for step in steps:
        if step.state == "done":
            continue
        agency = agencies[step.agency_id].name if step.agency_id in agencies else ""
        told.append(
            ThreadStep(
                title=step.text,
                state="now" if step.state == "current" else "ahead",
                about=agency or _("Chờ người nộp hồ sơ"),
                at=step.at if step.state == "current" else None,
                by=step.by,
            )
        )
    return tuple(told)


def public_thread(*, progress: PublicProgress) -> tuple[ThreadStep, ...]:
    """Tell the progress to anyone: steps and times, no names."""
    states = {"done": "done", "current": "now", "ahead": "ahead"}
    return tuple(
        ThreadStep(title=step.text, state=states[step.state], at=step.at if step.state == "done" else None)
        for step in progress.steps
    )
