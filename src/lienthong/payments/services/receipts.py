"""Receipts: numbers without gap, the paper itself, and what happens to one that was wrong."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from lienthong.accounts.api import Principal, Right
from lienthong.files import api as files
from lienthong.kernel import audit, clock, jobs
from lienthong.organisations import api as organisations
from lienthong.payments import policies
from lienthong.payments.errors import ChargeNotFoundError, ChargeStateError, NotAllowedError, PaymentInvalidError
from lienthong.payments.models import Charge, FeeKind, Method, Payment, Receipt
from lienthong.payments.words import money_in_words

#: Symbol of the yearly book of electronic receipts of fees and charges.
BOOK = "BLĐT"
PRINT = "payments.print_receipt"
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_NEXT = """
    INSERT INTO payments_receiptbook (agency_id, year, book, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (agency_id, year, book) DO UPDATE SET last = payments_receiptbook.last + 1
    RETURNING last
"""


def issue(*, charge: Charge, payment: Payment, by: str, now: datetime) -> Receipt:
    """Give the next number of the agency's book to a payment, in the transaction that takes the money.

    The book's row stays locked until the transaction ends, so a rolled-back number is given again. The paper
    is printed by a job.
    """
    year = clock.local_date(now).year
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [charge.agency_id, year, BOOK])
        row = cursor.fetchone()
    receipt = Receipt.objects.create(
        payment=payment,
        agency_id=charge.agency_id,
        year=year,
        book=BOOK,
        number=int(row[0]),
        amount=payment.amount,
        payer_name=charge.payer_name,
        content={
            "about": charge.about,
            "subject_code": charge.subject_code,
            "code": charge.code,
            "lines": [
                {
                    "kind": line.kind,
                    "name": line.name,
                    "quantity": line.quantity,
                    "unit": line.unit,
                    "unit_amount": line.unit_amount,
                    "reduction": line.reduction,
                    "reduction_reason": line.reduction_reason,
                    "amount": line.amount,
                    "legal_basis": line.legal_basis,
                }
                for line in charge.lines.order_by("id")
            ],
        },
        issued_at=now,
        issued_by=by,
        verification_code=_code(),
    )
    jobs.queue(PRINT, receipt_id=receipt.pk)
    return receipt


def _code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _index in range(16))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def print_paper(*, receipt_id: int, now: datetime) -> None:
    """Print and seal the paper of a receipt, once."""
    with transaction.atomic():
        receipt = (
            Receipt.objects.select_for_update(no_key=True, of=("self",))
            .select_related("payment__charge", "agency__area")
            .get(pk=receipt_id)
        )
        if receipt.file_id is not None:
            return
        with override("vi"):
            pdf = files.render_pdf(template="payments/receipt", data=paper_data(receipt), now=receipt.issued_at)
            sealed = files.sign_as_agency(pdf=pdf, agency_id=receipt.agency_id, reason="Biên lai thu tiền", now=now)
        file = files.store_bytes(
            actor=audit.SYSTEM,
            name=f"bien-lai-{receipt.number:07d}-{receipt.year}.pdf",
            content=sealed,
            media_type="application/pdf",
            purpose="receipt",
            now=now,
        )
        files.attach(file_id=file.pk, owner_type="payments.charge", owner_id=str(receipt.payment.charge.uuid))
        receipt.file = file
        receipt.save(update_fields=["file"])


def paper_data(receipt: Receipt) -> dict[str, Any]:
    """Give what stands on the paper; the shape is described in ``typst/receipt.typ``."""
    content = receipt.content
    kinds = {line["kind"] for line in content["lines"]}
    what = str(FeeKind(kinds.pop()).label).lower() if len(kinds) == 1 else "phí, lệ phí"
    parent = organisations.parent_of(agency_id=receipt.agency_id, on=clock.local_date(receipt.issued_at))
    return {
        "agency_name": receipt.agency.name,
        "parent_name": parent.name if parent is not None else "",
        "what": what,
        "book": f"{receipt.book}-{receipt.year % 100:02d}",
        "number": f"{receipt.number:07d}",
        "payer_name": receipt.payer_name,
        "about": content["about"],
        "subject_code": content["subject_code"],
        "lines": [
            {
                "name": line["name"],
                "quantity": f"{line['quantity']} {line['unit']}".strip(),
                "unit_amount": money(line["unit_amount"]),
                "amount": money(line["amount"]),
                "note": f"Miễn, giảm {money(line['reduction'])}: {line['reduction_reason']}"
                if line["reduction"]
                else "",
            }
            for line in content["lines"]
        ],
        "amount": money(receipt.amount),
        "words": money_in_words(receipt.amount),
        "method": str(Method(receipt.payment.method).label),
        "transaction": receipt.payment.transaction,
        "issued_at": clock.local(receipt.issued_at).strftime("%Y-%m-%dT%H:%M"),
        "issued_by": receipt.issued_by,
        "verification_code": receipt.verification_code,
        "qr": f"{settings.SITE_URL}/bien-lai/{receipt.verification_code}/",
        "address": f"{settings.SITE_URL}/bien-lai/",
    }


def money(amount: int) -> str:
    """Write an amount as papers do: ``1.234.000``."""
    return f"{amount:,}".replace(",", ".")


def cancel_receipt(*, principal: Principal, uuid: UUID, reason: str, now: datetime) -> Receipt:
    """Cancel a receipt that was wrong and give a new one for the same money; the old number stays, crossed out.

    :raises NotAllowedError: for whoever does not collect at the agency.
    :raises ChargeStateError: it is cancelled already.
    :raises PaymentInvalidError: without a reason.
    """
    if not reason.strip():
        raise PaymentInvalidError(_("Chưa hủy được."), field_errors={"reason": [_("Hãy nêu lý do hủy biên lai.")]})
    with transaction.atomic():
        found = Receipt.objects.select_related("payment__charge").filter(
            uuid=uuid, payment__charge__in=Charge.objects.filter(policies.visible(principal))
        )
        receipt = found.select_for_update(no_key=True, of=("self",)).first()
        if receipt is None:
            raise ChargeNotFoundError(_("Không tìm thấy biên lai."))
        if not principal.may(Right.COLLECT, receipt.agency_id):
            raise NotAllowedError(_("Chỉ người thu phí, lệ phí của cơ quan này hủy được biên lai."))
        if receipt.is_cancelled:
            raise ChargeStateError(_("Biên lai %(number)s đã hủy.") % {"number": receipt.full_number})
        receipt.cancelled_at, receipt.cancelled_by = now, principal.name
        receipt.cancel_reason = reason.strip()
        receipt.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
        charge = receipt.payment.charge
        fresh = issue(charge=charge, payment=receipt.payment, by=principal.name, now=now)
        audit.record(
            actor=principal.actor(receipt.agency_id),
            action="payments.receipt.cancelled",
            subject_type="payments.charge",
            subject_id=charge.uuid,
            at=now,
            facts={"number": receipt.full_number, "new_number": fresh.full_number},
        )
    return fresh
