"""What an official may do with a dossier now: one panel per open task, one form per outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from lienthong.accounts.api import Principal, Right
from lienthong.catalogue import api as catalogue
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.workflows import api as workflows
from lienthong.workspace import step_forms
from lienthong.workspace.people import who_may

SUPPLEMENT = "supplement"


@dataclass(frozen=True, slots=True)
class Typed:
    """What came with an act that was not carried out.

    :ivar task: the task it was for; None when it was kept from an earlier page and may fit any task.
    """

    task: UUID | None
    outcome: str = ""
    note: str = ""
    document_keys: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()
    assignee: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def pairs(self) -> list[tuple[str, str]]:
        """Give the errors as pairs of element id and message."""
        asked_here = ("note", "document_keys", "to_account_id")
        return [
            (f"{self.outcome}-{path}" if path in asked_here else f"f-{path}", text)
            for path, texts in self.errors.items()
            for text in texts
        ]


@dataclass(frozen=True, slots=True)
class OutcomeForm:
    """One way to end a task, with what it asks.

    :ivar questions: the step's own form (``lt:formKey``) as HTML, where the outcome asks it.
    :ivar papers: the papers a supplement request may name: key, name, whether chosen.
    """

    outcome: workflows.Outcome
    note: str
    note_error: str
    is_open: bool
    papers: tuple[tuple[str, str, bool], ...] = ()
    questions: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One open task that this official may do.

    :ivar people: whom the next task can be given to, where this one assigns.
    :ivar held_by: the colleague who has it; then the official can look, not act.
    """

    item: workflows.WorkItem
    is_mine: bool
    held_by: str
    primary: tuple[OutcomeForm, ...]
    others: tuple[OutcomeForm, ...]
    checklist: tuple[tuple[workflows.ChecklistItem, bool], ...]
    may_release: bool
    may_reassign: bool
    people: tuple[tuple[int, str], ...] = ()
    assignee: str = ""
    assignee_error: str = ""


def panels_for(
    *,
    request: HttpRequest,
    principal: Principal,
    dossier: dossiers.Dossier,
    tasks: Sequence[workflows.WorkItem],
    typed: Typed | None,
    now: datetime,
) -> tuple[Panel, ...]:
    """Build the panels of the tasks, those of the official first."""
    papers: tuple[tuple[str, str], ...] = ()
    if any(outcome.key == SUPPLEMENT for item in tasks for outcome in item.outcomes):
        wanted = catalogue.required_documents(version=dossier.procedure_version)
        papers = tuple((document.key, document.name) for document in wanted)
    made = [_panel(request, principal, item, papers, _for(typed, item), now) for item in tasks]
    return tuple(sorted(made, key=lambda panel: (not panel.is_mine, bool(panel.held_by))))


def _for(typed: Typed | None, item: workflows.WorkItem) -> Typed | None:
    return typed if typed is not None and typed.task in (None, item.uuid) else None


def _panel(
    request: HttpRequest,
    principal: Principal,
    item: workflows.WorkItem,
    papers: tuple[tuple[str, str], ...],
    typed: Typed | None,
    now: datetime,
) -> Panel:
    is_mine = item.assignee_id is not None and item.assignee_id == principal.account_id
    oversees = principal.may_any((Right.ASSIGN, Right.SUPERVISE), item.agency_id)
    made = [_outcome_form(request, item, outcome, papers, typed, now) for outcome in item.outcomes]
    checked = typed.checked if typed else ()
    return Panel(
        item=item,
        is_mine=is_mine,
        held_by="" if is_mine or item.assignee_id is None else item.assignee_name,
        primary=tuple(form for form in made if form.outcome.primary),
        others=tuple(form for form in made if not form.outcome.primary),
        checklist=tuple((line, line.key in checked) for line in item.checklist),
        may_release=is_mine or (oversees and item.assignee_id is not None),
        may_reassign=is_mine or oversees,
        people=who_may(right=Right.PROCESS, agency_id=item.agency_id, now=now) if item.right == Right.ASSIGN else (),
        assignee=typed.assignee if typed else "",
        assignee_error=" ".join(typed.errors.get("to_account_id", ())) if typed else "",
    )


def _outcome_form(
    request: HttpRequest,
    item: workflows.WorkItem,
    outcome: workflows.Outcome,
    papers: tuple[tuple[str, str], ...],
    typed: Typed | None,
    now: datetime,
) -> OutcomeForm:
    own = typed if typed is not None and typed.outcome == outcome.key else None
    errors = own.errors if own else {}
    return OutcomeForm(
        outcome=outcome,
        note=own.note if own else "",
        note_error=" ".join(errors.get("note", ())),
        is_open=own is not None,
        papers=tuple((key, name, own is not None and key in own.document_keys) for key, name in papers)
        if outcome.key == SUPPLEMENT
        else (),
        questions=step_forms.drawn(
            request, item, typed=own.values if own else {}, errors=errors, on=clock.local_date(now)
        )
        if step_forms.is_asked(item, outcome)
        else "",
    )
