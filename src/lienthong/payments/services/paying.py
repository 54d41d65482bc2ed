"""Paying through a gateway: sending the payer there, and believing only what its server tells ours."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.kernel import audit
from lienthong.kernel.text import search_key
from lienthong.payments import gateways
from lienthong.payments.errors import GatewayUnavailableError
from lienthong.payments.gateways import ForgedMessageError, GatewayError, Message, Order, Reply, Verdict
from lienthong.payments.models import Charge, GatewayNotice, Method, Payment, PaymentState
from lienthong.payments.services import charging, collecting

#: How long the payer has at the gateway.
PATIENCE = timedelta(minutes=15)
#: A gateway that is silent so long after the time to pay was over is taken at its last word.
SILENCE = timedelta(days=1)
_MAX_ASKED = 100
log = structlog.get_logger(__name__)


def opened(key: str) -> gateways.PaymentGateway:
    """Open a gateway of this installation.

    :raises GatewayUnavailableError: it is not configured here.
    """
    found = gateways.gateway(key)
    if found is None:
        raise GatewayUnavailableError(_("Cổng thanh toán này chưa được kết nối. Hãy chọn cách nộp khác."))
    return found


def start(
    *,
    principal: Principal,
    charge_uuid: UUID,
    gateway: str,
    return_url: str,
    visitor: str,
    language: str,
    now: datetime,
) -> str:
    """Begin to pay and give the address where to; an attempt begun earlier lapses.

    :raises ChargeStateError: nothing is owed any more.
    :raises GatewayUnavailableError: no such gateway here.
    """
    provider = opened(gateway)
    with transaction.atomic():
        charge = charging.lock(principal=principal, uuid=charge_uuid)
        charging.demand_open(charge)
        charging.lapse_attempts(charge)
        payment = Payment.objects.create(
            charge=charge,
            method=Method.GATEWAY,
            gateway=gateway,
            reference=collecting.new_reference(),
            amount=charge.amount,
            state=PaymentState.STARTED,
            started_at=now,
            expires_at=now + PATIENCE,
        )
        actor = principal.actor()
        charging.note(charge, actor=actor, action="payments.payment.started", now=now, gateway=gateway)
    return provider.start(
        Order(
            reference=payment.reference,
            amount=payment.amount,
            text=search_key(f"Nop {charge.code} {charge.subject_code}")[:255],
            return_url=return_url,
            visitor=visitor,
            started_at=now,
            expires_at=now + PATIENCE,
            language=language,
        )
    )


def receive_notification(*, gateway: str, values: Mapping[str, str], now: datetime) -> Mapping[str, str]:
    """Take what a gateway's server tells, once, and give the answer in its own words.

    A forged one changes nothing and is logged. Sixteen identical ones at once settle once.

    :raises GatewayUnavailableError: no such gateway here.
    """
    provider = opened(gateway)
    try:
        message = provider.verify_notification(values)
    except ForgedMessageError:
        log.warning("payment_notification_forged", gateway=gateway)
        _keep(gateway, Reply.FORGED, now=now, reference=str(values.get("vnp_TxnRef", "")))
        return provider.answer(Reply.FORGED)
    except GatewayError:
        log.warning("payment_notification_unreadable", gateway=gateway)
        return provider.answer(Reply.BROKEN)
    with transaction.atomic():
        charge = (
            Charge.objects.select_for_update(no_key=True, of=("self",))
            .filter(payments__reference=message.reference, payments__gateway=gateway)
            .first()
        )
        payment = Payment.objects.filter(reference=message.reference).first() if charge is not None else None
        reply = Reply.UNKNOWN if charge is None or payment is None else _take(charge, payment, message, now=now)
        _keep(gateway, reply, now=now, message=message, payment=payment)
    return provider.answer(reply)


def _keep(
    gateway: str,
    reply: Reply,
    *,
    now: datetime,
    message: Message | None = None,
    payment: Payment | None = None,
    reference: str = "",
) -> None:
    GatewayNotice.objects.create(
        gateway=gateway,
        at=now,
        reply=reply,
        reference=(message.reference if message else reference)[:100],
        transaction=message.transaction[:64] if message else "",
        amount=message.amount if message else None,
        payment=payment,
    )


def _take(charge: Charge, payment: Payment, message: Message, *, now: datetime) -> Reply:
    """Apply a verified message to an attempt, its charge being locked."""
    if message.amount != payment.amount:
        return Reply.WRONG_AMOUNT
    if payment.state in (PaymentState.PAID, PaymentState.SURPLUS, PaymentState.FAILED):
        return Reply.REPEATED
    if message.verdict == Verdict.PENDING:
        return Reply.CONFIRMED
    if message.verdict == Verdict.PAID:
        payment.transaction = message.transaction
        payment.received_by = payment.gateway
        actor = audit.Actor(kind="system", name=opened(payment.gateway).name)
        collecting.money_came(charge, payment, actor=actor, now=now)
        return Reply.CONFIRMED
    payment.state = PaymentState.FAILED
    payment.reason = message.reason
    payment.save(update_fields=["state", "reason"])
    return Reply.CONFIRMED


def ask_gateways(*, now: datetime) -> int:
    """Ask about the attempts whose time is over and of which nothing was heard; give how many found an end.

    A notification can get lost; money cannot. What the gateway does not know has lapsed.
    """
    waiting = Payment.objects.filter(state=PaymentState.STARTED, method=Method.GATEWAY, expires_at__lte=now).order_by(
        "expires_at"
    )[:_MAX_ASKED]
    return sum(_ask(payment, now=now) for payment in waiting)


def _ask(waiting: Payment, *, now: datetime) -> bool:
    provider = gateways.gateway(waiting.gateway)
    message: Message | None = None
    if provider is not None:
        try:
            message = provider.query(reference=waiting.reference, started_at=waiting.started_at, now=now)
        except GatewayError as error:
            log.warning("payment_query_failed", gateway=waiting.gateway, error=str(error))
    is_hopeless = waiting.expires_at is not None and waiting.expires_at + SILENCE <= now
    if message is None and not is_hopeless:
        return False
    with transaction.atomic():
        charge = Charge.objects.select_for_update(no_key=True).get(pk=waiting.charge_id)
        payment = Payment.objects.get(pk=waiting.pk)
        if payment.state != PaymentState.STARTED:
            return False
        if message is not None and message.verdict == Verdict.PAID:
            return _take(charge, payment, message, now=now) == Reply.CONFIRMED
        if message is not None and message.verdict == Verdict.PENDING and not is_hopeless:
            return False
        payment.state = PaymentState.LAPSED
        payment.save(update_fields=["state"])
    return True
