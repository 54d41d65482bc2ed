"""Plain values that the door of this context takes and gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import get_language

TaskState = Literal["OPEN", "CLAIMED", "DONE", "CANCELLED"]
StepState = Literal["done", "current", "ahead"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way in which a task may end, offered to the official as a button.

    :ivar reason: whether the official must, may or cannot give a reason (``note`` of ``complete``).
    """

    key: str
    label: str
    label_en: str = ""
    primary: bool = False
    reason: Literal["required", "optional", "none"] = "none"

    @property
    def text(self) -> str:
        """Give the label in the language of the screen."""
        return _in_language(self.label, self.label_en)


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One thing that the official confirms having checked."""

    key: str
    label: str
    label_en: str = ""

    @property
    def text(self) -> str:
        """Give the label in the language of the screen."""
        return _in_language(self.label, self.label_en)


@dataclass(frozen=True, slots=True)
class Command:
    """What the process asks its owner to do, once, in the order of ``Progress.commands``.

    :ivar name: one of the closed vocabulary of the README.
    :ivar element_id: the service task of the diagram that asks.
    :ivar data: the element's parameters, or else what the last task or message brought, with
        ``outcome`` and ``note``.
    """

    name: str
    element_id: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A task of a person, as lists and pages show it.

    :ivar party: the role in the dossier: ``receiving``, ``competent``, ``supporting``, ``consulted_1``…
    :ivar agency_id: the agency playing that role (number inside).
    :ivar right: the right an official needs at that agency.
    :ivar version: grows by one with each claim, release, reassignment; sent back to ``complete``.
    """

    uuid: UUID
    business_key: str
    process_key: str
    element_id: str
    name: str
    name_en: str
    public_name: str
    party: str
    agency_id: int
    right: str
    state: TaskState
    stage: str
    assignee_id: int | None
    assignee_name: str
    opened_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    outcome: str
    note: str
    version: int
    title: str = ""
    subtitle: str = ""
    form_key: str = ""
    outcomes: tuple[Outcome, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()

    @property
    def text(self) -> str:
        """Give the task's name in the language of the screen."""
        return _in_language(self.name, self.name_en)

    def is_overdue(self, now: datetime) -> bool:
        """Say whether the task is unfinished past its due time."""
        return self.state in ("OPEN", "CLAIMED") and self.due_at is not None and self.due_at < now


@dataclass(frozen=True, slots=True)
class Progress:
    """What one step of a process did.

    :ivar stage: ``lt:stage`` of the furthest element now reached; the owner maps it to its status.
    """

    instance: UUID
    commands: tuple[Command, ...]
    opened: tuple[WorkItem, ...]
    closed: tuple[WorkItem, ...]
    finished: bool
    stage: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """The whole limit, as the owner has just computed it.

    :ivar due_at: empty while the clock stands still.
    :ivar of_tasks: tasks (by element) with a limit of their own, which later moves of the whole limit leave alone.
    """

    counted_from: datetime
    due_at: datetime | None
    of_tasks: Mapping[str, datetime] = field(default_factory=dict)


#: Carries out what a step commands before the step is written; gives the whole limit when that moved it.
CarryOut = Callable[[Progress], Deadline | None]


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of the public thread: worded for the applicant, without officials' names.

    :ivar by: who finished it, for officials' pages; the portal leaves it out.
    """

    element_id: str
    name: str
    name_en: str
    party: str
    agency_id: int | None
    state: StepState
    at: datetime | None
    by: str = ""
    outcome: str = ""
    due_at: datetime | None = None

    @property
    def text(self) -> str:
        """Give the step's name in the language of the screen."""
        return _in_language(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class Picture:
    """The diagram of a running process for bpmn-js.

    :ivar xml: BPMN 2.0 with diagram information.
    :ivar current: element ids where the process waits now.
    :ivar done: element ids already passed.
    """

    xml: str
    current: tuple[str, ...]
    done: tuple[str, ...] = field(default=())


def _in_language(vietnamese: str, english: str) -> str:
    if english and (get_language() or "vi").startswith("en"):
        return english
    return vietnamese
