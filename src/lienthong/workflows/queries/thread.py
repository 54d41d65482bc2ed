"""What a process looks like from outside: its thread of steps and its picture."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lienthong.kernel import clock
from lienthong.kernel.errors import NotFoundError
from lienthong.workflows import feel
from lienthong.workflows.definitions import compiled
from lienthong.workflows.diagrams import Diagram, Element
from lienthong.workflows.engine import Run
from lienthong.workflows.models import Instance, Task
from lienthong.workflows.values import Picture, StepView


class ThreadNotFoundError(NotFoundError):
    """No process was started for this business key."""

    code = "workflows.instance_not_found"


def steps(*, business_key: str) -> tuple[StepView, ...]:
    """Tell a process as a thread: what is done in order, what is waited for, what lies ahead; two statements.

    What lies ahead follows the main outcome of each task, so it is a forecast.

    :raises ThreadNotFoundError: no process for this key.
    """
    instance = Instance.objects.filter(business_key=business_key).first()
    if instance is None:
        raise ThreadNotFoundError(_("Không tìm thấy quy trình của hồ sơ này."))
    made = compiled(instance.definition_id)
    run = Run.load(made, bytes(instance.state), now=instance.started_at)
    rows = list(Task.objects.filter(business_key=business_key).exclude(state=Task.State.CANCELLED).order_by("id"))
    done = [_task_step(row, made.diagram) for row in rows if row.state == Task.State.DONE]
    for element_id, moment in run.received:
        at = datetime.fromisoformat(moment)
        done.append(_event_step(made.diagram.elements[element_id], "done", at, instance.parties))
    done.sort(key=lambda step: step.at or clock.local(instance.started_at))
    if instance.status != Instance.State.RUNNING:
        return tuple(done)
    live = [_task_step(row, made.diagram) for row in rows if row.state in (Task.State.OPEN, Task.State.CLAIMED)]
    waits = [wait.element for wait in run.waits() if wait.element.kind == "intermediateCatchEvent"]
    current = [*live, *(_event_step(element, "current", None, instance.parties) for element in waits)]
    ahead = _ahead(made.diagram, [step.element_id for step in current], run.engine.variables)
    return (*done, *current, *(_future_step(element, instance.parties) for element in ahead))


def picture(*, business_key: str) -> Picture:
    """Give the diagram of a process with where it is and has been; one statement.

    :raises ThreadNotFoundError: no process for this key.
    """
    instance = Instance.objects.select_related("definition").filter(business_key=business_key).first()
    if instance is None:
        raise ThreadNotFoundError(_("Không tìm thấy quy trình của hồ sơ này."))
    run = Run.load(compiled(instance.definition_id), bytes(instance.state), now=instance.started_at)
    is_running = instance.status == Instance.State.RUNNING
    waits = [wait.element.id for wait in run.waits() if not wait.element.attached_to] if is_running else []
    current = tuple(dict.fromkeys(waits))
    return Picture(
        xml=instance.definition.bpmn,
        current=current,
        done=tuple(sorted(run.passed() - set(current))),
    )


def _public_name(element: Element) -> tuple[str, str]:
    if element.public_name:
        return element.public_name, element.public_name_en or element.name_en
    return element.name, element.name_en


def _task_step(task: Task, diagram: Diagram) -> StepView:
    name, name_en = _public_name(diagram.elements[task.element_id])
    is_done = task.state == Task.State.DONE
    return StepView(
        element_id=task.element_id,
        name=name,
        name_en=name_en,
        party=task.party,
        agency_id=task.agency_id,
        state="done" if is_done else "current",
        at=task.done_at if is_done else task.opened_at,
        by=task.assignee_name,
        outcome=task.outcome,
        due_at=task.due_at,
    )


def _event_step(element: Element, state: Any, at: datetime | None, parties: Mapping[str, int]) -> StepView:
    name, name_en = _public_name(element)
    return StepView(
        element_id=element.id,
        name=name,
        name_en=name_en,
        party=element.party,
        agency_id=parties.get(element.party),
        state=state,
        at=at,
    )


def _future_step(element: Element, parties: Mapping[str, int]) -> StepView:
    return _event_step(element, "ahead", None, parties)


def _ahead(diagram: Diagram, current: Iterable[str], variables: Mapping[str, Any]) -> tuple[Element, ...]:
    """Walk on from where the process waits, taking main outcomes, and collect the tasks met."""
    found: dict[str, Element] = {}
    waiting = list(current)
    visited: set[str] = set(waiting)
    queue = [(element_id, _main_outcome(diagram.elements[element_id])) for element_id in waiting]
    while queue:
        element_id, outcome = queue.pop(0)
        for target in _onward(diagram, element_id, {**variables, "outcome": outcome}):
            if target in visited:
                continue
            visited.add(target)
            element = diagram.elements[target]
            if element.kind == "userTask":
                found[target] = element
                queue.append((target, _main_outcome(element)))
            else:
                queue.append((target, outcome))
    return tuple(found.values())


def _main_outcome(element: Element) -> str | None:
    primary = next((outcome for outcome in element.outcomes if outcome.primary), None)
    first = next(iter(element.outcomes), None)
    chosen = primary or first
    return chosen.key if chosen else None


def _onward(diagram: Diagram, element_id: str, context: Mapping[str, Any]) -> tuple[str, ...]:
    flows = diagram.outgoing[element_id]
    element = diagram.elements[element_id]
    if element.kind != "exclusiveGateway" or len(flows) == 1:
        return tuple(flow.target for flow in flows)
    for flow in flows:
        if flow.condition and feel.evaluate(flow.condition, context) is True:
            return (flow.target,)
    return tuple(flow.target for flow in flows if flow.id == element.default)


def is_waiting(*, business_key: str, message: str) -> bool:
    """Say whether a running process waits for a message; one statement."""
    instance = Instance.objects.filter(business_key=business_key, status=Instance.State.RUNNING).first()
    if instance is None:
        return False
    run = Run.load(compiled(instance.definition_id), bytes(instance.state), now=instance.started_at)
    return any(wait.element.message == message for wait in run.waits())
