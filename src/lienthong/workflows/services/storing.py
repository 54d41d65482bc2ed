"""Writing what a step did: the instance, the tasks it closed, the tasks it opened."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from lienthong.kernel.errors import InvalidError
from lienthong.kernel.prepared import update
from lienthong.workflows.engine import Run, Wait
from lienthong.workflows.models import Instance, Task
from lienthong.workflows.queries.items import work_item
from lienthong.workflows.values import Command, Progress
from lienthong.workflows.vocabulary import RESERVED

MAX_DATA_BYTES = 64_000
MAX_DATA_DEPTH = 20


class InvalidDataError(InvalidError):
    """The data given to a process is not plain JSON, too large, or uses a reserved name."""

    code = "workflows.data_invalid"


def clean_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Bring data to plain JSON values, refusing what a process must not keep.

    :raises InvalidDataError: not JSON, too large or deep, or a name the engine itself uses.
    """
    if taken := sorted(RESERVED & set(data)):
        raise InvalidDataError(_("Tên dữ liệu “%(name)s” dành riêng cho quy trình.") % {"name": taken[0]})
    try:
        text = json.dumps(dict(data), cls=DjangoJSONEncoder, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidDataError(_("Dữ liệu gửi cho quy trình không hợp lệ.")) from error
    if len(text) > MAX_DATA_BYTES:
        raise InvalidDataError(_("Dữ liệu gửi cho quy trình quá lớn."))
    cleaned: dict[str, Any] = json.loads(text)
    if _depth(cleaned) > MAX_DATA_DEPTH:
        raise InvalidDataError(_("Dữ liệu gửi cho quy trình lồng nhau quá sâu."))
    return cleaned


def apply_run(instance: Instance, run: Run, *, now: datetime) -> None:
    """Copy a moved run onto its row, without saving."""
    instance.state = run.save()
    instance.stage = run.stage
    instance.next_timer_at = run.next_due_at()
    if run.finished:
        instance.status = Instance.State.FINISHED
        instance.ended_at = now
        instance.next_timer_at = None


def save_instance(instance: Instance, *, with_deadline: bool = False) -> None:
    """Save what a step may change, and the whole limit when it moved."""
    moved = ("counted_from", "due_at") if with_deadline else ()
    update(instance, "state", "stage", "status", "ended_at", "next_timer_at", *moved)


def new_tasks(instance: Instance, run: Run, *, process_key: str, known: Iterable[int], now: datetime) -> list[Task]:
    """Make (without saving) a row for each open task of the run that has none."""
    seen = frozenset(known)
    return [_new_task(instance, wait, process_key, now) for wait in run.tasks() if wait.number not in seen]


def _new_task(instance: Instance, wait: Wait, process_key: str, now: datetime) -> Task:
    element = wait.element
    return Task(
        instance=instance,
        number=wait.number,
        business_key=instance.business_key,
        process_key=process_key,
        element_id=element.id,
        name=element.name,
        name_en=element.name_en,
        public_name=element.public_name,
        party=element.party,
        agency_id=instance.parties[element.party],
        right=element.right,
        stage=element.stage or instance.stage,
        title=instance.title,
        subtitle=instance.subtitle,
        time_share=element.share,
        opened_at=now,
        due_at=task_due_at(instance, element.share, now),
    )


def task_due_at(instance: Instance, share: float | None, opened_at: datetime) -> datetime | None:
    """Give a task its part of the whole limit, never past the limit itself."""
    if instance.due_at is None or instance.counted_from is None:
        return None
    if share is None:
        return instance.due_at
    part = max(instance.due_at - instance.counted_from, timedelta(0)) * share
    return min(instance.due_at, opened_at + part)


def progress(instance: Instance, run: Run, *, opened: Sequence[Task], closed: Sequence[Task]) -> Progress:
    """Report one step to the owner."""
    diagram = run.compiled.diagram
    return Progress(
        instance=instance.uuid,
        commands=tuple(Command(name, element_id, data) for name, element_id, data in run.engine.commands),
        opened=tuple(work_item(task, diagram) for task in opened),
        closed=tuple(work_item(task, diagram) for task in closed),
        finished=run.finished,
        stage=run.stage,
    )


def _depth(value: object) -> int:
    deepest, level = 0, [value]
    while level and deepest <= MAX_DATA_DEPTH:
        deepest += 1
        level = [
            child
            for item in level
            for child in (item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
        ]
    return deepest
