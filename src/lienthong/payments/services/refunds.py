"""Giving money back: one person asks, another decides, then it is paid out or sent to the gateway."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.kernel import audit, events, jobs
from lienthong.payments import gateways, policies
from lienthong.payments.errors import ChargeNotFoundError, ChargeStateError, NotAllowedError, PaymentInvalidError
from lienthong.payments.events import ChargeRefunded
from lienthong.payments.gateways import GatewayError, Verdict
from lienthong.payments.models import Charge, Method, Payment, PaymentState, Refund, RefundState
from lienthong.payments.services import charging

SEND = "payments.send_refund"
log = structlog.get_logger(__name__)


def refundable(*, payment: Payment) -> int:
    """Say how much of a payment may still be given back."""
    if payment.state not in (PaymentState.PAID, PaymentState.SURPLUS):
        return 0
    kept = (RefundState.ASKED, RefundState.APPROVED, RefundState.DONE)
    given = Refund.objects.filter(payment=payment, state__in=kept).aggregate(total=Sum("amount"))["total"] or 0
    return payment.amount - given


def ask_refund(*, principal: Principal, payment_uuid: UUID, amount: int, reason: str, now: datetime) -> Refund:
    """Ask that money be given back; somebody else decides.

    :raises NotAllowedError: for whoever does not collect at the agency.
    :raises PaymentInvalidError: no reason, or more than is left of the payment.
    :raises ChargeStateError: another refund of the payment is under way.
    """
    with transaction.atomic():
        charge, payment = _lock(principal, payment_uuid)
        if not policies.collects(principal, charge) or principal.account_id is None:
            raise NotAllowedError(_("Chỉ người thu phí, lệ phí của cơ quan này đề nghị hoàn tiền được."))
        if Refund.objects.filter(payment=payment, state__in=(RefundState.ASKED, RefundState.APPROVED)).exists():
            raise ChargeStateError(_("Khoản nộp này đang có đề nghị hoàn tiền chờ xử lý."))
        most = refundable(payment=payment)
        wrong = {
            "amount": [] if 0 < amount <= most else [_("Hãy nhập số tiền từ 1 đến %(most)s đồng.") % {"most": most}],
            "reason": [] if reason.strip() else [_("Hãy nêu lý do hoàn tiền.")],
        }
        if any(wrong.values()):
            raise PaymentInvalidError(
                _("Chưa đề nghị được."), field_errors={name: texts for name, texts in wrong.items() if texts}
            )
        refund = Refund.objects.create(
            payment=payment,
            amount=amount,
            reason=reason.strip(),
            asked_at=now,
            asked_by_id=principal.account_id,
            asked_by_name=principal.name,
        )
        _note(refund, charge, principal.actor(charge.agency_id), "asked", now)
    return refund


def decide_refund(*, principal: Principal, refund_uuid: UUID, is_approved: bool, note: str, now: datetime) -> Refund:
    """Approve or refuse a refund, as the second person; a gateway's money goes back by a job.

    :raises NotAllowedError: for whoever asked for it, or has no right at the agency.
    :raises ChargeStateError: it is decided already.
    :raises PaymentInvalidError: a refusal without a reason.
    """
    with transaction.atomic():
        refund, charge = _lock_refund(principal, refund_uuid)
        if not policies.may_decide(principal, refund, agency_id=charge.agency_id):
            raise NotAllowedError(_("Người đề nghị không tự duyệt; cần người thứ hai có thẩm quyền ở cơ quan này."))
        if refund.state != RefundState.ASKED:
            raise ChargeStateError(_("Đề nghị hoàn tiền này đã có người quyết định."))
        if not is_approved and not note.strip():
            raise PaymentInvalidError(_("Chưa từ chối được."), field_errors={"note": [_("Hãy nêu lý do từ chối.")]})
        refund.state = RefundState.APPROVED if is_approved else RefundState.REFUSED
        refund.decided_at, refund.decision_note = now, note.strip()
        refund.decided_by_id, refund.decided_by_name = principal.account_id, principal.name
        refund.save(update_fields=["state", "decided_at", "decided_by", "decided_by_name", "decision_note"])
        actor = principal.actor(charge.agency_id)
        _note(refund, charge, actor, "approved" if is_approved else "refused", now)
        if is_approved and refund.payment.method == Method.GATEWAY:
            jobs.queue(SEND, refund_id=refund.pk)
    return refund


def pay_out(*, principal: Principal, refund_uuid: UUID, transaction_number: str, now: datetime) -> Refund:
    """Record that an approved refund was handed over in cash or transferred back.

    :raises ChargeStateError: it is not approved, or the gateway pays it.
    :raises PaymentInvalidError: without the number of the voucher or transfer.
    """
    if not transaction_number.strip():
        raise PaymentInvalidError(
            _("Chưa ghi được."), field_errors={"transaction_number": [_("Hãy nhập số phiếu chi hoặc số giao dịch.")]}
        )
    with transaction.atomic():
        refund, charge = _lock_refund(principal, refund_uuid)
        if not policies.collects(principal, charge):
            raise NotAllowedError(_("Chỉ người thu phí, lệ phí của cơ quan này ghi chi hoàn được."))
        if refund.state != RefundState.APPROVED or refund.payment.method == Method.GATEWAY:
            raise ChargeStateError(_("Khoản hoàn này chưa được duyệt, hoặc do cổng thanh toán chi."))
        _done(refund, charge, principal.actor(charge.agency_id), transaction_number.strip()[:64], now)
    return refund


def send_refund(*, refund_id: int, now: datetime) -> None:
    """Have the gateway give an approved refund back; a gateway that does not answer is asked again by the job.

    The question carries the refund's own number, so that a repeated one is not executed twice.

    :raises GatewayError: no valid answer; the job tries again.
    """
    with transaction.atomic():
        refund = (
            Refund.objects.select_for_update(no_key=True, of=("self",))
            .select_related("payment__charge")
            .get(pk=refund_id)
        )
        if refund.state != RefundState.APPROVED:
            return
        payment = refund.payment
        provider = gateways.gateway(payment.gateway)
        if provider is None:
            raise GatewayError(f"{payment.gateway} is not configured")
        message = provider.refund(
            reference=payment.reference,
            transaction=payment.transaction,
            amount=refund.amount,
            is_whole=refund.amount == payment.amount,
            started_at=payment.started_at,
            request_id=refund.uuid.hex,
            by=str(refund.asked_by_id),
            now=now,
        )
        if message.verdict == Verdict.PAID:
            _done(refund, payment.charge, audit.Actor(kind="system", name=provider.name), message.transaction, now)
        else:
            refund.state = RefundState.FAILED
            refund.decision_note = f"{refund.decision_note} [{message.reason}]".strip()
            refund.save(update_fields=["state", "decision_note"])
            log.warning("payment_refund_refused", gateway=payment.gateway, reason=message.reason)
            _note(refund, payment.charge, audit.SYSTEM, "failed", now)


def _done(refund: Refund, charge: Charge, actor: audit.Actor, transaction_number: str, now: datetime) -> None:
    refund.state, refund.paid_at, refund.transaction = RefundState.DONE, now, transaction_number
    refund.save(update_fields=["state", "paid_at", "transaction"])
    _note(refund, charge, actor, "paid", now)
    events.publish(
        ChargeRefunded(
            aggregate_id=str(charge.uuid),
            occurred_at=now,
            subject_type=charge.subject_type,
            subject_id=charge.subject_id,
            code=charge.code,
            amount=refund.amount,
            reason=refund.reason,
            agency_id=charge.agency_id,
        )
    )


def _note(refund: Refund, charge: Charge, actor: audit.Actor, what: str, now: datetime) -> None:
    charging.note(
        charge, actor=actor, action=f"payments.refund.{what}", now=now, amount=refund.amount, refund=str(refund.uuid)
    )


def _lock(principal: Principal, payment_uuid: UUID) -> tuple[Charge, Payment]:
    found = Payment.objects.filter(uuid=payment_uuid).select_related("charge").first()
    if found is None:
        raise ChargeNotFoundError(_("Không tìm thấy khoản nộp."))
    charge = charging.lock(principal=principal, uuid=found.charge.uuid)
    return charge, Payment.objects.get(pk=found.pk)


def _lock_refund(principal: Principal, uuid: UUID) -> tuple[Refund, Charge]:
    found = Refund.objects.filter(uuid=uuid).select_related("payment__charge").first()
    if found is None:
        raise ChargeNotFoundError(_("Không tìm thấy đề nghị hoàn tiền."))
    charge = charging.lock(principal=principal, uuid=found.payment.charge.uuid)
    return Refund.objects.select_related("payment").get(pk=found.pk), charge
