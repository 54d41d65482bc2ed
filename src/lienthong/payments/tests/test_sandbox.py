"""The stand-in speaks the protocol from the other side, and exists in the demo only."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from django.test import Client
from django.urls import reverse

from lienthong.payments import api, sandbox
from lienthong.payments.gateways import Verdict
from lienthong.payments.models import Charge, ChargeState, Payment, PaymentState, Refund, RefundState
from lienthong.payments.plugins import vnpay
from lienthong.payments.services import paying, refunds
from lienthong.payments.tests.factories import CONTRACT, NOW, Town, make_charge

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(town: Town, settings, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Open the stand-in, and carry both sides' HTTP through the test's browser."""
    settings.PAYMENT_SANDBOX = True
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    client = Client()

    def get(url: str, *, params: dict[str, str], timeout: float) -> httpx.Response:
        assert timeout > 0
        answer = client.get(urlsplit(url).path, params)
        return httpx.Response(answer.status_code, content=answer.content, request=httpx.Request("GET", url))

    def post(url: str, *, json: dict[str, Any], timeout: float) -> httpx.Response:
        assert timeout > 0
        answer = client.post(reverse("payments:sandbox_api"), json_text(json), content_type="application/json")
        return httpx.Response(answer.status_code, content=answer.content, request=httpx.Request("POST", url))

    monkeypatch.setattr(httpx, "get", get)
    monkeypatch.setattr(httpx, "post", post)
    return client


def json_text(values: dict[str, Any]) -> str:
    return json.dumps(values)


def go(town: Town, charge: Charge) -> tuple[str, Payment]:
    """Send the payer there; give the address on this test's server, and the attempt."""
    address = api.start(
        principal=town.payer, charge_uuid=charge.uuid, gateway="vnpay", return_url="http://testserver/ve/",
        visitor="203.0.113.9", language="vi", now=NOW,
    )  # fmt: skip
    return f"{reverse('payments:sandbox')}?{urlsplit(address).query}", Payment.objects.latest("id")


def test_outside_the_demo_there_is_no_stand_in(town: Town, client, settings) -> None:
    settings.PAYMENT_SANDBOX = False
    assert client.get(reverse("payments:sandbox")).status_code == 404
    assert client.post(reverse("payments:sandbox_api")).status_code == 404


def test_an_address_we_did_not_sign_is_refused(town: Town, other: Client) -> None:
    url, _payment = go(town, make_charge(town))
    assert other.get(url.replace("vnp_Amount=1600000", "vnp_Amount=100")).status_code == 400
    assert other.get(reverse("payments:sandbox")).status_code == 400


def test_paying_settles_and_brings_the_payer_back(town: Town, other: Client) -> None:
    charge = make_charge(town)
    url, payment = go(town, charge)
    assert "16.000" in other.get(url).content.decode()
    back = other.post(url, {"do": "pay"})
    told = CONTRACT.verify_return(dict(parse_qsl(urlsplit(back.headers["Location"]).query)))
    assert (told.verdict, told.reference) == (Verdict.PAID, payment.reference)
    charge.refresh_from_db()
    assert charge.state == ChargeState.SETTLED


def test_declining_leaves_the_charge_open(town: Town, other: Client) -> None:
    charge = make_charge(town)
    url, payment = go(town, charge)
    assert other.post(url, {"do": "decline"}).status_code == 302
    payment.refresh_from_db()
    charge.refresh_from_db()
    assert (payment.state, charge.state) == (PaymentState.FAILED, ChargeState.OPEN)


def test_the_hard_cases_are_answered_as_the_protocol_says(town: Town, other: Client) -> None:
    charge = make_charge(town)
    url, _payment = go(town, charge)
    assert "97 Invalid signature" in other.post(url, {"do": "forge"}).content.decode()
    assert "04 Invalid amount" in other.post(url, {"do": "wrong_amount"}).content.decode()
    silent = other.post(url, {"do": "pay_silently"}).content.decode()
    assert "Đã trả tiền" in silent
    charge.refresh_from_db()
    assert charge.is_open
    api.collect_cash(principal=town.treasurer, charge_uuid=charge.uuid, now=NOW)
    late = other.post(url, {"do": "notify_twice"}).content.decode()
    assert "00 Confirm Success" in late
    assert "02 Order already confirmed" in late
    assert len(api.list_surplus(principal=town.treasurer)) == 1


def test_what_was_paid_silently_is_found_by_asking_and_given_back(town: Town, other: Client) -> None:
    charge = make_charge(town)
    url, payment = go(town, charge)
    later = NOW + timedelta(minutes=20)
    assert CONTRACT.query(reference="khong-co", started_at=NOW, now=later).reason == vnpay.NOT_FOUND
    other.get(url)
    assert paying.ask_gateways(now=later) == 0  # known there, not yet paid
    other.post(url, {"do": "pay_silently"})
    assert paying.ask_gateways(now=later) == 1
    payment.refresh_from_db()
    assert payment.state == PaymentState.PAID
    asked = api.ask_refund(principal=town.treasurer, payment_uuid=payment.uuid, amount=16_000, reason="Nhầm", now=later)
    api.decide_refund(principal=town.second, refund_uuid=asked.uuid, is_approved=True, note="", now=later)
    refunds.send_refund(refund_id=asked.pk, now=later)
    assert Refund.objects.get().state == RefundState.DONE
    order = sandbox.load(payment.reference)
    assert order is not None
    assert order.refunded == 1_600_000
