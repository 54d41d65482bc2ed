"""What a dossier's applicant was asked to pay, for programs to read."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from lienthong.accounts.api import BearerToken, caller
from lienthong.dossiers import api as dossiers
from lienthong.payments import api as payments

router = Router(tags=["dossiers"])
_READ = BearerToken("dossiers:read")


class ChargeLineOut(Schema):
    """One fee of a charge."""

    kind: str = Field(description="phi (service fee), le_phi (state charge) or duty (another financial duty)")
    name: str
    quantity: int
    unit: str
    unit_amount: int
    reduction: int
    reduction_reason: str
    amount: int
    legal_basis: str


class ChargeReceiptOut(Schema):
    """A numbered receipt; a cancelled one keeps its number."""

    number: str
    amount: int
    method: str = Field(description="cash, transfer or gateway")
    issued_at: datetime
    cancelled_at: datetime | None
    verification_code: str


class ChargeOut(Schema):
    """What is or was owed; amounts in whole đồng."""

    id: UUID
    code: str = Field(description="what a transfer writes as its memo")
    state: str = Field(description="open, settled, exempt (nothing was due) or cancelled")
    stage: int = Field(description="HinhThucThu: 1 at reception, 2 at supplement, 4 with the result")
    is_blocking: bool = Field(description="the dossier's process waits for the money")
    reason: str
    amount: int
    agency: str = Field(description="who collects; its account, cash desk and receipts")
    collector: str = Field(
        description="as what it collects: receiving (took the dossier in) or deciding (is competent)"
    )
    asked_at: datetime
    closed_at: datetime | None
    lines: list[ChargeLineOut]
    receipts: list[ChargeReceiptOut]


class ChargesOut(Schema):
    """Everything asked of a dossier's applicant, oldest first."""

    items: list[ChargeOut]


@router.get("/{uuid}/charges", response=ChargesOut, auth=_READ, summary="List a dossier's charges")
def read_charges(request: HttpRequest, uuid: UUID) -> ChargesOut:
    """List what the applicant was asked to pay, line by line, and the receipts given for it."""
    dossier = dossiers.get_dossier_for(principal=caller(request), uuid=uuid)
    return ChargesOut(items=[_charge(row) for row in dossiers.charges_of(dossier=dossier)])


def _charge(row: payments.Charge) -> ChargeOut:
    return ChargeOut(
        id=row.uuid,
        code=row.code,
        state=row.state,
        stage=row.stage,
        is_blocking=row.is_blocking,
        reason=row.reason,
        amount=row.amount,
        agency=row.agency.name,
        collector=row.collector,
        asked_at=row.asked_at,
        closed_at=row.closed_at,
        lines=[
            ChargeLineOut(
                kind=line.kind,
                name=line.name,
                quantity=line.quantity,
                unit=line.unit,
                unit_amount=line.unit_amount,
                reduction=line.reduction,
                reduction_reason=line.reduction_reason,
                amount=line.amount,
                legal_basis=line.legal_basis,
            )
            for line in row.lines.all()
        ],
        receipts=[
            ChargeReceiptOut(
                number=receipt.full_number,
                amount=receipt.amount,
                method=payment.method,
                issued_at=receipt.issued_at,
                cancelled_at=receipt.cancelled_at,
                verification_code=receipt.verification_code,
            )
            for payment in row.payments.all()
            for receipt in payment.receipts.all()
        ],
    )
