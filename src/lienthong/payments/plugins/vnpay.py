"""VNPAY's payment gateway, protocol 2.1.0 as published at sandbox.vnpayment.vn/apis/docs.

The pay address, the return and the notification (IPN) are signed alike: HMAC-SHA512 over the parameters sorted by
name and form-encoded. Query and refund are JSON, signed over their values in a fixed order joined by ``|``. Amounts
are sent times one hundred, times are those of Vietnam.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any
from urllib.parse import quote_plus
from uuid import uuid4

import httpx
from django.conf import settings

from lienthong.payments.gateways import ForgedMessageError, GatewayError, Message, Order, Reply, Verdict

VERSION = "2.1.0"
OK = "00"
#: The states of a transaction that may still change (vnp_TransactionStatus).
PENDING = frozenset({"01", "05", "06"})
NOT_FOUND = "91"
FULL, PART = "02", "03"
_HASH, _HASH_TYPE = "vnp_SecureHash", "vnp_SecureHashType"
_VIETNAM = timezone(timedelta(hours=7))
_SECONDS = 20.0

QUERY_ORDER = (
    "vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TxnRef", "vnp_TransactionDate",
    "vnp_CreateDate", "vnp_IpAddr", "vnp_OrderInfo",
)  # fmt: skip
QUERY_ANSWER_ORDER = (
    "vnp_ResponseId", "vnp_Command", "vnp_ResponseCode", "vnp_Message", "vnp_TmnCode", "vnp_TxnRef", "vnp_Amount",
    "vnp_BankCode", "vnp_PayDate", "vnp_TransactionNo", "vnp_TransactionType", "vnp_TransactionStatus",
    "vnp_OrderInfo", "vnp_PromotionCode", "vnp_PromotionAmount",
)  # fmt: skip
REFUND_ORDER = (
    "vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TransactionType", "vnp_TxnRef", "vnp_Amount",
    "vnp_TransactionNo", "vnp_TransactionDate", "vnp_CreateBy", "vnp_CreateDate", "vnp_IpAddr", "vnp_OrderInfo",
)  # fmt: skip
REFUND_ANSWER_ORDER = QUERY_ANSWER_ORDER[:-2]

# What our answers to a notification are called there.
ANSWERS: Mapping[Reply, tuple[str, str]] = MappingProxyType(
    {
        Reply.CONFIRMED: ("00", "Confirm Success"),
        Reply.UNKNOWN: ("01", "Order not found"),
        Reply.REPEATED: ("02", "Order already confirmed"),
        Reply.WRONG_AMOUNT: ("04", "Invalid amount"),
        Reply.FORGED: ("97", "Invalid signature"),
        Reply.BROKEN: ("99", "Unknown error"),
    }
)


@dataclass(frozen=True, slots=True)
class Vnpay:
    """One merchant's contract with the gateway.

    :ivar terminal: the merchant's code (``vnp_TmnCode``).
    :ivar pay_url: where payers are sent.
    :ivar api_url: where questions and refunds are sent.
    """

    terminal: str
    secret: str
    pay_url: str
    api_url: str
    name: str = "VNPAY"
    key: str = "vnpay"

    def start(self, order: Order) -> str:
        """Give the signed address where the payer pays."""
        values = {
            "vnp_Version": VERSION,
            "vnp_Command": "pay",
            "vnp_TmnCode": self.terminal,
            "vnp_Amount": str(order.amount * 100),
            "vnp_CurrCode": "VND",
            "vnp_TxnRef": order.reference,
            "vnp_OrderInfo": order.text,
            "vnp_OrderType": "other",
            "vnp_Locale": "vn" if order.language == "vi" else "en",
            "vnp_ReturnUrl": order.return_url,
            "vnp_IpAddr": order.visitor or "127.0.0.1",
            "vnp_CreateDate": moment(order.started_at),
            "vnp_ExpireDate": moment(order.expires_at),
        }
        return f"{self.pay_url}?{encode(values)}&{_HASH}={sign_parameters(values, secret=self.secret)}"

    def verify_return(self, values: Mapping[str, str]) -> Message:
        """Read the parameters of the return address."""
        return self._verified(values)

    def verify_notification(self, values: Mapping[str, str]) -> Message:
        """Read the parameters of a notification."""
        return self._verified(values)

    def _verified(self, values: Mapping[str, str]) -> Message:
        given = {name: text for name, text in values.items() if name.startswith("vnp_")}
        signature = given.pop(_HASH, "")
        given.pop(_HASH_TYPE, None)
        right = sign_parameters(given, secret=self.secret)
        if not _same(signature, right) or given.get("vnp_TmnCode") != self.terminal:
            raise ForgedMessageError("the signature is not the gateway's")
        return _message(given)

    def answer(self, reply: Reply) -> Mapping[str, str]:
        """Write the answer to a notification."""
        code, text = ANSWERS[reply]
        return {"RspCode": code, "Message": text}

    def query(self, *, reference: str, started_at: datetime, now: datetime) -> Message:
        """Ask what became of a payment (``querydr``)."""
        answer = self._ask(
            {
                "vnp_RequestId": uuid4().hex,
                "vnp_Version": VERSION,
                "vnp_Command": "querydr",
                "vnp_TmnCode": self.terminal,
                "vnp_TxnRef": reference,
                "vnp_OrderInfo": f"Truy van {reference}",
                "vnp_TransactionDate": moment(started_at),
                "vnp_CreateDate": moment(now),
                "vnp_IpAddr": "127.0.0.1",
            },
            order=QUERY_ORDER,
            answer_order=QUERY_ANSWER_ORDER,
        )
        code = str(answer.get("vnp_ResponseCode"))
        if code == NOT_FOUND:
            return Message(reference=reference, amount=0, verdict=Verdict.FAILED, transaction="", reason=code)
        if code != OK:
            raise GatewayError(f"the gateway refuses the question: {code}")
        return _message({name: str(value) for name, value in answer.items() if value is not None})

    def refund(
        self,
        *,
        reference: str,
        transaction: str,
        amount: int,
        is_whole: bool,
        started_at: datetime,
        request_id: str,
        by: str,
        now: datetime,
    ) -> Message:
        """Give money back (``refund``)."""
        answer = self._ask(
            {
                "vnp_RequestId": request_id,
                "vnp_Version": VERSION,
                "vnp_Command": "refund",
                "vnp_TmnCode": self.terminal,
                "vnp_TransactionType": FULL if is_whole else PART,
                "vnp_TxnRef": reference,
                "vnp_Amount": str(amount * 100),
                "vnp_OrderInfo": f"Hoan tien {reference}",
                "vnp_TransactionNo": transaction,
                "vnp_TransactionDate": moment(started_at),
                "vnp_CreateBy": by,
                "vnp_CreateDate": moment(now),
                "vnp_IpAddr": "127.0.0.1",
            },
            order=REFUND_ORDER,
            answer_order=REFUND_ANSWER_ORDER,
        )
        code = str(answer.get("vnp_ResponseCode"))
        # An accepted refund is on its way: VNPAY answers 00, the bank may take days.
        return Message(
            reference=reference,
            amount=amount,
            verdict=Verdict.PAID if code == OK else Verdict.FAILED,
            transaction=str(answer.get("vnp_TransactionNo") or ""),
            reason="" if code == OK else code,
        )

    def _ask(
        self, question: Mapping[str, str], *, order: Iterable[str], answer_order: Iterable[str]
    ) -> Mapping[str, Any]:
        body = {**question, _HASH: sign_values(question, order=order, secret=self.secret)}
        try:
            response = httpx.post(self.api_url, json=body, timeout=_SECONDS)
            response.raise_for_status()
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise GatewayError(f"the gateway does not answer: {type(error).__name__}") from error
        if not isinstance(answer, dict):
            raise GatewayError("the gateway answered no object")
        right = sign_values(answer, order=answer_order, secret=self.secret)
        if not _same(str(answer.get(_HASH) or ""), right):
            raise ForgedMessageError("the answer is not signed by the gateway")
        return answer


def _message(values: Mapping[str, str]) -> Message:
    amount = values.get("vnp_Amount", "")
    if not amount.isascii() or not amount.isdigit() or len(amount) > 15:  # noqa: PLR2004 - twelve digits and some
        raise GatewayError("the gateway names no amount")
    whole, rest = divmod(int(amount), 100)
    if rest:
        raise GatewayError("the gateway names a part of a đồng")
    code = values.get("vnp_ResponseCode", "")
    status = values.get("vnp_TransactionStatus", code)
    if code == OK and status == OK:
        verdict = Verdict.PAID
    elif status in PENDING:
        verdict = Verdict.PENDING
    else:
        verdict = Verdict.FAILED
    transaction = values.get("vnp_TransactionNo", "")
    return Message(
        reference=values.get("vnp_TxnRef", ""),
        amount=whole,
        verdict=verdict,
        transaction="" if transaction == "0" else transaction[:64],
        reason="" if verdict == Verdict.PAID else (status if code == OK else code)[:8],
    )


def encode(values: Mapping[str, str]) -> str:
    """Write parameters sorted by name and form-encoded; empty ones are left out, as the protocol does."""
    return "&".join(f"{quote_plus(name)}={quote_plus(values[name])}" for name in sorted(values) if values[name])


def sign_parameters(values: Mapping[str, str], *, secret: str) -> str:
    """Sign the parameters of an address."""
    return _sign(encode(values), secret)


def sign_values(values: Mapping[str, Any], *, order: Iterable[str], secret: str) -> str:
    """Sign the values of a JSON message in the order that the protocol sets."""
    return _sign("|".join("" if values.get(name) is None else str(values[name]) for name in order), secret)


def _sign(text: str, secret: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha512).hexdigest()


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.lower().encode(), right.encode())


def moment(at: datetime) -> str:
    """Write a time as the protocol does: ``20261120090000``, on Vietnam's clock."""
    return at.astimezone(_VIETNAM).strftime("%Y%m%d%H%M%S")


def configured() -> Vnpay | None:
    """Open the contract of this installation; None without one."""
    if not (settings.VNPAY_TMN_CODE and settings.VNPAY_SECRET and settings.VNPAY_URL and settings.VNPAY_API_URL):
        return None
    return Vnpay(
        terminal=settings.VNPAY_TMN_CODE,
        secret=settings.VNPAY_SECRET,
        pay_url=settings.VNPAY_URL,
        api_url=settings.VNPAY_API_URL,
        name=settings.VNPAY_NAME,
    )
