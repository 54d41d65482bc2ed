"""What the catalogue tells the rest of the platform."""

from dataclasses import dataclass
from typing import ClassVar

from lienthong.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedurePublished(Event):
    """A version was published; the aggregate is the procedure.

    :ivar version_uuid: the version's public id.
    :ivar valid_from: first day in force, ISO 8601.
    """

    name: ClassVar[str] = "catalogue.procedure.published"
    code: str
    version_uuid: str
    valid_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureWithdrawn(Event):
    """A version was withdrawn; the aggregate is the procedure.

    :ivar withdrawn_on: first day no longer in force, ISO 8601.
    """

    name: ClassVar[str] = "catalogue.procedure.withdrawn"
    code: str
    version_uuid: str
    withdrawn_on: str
