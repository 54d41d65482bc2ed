"""From BPMN 2.0 XML to a :class:`Diagram`. Nothing is judged here but what cannot be represented."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from lxml import etree

from lienthong.kernel.text import normalise
from lienthong.workflows.diagrams.model import Diagram, Element, Flow, Problem
from lienthong.workflows.diagrams.xml import UnsafeXmlError
from lienthong.workflows.values import ChecklistItem, Outcome
from lienthong.workflows.vocabulary import BPMN, BPMNDI, DC, DI, HARMLESS, LT, XSI

NODES = frozenset(
    {
        "startEvent", "endEvent", "userTask", "serviceTask", "businessRuleTask", "exclusiveGateway",
        "parallelGateway", "intermediateCatchEvent", "boundaryEvent",
    }
)  # fmt: skip
_PARTS = frozenset(
    {
        "laneSet", "lane", "flowNodeRef", "sequenceFlow", "incoming", "outgoing", "conditionExpression",
        "extensionElements", "documentation", "timerEventDefinition", "timeDuration",
        "messageEventDefinition", "textAnnotation", "text", "association",
    }
)  # fmt: skip
_EXTENSIONS = frozenset({"outcomes", "outcome", "checklist", "item", "params", "param"})
_KNOWN_NAMESPACES = frozenset({"", BPMN, BPMNDI, DC, DI, XSI, LT, *HARMLESS})
_YES = ("true", "1")


def read_diagram(root: etree._Element) -> Diagram:
    """Read the single process of a BPMN file.

    :raises UnsafeXmlError: the file is not BPMN or has no process.
    """
    if root.tag != f"{{{BPMN}}}definitions":
        raise UnsafeXmlError(_("Tệp không phải BPMN 2.0: phần tử gốc phải là “definitions”."))
    processes = root.findall(f"{{{BPMN}}}process")
    if not processes:
        raise UnsafeXmlError(_("Tệp BPMN không có quy trình nào."))
    process = processes[0]
    return _Reader(root, process, more=processes[1:]).diagram()


class _Reader:
    def __init__(self, root: etree._Element, process: etree._Element, more: list[etree._Element]) -> None:
        self.root = root
        self.process = process
        self.problems: list[Problem] = [
            (extra.get("id", ""), _("Mỗi tệp chỉ được có một quy trình.")) for extra in more
        ]
        self.messages = {
            message.get("id", ""): message.get("name", "") for message in root.iterfind(f"{{{BPMN}}}message")
        }
        self.lane_of: dict[str, etree._Element] = {}

    def diagram(self) -> Diagram:
        if self.process.get("isExecutable") != "true":
            self.problem(self.process, _('Quy trình phải có isExecutable="true".'))
        self.refuse_strangers()
        self.read_lanes()
        elements: dict[str, Element] = {}
        flows: list[Flow] = []
        for node in self.process:
            kind = _local(node)
            if kind == "sequenceFlow":
                flows.append(self.flow(node))
            elif kind in NODES:
                element = self.element(node, kind)
                if element.id in elements or not element.id:
                    self.problem(node, _("Mã phần tử bị thiếu hoặc trùng."))
                elements[element.id] = element
        return Diagram(
            key=self.process.get("id", ""),
            name=_text(self.process, "name"),
            name_en=_text(self.process, f"{{{LT}}}nameEn"),
            elements=elements,
            flows=tuple(flows),
            lanes={lane.get("id", ""): _text(lane, "name") for lane in self.lane_of.values()},
            drawn=frozenset(shape.get("bpmnElement", "") for shape in self.root.iter(f"{{{BPMNDI}}}BPMNShape"))
            | frozenset(edge.get("bpmnElement", "") for edge in self.root.iter(f"{{{BPMNDI}}}BPMNEdge")),
            problems=tuple(self.problems),
        )

    def problem(self, node: etree._Element, message: str) -> None:
        self.problems.append((self.owner(node), message))

    @staticmethod
    def owner(node: etree._Element) -> str:
        """Name the nearest element with an id, for messages."""
        found: etree._Element | None = node
        while found is not None and not found.get("id"):
            found = found.getparent()
        return found.get("id", "") if found is not None else ""

    def refuse_strangers(self) -> None:
        """Refuse whatever the engine does not know, above all what other engines would execute."""
        for node in self.process.iterdescendants(etree.Element):
            name = etree.QName(node)
            if name.namespace == BPMN and name.localname not in NODES | _PARTS:
                self.problem(node, _("Không hỗ trợ phần tử “%(tag)s”.") % {"tag": name.localname})
            elif (name.namespace == LT and name.localname not in _EXTENSIONS) or (
                name.namespace not in (BPMN, LT) and name.namespace not in HARMLESS
            ):
                self.problem(node, _("Phần mở rộng “%(tag)s” không được phép trong quy trình.") % {"tag": name.text})
            for attribute in node.attrib:
                namespace = etree.QName(attribute).namespace or ""
                if namespace not in _KNOWN_NAMESPACES:
                    self.problem(
                        node, _("Thuộc tính “%(name)s” không được phép trong quy trình.") % {"name": attribute}
                    )

    def read_lanes(self) -> None:
        for lane in self.process.iter(f"{{{BPMN}}}lane"):
            for reference in lane.iterfind(f"{{{BPMN}}}flowNodeRef"):
                self.lane_of[(reference.text or "").strip()] = lane

    def flow(self, node: etree._Element) -> Flow:
        condition = node.find(f"{{{BPMN}}}conditionExpression")
        language = condition.get("language", "") if condition is not None else ""
        if language and "feel" not in language.lower():
            self.problem(node, _("Điều kiện phải viết bằng FEEL, không phải “%(language)s”.") % {"language": language})
        return Flow(
            id=node.get("id", ""),
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
            condition=_expression(condition),
        )

    def element(self, node: etree._Element, kind: str) -> Element:
        lane = self.lane_of.get(node.get("id", ""))
        return Element(
            id=node.get("id", ""),
            kind=kind,
            name=_text(node, "name"),
            name_en=_lt(node, "nameEn"),
            public_name=_lt(node, "publicName"),
            public_name_en=_lt(node, "publicNameEn"),
            lane=lane.get("id", "") if lane is not None else "",
            party=_lt(node, "party") or (_lt(lane, "party") if lane is not None else ""),
            right=_lt(node, "right") or (_lt(lane, "right") if lane is not None else ""),
            stage=_lt(node, "stage"),
            form_key=_lt(node, "formKey"),
            time_share=_lt(node, "timeShare"),
            outcomes=tuple(self.outcomes(node)),
            checklist=tuple(
                ChecklistItem(key=_text(item, "key"), label=_text(item, "label"), label_en=_text(item, "label_en"))
                for item in _extension(node, "checklist", "item")
            ),
            command=_lt(node, "command"),
            parameters=tuple(
                (_text(item, "name"), (item.get("value") or "").strip()) for item in _extension(node, "params", "param")
            ),
            message=self.message(node),
            link=_lt(node, "link"),
            timer=self.timer(node),
            decision=_lt(node, "decision"),
            result=_lt(node, "result"),
            attached_to=node.get("attachedToRef", ""),
            interrupts=node.get("cancelActivity", "true") in _YES,
            default=node.get("default", ""),
        )

    def outcomes(self, node: etree._Element) -> Iterator[Outcome]:
        for item in _extension(node, "outcomes", "outcome"):
            reason = item.get("reason", "none")
            if reason not in ("required", "optional", "none"):
                self.problem(node, _("Giá trị reason “%(reason)s” không hợp lệ.") % {"reason": reason})
                reason = "none"
            yield Outcome(
                key=_text(item, "key"),
                label=_text(item, "label"),
                label_en=_text(item, "label_en"),
                primary=item.get("primary", "") in _YES,
                reason=reason,
            )

    def message(self, node: etree._Element) -> str:
        definition = node.find(f"{{{BPMN}}}messageEventDefinition")
        if definition is None:
            return ""
        return self.messages.get(definition.get("messageRef", ""), "?")

    @staticmethod
    def timer(node: etree._Element) -> str:
        definition = node.find(f"{{{BPMN}}}timerEventDefinition")
        if definition is None:
            return ""
        return _expression(definition.find(f"{{{BPMN}}}timeDuration")) or "?"


def _local(node: etree._Element) -> str:
    name = etree.QName(node)
    return name.localname if name.namespace == BPMN else ""


def _text(node: etree._Element, attribute: str) -> str:
    return normalise(node.get(attribute) or "")


def _lt(node: etree._Element, name: str) -> str:
    return _text(node, f"{{{LT}}}{name}")


def _expression(node: etree._Element | None) -> str:
    """Take the text of an expression; some editors write FEEL with a leading ``=``."""
    text = (node.text or "").strip() if node is not None else ""
    return text[1:].strip() if text.startswith("=") else text


def _extension(node: etree._Element, group: str, item: str) -> Iterator[etree._Element]:
    return node.iterfind(f"{{{BPMN}}}extensionElements/{{{LT}}}{group}/{{{LT}}}{item}")
