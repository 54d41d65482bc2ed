"""Reading the audit trail: who did what, newest first."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from lienthong.kernel.clock import VIETNAM
from lienthong.kernel.models import AuditEntry
from lienthong.kernel.paging import Page, keyset


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is shown.

    :ivar sequence: its place in the hash chain; None in the instant before the chain has taken it up.
    :ivar facts: what explains the change, as recorded.
    """

    id: int
    sequence: int | None
    hash: str
    at: datetime
    action: str
    actor_kind: str
    actor_id: str
    actor_name: str
    subject_type: str
    subject_id: str
    facts: dict[str, Any]


def list_entries(
    *,
    cursor: str | None,
    size: int = 50,
    subject: str = "",
    actor_id: str = "",
    action: str = "",
    first: date | None = None,
    last: date | None = None,
) -> Page[Entry]:
    """List entries, newest first.

    :param subject: the type of what was changed, its id, or ``type:id``.
    :param action: the beginning of an action (``dossiers.dossier``).
    :param first: and ``last``: days on Vietnam's clock, both included.
    """
    wanted = Q()
    if subject:
        kind, _colon, name = subject.partition(":")
        wanted &= Q(subject_type=kind, subject_id=name) if name else Q(subject_type=kind) | Q(subject_id=kind)
    if actor_id:
        wanted &= Q(actor_id=actor_id)
    if action:
        wanted &= Q(action__startswith=action)
    if first:
        wanted &= Q(at__gte=datetime.combine(first, time(), VIETNAM))
    if last:
        wanted &= Q(at__lt=datetime.combine(last + timedelta(days=1), time(), VIETNAM))
    page = keyset(AuditEntry.objects.select_related("link").filter(wanted), order=("-id",), cursor=cursor, size=size)
    return Page(tuple(_shown(row) for row in page.items), page.next_cursor, page.previous_cursor)


def _shown(row: AuditEntry) -> Entry:
    told = json.loads(row.content)
    link = getattr(row, "link", None)
    return Entry(
        id=row.pk,
        sequence=link.sequence if link else None,
        hash=bytes(link.hash).hex() if link else "",
        at=row.at,
        action=row.action,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        actor_name=told["actor"]["name"],
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        facts=told["facts"],
    )
