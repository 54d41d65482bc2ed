"""One business change of a dossier: status, history, audit and event, written together.

Every use case opens a :class:`Change`, tells it what happened, and closes it with :func:`commit`;
that keeps the number of statements small and the trail complete.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import UUIDField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import override

from lienthong.accounts.api import Principal
from lienthong.catalogue import api as catalogue
from lienthong.dossiers.errors import DossierNotFoundError, DossierStateError, StaleDossierError
from lienthong.dossiers.events import DossierChanged
from lienthong.dossiers.models import DeadlineChange, Dossier, DossierStatus, HistoryEntry, HistoryKind
from lienthong.dossiers.services import waiting
from lienthong.kernel import audit, events
from lienthong.kernel.prepared import Prepared, insert, update
from lienthong.workflows import api as workflows
from lienthong.workflows.api import WorkItem

S = DossierStatus

# The transitions of the national status set; status 1 is given by filing.
TRANSITIONS: Mapping[int, frozenset[int]] = {
    S.SUBMITTED: frozenset({S.RECEIVED, S.NOT_RECEIVED, S.SUPPLEMENT, S.WITHDRAWN}),
    S.RECEIVED: frozenset({S.PROCESSING, S.SUPPLEMENT, S.PAYMENT, S.WITHDRAWN}),
    S.PROCESSING: frozenset({S.SUPPLEMENT, S.PAYMENT, S.WITHDRAWN, S.STOPPED, S.DONE}),
    S.SUPPLEMENT: frozenset({S.RECEIVED, S.PROCESSING, S.NOT_RECEIVED, S.WITHDRAWN, S.STOPPED}),
    S.PAYMENT: frozenset({S.PROCESSING, S.WITHDRAWN, S.STOPPED}),
    S.STOPPED: frozenset({S.PROCESSING, S.DONE}),
    S.DONE: frozenset({S.RETURNED}),
    S.NOT_RECEIVED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.RETURNED: frozenset(),
}


@dataclass
class Change:
    """A change being made to a locked dossier.

    :ivar opened: the tasks that the process's step opens.
    :ivar task_limits: due dates of their own for some of these, by the element of the diagram.
    """

    dossier: Dossier
    principal: Principal
    now: datetime
    agency_id: int | None = None
    note: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    entries: list[HistoryEntry] = field(default_factory=list)
    deadlines: list[DeadlineChange] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    opened: Sequence[WorkItem] = ()
    task_limits: dict[str, datetime] = field(default_factory=dict)
    previous_status: int = 0
    due_before: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def move_to(self, status: DossierStatus) -> None:
        """Give the dossier another national status.

        :raises DossierStateError: when the set of transitions has no such step.
        """
        current = DossierStatus(self.dossier.status)
        if status == current:
            return
        if status not in TRANSITIONS[current]:
            raise DossierStateError(
                _("Hồ sơ đang ở trạng thái “%(now)s” nên không thể chuyển sang “%(next)s”.")
                % {"now": current.label, "next": status.label},
                status=int(current),
            )
        self.dossier.status = status

    def tell(
        self,
        kind: HistoryKind,
        *,
        title: str = "",
        note: str = "",
        element_id: str = "",
        is_public: bool = True,
        facts: Mapping[str, Any] | None = None,
    ) -> HistoryEntry:
        """Add one line to the history; what is kept in the record is Vietnamese."""
        with override("vi"):
            title = title or str(kind.label)
        entry = HistoryEntry(
            dossier=self.dossier,
            at=self.now,
            kind=kind,
            title=title,
            note=note,
            actor_kind=self.principal.kind,
            actor_name=self.principal.name,
            agency_id=self.agency_id,
            status=self.dossier.status,
            element_id=element_id,
            is_public=is_public,
            facts=dict(facts or {}),
        )
        self.entries.append(entry)
        return entry


def lock(*, dossier_id: int, version: int | None = None) -> Dossier:
    """Lock a dossier for a change.

    :raises DossierNotFoundError: when it is gone.
    :raises StaleDossierError: when ``version`` is given and somebody has changed the dossier since.
    """
    dossier = _at_hand(_BY_NUMBER.first(number=dossier_id))
    if dossier is None:
        raise DossierNotFoundError(_("Không tìm thấy hồ sơ."))
    if version is not None and dossier.version != version:
        raise StaleDossierError(
            _("Hồ sơ vừa được người khác cập nhật. Hãy xem lại nội dung mới rồi làm tiếp."), version=dossier.version
        )
    return dossier


def lock_where(**condition: object) -> Dossier | None:
    """Lock the one dossier that a condition names; the version of its procedure is at hand."""
    return _at_hand(next(iter(Dossier.objects.select_for_update(no_key=True).filter(**condition)), None))


def lock_of_task(*, task_uuid: UUID) -> Dossier | None:
    """Lock the dossier that a task belongs to, whoever may do the task."""
    return _at_hand(_BY_TASK.first(task=task_uuid))


_BY_NUMBER = Prepared(lambda number: Dossier.objects.select_for_update(no_key=True).filter(pk=number), number=int)
_BY_TASK = Prepared(
    lambda task: Dossier.objects.select_for_update(no_key=True).filter(
        uuid=Cast(workflows.business_key_of(task_uuid=task), UUIDField())
    ),
    task=UUID,
)


def _at_hand(dossier: Dossier | None) -> Dossier | None:
    if dossier is not None:
        dossier.procedure_version = catalogue.get_version_by_id(version_id=dossier.procedure_version_id)
    return dossier


def begin(
    *, dossier: Dossier, principal: Principal, now: datetime, agency_id: int | None = None, note: str = ""
) -> Change:
    """Start a change of a locked dossier."""
    return Change(
        dossier=dossier,
        principal=principal,
        now=now,
        agency_id=agency_id,
        note=note.strip(),
        previous_status=dossier.status,
        due_before=dossier.due_at,
    )


_FIELDS = (
    "status",
    "stage",
    "version",
    "received_at",
    "counted_from",
    "due_at",
    "due",
    "paused_at",
    "waits_for",
    "waits_until",
    "done_at",
    "returned_at",
    "extension_count",
    "agency_ids",
    "search_key",
    "subject",
)


def commit(change: Change, *, action: str, extra_fields: Iterable[str] = ()) -> None:
    """Write the change: dossier row, history, due dates, one audit entry, one event."""
    dossier = change.dossier
    dossier.version += 1
    waiting.renew(dossier, kinds=[entry.kind for entry in change.entries], now=change.now)
    update(dossier, *_FIELDS, *extra_fields)
    record(change, action=action)


def record(change: Change, *, action: str) -> None:
    """Write everything of a change but the dossier's own row."""
    dossier = change.dossier
    insert(change.entries)
    insert(change.deadlines)
    entry = audit.compose(
        actor=change.principal.actor(change.agency_id),
        action=action,
        subject_type="dossiers.dossier",
        subject_id=dossier.uuid,
        at=change.now,
        facts={
            "code": dossier.code,
            "status": dossier.status,
            "previous_status": change.previous_status,
            "changes": [entry.kind for entry in change.entries],
            **change.facts,
        },
    )
    events.publish(
        DossierChanged(
            aggregate_id=str(dossier.uuid),
            occurred_at=change.now,
            code=dossier.code,
            status=dossier.status,
            previous_status=change.previous_status,
            changes=tuple(entry.kind for entry in change.entries),
            entries=tuple(str(entry.uuid) for entry in change.entries),
            tasks=tuple(change.tasks),
        ),
        audited=entry,
    )


__all__ = ["TRANSITIONS", "Change", "begin", "commit", "lock", "lock_of_task", "lock_where", "record"]
