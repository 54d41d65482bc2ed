"""The door of workflows: processes drawn in BPMN, tasks of people, decisions drawn in DMN."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from lienthong.workflows import feel
from lienthong.workflows.decisions import DecisionError
from lienthong.workflows.definitions import DecisionNotFoundError, ProcessNotFoundError, decision_in_force
from lienthong.workflows.diagrams import UnsafeXmlError
from lienthong.workflows.events import ProcessAdvanced
from lienthong.workflows.policies import tasks_filter, visible_tasks_filter
from lienthong.workflows.queries.definitions import elements_of, get_definition, list_definitions, process_keys
from lienthong.workflows.queries.tasks import (
    FinishedTask,
    TaskGroup,
    TaskMissingError,
    TaskPage,
    all_tasks,
    business_key_of,
    count_tasks,
    finished_by,
    finished_tasks_of,
    get_task_for,
    group_tasks,
    hands_of,
    list_tasks,
    open_tasks,
    open_tasks_held_by,
    tasks_by_uuid,
    tasks_due,
    tasks_of,
)
from lienthong.workflows.queries.thread import is_waiting, picture, steps
from lienthong.workflows.queries.times import TaskTime, task_times
from lienthong.workflows.services.handling import (
    InvalidOutcomeError,
    TaskForbiddenError,
    TaskNotFoundError,
    TaskTakenError,
    claim,
    complete,
    reassign,
    release,
)
from lienthong.workflows.services.publishing import (
    Checked,
    InvalidDefinitionError,
    Published,
    check_definition,
    publish_decisions,
    publish_definition,
)
from lienthong.workflows.services.running import (
    AlreadyStartedError,
    InstanceNotFoundError,
    MissingPartyError,
    NotRunningError,
    cancel,
    fire_due_timers,
    send_message,
    set_deadline,
    set_title,
    start,
)
from lienthong.workflows.services.seeding import publish_folder
from lienthong.workflows.services.storing import InvalidDataError
from lienthong.workflows.values import (
    CarryOut,
    ChecklistItem,
    Command,
    Deadline,
    Outcome,
    Picture,
    Progress,
    StepView,
    WorkItem,
)

__all__ = [
    "AlreadyStartedError",
    "CarryOut",
    "Checked",
    "ChecklistItem",
    "Command",
    "Deadline",
    "DecisionError",
    "DecisionNotFoundError",
    "FinishedTask",
    "InstanceNotFoundError",
    "InvalidDataError",
    "InvalidDefinitionError",
    "InvalidOutcomeError",
    "MissingPartyError",
    "NotRunningError",
    "Outcome",
    "Picture",
    "ProcessAdvanced",
    "ProcessNotFoundError",
    "Progress",
    "Published",
    "StepView",
    "TaskForbiddenError",
    "TaskGroup",
    "TaskMissingError",
    "TaskNotFoundError",
    "TaskPage",
    "TaskTakenError",
    "TaskTime",
    "UnsafeXmlError",
    "WorkItem",
    "all_tasks",
    "business_key_of",
    "cancel",
    "check_definition",
    "claim",
    "complete",
    "count_tasks",
    "elements_of",
    "evaluate_decision",
    "feel",
    "finished_by",
    "finished_tasks_of",
    "fire_due_timers",
    "get_definition",
    "get_task_for",
    "group_tasks",
    "hands_of",
    "is_waiting",
    "list_definitions",
    "list_tasks",
    "open_tasks",
    "open_tasks_held_by",
    "picture",
    "process_keys",
    "publish_decisions",
    "publish_definition",
    "publish_folder",
    "reassign",
    "release",
    "send_message",
    "set_deadline",
    "set_title",
    "start",
    "steps",
    "task_times",
    "tasks_by_uuid",
    "tasks_due",
    "tasks_filter",
    "tasks_of",
    "visible_tasks_filter",
]


def evaluate_decision(*, key: str, inputs: Mapping[str, Any], on: date, now: datetime | None = None) -> Any:
    """Ask a published decision table; the answer is in JSON types.

    :param inputs: what its input expressions read.
    :raises DecisionNotFoundError: no such table in force on that date.
    :raises DecisionError: its rules contradict each other for these inputs.
    """
    return feel.to_json(decision_in_force(key=key, on=on).decide(inputs, now=now))
