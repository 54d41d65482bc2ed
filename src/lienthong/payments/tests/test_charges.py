"""Asking for money, reducing it, taking it in cash, and the rows that hold whatever the path."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from lienthong.kernel import audit
from lienthong.kernel.models import AuditEntry, OutboxEvent
from lienthong.payments import api
from lienthong.payments.models import Charge, ChargeLine, ChargeState, FeeReduction, Payment, PaymentState, Receipt
from lienthong.payments.tests.factories import LONG_AGO, NOW, Town, begin, line, make_charge, notification, tell
from lienthong.payments.vietqr import parse

pytestmark = pytest.mark.django_db


def check_sums() -> None:
    """Let the database look at what it otherwise looks at when a transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def settled_events() -> list[OutboxEvent]:
    return list(OutboxEvent.objects.filter(name="payments.charge.settled"))


def test_a_charge_sums_its_lines(town: Town) -> None:
    charge = make_charge(
        town, line(8_000, 2), line(20_000, 1, kind="le_phi", reduction=10_000, reduction_reason="Trực tuyến")
    )
    assert (charge.amount, charge.state) == (26_000, ChargeState.OPEN)
    assert [row.amount for row in charge.lines.order_by("id")] == [16_000, 10_000]
    assert charge.code.startswith("LT")
    check_sums()


def test_nothing_to_pay_is_recorded_as_such(town: Town) -> None:
    charge = make_charge(town, line(0, 1))
    assert (charge.state, charge.amount, charge.closed_at) == (ChargeState.EXEMPT, 0, NOW)
    assert charge.lines.count() == 1
    assert settled_events() == []


def test_a_demand_that_does_not_block_is_made_once_a_stage(town: Town) -> None:
    subject = uuid4()
    first = make_charge(town, subject_id=subject)
    assert make_charge(town, line(99_000), subject_id=subject).pk == first.pk
    assert make_charge(town, subject_id=subject, stage=api.Stage.RESULT).pk != first.pk


def test_one_blocking_demand_stands_at_a_time(town: Town) -> None:
    subject = uuid4()
    make_charge(town, subject_id=subject, is_blocking=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_charge(town, subject_id=subject, is_blocking=True)
    gone = api.cancel_open(
        actor=audit.SYSTEM, subject_type="tests.thing", subject_id=subject, reason="Thay", only_blocking=True, now=NOW
    )
    assert gone == 1
    assert make_charge(town, subject_id=subject, is_blocking=True).is_open


def test_cash_settles_and_gives_a_receipt(town: Town) -> None:
    charge = make_charge(town)
    receipt = api.collect_cash(principal=town.treasurer, charge_uuid=charge.uuid, now=NOW)
    charge.refresh_from_db()
    assert (charge.state, charge.closed_by) == (ChargeState.SETTLED, "Nguyễn Công Nam")
    assert (receipt.full_number, receipt.amount, receipt.payment.method) == ("0000001/2026", 16_000, "cash")
    assert [event.payload["method"] for event in settled_events()] == ["cash"]
    assert AuditEntry.objects.filter(action="payments.charge.settled", subject_id=str(charge.uuid)).count() == 1
    with pytest.raises(api.ChargeStateError):
        api.collect_cash(principal=town.treasurer, charge_uuid=charge.uuid, now=NOW)
    assert Payment.objects.filter(charge=charge).count() == 1
    check_sums()


def test_only_a_treasurer_of_the_agency_takes_money(town: Town) -> None:
    charge = make_charge(town)
    with pytest.raises(api.NotAllowedError):
        api.collect_cash(principal=town.payer, charge_uuid=charge.uuid, now=NOW)
    for foreign in (town.stranger, town.specialist):
        with pytest.raises(api.ChargeNotFoundError):
            api.collect_cash(principal=foreign, charge_uuid=charge.uuid, now=NOW)
        with pytest.raises(api.ChargeNotFoundError):
            api.get_charge_for(principal=foreign, uuid=charge.uuid)
    assert api.get_charge_for(principal=town.payer, uuid=charge.uuid) == charge


def test_a_reduction_stands_beside_its_reason_and_law(town: Town) -> None:
    charge = make_charge(town)
    half = FeeReduction.objects.create(
        key="thanh-tich",
        percent=50,
        reason="Người có công",
        legal_basis="Luật 97/2015/QH13, Điều 10",
        valid_from=LONG_AGO,
    )
    reduced = api.reduce(
        principal=town.treasurer,
        charge_uuid=charge.uuid,
        reduction_uuid=half.uuid,
        percent=0,
        reason="",
        legal_basis="",
        now=NOW,
    )
    row = ChargeLine.objects.get(charge=charge)
    assert (reduced.amount, row.reduction, row.reduction_reason) == (8_000, 8_000, "Người có công")
    assert reduced.is_open
    check_sums()


@pytest.mark.parametrize("missing", ["reason", "legal_basis", "percent"])
def test_a_reduction_without_reason_law_or_share_is_refused(town: Town, missing: str) -> None:
    charge = make_charge(town)
    given = {"percent": 100, "reason": "Hộ nghèo", "legal_basis": "Luật 97/2015/QH13"}
    given[missing] = 0 if missing == "percent" else " "
    with pytest.raises(api.PaymentInvalidError) as refused:
        api.reduce(
            principal=town.treasurer, charge_uuid=charge.uuid, reduction_uuid=None, now=NOW, **given  # type: ignore[arg-type]
        )  # fmt: skip
    assert list(refused.value.field_errors) == [missing]


def test_an_exemption_settles_without_money(town: Town) -> None:
    charge = make_charge(town)
    api.reduce(
        principal=town.treasurer, charge_uuid=charge.uuid, reduction_uuid=None, percent=100,
        reason="Hộ nghèo", legal_basis="Luật 97/2015/QH13, Điều 10", now=NOW,
    )  # fmt: skip
    charge.refresh_from_db()
    assert (charge.state, charge.amount) == (ChargeState.EXEMPT, 0)
    assert [event.payload["method"] for event in settled_events()] == ["exempt"]
    assert not Receipt.objects.exists()
    check_sums()


def test_the_database_refuses_sums_that_do_not_agree(town: Town) -> None:
    charge = make_charge(town)
    for wrong in (
        lambda: Charge.objects.filter(pk=charge.pk).update(amount=15_000),
        lambda: Charge.objects.filter(pk=charge.pk).update(state="settled", closed_at=NOW),
        lambda: ChargeLine.objects.filter(charge=charge).delete(),
    ):
        point = transaction.savepoint()
        wrong()
        with pytest.raises(IntegrityError):
            check_sums()
        transaction.savepoint_rollback(point)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChargeLine.objects.filter(charge=charge).update(amount=1)


def test_receipts_are_numbered_without_gap_and_cancelled_ones_stay(town: Town) -> None:
    charges = [make_charge(town) for _each in range(3)]
    first, second, third = (
        api.collect_cash(principal=town.treasurer, charge_uuid=charge.uuid, now=NOW) for charge in charges
    )
    assert [first.number, second.number, third.number] == [1, 2, 3]
    with pytest.raises(api.PaymentInvalidError):
        api.cancel_receipt(principal=town.treasurer, uuid=second.uuid, reason=" ", now=NOW)
    fresh = api.cancel_receipt(principal=town.treasurer, uuid=second.uuid, reason="Sai tên người nộp", now=NOW)
    second.refresh_from_db()
    assert (fresh.number, fresh.payment_id) == (4, second.payment_id)
    assert (second.number, second.cancel_reason, second.is_cancelled) == (2, "Sai tên người nộp", True)
    with pytest.raises(api.ChargeStateError):
        api.cancel_receipt(principal=town.treasurer, uuid=second.uuid, reason="Lần nữa", now=NOW)
    with pytest.raises(api.ChargeNotFoundError):
        api.cancel_receipt(principal=town.stranger, uuid=first.uuid, reason="Của người khác", now=NOW)
    next_year = make_charge(town, now=NOW + timedelta(days=60))
    again = api.collect_cash(principal=town.treasurer, charge_uuid=next_year.uuid, now=NOW + timedelta(days=60))
    assert again.full_number == "0000001/2027"


def test_cash_while_the_payer_is_at_the_gateway_makes_the_other_money_surplus(town: Town) -> None:
    charge = make_charge(town)
    attempt = begin(town, charge)
    api.collect_cash(principal=town.treasurer, charge_uuid=charge.uuid, now=NOW)
    attempt.refresh_from_db()
    assert attempt.state == PaymentState.LAPSED
    assert tell(notification(attempt)) == "00"
    attempt.refresh_from_db()
    assert attempt.state == PaymentState.SURPLUS
    assert [row.pk for row in api.list_surplus(principal=town.treasurer)] == [attempt.pk]
    assert len(settled_events()) == 1
    check_sums()


def test_the_square_code_of_a_charge_carries_its_code(town: Town) -> None:
    charge = make_charge(town)
    transfer = api.transfer_for(charge=charge, on=NOW.date())
    assert transfer is not None
    code = parse(transfer.code)
    assert (code.bank, code.account, code.amount, code.memo) == ("970436", "1026806174", 16_000, charge.code)
