"""The audit trail: who did what to which thing, when, in the same transaction as the change."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from lienthong.kernel.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever causes a change, as the audit trail names them.

    :ivar kind: ``citizen``, ``official``, ``client`` (a REST client) or ``system``.
    :ivar id: the account's public uuid as text; empty for the system.
    :ivar name: shown in histories; kept as it was at the time.
    :ivar agency_id: the agency acted for (number inside), when there is one.
    """

    kind: str
    id: str = ""
    name: str = ""
    agency_id: int | None = None


SYSTEM = Actor(kind="system", name="Hệ thống")


def record(
    *,
    actor: Actor,
    action: str,
    subject_type: str,
    subject_id: object,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write one audit entry inside the caller's transaction.

    :param action: ``context.subject.verb`` in lower case, past tense (``dossiers.dossier.received``).
    :param facts: JSON-ready values that explain the change; no form answers, no file contents.
    :raises TransactionManagementError: outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("audit.record needs a transaction")
    entry = compose(actor=actor, action=action, subject_type=subject_type, subject_id=subject_id, at=at, facts=facts)
    entry.save(force_insert=True)
    return entry


def compose(
    *,
    actor: Actor,
    action: str,
    subject_type: str,
    subject_id: object,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Make an audit entry without writing it, for ``events.publish(..., audited=entry)``; see :func:`record`."""
    content = json.dumps(
        {
            "at": at.isoformat(),
            "action": action,
            "actor": {"kind": actor.kind, "id": actor.id, "name": actor.name, "agency": actor.agency_id},
            "subject": {"type": subject_type, "id": str(subject_id)},
            "facts": dict(facts or {}),
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=str,
    )
    return AuditEntry(
        at=at,
        action=action,
        actor_kind=actor.kind,
        actor_id=actor.id,
        subject_type=subject_type,
        subject_id=str(subject_id),
        content=content,
    )
