"""The rules a diagram keeps to be published, each refusal naming its element."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta

from django.utils.translation import gettext as _

from lienthong.workflows import feel
from lienthong.workflows.diagrams.model import GATEWAY_KINDS, WAITING_KINDS, Diagram, Element, Problem
from lienthong.workflows.feel.types import Node
from lienthong.workflows.vocabulary import COMMANDS, MESSAGES, RESERVED, RIGHTS, STAGES, is_party

MAX_ELEMENTS = 200
MAX_TIMER = timedelta(days=366)
_KEY = re.compile(r"[a-z][a-z0-9_]{2,59}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DURATION_LIKE = re.compile(r"-?PT?\d")
_SHARE = re.compile(r"0?\.\d{1,3}|1(\.0)?")


def find_problems(diagram: Diagram, *, decisions: Iterable[str]) -> tuple[Problem, ...]:
    """List everything that forbids publication, in the order of the file; empty means sound.

    :param decisions: keys of the decision tables published with it.
    """
    problems = [*diagram.problems, *_whole(diagram)]
    checks: Mapping[str, Callable[[Diagram, Element], Iterator[str]]] = {
        "userTask": _user_task,
        "serviceTask": _service_task,
        "exclusiveGateway": _exclusive_gateway,
        "intermediateCatchEvent": _catch_event,
        "boundaryEvent": _boundary_event,
    }
    known = frozenset(decisions)
    for element in diagram.elements.values():
        messages = [*_node(diagram, element), *_links(diagram, element)]
        if check := checks.get(element.kind):
            messages.extend(check(diagram, element))
        if element.kind == "businessRuleTask":
            messages.extend(_business_rule(element, known))
        problems.extend((element.id, message) for message in messages)
    problems.extend(_flows(diagram))
    problems.extend(_paths(diagram))
    return tuple(dict.fromkeys(problems))


def _whole(diagram: Diagram) -> Iterator[Problem]:
    if not _KEY.fullmatch(diagram.key):
        yield diagram.key, _("Mã quy trình chỉ gồm chữ thường không dấu, số và gạch dưới, dài 3–60.")
    if not diagram.name:
        yield diagram.key, _("Quy trình chưa có tên.")
    if len(diagram.elements) > MAX_ELEMENTS:
        yield diagram.key, _("Quy trình có quá %(limit)s phần tử.") % {"limit": MAX_ELEMENTS}
    starts = [element for element in diagram.elements.values() if element.kind == "startEvent"]
    if len(starts) != 1:
        yield diagram.key, _("Quy trình phải có đúng một điểm bắt đầu.")
    if not any(element.kind == "endEvent" for element in diagram.elements.values()):
        yield diagram.key, _("Quy trình không có điểm kết thúc.")


def _node(diagram: Diagram, element: Element) -> Iterator[str]:
    if not element.lane:
        yield _("Phần tử không nằm trong làn nào.")
    if element.party and not is_party(element.party):
        yield _("Không có vai “%(party)s”.") % {"party": element.party}
    if element.right and element.right not in RIGHTS:
        yield _("Không có quyền “%(right)s”.") % {"right": element.right}
    if element.stage and element.stage not in STAGES:
        yield _("Không có giai đoạn “%(stage)s”.") % {"stage": element.stage}
    if element.id not in diagram.drawn:
        yield _("Phần tử không có hình vẽ (BPMNShape).")
    if element.kind in ("startEvent", "endEvent") and (element.message or element.timer):
        yield _("Điểm bắt đầu và kết thúc không được kèm sự kiện.")


def _links(diagram: Diagram, element: Element) -> Iterator[str]:
    incoming, outgoing = len(diagram.incoming[element.id]), len(diagram.outgoing[element.id])
    if element.kind in ("startEvent", "boundaryEvent"):
        if incoming:
            yield _("Không được có mũi tên đi vào phần tử này.")
    elif not incoming:
        yield _("Không có mũi tên nào đi vào phần tử này.")
    if element.kind == "endEvent":
        if outgoing:
            yield _("Điểm kết thúc không được có mũi tên đi ra.")
    elif not outgoing:
        yield _("Ngõ cụt: không có mũi tên nào đi ra.")
    elif outgoing > 1 and element.kind not in GATEWAY_KINDS:
        yield _("Chỉ cổng rẽ nhánh mới được có nhiều mũi tên đi ra.")


def _user_task(_diagram: Diagram, task: Element) -> Iterator[str]:
    if not task.name:
        yield _("Nhiệm vụ chưa có tên.")
    if not task.party:
        yield _("Nhiệm vụ chưa có vai thực hiện (lt:party ở nhiệm vụ hoặc ở làn).")
    if task.party == "applicant":
        yield _("Người nộp không có nhiệm vụ: hãy chờ họ bằng sự kiện nhận thông điệp.")
    if not task.right:
        yield _("Nhiệm vụ chưa có quyền cần thiết (lt:right ở nhiệm vụ hoặc ở làn).")
    yield from _outcomes(task)
    items = [item.key for item in task.checklist]
    if len(set(items)) != len(items) or not all(_NAME.fullmatch(key) for key in items):
        yield _("Mã mục kiểm tra bị trùng hoặc không hợp lệ.")
    if task.time_share and not _SHARE.fullmatch(task.time_share):
        yield _("lt:timeShare phải là số lớn hơn 0 và không quá 1.")


def _outcomes(task: Element) -> Iterator[str]:
    if not task.outcomes:
        yield _("Nhiệm vụ chưa có kết quả nào (lt:outcomes).")
    keys = [outcome.key for outcome in task.outcomes]
    if len(set(keys)) != len(keys):
        yield _("Mã kết quả bị trùng.")
    for outcome in task.outcomes:
        if not _NAME.fullmatch(outcome.key):
            yield _("Mã kết quả “%(key)s” không hợp lệ.") % {"key": outcome.key}
        if not outcome.label:
            yield _("Kết quả “%(key)s” chưa có nhãn.") % {"key": outcome.key}
    if sum(outcome.primary for outcome in task.outcomes) > 1:
        yield _("Chỉ một kết quả được là kết quả chính.")


def _service_task(_diagram: Diagram, task: Element) -> Iterator[str]:
    if task.command not in COMMANDS:
        yield _("Không có lệnh “%(command)s”.") % {"command": task.command}
    for name, value in task.parameters:
        if not _NAME.fullmatch(name):
            yield _("Tên tham số “%(name)s” không hợp lệ.") % {"name": name}
        if problem := _feel_problem(value):
            yield _("Tham số “%(name)s”: %(problem)s") % {"name": name, "problem": problem}


def _business_rule(task: Element, decisions: frozenset[str]) -> Iterator[str]:
    if task.decision not in decisions:
        yield _("Không có bảng quyết định “%(decision)s”.") % {"decision": task.decision}
    if not _NAME.fullmatch(task.result) or task.result in RESERVED:
        yield _("Tên kết quả “%(result)s” của bảng quyết định không hợp lệ.") % {"result": task.result}


def _exclusive_gateway(diagram: Diagram, gateway: Element) -> Iterator[str]:
    outgoing = diagram.outgoing[gateway.id]
    if len(outgoing) < 2:  # noqa: PLR2004 - a gateway with one way out only merges
        return
    if gateway.default not in {flow.id for flow in outgoing}:
        yield _("Cổng rẽ nhánh chưa có nhánh mặc định.")
    for flow in outgoing:
        if flow.id != gateway.default and not flow.condition:
            yield _("Nhánh “%(flow)s” chưa có điều kiện.") % {"flow": flow.id}
        if flow.id == gateway.default and flow.condition:
            yield _("Nhánh mặc định “%(flow)s” không được có điều kiện.") % {"flow": flow.id}


def _catch_event(_diagram: Diagram, event: Element) -> Iterator[str]:
    if bool(event.message) == bool(event.timer):
        yield _("Sự kiện chờ phải nhận đúng một thông điệp hoặc một hẹn giờ.")
    if event.message and event.message not in MESSAGES:
        yield _("Không có thông điệp “%(message)s”.") % {"message": event.message}
    if event.link and (not event.message or not _NAME.fullmatch(event.link)):
        yield _("lt:link “%(link)s” không hợp lệ.") % {"link": event.link}
    if event.timer and (problem := _timer_problem(event.timer)):
        yield problem


def _boundary_event(diagram: Diagram, event: Element) -> Iterator[str]:
    host = diagram.elements.get(event.attached_to)
    if host is None or host.kind != "userTask":
        yield _("Sự kiện biên phải gắn vào một nhiệm vụ của người.")
    yield from _catch_event(diagram, event)


def _timer_problem(text: str) -> str:
    length = feel.parse_duration(text)
    if length is None and _DURATION_LIKE.match(text):
        return _("Hẹn giờ “%(text)s” không đúng dạng như PT1H hoặc P3D.") % {"text": text[:40]}
    if length is not None:
        if timedelta(0) < length <= MAX_TIMER:
            return ""
        return _("Hẹn giờ phải dài hơn 0 và không quá một năm.")
    return _feel_problem(text)


def _feel_problem(text: str) -> str:
    if not text:
        return _("Biểu thức trống.")
    try:
        feel.parse(text)
    except feel.FeelError as error:
        return _("Biểu thức FEEL sai. %(problem)s") % {"problem": error.message}
    return ""


def _flows(diagram: Diagram) -> Iterator[Problem]:
    offered = {outcome.key for element in diagram.elements.values() for outcome in element.outcomes}
    seen: set[str] = set()
    for flow in diagram.flows:
        if not flow.id or flow.id in seen or flow.id in diagram.elements:
            yield flow.id, _("Mã mũi tên bị thiếu hoặc trùng.")
        seen.add(flow.id)
        for end in (flow.source, flow.target):
            if end not in diagram.elements:
                yield flow.id, _("Mũi tên nối với phần tử không tồn tại “%(element)s”.") % {"element": end}
        if flow.id not in diagram.drawn:
            yield flow.id, _("Mũi tên không có hình vẽ (BPMNEdge).")
        source = diagram.elements.get(flow.source)
        if not flow.condition:
            continue
        if source is None or source.kind != "exclusiveGateway":
            yield flow.id, _("Chỉ nhánh của cổng loại trừ mới được có điều kiện.")
        if problem := _feel_problem(flow.condition):
            yield flow.id, problem
            continue
        for key in sorted(_compared_outcomes(feel.parse(flow.condition)) - offered):
            yield flow.id, _("Không nhiệm vụ nào có kết quả “%(key)s”.") % {"key": key}


def _compared_outcomes(node: Node) -> set[str]:
    """Collect the texts that an expression compares ``outcome`` with."""
    found: set[str] = set()
    if (node.kind == "binary" and node.value in ("=", "!=")) or node.kind == "matches":
        subject, wanted = node.children
        if subject.kind == "name" and subject.value == "outcome":
            found |= set(_texts(wanted))
    for child in node.children:
        found |= _compared_outcomes(child)
    return found


def _texts(node: Node) -> Iterator[str]:
    if node.kind == "literal" and isinstance(node.value, str):
        yield node.value
    if node.kind in ("list", "options"):
        for child in node.children:
            yield from _texts(child)


def _paths(diagram: Diagram) -> Iterator[Problem]:
    """Check that everything is reachable, that everything can end, and that nothing spins."""
    forward, backward = _links_between(diagram)
    kinds = {element.id: element.kind for element in diagram.elements.values()}
    reached = _closure(forward, (element_id for element_id, kind in kinds.items() if kind == "startEvent"))
    ending = _closure(backward, (element_id for element_id, kind in kinds.items() if kind == "endEvent"))
    for element_id in diagram.elements:
        if element_id not in reached:
            yield element_id, _("Không có đường đi từ điểm bắt đầu tới phần tử này.")
        elif element_id not in ending:
            yield element_id, _("Từ phần tử này không có đường tới điểm kết thúc.")
    automatic = {element_id for element_id, kind in kinds.items() if kind not in WAITING_KINDS}
    inner = {element_id: forward[element_id] & automatic for element_id in automatic}
    for element_id in diagram.elements:
        if element_id in automatic and element_id in _closure(inner, inner[element_id]):
            yield element_id, _("Vòng lặp không có điểm chờ nào: quy trình sẽ chạy mãi.")


def _links_between(diagram: Diagram) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Give, for each element, what follows and what comes before, boundary events included."""
    forward: dict[str, set[str]] = {element_id: set() for element_id in diagram.elements}
    for flow in diagram.flows:
        if flow.source in forward and flow.target in forward:
            forward[flow.source].add(flow.target)
    for host, events in diagram.boundaries.items():
        if host in forward:
            forward[host] |= {event.id for event in events}
    backward: dict[str, set[str]] = {element_id: set() for element_id in diagram.elements}
    for source, targets in forward.items():
        for target in targets:
            backward[target].add(source)
    return forward, backward


def _closure(links: Mapping[str, set[str]], starts: Iterable[str]) -> set[str]:
    found: set[str] = set()
    queue = list(starts)
    while queue:
        element_id = queue.pop()
        if element_id not in found:
            found.add(element_id)
            queue.extend(links[element_id])
    return found
