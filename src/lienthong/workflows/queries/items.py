"""From rows to the values of the door."""

from lienthong.workflows.diagrams import Diagram
from lienthong.workflows.models import Task
from lienthong.workflows.values import WorkItem


def work_item(task: Task, diagram: Diagram | None = None) -> WorkItem:
    """Show a task; with its diagram also its outcomes, checklist and form."""
    element = diagram.elements.get(task.element_id) if diagram is not None else None
    return WorkItem(
        uuid=task.uuid,
        business_key=task.business_key,
        process_key=task.process_key,
        element_id=task.element_id,
        name=task.name,
        name_en=task.name_en,
        public_name=task.public_name,
        party=task.party,
        agency_id=task.agency_id,
        right=task.right,
        state=task.state,  # type: ignore[arg-type]  # the column holds the same closed list
        stage=task.stage,
        assignee_id=task.assignee_id,
        assignee_name=task.assignee_name,
        opened_at=task.opened_at,
        due_at=task.due_at,
        done_at=task.done_at,
        outcome=task.outcome,
        note=task.note,
        version=task.version,
        title=task.title,
        subtitle=task.subtitle,
        form_key=element.form_key if element else "",
        outcomes=element.outcomes if element else (),
        checklist=element.checklist if element else (),
    )
