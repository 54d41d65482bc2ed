"""REST operations of officials on tasks."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from lienthong.accounts.api import BearerToken, caller
from lienthong.dossiers import api as dossiers
from lienthong.dossiers.rest import asking, shapes
from lienthong.kernel import clock
from lienthong.kernel.rest import Text, answer
from lienthong.workflows import api as workflows

router = Router(tags=["tasks"])
_READ = BearerToken("tasks:read")
_WRITE = BearerToken("tasks:write")


class OutcomeOut(Schema):
    """One way to end a task."""

    key: str
    label: str
    reason: str = Field(description="whether a note is required, optional or none")


class CheckOut(Schema):
    """One thing the official confirms having checked."""

    key: str
    label: str


class TaskLine(Schema):
    """A task as a list shows it."""

    id: UUID
    dossier: UUID
    name: str
    title: str
    subtitle: str
    right: str = Field(description="right it needs at its agency")
    state: str = Field(description="OPEN, CLAIMED, DONE or CANCELLED")
    assignee: str
    opened_at: datetime
    due_at: datetime | None
    version: int


class TaskOut(TaskLine):
    """A task with the ways to end it."""

    outcomes: list[OutcomeOut]
    checklist: list[CheckOut]


class TaskPage(Schema):
    """A page of tasks; ``next`` is the cursor of the following page, null on the last."""

    items: list[TaskLine]
    next: str | None


def _line(item: workflows.WorkItem) -> dict[str, Any]:
    return {
        "id": item.uuid,
        "dossier": UUID(item.business_key),
        "name": item.text,
        "title": item.title,
        "subtitle": item.subtitle,
        "right": item.right,
        "state": item.state,
        "assignee": item.assignee_name,
        "opened_at": item.opened_at,
        "due_at": item.due_at,
        "version": item.version,
    }


@router.get("", response=TaskPage, auth=_READ, summary="List open tasks")
def list_tasks(
    request: HttpRequest,
    scope: Literal["mine", "pool", "unit"] = Query("unit", description="claimed by me, free to take, or all I may see"),
    cursor: Text = Query("", max_length=200),
    size: int = Query(50, ge=1, le=100),
) -> HttpResponse:
    """List open tasks, the earliest due first."""
    page = workflows.list_tasks(principal=caller(request), scope=scope, cursor=cursor, size=size)
    lines = [TaskLine.model_construct(**_line(item)) for item in page.items]
    return answer(TaskPage.model_construct(items=lines, next=page.next_cursor or None))


@router.get("/{uuid}", response=TaskOut, auth=_READ, summary="Read a task")
def read_task(request: HttpRequest, uuid: UUID) -> TaskOut:
    """Read a task with its outcomes and checklist; a foreign one is not found."""
    item = workflows.get_task_for(principal=caller(request), uuid=uuid)
    return TaskOut(
        **_line(item),
        outcomes=[OutcomeOut(key=one.key, label=one.text, reason=one.reason) for one in item.outcomes],
        checklist=[CheckOut(key=one.key, label=one.text) for one in item.checklist],
    )


@router.post("/{uuid}/claim", response=TaskLine, auth=_WRITE, summary="Take a task")
def claim_task(request: HttpRequest, uuid: UUID) -> TaskLine:
    """Take a task so that nobody else does it; taking one's own again changes nothing."""
    item = workflows.claim(principal=caller(request), task_uuid=uuid, now=clock.now())
    return TaskLine(**_line(item))


@router.post("/{uuid}/complete", response=shapes.ReceiptOut, auth=_WRITE, summary="End a task")
def complete_task(
    request: HttpRequest,
    uuid: UUID,
    payload: shapes.CompleteIn,
    idempotency_key: asking.KeyIfWanted = asking.KEY_IF_WANTED,
) -> dict[str, Any]:
    """End a task with one of its outcomes; the process goes on. Signing needs a person at the screen (403)."""
    principal = caller(request)

    def run() -> dict[str, Any]:
        dossier = dossiers.act(
            principal=principal,
            task_uuid=uuid,
            outcome=payload.outcome,
            note=payload.note,
            data=payload.data,
            task_version=payload.version,
            now=clock.now(),
        )
        return shapes.receipt(dossier).model_dump(mode="json")

    return asking.once(request, principal, idempotency_key, run)
