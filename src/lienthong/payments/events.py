"""What payments tell the other contexts."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from lienthong.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeSettled(Event):
    """Nothing is owed any more; the aggregate is the charge's uuid.

    :ivar method: ``cash``, ``transfer`` or ``gateway``; ``exempt`` where nothing had to be paid.
    :ivar receipt: the receipt's number as printed; empty without money.
    :ivar by: who took the money or granted the exemption, as histories name them.
    """

    name: ClassVar[str] = "payments.charge.settled"
    subject_type: str
    subject_id: UUID
    code: str
    amount: int
    method: str
    receipt: str
    is_blocking: bool
    agency_id: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRefunded(Event):
    """Money was given back; the aggregate is the charge's uuid."""

    name: ClassVar[str] = "payments.charge.refunded"
    subject_type: str
    subject_id: UUID
    code: str
    amount: int
    reason: str
    agency_id: int
