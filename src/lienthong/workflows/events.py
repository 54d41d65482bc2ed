"""What workflows publishes."""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from lienthong.kernel.events import Event
from lienthong.workflows.values import Command, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessAdvanced(Event):
    """A timer moved a process without anybody calling; ``aggregate_id`` is its business key.

    :ivar commands: ``{"name", "element_id", "data"}`` in order, as in ``Progress.commands``.
    :ivar opened: uuids of new tasks, as text.
    :ivar closed: uuids of tasks that ended, as text.
    """

    name: ClassVar[str] = "workflows.process_advanced"
    instance: str
    commands: list[dict[str, Any]]
    opened: list[str]
    closed: list[str]
    finished: bool
    stage: str

    def progress(self) -> Progress:
        """Give the step as its owner would have got it from a call; tasks are named by uuid in ``opened``."""
        return Progress(
            instance=UUID(self.instance),
            commands=tuple(Command(row["name"], row["element_id"], row["data"]) for row in self.commands),
            opened=(),
            closed=(),
            finished=self.finished,
            stage=self.stage,
        )
