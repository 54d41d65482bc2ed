"""A ward with a treasurer and a leader, and charges made by the services."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.test import override_settings

from lienthong.accounts import api as accounts
from lienthong.accounts.api import Principal
from lienthong.accounts.tests.factories import make_account, make_person
from lienthong.kernel import audit
from lienthong.organisations.models import Agency
from lienthong.organisations.tests.factories import make_agency, make_area, make_official
from lienthong.payments import api
from lienthong.payments.models import PayeeAccount, Payment
from lienthong.payments.plugins import vnpay

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)
TERMINAL, SECRET = "LTKIEMTH", "bi-mat-cua-kiem-thu"
CONTRACT = vnpay.Vnpay(
    terminal=TERMINAL,
    secret=SECRET,
    pay_url="https://pay.example/vpcpay.html",
    api_url="https://pay.example/merchant_webapi/api/transaction",
)
with_gateway = override_settings(
    VNPAY_TMN_CODE=TERMINAL,
    VNPAY_SECRET=SECRET,
    VNPAY_URL=CONTRACT.pay_url,
    VNPAY_API_URL=CONTRACT.api_url,
    VNPAY_NAME="VNPAY",
)


@dataclass
class Town:
    """One agency that collects, its people, and somebody who pays."""

    agency: Agency
    treasurer: Principal
    second: Principal
    specialist: Principal
    payer: Principal
    stranger: Principal


def make_citizen(name: str) -> Principal:
    return accounts.principal_for_account(make_account(person=make_person(name)), NOW)


def make_town() -> Town:
    area = make_area("Thành phố Đà Nẵng", code="48", level="province", kind="thanh_pho")
    agency = make_agency(
        "Ủy ban nhân dân phường Hải Châu", level="commune", kind="people_committee", codes_=("H17.50",), area=area
    )
    accounts.seed_position_rights(folder=settings.SEEDS / "accounts", now=NOW)

    def official(name: str, kind: str) -> Principal:
        return accounts.principal_for_account(
            make_account(official=make_official(name, agency=agency, kind=kind)), NOW, mfa=True
        )

    PayeeAccount.objects.create(
        agency=agency,
        bank="970436",
        bank_name="Vietcombank",
        number="1026806174",
        holder="UBND PHUONG HAI CHAU",
        valid_from=LONG_AGO,
    )
    return Town(
        agency=agency,
        treasurer=official("Nguyễn Công Nam", "treasurer"),
        second=official("Ngô Ngọc Bình", "leader"),
        specialist=official("Trịnh Thanh Phong", "specialist"),
        payer=make_citizen("Nguyễn Thị Lan"),
        stranger=make_citizen("Trần Văn Bình"),
    )


def line(amount: int = 8_000, quantity: int = 2, **more: Any) -> api.Line:
    values: dict[str, Any] = {"kind": "phi", "name": "Phí cấp bản sao", "unit": "bản sao", **more}
    return api.Line(unit_amount=amount, quantity=quantity, **values)


def make_charge(town: Town, *lines: api.Line, now: datetime = NOW, **more: Any) -> api.Charge:
    """Ask the payer for money: 16.000 đồng when no line is given."""
    subject = api.Subject(
        type="tests.thing",
        id=more.pop("subject_id", None) or uuid4(),
        code="H17.50-20261120-0000001",
        about="Cấp bản sao Trích lục hộ tịch",
        agency_id=town.agency.pk,
        person_id=town.payer.person_id,
        business_id=None,
        payer_name=town.payer.name,
    )
    values: dict[str, Any] = {
        "stage": api.Stage.RECEPTION,
        "reason": "Phí cấp bản sao",
        "is_blocking": False,
        "actor": audit.Actor(kind="official", name="Trịnh Thanh Phong"),
        **more,
    }
    return api.ask(subject=subject, lines=lines or [line()], now=now, **values)


def begin(town: Town, charge: api.Charge, *, now: datetime = NOW) -> Payment:
    """Send the payer to the gateway and give the attempt."""
    api.start(
        principal=town.payer,
        charge_uuid=charge.uuid,
        gateway="vnpay",
        return_url="https://lienthong.example/nop-tien/ket-qua/vnpay/",
        visitor="203.0.113.9",
        language="vi",
        now=now,
    )
    return Payment.objects.filter(charge=charge).latest("id")


def notification(payment: Payment, *, secret: str = SECRET, **more: str) -> dict[str, str]:
    """Write what the gateway's server sends when somebody has paid."""
    values = {
        "vnp_TmnCode": TERMINAL,
        "vnp_Amount": str(payment.amount * 100),
        "vnp_BankCode": "NCB",
        "vnp_BankTranNo": "VNP14422574",
        "vnp_CardType": "ATM",
        "vnp_OrderInfo": "Nop tien",
        "vnp_PayDate": "20261120090500",
        "vnp_ResponseCode": "00",
        "vnp_TransactionNo": str(int(hashlib.sha256(payment.reference.encode()).hexdigest()[:10], 16)),
        "vnp_TransactionStatus": "00",
        "vnp_TxnRef": payment.reference,
        **more,
    }
    return {**values, "vnp_SecureHash": vnpay.sign_parameters(values, secret=secret)}


def tell(values: Mapping[str, str], *, now: datetime = NOW) -> str:
    """Deliver a notification and give the code of the answer."""
    return str(api.receive_notification(gateway="vnpay", values=values, now=now)["RspCode"])
