"""What accounts tell other contexts."""

from dataclasses import dataclass
from typing import ClassVar

from lienthong.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentationChanged(Event):
    """Somebody may act for a business now, or no longer.

    :ivar aggregate_id: uuid of the business.
    :ivar representation: uuid of the row, which is one occasion.
    """

    name: ClassVar[str] = "accounts.representation_changed"
    person_id: int
    is_granted: bool
    representation: str
