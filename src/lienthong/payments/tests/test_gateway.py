"""The gateway's notifications: forged, wrong, replayed, late, at once; and what is asked when none comes."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from django.urls import reverse

from lienthong.payments import api
from lienthong.payments.gateways import ForgedMessageError, GatewayError, Verdict
from lienthong.payments.models import ChargeState, GatewayNotice, Payment, PaymentState, Receipt
from lienthong.payments.plugins import vnpay
from lienthong.payments.services import paying
from lienthong.payments.tests.factories import (
    CONTRACT,
    NOW,
    SECRET,
    TERMINAL,
    Town,
    begin,
    make_charge,
    notification,
    tell,
)

pytestmark = pytest.mark.django_db


def test_the_address_carries_every_field_of_the_protocol(town: Town) -> None:
    charge = make_charge(town)
    address = api.start(
        principal=town.payer, charge_uuid=charge.uuid, gateway="vnpay", return_url="https://x.example/ket-qua/",
        visitor="203.0.113.9", language="vi", now=NOW,
    )  # fmt: skip
    values = dict(parse_qsl(urlsplit(address).query))
    signature = values.pop("vnp_SecureHash")
    assert address.startswith(CONTRACT.pay_url)
    assert signature == vnpay.sign_parameters(values, secret=SECRET)
    payment = Payment.objects.get(charge=charge)
    assert values == {
        "vnp_Version": "2.1.0",
        "vnp_Command": "pay",
        "vnp_TmnCode": TERMINAL,
        "vnp_Amount": "1600000",
        "vnp_CurrCode": "VND",
        "vnp_TxnRef": payment.reference,
        "vnp_OrderInfo": f"nop {charge.code.lower()} h17.50-20261120-0000001",
        "vnp_OrderType": "other",
        "vnp_Locale": "vn",
        "vnp_ReturnUrl": "https://x.example/ket-qua/",
        "vnp_IpAddr": "203.0.113.9",
        "vnp_CreateDate": "20261120090000",
        "vnp_ExpireDate": "20261120091500",
    }


def test_the_order_of_parameters_and_their_encoding_are_the_published_ones() -> None:
    values = {"vnp_OrderInfo": "Thanh toan don hang :5", "vnp_Amount": "1806000", "vnp_Empty": "", "vnp_Locale": "vn"}
    assert vnpay.encode(values) == "vnp_Amount=1806000&vnp_Locale=vn&vnp_OrderInfo=Thanh+toan+don+hang+%3A5"


def test_a_notification_settles_and_the_same_again_changes_nothing(town: Town) -> None:
    charge = make_charge(town)
    attempt = begin(town, charge)
    told = notification(attempt)
    assert tell(told) == "00"
    assert tell(told) == "02"
    charge.refresh_from_db()
    attempt.refresh_from_db()
    assert (charge.state, attempt.state, attempt.transaction) == (
        ChargeState.SETTLED, PaymentState.PAID, told["vnp_TransactionNo"],
    )  # fmt: skip
    assert Receipt.objects.get().issued_by == "VNPAY"
    assert [row.reply for row in GatewayNotice.objects.order_by("id")] == ["confirmed", "repeated"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"secret": "bi-mat-cua-ke-gian"}, "97"),
        ({"vnp_TmnCode": "KHACMERC"}, "97"),
        ({"vnp_Amount": "160000"}, "04"),
        ({"vnp_Amount": "1600001"}, "99"),
        ({"vnp_Amount": "nhieu"}, "99"),
        ({"vnp_TxnRef": "khong-co"}, "01"),
    ],
)
def test_what_is_forged_or_wrong_settles_nothing(town: Town, change: dict[str, str], code: str) -> None:
    charge = make_charge(town)
    attempt = begin(town, charge)
    assert tell(notification(attempt, **change)) == code
    charge.refresh_from_db()
    attempt.refresh_from_db()
    assert (charge.state, attempt.state) == (ChargeState.OPEN, PaymentState.STARTED)


def test_a_changed_letter_makes_a_forgery(town: Town) -> None:
    attempt = begin(town, make_charge(town))
    told = notification(attempt)
    assert tell({**told, "vnp_BankCode": "VCB"}) == "97"
    assert tell({name: text for name, text in told.items() if name != "vnp_SecureHash"}) == "97"
    assert GatewayNotice.objects.filter(reply="forged", payment=None).count() == 2
    assert tell({**told, "utm_source": "x"}) == "00"


def test_a_declined_payment_leaves_the_charge_open_for_another_try(town: Town) -> None:
    charge = make_charge(town)
    attempt = begin(town, charge)
    declined = notification(attempt, vnp_ResponseCode="24", vnp_TransactionStatus="02", vnp_TransactionNo="0")
    assert tell(declined) == "00"
    assert tell(declined) == "02"
    attempt.refresh_from_db()
    assert (attempt.state, attempt.reason) == (PaymentState.FAILED, "24")
    again = begin(town, charge)
    assert tell(notification(again)) == "00"
    charge.refresh_from_db()
    assert charge.state == ChargeState.SETTLED


def test_a_second_attempt_lapses_the_first_whose_money_still_counts(town: Town) -> None:
    charge = make_charge(town)
    first = begin(town, charge)
    second = begin(town, charge)
    first.refresh_from_db()
    assert (first.state, second.state) == (PaymentState.LAPSED, PaymentState.STARTED)
    assert tell(notification(first)) == "00"
    assert tell(notification(second)) == "00"
    states = list(Payment.objects.filter(charge=charge).order_by("id").values_list("state", flat=True))
    assert states == [PaymentState.PAID, PaymentState.SURPLUS]
    assert Receipt.objects.count() == 1


def test_money_that_comes_after_the_demand_was_taken_back_is_kept_for_refund(town: Town) -> None:
    charge = make_charge(town, is_blocking=True)
    attempt = begin(town, charge)
    api.cancel_open(
        actor=town.treasurer.actor(), subject_type=charge.subject_type, subject_id=charge.subject_id,
        reason="Rút hồ sơ", only_blocking=False, now=NOW,
    )  # fmt: skip
    assert tell(notification(attempt), now=NOW + timedelta(hours=3)) == "00"
    charge.refresh_from_db()
    assert charge.state == ChargeState.CANCELLED
    assert [row.reason for row in api.list_surplus(principal=town.treasurer)] == ["cancelled"]
    assert not Receipt.objects.exists()


def test_the_return_informs_and_never_settles(town: Town) -> None:
    charge = make_charge(town)
    attempt = begin(town, charge)
    message = CONTRACT.verify_return(notification(attempt))
    assert (message.verdict, message.amount, message.reference) == (Verdict.PAID, 16_000, attempt.reference)
    charge.refresh_from_db()
    assert charge.is_open
    with pytest.raises(ForgedMessageError):
        CONTRACT.verify_return(notification(attempt, secret="khac"))


def test_a_closed_charge_is_not_paid_again(town: Town) -> None:
    charge = make_charge(town)
    tell(notification(begin(town, charge)))
    with pytest.raises(api.ChargeStateError):
        begin(town, charge)


def test_without_a_contract_the_gateway_is_not_there(town: Town, settings) -> None:
    settings.VNPAY_SECRET = ""
    assert api.offered() == ()
    with pytest.raises(api.GatewayUnavailableError):
        begin(town, make_charge(town))


def test_the_address_of_notifications_answers_json_and_needs_no_session(town: Town, client) -> None:
    attempt = begin(town, make_charge(town))
    url = reverse("payments:notification", args=["vnpay"])
    answer = client.get(url, notification(attempt))
    assert (answer.status_code, answer.json()) == (200, {"RspCode": "00", "Message": "Confirm Success"})
    assert client.get(url, {"vnp_TxnRef": attempt.reference}).json()["RspCode"] == "97"
    assert client.get(reverse("payments:notification", args=["nobody"])).status_code == 404


class Other:
    """The gateway's side of query and refund, one answer for each question."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **answer: Any) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answer = answer
        monkeypatch.setattr(httpx, "post", self.post)

    def post(self, url: str, *, json: dict[str, Any], timeout: float) -> httpx.Response:
        assert (url, timeout) == (CONTRACT.api_url, 20.0)
        self.asked.append(json)
        order = vnpay.QUERY_ORDER if json["vnp_Command"] == "querydr" else vnpay.REFUND_ORDER
        assert json["vnp_SecureHash"] == vnpay.sign_values(json, order=order, secret=SECRET)
        answer = {
            "vnp_ResponseId": "r1",
            "vnp_Command": json["vnp_Command"],
            "vnp_ResponseCode": "00",
            "vnp_Message": "ok",
            "vnp_TmnCode": TERMINAL,
            "vnp_TxnRef": json["vnp_TxnRef"],
            "vnp_TransactionStatus": "00",
            "vnp_TransactionNo": "778899",
            **self.answer,
        }
        answers = vnpay.QUERY_ANSWER_ORDER if json["vnp_Command"] == "querydr" else vnpay.REFUND_ANSWER_ORDER
        answer.setdefault("vnp_SecureHash", vnpay.sign_values(answer, order=answers, secret=SECRET))
        return httpx.Response(200, json=answer, request=httpx.Request("POST", url))


LATER = NOW + timedelta(minutes=20)


def test_a_lost_notification_is_made_up_for_by_asking(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    charge = make_charge(town)
    attempt = begin(town, charge)
    other = Other(monkeypatch, vnp_Amount="1600000")
    assert paying.ask_gateways(now=NOW) == 0
    assert paying.ask_gateways(now=LATER) == 1
    charge.refresh_from_db()
    assert charge.state == ChargeState.SETTLED
    assert other.asked[0]["vnp_TransactionDate"] == "20261120090000"
    assert tell(notification(attempt)) == "02"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"vnp_ResponseCode": "91"}, PaymentState.LAPSED),
        ({"vnp_Amount": "1600000", "vnp_TransactionStatus": "02"}, PaymentState.LAPSED),
        ({"vnp_Amount": "1600000", "vnp_TransactionStatus": "01"}, PaymentState.STARTED),
        ({"vnp_ResponseCode": "97"}, PaymentState.STARTED),
        ({"vnp_Amount": "1600000", "vnp_SecureHash": "gia"}, PaymentState.STARTED),
    ],
)
def test_what_the_gateway_answers_decides(
    town: Town, monkeypatch: pytest.MonkeyPatch, answer: dict[str, str], state: PaymentState
) -> None:
    attempt = begin(town, make_charge(town))
    Other(monkeypatch, **answer)
    paying.ask_gateways(now=LATER)
    attempt.refresh_from_db()
    assert attempt.state == state


def test_a_silent_gateway_is_asked_again_until_a_day_has_passed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = begin(town, make_charge(town))

    def silent(*_args: object, **_more: object) -> httpx.Response:
        raise httpx.ConnectTimeout("silent")

    monkeypatch.setattr(httpx, "post", silent)
    with pytest.raises(GatewayError):
        CONTRACT.query(reference=attempt.reference, started_at=NOW, now=LATER)
    assert paying.ask_gateways(now=LATER) == 0
    assert paying.ask_gateways(now=NOW + timedelta(days=2)) == 1
    attempt.refresh_from_db()
    assert attempt.state == PaymentState.LAPSED
