"""What dossiers tell the other contexts."""

from dataclasses import dataclass
from typing import ClassVar

from lienthong.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierChanged(Event):
    """One business change of a dossier; the aggregate is the dossier's uuid.

    :ivar status: the national status after the change; ``previous_status`` is 0 for a new dossier.
    :ivar changes: what happened, as values of :class:`~lienthong.dossiers.models.HistoryKind`.
    :ivar entries: uuids of the history entries written, in the order of ``changes``.
    :ivar tasks: uuids of the tasks that the change opened.
    """

    name: ClassVar[str] = "dossiers.dossier.changed"
    code: str
    status: int
    previous_status: int
    changes: tuple[str, ...]
    entries: tuple[str, ...]
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierRated(Event):
    """The applicant has rated a dossier, or changed the rating; the aggregate is the dossier's uuid."""

    name: ClassVar[str] = "dossiers.dossier.rated"
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierFactsChanged(Event):
    """Something that figures count has changed beside the dossier itself; the aggregate is the dossier's uuid.

    :ivar about: ``complaint`` (filed by the applicant) or ``national`` (the national portal knows the dossier).
    """

    name: ClassVar[str] = "dossiers.dossier.facts_changed"
    about: str
