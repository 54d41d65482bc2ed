"""Comparing a day's books with what the bank and the gateway say, and explaining what does not agree."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal, Right
from lienthong.kernel import audit, clock
from lienthong.payments.errors import ChargeNotFoundError, NotAllowedError, PaymentInvalidError
from lienthong.payments.models import (
    Difference,
    DifferenceKind,
    Method,
    Payment,
    PaymentState,
    Reconciliation,
    StatementLine,
)
from lienthong.payments.queries.treasury import day_bounds

#: Banks book late transfers on a later day; a payment and its line need not carry the same date.
REACH = timedelta(days=5)


def reconcile(*, principal: Principal, agency_id: int, day: date, now: datetime) -> Reconciliation:
    """Compare one day of an agency; what was explained before and still differs stays explained.

    A payment belongs to the day it was booked here, a line to the day of the statement. They meet by the
    number of the transaction, whatever their days; what finds no partner within reach is a difference.

    :raises NotAllowedError: for whoever does not collect at the agency.
    :raises PaymentInvalidError: a day that is not over, or lies ahead.
    """
    if not principal.may(Right.COLLECT, agency_id):
        raise NotAllowedError(_("Chỉ người thu phí, lệ phí của cơ quan này đối soát được."))
    if day > clock.local_date(now):
        raise PaymentInvalidError(_("Chưa đối soát được."), field_errors={"day": [_("Ngày này chưa tới.")]})
    with transaction.atomic():
        payments = list(_payments(agency_id, day).exclude(method=Method.CASH))
        lines = list(
            StatementLine.objects.filter(agency_id=agency_id, day=day).select_related("payment").order_by("id")
        )
        made, _new = Reconciliation.objects.update_or_create(
            agency_id=agency_id,
            day=day,
            defaults={
                "made_at": now,
                "made_by": principal.name,
                "cash_amount": sum(row.amount for row in _payments(agency_id, day).filter(method=Method.CASH)),
                "here_amount": sum(payment.amount for payment in payments),
                "there_amount": sum(line.amount for line in lines),
                "matched_count": 0,
            },
        )
        found = _differences(payments, lines, agency_id=agency_id)
        explained = {
            (row.kind, row.payment_id, row.line_id): row for row in made.differences.exclude(explained_at=None)
        }
        made.differences.all().delete()
        Difference.objects.bulk_create(
            Difference(
                reconciliation=made,
                kind=kind,
                payment=payment,
                line=line,
                explanation=before.explanation if before else "",
                explained_by=before.explained_by if before else "",
                explained_at=before.explained_at if before else None,
            )
            for kind, payment, line in found
            for before in [
                explained.get((kind, payment.pk if payment else None, line.pk if line else None)),
            ]
        )
        odd = {payment.pk for _kind, payment, _line in found if payment is not None}
        made.matched_count = sum(payment.pk not in odd for payment in payments)
        made.save(update_fields=["matched_count"])
        audit.record(
            actor=principal.actor(agency_id),
            action="payments.day.reconciled",
            subject_type="payments.reconciliation",
            subject_id=made.uuid,
            at=now,
            facts={"day": day.isoformat(), "differences": len(found), "matched": made.matched_count},
        )
    return made


def _payments(agency_id: int, day: date) -> QuerySet[Payment]:
    start, end = day_bounds(day)
    return (
        Payment.objects.filter(charge__agency_id=agency_id, paid_at__gte=start, paid_at__lt=end)
        .filter(state__in=(PaymentState.PAID, PaymentState.SURPLUS))
        .order_by("id")
    )


_Found = tuple[DifferenceKind, Payment | None, StatementLine | None]


def _differences(payments: list[Payment], lines: list[StatementLine], *, agency_id: int) -> list[_Found]:
    near = Q()
    if payments and (first := payments[0].paid_at) is not None:
        day = clock.local_date(first)
        near = Q(day__gte=day - REACH, day__lte=day + REACH)
    partners = {
        line.payment_id: line
        for line in StatementLine.objects.filter(near, agency_id=agency_id, payment__in=[row.pk for row in payments])
    }
    by_number = {
        (line.source, line.transaction): line
        for line in StatementLine.objects.filter(
            near,
            agency_id=agency_id,
            transaction__in=[payment.transaction for payment in payments if payment.transaction],
        )
    }
    found: list[_Found] = []
    for payment in payments:
        source = "bank" if payment.method == Method.TRANSFER else "gateway"
        line = partners.get(payment.pk) or by_number.get((source, payment.transaction))
        if line is None:
            found.append((DifferenceKind.ONLY_HERE, payment, None))
        elif line.amount != payment.amount:
            found.append((DifferenceKind.OTHER_AMOUNT, payment, line))
    own = {payment.pk for payment in payments}
    lonely = [line.transaction for line in lines if line.payment is None]
    booked = set(
        Payment.objects.filter(charge__agency_id=agency_id, transaction__in=lonely).values_list(
            "transaction", flat=True
        )
    )
    for line in lines:
        if line.payment is None and line.transaction not in booked:
            found.append((DifferenceKind.ONLY_THERE, None, line))
        elif line.payment is not None and line.payment_id not in own and line.amount != line.payment.amount:
            found.append((DifferenceKind.OTHER_AMOUNT, line.payment, line))
    return found


def explain(*, principal: Principal, difference_uuid: UUID, text: str, now: datetime) -> Difference:
    """Say why something does not agree.

    :raises PaymentInvalidError: without a text.
    """
    with transaction.atomic():
        row = (
            Difference.objects.select_for_update(no_key=True, of=("self",))
            .select_related("reconciliation")
            .filter(uuid=difference_uuid, reconciliation__agency_id__in=principal.agencies(Right.COLLECT))
            .first()
        )
        if row is None:
            raise ChargeNotFoundError(_("Không tìm thấy chênh lệch này."))
        if not text.strip():
            raise PaymentInvalidError(_("Chưa ghi được."), field_errors={"text": [_("Hãy nêu lý do chênh lệch.")]})
        row.explanation, row.explained_by, row.explained_at = text.strip(), principal.name, now
        row.save(update_fields=["explanation", "explained_by", "explained_at"])
        audit.record(
            actor=principal.actor(row.reconciliation.agency_id),
            action="payments.difference.explained",
            subject_type="payments.reconciliation",
            subject_id=row.reconciliation.uuid,
            at=now,
            facts={"difference": str(row.uuid)},
        )
    return row
