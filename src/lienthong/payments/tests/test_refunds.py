"""Giving money back takes two people; a gateway's money goes back through it."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from lienthong.kernel.models import OutboxEvent
from lienthong.payments import api
from lienthong.payments.gateways import GatewayError
from lienthong.payments.models import Payment, Refund, RefundState
from lienthong.payments.services import refunds
from lienthong.payments.tests.factories import NOW, Town, begin, make_charge, notification, tell
from lienthong.payments.tests.test_gateway import Other

pytestmark = pytest.mark.django_db


def paid_in_cash(town: Town) -> Payment:
    charge = make_charge(town)
    return api.collect_cash(principal=town.treasurer, charge_uuid=charge.uuid, now=NOW).payment


def ask(town: Town, payment: Payment, amount: int = 16_000, reason: str = "Nộp nhầm") -> Refund:
    return api.ask_refund(principal=town.treasurer, payment_uuid=payment.uuid, amount=amount, reason=reason, now=NOW)


def decide(town: Town, refund: Refund, *, by: Any = None, is_approved: bool = True, note: str = "") -> Refund:
    return api.decide_refund(
        principal=by or town.second, refund_uuid=refund.uuid, is_approved=is_approved, note=note, now=NOW
    )


def test_cash_goes_back_when_a_second_person_agrees(town: Town) -> None:
    payment = paid_in_cash(town)
    refund = ask(town, payment)
    with pytest.raises(api.NotAllowedError):
        decide(town, refund, by=town.treasurer)
    with pytest.raises(api.ChargeStateError):
        api.pay_out(principal=town.treasurer, refund_uuid=refund.uuid, transaction_number="PC-1", now=NOW)
    assert [row.pk for row in api.list_refunds(principal=town.second)] == [refund.pk]
    decide(town, refund)
    with pytest.raises(api.ChargeStateError):
        decide(town, refund)
    with pytest.raises(api.PaymentInvalidError):
        api.pay_out(principal=town.treasurer, refund_uuid=refund.uuid, transaction_number=" ", now=NOW)
    done = api.pay_out(principal=town.treasurer, refund_uuid=refund.uuid, transaction_number="PC-1", now=NOW)
    assert (done.state, done.transaction, done.decided_by_name) == (RefundState.DONE, "PC-1", "Ngô Ngọc Bình")
    event = OutboxEvent.objects.get(name="payments.charge.refunded")
    assert (event.payload["amount"], event.payload["reason"]) == (16_000, "Nộp nhầm")
    assert api.refundable(payment=payment) == 0
    assert api.list_refunds(principal=town.treasurer) == ()


def test_a_refusal_says_why_and_leaves_the_money_refundable(town: Town) -> None:
    payment = paid_in_cash(town)
    refund = ask(town, payment)
    with pytest.raises(api.PaymentInvalidError):
        decide(town, refund, is_approved=False)
    assert decide(town, refund, is_approved=False, note="Đúng khoản phải nộp").state == RefundState.REFUSED
    assert api.refundable(payment=payment) == 16_000
    assert ask(town, payment, 5_000).amount == 5_000


@pytest.mark.parametrize(
    ("amount", "reason", "field"), [(0, "x", "amount"), (16_001, "x", "amount"), (1, " ", "reason")]
)
def test_a_refund_is_never_more_than_was_paid_and_has_a_reason(
    town: Town, amount: int, reason: str, field: str
) -> None:
    with pytest.raises(api.PaymentInvalidError) as refused:
        ask(town, paid_in_cash(town), amount, reason)
    assert list(refused.value.field_errors) == [field]


def test_one_refund_of_a_payment_is_under_way_at_a_time(town: Town) -> None:
    payment = paid_in_cash(town)
    ask(town, payment, 1_000)
    with pytest.raises(api.ChargeStateError):
        ask(town, payment, 1_000)


def test_only_the_agency_refunds(town: Town) -> None:
    payment = paid_in_cash(town)
    with pytest.raises(api.NotAllowedError):
        api.ask_refund(principal=town.second, payment_uuid=payment.uuid, amount=1, reason="x", now=NOW)
    with pytest.raises(api.ChargeNotFoundError):
        api.ask_refund(principal=town.stranger, payment_uuid=payment.uuid, amount=1, reason="x", now=NOW)
    with pytest.raises(api.ChargeNotFoundError):
        decide(town, ask(town, payment), by=town.specialist)


def test_the_database_keeps_two_people_apart_and_the_sum_below_the_payment(town: Town) -> None:
    refund = ask(town, paid_in_cash(town))
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(
            state="approved", decided_at=NOW, decided_by=town.treasurer.account_id
        )
    point = transaction.savepoint()
    Refund.objects.filter(pk=refund.pk).update(amount=16_001)
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    transaction.savepoint_rollback(point)


def paid_at_gateway(town: Town) -> Payment:
    payment = begin(town, make_charge(town))
    tell(notification(payment))
    payment.refresh_from_db()
    return payment


def test_a_gateway_gives_back_once_whatever_the_job_repeats(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = paid_at_gateway(town)
    refund = decide(town, ask(town, payment, 6_000))
    with pytest.raises(api.ChargeStateError):
        api.pay_out(principal=town.treasurer, refund_uuid=refund.uuid, transaction_number="PC-1", now=NOW)
    other = Other(monkeypatch)
    for _again in range(2):
        refunds.send_refund(refund_id=refund.pk, now=NOW)
    refund.refresh_from_db()
    assert (refund.state, refund.transaction) == (RefundState.DONE, "778899")
    (asked,) = other.asked
    assert (asked["vnp_TransactionType"], asked["vnp_Amount"], asked["vnp_TransactionNo"], asked["vnp_RequestId"]) == (
        "03", "600000", payment.transaction, refund.uuid.hex,
    )  # fmt: skip


def test_a_gateway_that_refuses_is_shown_and_one_that_is_silent_asked_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund = decide(town, ask(town, paid_at_gateway(town)))
    Other(monkeypatch, vnp_SecureHash="gia")
    with pytest.raises(GatewayError):
        refunds.send_refund(refund_id=refund.pk, now=NOW)
    refund.refresh_from_db()
    assert refund.state == RefundState.APPROVED
    other = Other(monkeypatch, vnp_ResponseCode="94")
    refunds.send_refund(refund_id=refund.pk, now=NOW)
    refund.refresh_from_db()
    assert (refund.state, refund.decision_note, other.asked[0]["vnp_TransactionType"]) == (
        RefundState.FAILED, "[94]", "02",
    )  # fmt: skip
    assert [row.pk for row in api.list_refunds(principal=town.treasurer)] == [refund.pk]
