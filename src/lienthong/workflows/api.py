"""The door of workflows: processes drawn in BPMN, tasks of people, decisions drawn in DMN."""

from lienthong.workflows.values import (
    ChecklistItem,
    Command,
    Outcome,
    Picture,
    Progress,
    StepView,
    WorkItem,
)

__all__ = [
    "ChecklistItem",
    "Command",
    "Outcome",
    "Picture",
    "Progress",
    "StepView",
    "WorkItem",
]
