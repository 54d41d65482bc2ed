"""The state of an instance as bytes: compressed JSON without the specification.

Never ``jsonb``: the order of the tokens matters and ``jsonb`` reorders keys.
"""

import json
import zlib
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.task import Task as Token
from SpiffWorkflow.util.task import TaskState

VERSION = 1
_ROOT = -1
_LEVEL = 6


def pack(document: dict[str, Any]) -> bytes:
    """Compress a state document."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return zlib.compress(text.encode(), _LEVEL)


def unpack(content: bytes) -> dict[str, Any]:
    """Read back what :func:`pack` wrote; numbers with a fraction come back as decimals."""
    document: dict[str, Any] = json.loads(zlib.decompress(content), parse_float=Decimal)
    if document["v"] != VERSION:
        raise ValueError(f"unknown version of a process state: {document['v']}")
    return document


def write_tokens(workflow: BpmnWorkflow, numbers: dict[Any, int]) -> list[list[Any]]:
    """Flatten the token tree, parents first: number, parent, specification, state, internal data.

    Tokens without a number get the next one; numbers are never reused within an instance.
    """
    following = max(numbers.values(), default=0) + 1
    rows: list[list[Any]] = []
    stack = [workflow.task_tree]
    while stack:
        token = stack.pop()
        if token.id not in numbers:
            numbers[token.id] = following
            following += 1
        parent = numbers[token.parent.id] if token.parent is not None else _ROOT
        row = [numbers[token.id], parent, token.task_spec.name, token.state]
        internal = {key: value for key, value in token.internal_data.items() if value is not None}
        if internal:
            row.append(internal)
        rows.append(row)
        stack.extend(reversed(token.children))
    return rows


def read_tokens(workflow: BpmnWorkflow, rows: list[list[Any]]) -> dict[Any, int]:
    """Rebuild the token tree inside an empty workflow and say which number each token has.

    A token read back has its number for an identifier: the library only compares them, and numbers hash fast.
    """
    numbers: dict[Any, int] = {}
    waiting: list[Token] = []
    for number, parent, spec_name, state, *rest in rows:
        token = Token(workflow, workflow.spec.task_specs[spec_name], state=state, id=number)
        token.internal_data = dict(rest[0]) if rest else {}
        numbers[token.id] = number
        if parent == _ROOT:
            workflow.task_tree = token
        else:
            owner = workflow.tasks[parent]
            token.parent = owner
            owner._children.append(token.id)  # noqa: SLF001 - the library restores its own tree this way
        if token.has_state(TaskState.WAITING) and isinstance(token.task_spec, CatchingEvent):
            waiting.append(token)
    for token in waiting:
        workflow.event_manager.add_task(token)
    return numbers


def _plain(value: object) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | UUID):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"a process cannot keep a {type(value).__name__}")
