"""From a diagram to what the engine runs; done once per definition and process of the server."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from lienthong.workflows.decisions import DecisionTable
from lienthong.workflows.diagrams import Diagram, Element
from lienthong.workflows.engine.specs import DiagramParser, DueTimer


@dataclass(frozen=True, slots=True)
class Compiled:
    """A definition ready to run; shared by all instances and never changed."""

    diagram: Diagram
    specification: Any
    decisions: Mapping[str, DecisionTable]


def message_name(element: Element) -> str:
    """Name what an event waits for; with a link only the message that carries the same link."""
    return f"{element.message}:{element.link}" if element.link else element.message


def compile_diagram(root: etree._Element, diagram: Diagram, decisions: Mapping[str, DecisionTable]) -> Compiled:
    """Build the library's specification of a sound diagram."""
    parser = DiagramParser()
    parser.add_bpmn_xml(root.getroottree())
    specification = parser.get_spec(diagram.key)
    for spec in specification.task_specs.values():
        if isinstance(getattr(spec, "event_definition", None), TimerEventDefinition):
            spec.event_definition = DueTimer(spec.bpmn_id)
        elif isinstance(getattr(spec, "event_definition", None), MessageEventDefinition):
            spec.event_definition = MessageEventDefinition(message_name(diagram.elements[spec.bpmn_id]))
    return Compiled(diagram, specification, decisions)
