"""What a treasurer looks at: receipts of a day, money to give back, statements, days compared."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Case, Count, F, Q, Sum, When
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal, Right
from lienthong.kernel import clock
from lienthong.kernel.paging import Page, keyset
from lienthong.payments import policies
from lienthong.payments.errors import ChargeNotFoundError
from lienthong.payments.models import (
    BankStatement,
    Difference,
    Method,
    Payment,
    PaymentState,
    Receipt,
    Reconciliation,
    Refund,
    RefundState,
    StatementLine,
)


@dataclass(frozen=True, slots=True)
class DayTotals:
    """What one day brought, by how it came; cancelled receipts do not count."""

    count: int
    cash: int
    transfer: int
    gateway: int
    cancelled: int

    @property
    def total(self) -> int:
        """Sum all ways of paying."""
        return self.cash + self.transfer + self.gateway


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Give the instants between which a day lies in Vietnam."""
    start = datetime.combine(day, time.min, tzinfo=clock.VIETNAM)
    return start, start + timedelta(days=1)


def _receipts(principal: Principal, day: date):  # type: ignore[no-untyped-def]  # a queryset of receipts
    start, end = day_bounds(day)
    return Receipt.objects.filter(
        agency_id__in=sorted(principal.agencies(Right.COLLECT)), issued_at__gte=start, issued_at__lt=end
    )


def list_receipts(
    *, principal: Principal, day: date, only_cancelled: bool, cursor: str | None, size: int = 50
) -> Page[Receipt]:
    """List the receipts of a day at the agencies where the official collects, newest first."""
    rows = _receipts(principal, day).select_related("payment__charge", "agency", "file")
    if only_cancelled:
        rows = rows.filter(cancelled_at__isnull=False)
    return keyset(rows, order=("-id",), cursor=cursor, size=size)


def day_totals(*, principal: Principal, day: date) -> DayTotals:
    """Sum the receipts of a day, in one statement."""
    counts = Q(cancelled_at__isnull=True)

    def part(method: Method) -> Sum:
        return Sum(Case(When(counts & Q(payment__method=method), then=F("amount")), default=0))

    found = _receipts(principal, day).aggregate(
        count=Count("id", filter=counts),
        cash=part(Method.CASH),
        transfer=part(Method.TRANSFER),
        gateway=part(Method.GATEWAY),
        cancelled=Count("id", filter=~counts),
    )
    return DayTotals(**{name: value or 0 for name, value in found.items()})


def get_receipt_for(*, principal: Principal, uuid: UUID) -> Receipt:
    """Get a receipt that the person may know of.

    :raises ChargeNotFoundError: for an absent one and a foreign one alike.
    """
    found = Receipt.objects.filter(uuid=uuid).select_related("payment__charge__agency", "agency", "file").first()
    if found is None or not policies.may_read_files(principal, str(found.payment.charge.uuid)):
        raise ChargeNotFoundError(_("Không tìm thấy biên lai."))
    return found


def receipt_by_code(*, code: str) -> Receipt | None:
    """Find a receipt by the code on it; for everyone, so no payer is shown."""
    return Receipt.objects.filter(verification_code=code.strip().upper()).select_related("agency").first()


def get_payment_for(*, principal: Principal, uuid: UUID) -> Payment:
    """Get a payment of a charge that the person may know of.

    :raises ChargeNotFoundError: for an absent one and a foreign one alike.
    """
    found = Payment.objects.filter(uuid=uuid).select_related("charge__agency").first()
    if found is None or not policies.may_read_files(principal, str(found.charge.uuid)):
        raise ChargeNotFoundError(_("Không tìm thấy khoản nộp."))
    return found


def payment_by_reference(*, principal: Principal, reference: str) -> Payment | None:
    """Find the attempt that a returning payer comes from."""
    found = Payment.objects.filter(reference=reference).select_related("charge").first()
    return found if found and policies.may_read_files(principal, str(found.charge.uuid)) else None


def list_refunds(*, principal: Principal, most: int = 100) -> tuple[Refund, ...]:
    """List the refunds under way that the official may ask, decide or pay out, oldest first."""
    agencies = frozenset().union(*(principal.agencies(right) for right in policies.SECOND))
    return tuple(
        Refund.objects.filter(
            payment__charge__agency_id__in=sorted(agencies),
            state__in=(RefundState.ASKED, RefundState.APPROVED, RefundState.FAILED),
        )
        .select_related("payment__charge__agency")
        .order_by("id")[:most]
    )


def list_surplus(*, principal: Principal, most: int = 100) -> tuple[Payment, ...]:
    """List money that came too late, twice or in another amount, and for which nobody has asked a refund."""
    return tuple(
        Payment.objects.filter(
            charge__agency_id__in=sorted(principal.agencies(Right.COLLECT)), state=PaymentState.SURPLUS
        )
        .exclude(refunds__state__in=(RefundState.ASKED, RefundState.APPROVED, RefundState.DONE))
        .select_related("charge__agency")
        .order_by("id")[:most]
    )


def list_statements(*, principal: Principal, cursor: str | None, size: int = 20) -> Page[BankStatement]:
    """List the imported files, newest first."""
    rows = BankStatement.objects.filter(agency_id__in=sorted(principal.agencies(Right.COLLECT)))
    return keyset(rows.select_related("agency"), order=("-id",), cursor=cursor, size=size)


def find_reconciliation(*, agency_id: int, day: date) -> Reconciliation | None:
    """Find a day that was compared."""
    return Reconciliation.objects.filter(agency_id=agency_id, day=day).first()


def list_reconciliations(*, agency_id: int, most: int = 31) -> tuple[Reconciliation, ...]:
    """List the days compared last, with how many differences nobody has explained."""
    return tuple(
        Reconciliation.objects.filter(agency_id=agency_id)
        .annotate(
            difference_count=Count("differences"),
            open_count=Count("differences", filter=Q(differences__explained_at__isnull=True)),
        )
        .order_by("-day")[:most]
    )


def differences_of(*, made: Reconciliation) -> tuple[Difference, ...]:
    """List what does not agree on a day."""
    return tuple(
        Difference.objects.filter(reconciliation=made).select_related("payment__charge", "line__charge").order_by("id")
    )


def lines_of_day(*, agency_id: int, day: date) -> tuple[StatementLine, ...]:
    """List what the statements say of a day."""
    return tuple(
        StatementLine.objects.filter(agency_id=agency_id, day=day).select_related("charge", "payment").order_by("id")
    )
