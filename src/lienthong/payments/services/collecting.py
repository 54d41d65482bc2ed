"""Taking money: at the counter, and whatever a bank or gateway says has come."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lienthong.accounts.api import Principal
from lienthong.kernel import audit
from lienthong.kernel.ids import uuid7
from lienthong.payments.models import Charge, ChargeState, Method, Payment, PaymentState, Receipt
from lienthong.payments.services import charging, receipts


def collect_cash(*, principal: Principal, charge_uuid: UUID, now: datetime) -> Receipt:
    """Take a charge in cash at the counter and give the receipt.

    :raises NotAllowedError: for whoever does not collect at the agency.
    :raises ChargeStateError: it is closed already; a second press takes nothing twice.
    """
    with transaction.atomic():
        charge = charging.lock_for_collector(principal=principal, uuid=charge_uuid)
        charging.demand_open(charge)
        charging.lapse_attempts(charge)
        payment = Payment.objects.create(
            charge=charge,
            method=Method.CASH,
            reference=new_reference(),
            amount=charge.amount,
            state=PaymentState.PAID,
            started_at=now,
            paid_at=now,
            received_by=principal.name,
        )
        return settle(charge, payment, actor=principal.actor(charge.agency_id), now=now)


def new_reference() -> str:
    """Make a number for an attempt: letters and digits only, never used again."""
    return uuid7().hex


def settle(charge: Charge, payment: Payment, *, actor: audit.Actor, now: datetime) -> Receipt:
    """Close a locked open charge with the money that came, give the receipt, and tell everybody."""
    charging.close(charge, state=ChargeState.SETTLED, by=actor.name, reason="", now=now)
    receipt = receipts.issue(charge=charge, payment=payment, by=actor.name, now=now)
    charging.note(
        charge,
        actor=actor,
        action="payments.charge.settled",
        now=now,
        amount=payment.amount,
        method=str(payment.method),
        receipt=receipt.full_number,
    )
    charging.publish_settled(charge, method=str(payment.method), receipt=receipt.full_number, by=actor.name, now=now)
    return receipt


def money_came(charge: Charge, payment: Payment, *, actor: audit.Actor, now: datetime) -> Receipt | None:
    """Take money that has come for a locked charge: it settles an open charge of just this amount.

    Anything else (too late, twice, another amount) is kept as surplus, to be seen and refunded.

    :param payment: new, or not yet paid; saved here.
    :returns: the receipt; None for surplus.
    """
    fits = charge.is_open and payment.amount == charge.amount
    payment.state = PaymentState.PAID if fits else PaymentState.SURPLUS
    payment.paid_at = now
    payment.reason = "" if fits else (str(charge.state) if not charge.is_open else "amount")
    if fits:
        charging.lapse_attempts(charge)
    payment.save()
    if fits:
        return settle(charge, payment, actor=actor, now=now)
    charging.note(
        charge, actor=actor, action="payments.payment.surplus", now=now, amount=payment.amount, state=str(charge.state)
    )
    return None
