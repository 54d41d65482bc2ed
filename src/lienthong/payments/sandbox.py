"""A stand-in of a payment gateway for the demo and for tests: the other side of VNPAY's protocol 2.1.0.

It is no gateway: no money moves, and its orders live in the cache. It speaks the same words over HTTP, so that
everything on our side runs as it would against the real one.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
from django.conf import settings
from django.core.cache import cache

from lienthong.payments.plugins import vnpay

_KEPT = 7 * 24 * 3600
_SECONDS = 15.0


@dataclass(slots=True)
class SandboxOrder:
    """What the stand-in knows of one order.

    :ivar status: ``""`` not yet paid, ``00`` paid, ``02`` declined.
    """

    reference: str
    amount: str
    text: str
    return_url: str
    created: str
    status: str = ""
    transaction: str = ""
    paid_at: str = ""
    refunded: int = 0


def read_order(values: Mapping[str, str]) -> SandboxOrder | None:
    """Take an order from the pay address; None when its signature is wrong."""
    given = {name: text for name, text in values.items() if name.startswith("vnp_")}
    signature = given.pop("vnp_SecureHash", "")
    if signature != vnpay.sign_parameters(given, secret=settings.VNPAY_SECRET):
        return None
    known = load(given.get("vnp_TxnRef", ""))
    if known is not None:
        return known
    order = SandboxOrder(
        reference=given["vnp_TxnRef"],
        amount=given["vnp_Amount"],
        text=given.get("vnp_OrderInfo", ""),
        return_url=given["vnp_ReturnUrl"],
        created=given["vnp_CreateDate"],
    )
    keep(order)
    return order


def load(reference: str) -> SandboxOrder | None:
    """Find an order by the merchant's number."""
    kept = cache.get(f"payment-sandbox:{reference}")
    return SandboxOrder(**kept) if kept else None


def keep(order: SandboxOrder) -> None:
    """Keep an order for a week."""
    cache.set(f"payment-sandbox:{order.reference}", asdict(order), _KEPT)


def decide(order: SandboxOrder, *, is_paid: bool, now: datetime) -> None:
    """Pay or decline an order, once."""
    if not order.status:
        order.status = "00" if is_paid else "02"
        order.transaction = str(int(uuid4().int % 10**8) + 10**7) if is_paid else "0"
        order.paid_at = vnpay.moment(now)
        keep(order)


def message(order: SandboxOrder, *, secret: str = "", **changes: str) -> dict[str, str]:
    """Write what the gateway tells the merchant, signed; with another secret it is a forgery."""
    values = {
        "vnp_TmnCode": settings.VNPAY_TMN_CODE,
        "vnp_Amount": order.amount,
        "vnp_BankCode": "NCB",
        "vnp_BankTranNo": f"VNP{order.transaction}",
        "vnp_CardType": "ATM",
        "vnp_OrderInfo": order.text,
        "vnp_PayDate": order.paid_at,
        "vnp_ResponseCode": "00" if order.status == vnpay.OK else "24",
        "vnp_TransactionNo": order.transaction,
        "vnp_TransactionStatus": order.status or "01",
        "vnp_TxnRef": order.reference,
        **changes,
    }
    return {**values, "vnp_SecureHash": vnpay.sign_parameters(values, secret=secret or settings.VNPAY_SECRET)}


def tell_merchant(url: str, values: Mapping[str, str]) -> str:
    """Send a notification as the gateway's server does, and give the merchant's answer."""
    try:
        answer = httpx.get(url, params=dict(values), timeout=_SECONDS)
        answer.raise_for_status()
        told = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        return type(error).__name__
    return f"{told.get('RspCode')} {told.get('Message')}"


def answer_api(question: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a query or a refund, signed."""
    command = str(question.get("vnp_Command"))
    order_of = vnpay.QUERY_ORDER if command == "querydr" else vnpay.REFUND_ORDER
    answers = vnpay.QUERY_ANSWER_ORDER if command == "querydr" else vnpay.REFUND_ANSWER_ORDER
    right = vnpay.sign_values(question, order=order_of, secret=settings.VNPAY_SECRET)
    order = load(str(question.get("vnp_TxnRef")))
    answer: dict[str, Any] = {
        "vnp_ResponseId": uuid4().hex,
        "vnp_Command": command,
        "vnp_TmnCode": settings.VNPAY_TMN_CODE,
        "vnp_TxnRef": str(question.get("vnp_TxnRef")),
        "vnp_OrderInfo": str(question.get("vnp_OrderInfo")),
    }
    if question.get("vnp_SecureHash") != right:
        answer |= {"vnp_ResponseCode": "97", "vnp_Message": "Invalid signature"}
    elif order is None:
        answer |= {"vnp_ResponseCode": vnpay.NOT_FOUND, "vnp_Message": "Order not found"}
    elif command == "refund":
        answer |= _refund(order, question)
    else:
        answer |= {
            "vnp_ResponseCode": vnpay.OK,
            "vnp_Message": "Success",
            "vnp_Amount": order.amount,
            "vnp_BankCode": "NCB",
            "vnp_PayDate": order.paid_at,
            "vnp_TransactionNo": order.transaction,
            "vnp_TransactionType": "01",
            "vnp_TransactionStatus": order.status or "01",
        }
    return {**answer, "vnp_SecureHash": vnpay.sign_values(answer, order=answers, secret=settings.VNPAY_SECRET)}


def _refund(order: SandboxOrder, question: Mapping[str, Any]) -> dict[str, Any]:
    asked = int(question["vnp_Amount"])
    is_possible = order.status == vnpay.OK and order.refunded + asked <= int(order.amount)
    if is_possible:
        order.refunded += asked
        keep(order)
    return {
        "vnp_ResponseCode": vnpay.OK if is_possible else "02",
        "vnp_Message": "Success" if is_possible else "Amount exceeds the transaction",
        "vnp_Amount": str(asked),
        "vnp_TransactionNo": str(int(uuid4().int % 10**8) + 10**7),
        "vnp_TransactionType": str(question["vnp_TransactionType"]),
        "vnp_TransactionStatus": vnpay.OK if is_possible else "02",
    }
