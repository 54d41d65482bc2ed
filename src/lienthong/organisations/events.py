"""What this context tells the others."""

from dataclasses import dataclass
from typing import ClassVar

from lienthong.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChanged(Event):
    """Days or hours of a calendar changed, so due dates that pass them may be counted again.

    :ivar aggregate_id: uuid of the agency whose calendar it is; ``national`` for the nation's.
    :ivar first_date: the earliest date concerned (ISO); ``last_date`` the latest, empty when open.
    """

    name: ClassVar[str] = "organisations.calendar_changed"
    first_date: str
    last_date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsChanged(Event):
    """An official's posts or absences changed, so rights and task lists may differ.

    :ivar aggregate_id: uuid of the official.
    """

    name: ClassVar[str] = "organisations.posts_changed"
