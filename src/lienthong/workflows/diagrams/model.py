"""What a diagram says, apart from how it is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lienthong.workflows.values import ChecklistItem, Outcome

Problem = tuple[str, str]
"""An element's id (or an empty text for the whole file) and what is wrong with it, in Vietnamese."""

WAITING_KINDS = frozenset({"userTask", "intermediateCatchEvent"})
GATEWAY_KINDS = frozenset({"exclusiveGateway", "parallelGateway"})


@dataclass(frozen=True, slots=True)
class Flow:
    """An arrow; ``condition`` is FEEL, empty when it always applies."""

    id: str
    source: str
    target: str
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """A node of the diagram with what it means to the engine and to people."""

    id: str
    kind: str
    name: str = ""
    name_en: str = ""
    public_name: str = ""
    public_name_en: str = ""
    lane: str = ""
    party: str = ""
    right: str = ""
    stage: str = ""
    form_key: str = ""
    time_share: str = ""
    outcomes: tuple[Outcome, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    command: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    message: str = ""
    link: str = ""
    timer: str = ""
    decision: str = ""
    result: str = ""
    attached_to: str = ""
    interrupts: bool = True
    default: str = ""

    @property
    def share(self) -> float | None:
        """Give the part of the whole time limit meant for this task, between 0 and 1."""
        return float(self.time_share) if self.time_share else None


@dataclass(frozen=True)
class Diagram:
    """One process: its elements by id in the order of the file, and its arrows.

    :ivar problems: what was already seen to be wrong while reading.
    """

    key: str
    name: str
    name_en: str
    elements: Mapping[str, Element]
    flows: tuple[Flow, ...]
    lanes: Mapping[str, str] = field(default_factory=dict)
    drawn: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[Flow, ...]]:
        """Give the arrows that leave each element, in the order of the file."""
        found: dict[str, list[Flow]] = {element_id: [] for element_id in self.elements}
        for flow in self.flows:
            found.setdefault(flow.source, []).append(flow)
        return {element_id: tuple(flows) for element_id, flows in found.items()}

    @cached_property
    def incoming(self) -> Mapping[str, tuple[Flow, ...]]:
        """Give the arrows that reach each element."""
        found: dict[str, list[Flow]] = {element_id: [] for element_id in self.elements}
        for flow in self.flows:
            found.setdefault(flow.target, []).append(flow)
        return {element_id: tuple(flows) for element_id, flows in found.items()}

    @cached_property
    def boundaries(self) -> Mapping[str, tuple[Element, ...]]:
        """Give the boundary events of each task."""
        found: dict[str, list[Element]] = {}
        for element in self.elements.values():
            if element.attached_to:
                found.setdefault(element.attached_to, []).append(element)
        return {element_id: tuple(events) for element_id, events in found.items()}

    @property
    def parties(self) -> frozenset[str]:
        """Give the roles whose agency must be known before the process starts."""
        return frozenset(element.party for element in self.elements.values() if element.kind == "userTask")
