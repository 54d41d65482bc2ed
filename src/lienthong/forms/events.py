"""What happens to drafts, for those who tell people."""

from dataclasses import dataclass
from typing import ClassVar

from lienthong.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftExpiring(Event):
    """A draft will be thrown away soon unless its owner opens it.

    :ivar account_id: the owner's account (number inside).
    :ivar expires_on: ISO date in Vietnam.
    """

    name: ClassVar[str] = "forms.draft.expiring"
    account_id: int
    title: str
    context_key: str
    expires_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftExpired(Event):
    """A draft was thrown away because nobody touched it for the time set."""

    name: ClassVar[str] = "forms.draft.expired"
    account_id: int
    title: str
    context_key: str
