"""What workflows publishes."""

from dataclasses import dataclass
from typing import Any, ClassVar

from lienthong.kernel.events import Event


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
