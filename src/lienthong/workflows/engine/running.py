"""One instance in memory: loaded from bytes, moved by one step, written back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.utils.translation import gettext as _
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.task import Task as Token
from SpiffWorkflow.util.task import TaskState

from lienthong.kernel.errors import ConflictError
from lienthong.workflows.diagrams import Element
from lienthong.workflows.engine import state
from lienthong.workflows.engine.compiling import Compiled, message_name
from lienthong.workflows.engine.specs import DueTimer, FeelEngine
from lienthong.workflows.engine.workflow import Workflow

MAX_TOKENS = 2_000
MAX_BYTES = 200_000


class StepLimitError(ConflictError):
    """The instance has grown beyond what one process may hold."""

    code = "workflows.too_large"


@dataclass(frozen=True, slots=True)
class Wait:
    """A place where the process waits: for a person (user task), a message or a time."""

    number: int
    element: Element


class Run:
    """An instance being moved; not shared between threads."""

    def __init__(self, compiled: Compiled, now: datetime) -> None:
        self.compiled = compiled
        self.engine = FeelEngine(compiled.diagram, compiled.decisions)
        self.engine.now = now
        self.stage = ""
        self.received: list[list[str]] = []
        self._numbers: dict[Any, int] = {}
        self._workflow: Workflow

    @classmethod
    def begin(cls, compiled: Compiled, *, data: Mapping[str, Any], now: datetime) -> Self:
        """Start a new instance and move it to where it first waits."""
        run = cls(compiled, now)
        run.engine.variables = {**data, "results": {}}
        run._workflow = Workflow(compiled.specification, script_engine=run.engine)
        run._proceed()
        return run

    @classmethod
    def load(cls, compiled: Compiled, content: bytes, *, now: datetime) -> Self:
        """Take an instance from its bytes."""
        document = state.unpack(content)
        run = cls(compiled, now)
        run.engine.variables = document["d"]
        run.stage = document["s"]
        run.received = document["m"]
        run._workflow = Workflow(compiled.specification, script_engine=run.engine, deserializing=True)
        run._numbers = state.read_tokens(run._workflow, document["t"])
        return run

    def save(self) -> bytes:
        """Write the instance as bytes.

        :raises StepLimitError: too many tokens or too much data.
        """
        rows = state.write_tokens(self._workflow, self._numbers)
        content = state.pack(
            {
                "v": state.VERSION,
                "s": self.stage,
                "m": self.received,
                "d": self.engine.variables,
                "t": rows,
            }
        )
        if len(rows) > MAX_TOKENS or len(content) > MAX_BYTES:
            raise StepLimitError(_("Quy trình của hồ sơ này đã quá lớn, không thể tiếp tục tự động."))
        return content

    # Steps

    def complete(self, number: int, *, outcome: str, data: Mapping[str, Any], note: str) -> None:
        """Finish a user task and move on.

        :raises ConflictError: the task is not open in the engine.
        """
        token = next((token for token in self._open() if self._number(token) == number), None)
        if token is None:
            raise ConflictError(_("Nhiệm vụ này không còn mở trong quy trình."))
        self.engine.variables.update(data)
        results = self.engine.variables["results"]
        results[token.task_spec.bpmn_id] = {**data, "outcome": outcome}
        self.engine.transient = {**data, "outcome": outcome, "note": note}
        token.run()
        self._proceed()

    def send(self, name: str, *, data: Mapping[str, Any]) -> None:
        """Deliver a message to where the process waits for it.

        :raises ConflictError: it does not wait for this message.
        """
        waiting = [
            wait.element
            for wait in self.waits()
            if wait.element.message == name and wait.element.link in ("", data.get("link", ""))
        ]
        if not waiting:
            raise ConflictError(_("Hồ sơ hiện không chờ thông tin này."), event=name)
        self.engine.variables.update(data)
        self.engine.transient = {**data, "message": name}
        moment = self.engine.now.isoformat() if self.engine.now else ""
        self.received.extend([element.id, moment] for element in waiting)
        for sent in dict.fromkeys(message_name(element) for element in waiting):
            self._workflow.send_event(BpmnEvent(MessageEventDefinition(sent)))
        self._proceed()

    def wake(self) -> None:
        """Fire the timers that are due and move on."""
        self._workflow.refresh_timers()
        self._proceed()

    def _proceed(self) -> None:
        before = len(self.engine.commands)
        self._workflow.do_engine_steps()
        for _name, element_id, _data in self.engine.commands[before:]:
            self.stage = self.compiled.diagram.elements[element_id].stage or self.stage
        for wait in self.waits():
            self.stage = wait.element.stage or self.stage

    # What can be seen

    @property
    def finished(self) -> bool:
        """Say whether nothing is left to do."""
        return bool(self._workflow.is_completed())

    def tasks(self) -> tuple[Wait, ...]:
        """List the open tasks of people."""
        elements = self.compiled.diagram.elements
        return tuple(Wait(self._number(token), elements[token.task_spec.bpmn_id]) for token in self._open())

    def waits(self) -> tuple[Wait, ...]:
        """List every place where the process waits, tasks first."""
        elements = self.compiled.diagram.elements
        events = [
            Wait(self._number(token), elements[token.task_spec.bpmn_id])
            for token in self._workflow.event_manager.tasks.values()
            if token.has_state(TaskState.WAITING)
        ]
        return (*self.tasks(), *events)

    def next_due_at(self) -> datetime | None:
        """Say when the next timer is due."""
        return min(
            (
                datetime.fromisoformat(token.internal_data["due"])
                for token in self._workflow.event_manager.tasks.values()
                if isinstance(token.task_spec.event_definition, DueTimer) and "due" in token.internal_data
            ),
            default=None,
        )

    def passed(self) -> frozenset[str]:
        """Name the elements that the process has been through."""
        return frozenset(
            token.task_spec.bpmn_id
            for token in self._workflow.standing(TaskState.COMPLETED)
            if getattr(token.task_spec, "bpmn_id", None)
        )

    def _open(self) -> list[Token]:
        return [token for token in self._workflow.standing(TaskState.READY) if token.task_spec.manual]

    def _number(self, token: Token) -> int:
        if token.id not in self._numbers:
            self._numbers[token.id] = max(self._numbers.values(), default=0) + 1
        return self._numbers[token.id]
