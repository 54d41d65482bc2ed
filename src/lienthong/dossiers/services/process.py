"""The seam between a dossier and its process.

The drawn process decides what comes next and gives commands; what a command means for a dossier is said
in :mod:`lienthong.dossiers.services.commands`, which registers itself here.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import override

from lienthong.dossiers.models import Channel, Dossier, ReturnMethod
from lienthong.dossiers.services.change import Change
from lienthong.kernel import clock
from lienthong.workflows import api as workflows

Executor = Callable[[Change, workflows.Command], None]

_EXECUTORS: dict[str, Executor] = {}


def command(name: str) -> Callable[[Executor], Executor]:
    """Register what a command of the closed vocabulary does to a dossier."""

    def register(executor: Executor) -> Executor:
        _EXECUTORS[name] = executor
        return executor

    return register


def start(change: Change, *, parties: Mapping[str, int], is_commune: bool) -> None:
    """Start the process of the dossier's procedure and carry out its first commands."""
    dossier = change.dossier
    progress = workflows.start(
        key=dossier.procedure_version.process_key,
        business_key=str(dossier.uuid),
        parties=parties,
        data=_start_data(dossier, is_commune=is_commune),
        title=dossier.code,
        subtitle=f"{dossier.procedure_version.name_vi} · {dossier.owner_name}"[:255],
        now=change.now,
        on=clock.local_date(change.now),
    )
    follow_written(change, progress)


def _start_data(dossier: Dossier, *, is_commune: bool) -> dict[str, Any]:
    """Give what the diagrams' conditions read; ``docs/processes.md`` names each value.

    A department assigns and reviews; a commune's few officers take the work directly.
    """
    return {
        "channel": Channel(dossier.channel).name.lower(),
        "delivery": "online" if dossier.return_method == ReturnMethod.ELECTRONIC else dossier.return_method,
        "result_is_electronic": True,
        "procedure": dossier.procedure_version.code,
        "needs_assignment": not is_commune,
        "needs_review": not is_commune,
        **{name: dossier.answers[name] for name in ("certification", "pages", "copies") if name in dossier.answers},
    }


def send(change: Change, *, message: str, data: Mapping[str, Any] | None = None) -> None:
    """Send a message to the dossier's process and carry out what follows."""
    workflows.send_message(
        business_key=str(change.dossier.uuid),
        name=message,
        data=data or {},
        now=change.now,
        carry_out=lambda progress: follow(change, progress),
    )


def follow(change: Change, progress: workflows.Progress) -> workflows.Deadline | None:
    """Carry out the commands of a process's progress, in order; give the limit when they moved it."""
    change.opened = progress.opened
    for given in progress.commands:
        with override("vi"):  # what is kept in the record is Vietnamese
            _EXECUTORS[given.name](change, given)
    change.tasks.extend(str(item.uuid) for item in progress.opened)
    change.dossier.stage = progress.stage
    is_moved = change.dossier.due_at != change.due_before
    if change.dossier.counted_from is None or not (is_moved or change.task_limits):
        return None
    return workflows.Deadline(
        counted_from=change.dossier.counted_from, due_at=change.dossier.due_at, of_tasks=change.task_limits
    )


def follow_written(change: Change, progress: workflows.Progress) -> None:
    """Carry out the commands of a step that is written already, and move its limit afterwards."""
    deadline = follow(change, progress)
    if deadline is not None:
        workflows.set_deadline(
            business_key=str(change.dossier.uuid),
            counted_from=deadline.counted_from,
            due_at=deadline.due_at,
            of_tasks=deadline.of_tasks,
        )
