"""Facts as a source would send them: random, plausible, without driving a whole dossier."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from lienthong.dossiers.api import DossierFacts, DossierStatus
from lienthong.indicators.models import DossierFact

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def told(**more: Any) -> DossierFacts:
    """Tell of one dossier: received in time, open, due in five days, unless said otherwise."""
    values: dict[str, Any] = {
        "id": 1,
        "uuid": UUID(int=1),
        "code": "H17.50-20261116-0000001",
        "procedure_id": 1,
        "is_full_online": True,
        "receiving_agency_id": 1,
        "competent_agency_id": 1,
        "agency_ids": (1,),
        "channel": 2,
        "status": int(DossierStatus.PROCESSING),
        "submitted_at": NOW - timedelta(days=4),
        "received_at": NOW - timedelta(days=4),
        "due_at": NOW + timedelta(days=1),
        "paused_at": None,
        "done_at": None,
        "returned_at": None,
        "closed_at": None,
        "is_refused": False,
        "waits": (),
        "rounds": 0,
        "has_fee": False,
        "e_result": False,
        "digitised": True,
        "paid_online": None,
        "reused": None,
        "from_vault": None,
        "identified": False,
        "synced": None,
        "satisfaction": None,
        "complaint": False,
        **more,
    }
    return DossierFacts(**values)


def change(facts: DossierFacts, chance: random.Random, agencies: Sequence[int]) -> DossierFacts:  # noqa: PLR0911
    """Let something happen to a dossier: an end, a wait, a flag that a source sends, a change of agency."""
    begun = facts.received_at or facts.submitted_at
    promised = begun + timedelta(hours=chance.randint(1, 24 * 90))
    later = min(promised, NOW - timedelta(minutes=1))  # only an appointment may lie ahead
    match chance.randint(0, 9):
        case 0:
            return replace(
                facts, status=DossierStatus.DONE, done_at=later, received_at=begun, e_result=chance.random() < 0.5
            )
        case 1:
            return replace(facts, status=DossierStatus.RETURNED, done_at=facts.done_at or later, returned_at=later,
                           received_at=begun)  # fmt: skip
        case 2:
            return replace(facts, status=DossierStatus.WITHDRAWN, closed_at=later, done_at=None, returned_at=None)
        case 3:
            return replace(facts, status=DossierStatus.NOT_RECEIVED, received_at=None, closed_at=later, done_at=None,
                           returned_at=None)  # fmt: skip
        case 4:
            return replace(facts, status=DossierStatus.SUPPLEMENT, paused_at=later, rounds=facts.rounds + 1,
                           received_at=begun, done_at=None, returned_at=None, closed_at=None,
                           waits=(*facts.waits, (later, None)))  # fmt: skip
        case 5:
            return replace(facts, status=DossierStatus.PROCESSING, received_at=begun, paused_at=None, done_at=None,
                           returned_at=None, closed_at=None, due_at=promised)  # fmt: skip
        case 6:
            return replace(facts, competent_agency_id=chance.choice(list(agencies)))
        case 7:
            return replace(facts, has_fee=True, paid_online=chance.choice([None, True, False]))
        case 8:
            return replace(
                facts,
                **{
                    name: chance.choice([None, True, False])
                    for name in ("reused", "from_vault", "identified", "synced")
                },
            )
        case _:
            return replace(
                facts, satisfaction=chance.choice([None, 1, 2, 3]), complaint=chance.choice([None, True, False])
            )


def all_facts() -> list[DossierFact]:
    """Read every fact."""
    return list(DossierFact.objects.order_by("pk"))
