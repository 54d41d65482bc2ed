"""The pieces of SpiffWorkflow that we replace: nothing evaluates Python, nothing reads the clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.task import Task as Token

from lienthong.kernel.errors import DomainError
from lienthong.workflows import feel
from lienthong.workflows.decisions import DecisionTable
from lienthong.workflows.diagrams import Diagram, Element

MAX_TIMER = timedelta(days=366)


class TimerError(DomainError):
    """A timer's expression gave no usable duration for this dossier."""

    status = 409
    code = "workflows.timer_undecided"


class ForeignCodeError(Exception):
    """A diagram asked the engine to run code; publication refuses such a diagram, so this one came another way."""


class FeelEngine(PythonScriptEngine):
    """Evaluates FEEL over the instance's own variables and gathers the commands of one step.

    It derives from the library's engine only because the library asks for that type; every method
    that would evaluate or execute Python is replaced.
    """

    def __init__(self, diagram: Diagram, decisions: Mapping[str, DecisionTable]) -> None:
        self.environment = None
        self.diagram = diagram
        self.decisions = decisions
        self.variables: dict[str, Any] = {}
        self.transient: dict[str, Any] = {}
        self.now: datetime | None = None
        self.commands: list[tuple[str, str, dict[str, Any]]] = []

    @property
    def context(self) -> dict[str, Any]:
        """Give what expressions see: the variables, and over them what the current step brought."""
        return {**self.variables, **self.transient}

    def validate(self, expression: str) -> None:
        """Accept only FEEL."""
        feel.parse(expression)

    def evaluate(self, task: Token, expression: str, external_context: object = None) -> bool:  # noqa: ARG002
        """Decide a condition of a gateway; only ``true`` is true."""
        return feel.evaluate(expression.strip().removeprefix("="), self.context, now=self.now) is True

    def execute(self, task: Token, script: str, external_context: object = None) -> bool:  # noqa: ARG002
        """Refuse: scripts never run here."""
        raise ForeignCodeError("processes run no scripts")

    def call_service(self, task: Token, **kwargs: object) -> None:  # noqa: ARG002
        """Refuse: services are commands to the owner."""
        raise ForeignCodeError("processes call no services")

    def ask(self, element: Element) -> None:
        """Note a command for the owner, with its parameters or else what the step brought."""
        data = {
            name: feel.to_json(feel.evaluate(expression, self.context, now=self.now))
            for name, expression in element.parameters
        }
        for name, value in self.transient.items():
            if name in ("outcome", "note") or (not element.parameters and name != "results"):
                data.setdefault(name, value)
        self.commands.append((element.command, element.id, data))

    def decide(self, element: Element) -> None:
        """Evaluate a decision table and keep its answer under the element's result name."""
        answer = self.decisions[element.decision].decide(self.context, now=self.now)
        self.variables[element.result] = feel.to_json(answer)

    def due(self, element: Element, start: datetime) -> datetime:
        """Compute when a timer that starts now fires.

        :raises TimerError: the expression gives no duration between 0 and a year.
        """
        length = feel.parse_duration(element.timer)
        if length is None:
            length = feel.evaluate(element.timer, self.context, now=self.now)
            if isinstance(length, str):
                length = feel.parse_duration(length)
        if not isinstance(length, timedelta) or not timedelta(0) <= length <= MAX_TIMER:
            raise TimerError(
                _("Hẹn giờ “%(name)s” không tính được thời lượng.") % {"name": element.name or element.id},
                element=element.id,
            )
        return start + length


class CommandTask(BpmnSpecMixin):
    """A service task: tells the owner what to do and goes on at once."""

    def _run_hook(self, my_task: Token) -> bool:
        engine = my_task.workflow.script_engine
        engine.ask(engine.diagram.elements[self.bpmn_id])
        return True


class DecisionTask(BpmnSpecMixin):
    """A business rule task: a decision table evaluated by us."""

    def _run_hook(self, my_task: Token) -> bool:
        engine = my_task.workflow.script_engine
        engine.decide(engine.diagram.elements[self.bpmn_id])
        return True


class DueTimer(TimerEventDefinition):
    """A timer that stores when it is due and compares with the step's ``now``, not with the clock."""

    def __init__(self, element_id: str) -> None:
        super().__init__(element_id, "")

    def has_fired(self, my_task: Token) -> bool:
        """Say whether the due time has come; computes it the first time."""
        engine = my_task.workflow.script_engine
        due = my_task.internal_data.get("due")
        if due is None:
            due = engine.due(engine.diagram.elements[self.name], engine.now).isoformat()
            my_task.internal_data["due"] = due
        if datetime.fromisoformat(due) <= engine.now:
            my_task.internal_data["event_fired"] = True
        return bool(my_task.internal_data.get("event_fired", False))


class DiagramParser(BpmnParser):
    """Builds the library's specification from a diagram already found sound."""

    OVERRIDE_PARSER_CLASSES = {
        full_tag("serviceTask"): (TaskParser, CommandTask),
        full_tag("businessRuleTask"): (TaskParser, DecisionTask),
    }
