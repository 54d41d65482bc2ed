"""Charges: one with all that its page shows, and lists."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, Q, Subquery
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal, Right
from lienthong.kernel.paging import Page, keyset
from lienthong.organisations import api as organisations
from lienthong.payments import policies
from lienthong.payments.errors import ChargeNotFoundError
from lienthong.payments.models import (
    Charge,
    ChargeLine,
    ChargeState,
    FeeReduction,
    FeeRule,
    FilingTerm,
    Method,
    PayeeAccount,
    Payment,
    PaymentState,
    Receipt,
    Refund,
    RefundState,
)
from lienthong.payments.vietqr import VietQR, build

_MOST_STEPS = 4


def get_charge_for(*, principal: Principal, uuid: UUID) -> Charge:
    """Get a charge that the person may know of, with its agency.

    :raises ChargeNotFoundError: for an absent one and a foreign one alike.
    """
    charge = Charge.objects.filter(policies.visible(principal), uuid=uuid).select_related("agency").first()
    if charge is None:
        raise ChargeNotFoundError(_("Không tìm thấy khoản thu, hoặc khoản thu không phải của bạn."))
    return charge


def find_charge_by_code(*, principal: Principal, code: str) -> Charge | None:
    """Find a charge that the person may know of by the code a payer writes, in any case of letters."""
    return Charge.objects.filter(policies.visible(principal), code=code.strip().upper()).first()


def charges_of(*, subject_type: str, subject_id: UUID) -> tuple[Charge, ...]:
    """List what was asked for a subject, oldest first, with lines and receipts; the caller knows who may see it."""
    return tuple(
        Charge.objects.filter(subject_type=subject_type, subject_id=subject_id)
        .select_related("agency")
        .prefetch_related(
            Prefetch("lines", ChargeLine.objects.order_by("id")),
            Prefetch(
                "payments",
                Payment.objects.order_by("id").prefetch_related(
                    Prefetch("receipts", Receipt.objects.select_related("file").order_by("id"))
                ),
            ),
        )
        .order_by("id")
    )


@dataclass(frozen=True, slots=True)
class Demand:
    """One charge as figures see it.

    :ivar is_online: it was paid by transfer or through a gateway; None while nothing is paid.
    """

    asked_at: datetime
    closed_at: datetime | None
    amount: int
    is_blocking: bool
    is_online: bool | None


def demands_of(*, subject_type: str, subject_ids: Iterable[UUID]) -> dict[UUID, tuple[Demand, ...]]:
    """Give what was asked for many subjects, cancelled charges left out; one statement."""
    paid = Payment.objects.filter(charge=OuterRef("pk"), state=PaymentState.PAID).values("method")[:1]
    rows = (
        Charge.objects.filter(subject_type=subject_type, subject_id__in=list(subject_ids))
        .exclude(state=ChargeState.CANCELLED)
        .annotate(method=Subquery(paid))
        .order_by("id")
        .values_list("subject_id", "asked_at", "closed_at", "amount", "is_blocking", "method")
    )
    found: dict[UUID, list[Demand]] = defaultdict(list)
    for subject_id, asked_at, closed_at, amount, is_blocking, method in rows:
        is_online = None if method is None else method != Method.CASH
        found[subject_id].append(Demand(asked_at, closed_at, amount, is_blocking, is_online))
    return {subject_id: tuple(demands) for subject_id, demands in found.items()}


def open_demand(*, subject_type: str, subject_id: UUID) -> Charge | None:
    """Find the charge that a subject's process waits for."""
    return (
        Charge.objects.filter(
            subject_type=subject_type, subject_id=subject_id, state=ChargeState.OPEN, is_blocking=True
        )
        .select_related("agency")
        .first()
    )


@dataclass(frozen=True, slots=True)
class ChargeView:
    """Everything that a charge's page shows besides the charge itself.

    :ivar attempt: the payment under way at a gateway.
    :ivar receipt: the one in force.
    """

    lines: tuple[ChargeLine, ...]
    payments: tuple[Payment, ...]
    receipts: tuple[Receipt, ...]
    refunds: tuple[Refund, ...]

    @property
    def attempt(self) -> Payment | None:
        """Find the attempt under way."""
        return next((row for row in self.payments if row.state == PaymentState.STARTED), None)

    @property
    def last(self) -> Payment | None:
        """Find the latest attempt."""
        return self.payments[-1] if self.payments else None

    @property
    def receipt(self) -> Receipt | None:
        """Find the receipt in force."""
        return next((row for row in self.receipts if not row.is_cancelled), None)

    @property
    def surplus(self) -> tuple[Payment, ...]:
        """List the money that came besides and was not given back."""
        back = {row.payment_id for row in self.refunds if row.state == RefundState.DONE}
        return tuple(row for row in self.payments if row.state == PaymentState.SURPLUS and row.pk not in back)


def load_charge(*, charge: Charge) -> ChargeView:
    """Load the rest of a charge's page: four statements, whatever its size."""
    return ChargeView(
        lines=tuple(ChargeLine.objects.filter(charge=charge).select_related("rule").order_by("id")),
        payments=tuple(Payment.objects.filter(charge=charge).order_by("id")),
        receipts=tuple(
            Receipt.objects.filter(payment__charge=charge).select_related("file__blob", "payment").order_by("id")
        ),
        refunds=tuple(Refund.objects.filter(payment__charge=charge).select_related("payment").order_by("id")),
    )


def list_charges(*, principal: Principal, state: str, query: str, cursor: str | None, size: int = 50) -> Page[Charge]:
    """List the charges of the agencies where the official collects, newest first.

    :param query: a part of the charge's code, the subject's code or the payer's name.
    """
    rows = Charge.objects.filter(agency_id__in=sorted(principal.agencies(Right.COLLECT))).select_related("agency")
    if state in ChargeState.values:
        rows = rows.filter(state=state)
    if query := query.strip()[:60]:
        rows = rows.filter(Q(code__icontains=query) | Q(subject_code__icontains=query) | Q(payer_name__icontains=query))
    return keyset(rows, order=("-id",), cursor=cursor, size=size)


def my_open_charges(*, principal: Principal, most: int = 20) -> tuple[Charge, ...]:
    """List what a citizen, or the business they act for, still has to pay."""
    if principal.business_id is None and principal.person_id is None:
        return ()
    own = (
        Q(business_id=principal.business_id)
        if principal.business_id is not None
        else Q(person_id=principal.person_id, business__isnull=True)
    )
    return tuple(Charge.objects.filter(own, state=ChargeState.OPEN).select_related("agency").order_by("-id")[:most])


def find_payee(*, agency_id: int, on: date) -> PayeeAccount | None:
    """Find the account into which an agency collects: its own, or that of the nearest agency above it."""
    at: int | None = agency_id
    for _step in range(_MOST_STEPS):
        found: PayeeAccount | None = PayeeAccount.objects.in_force(on).filter(agency_id=at).first()
        if found is not None or at is None:
            return found
        parent = organisations.parent_of(agency_id=at, on=on)
        at = parent.pk if parent is not None else None
    return None


@dataclass(frozen=True, slots=True)
class Transfer:
    """How a charge is paid by transfer: the square code, and the same to be typed."""

    account: PayeeAccount
    memo: str
    amount: int
    code: str


def transfer_for(*, charge: Charge, on: date) -> Transfer | None:
    """Say how a charge is paid by transfer; None where the agency has no account."""
    account = find_payee(agency_id=charge.agency_id, on=on)
    if account is None:
        return None
    code = VietQR(
        bank=account.bank, account=account.number, amount=charge.amount, memo=charge.code, name=account.holder
    )
    return Transfer(account=account, memo=charge.code, amount=charge.amount, code=build(code))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an agency that collects stands, for the rules that are made for an area or a level.

    :ivar area_ids: its area and those above it, the largest first.
    """

    area_ids: tuple[int, ...]
    level: str

    def rank(self, row: FeeRule) -> int:
        """Say how closely a rule is made for here: 0 for the whole country."""
        return self.area_ids.index(row.area_id) + 1 if row.area_id is not None else 0


def fee_rules(*, procedure_code: str, places: Mapping[str, Place], stage: int | None, on: date) -> tuple[FeeRule, ...]:
    """List the fees of a procedure in force; of one key the rule of the smallest named area, then of the level, counts.

    :param places: where the agency stands that collects as what the rule says (:class:`Collector`).
    """
    here = Q(pk__in=[])
    for collector, place in places.items():
        here |= (
            Q(collector=collector)
            & (Q(area__isnull=True) | Q(area_id__in=place.area_ids))
            & (Q(level="") | Q(level=place.level))
        )
    rows: Any = FeeRule.objects.in_force(on).filter(here, procedure_code=procedure_code)
    best: dict[str, tuple[tuple[int, bool], FeeRule]] = {}
    for row in rows.order_by("id"):
        rank = (places[row.collector].rank(row), bool(row.level))
        if row.key not in best or rank > best[row.key][0]:
            best[row.key] = (rank, row)
    chosen = [row for _rank, row in best.values()]
    return tuple(row for row in sorted(chosen, key=lambda row: row.pk) if stage is None or row.stage == stage)


def filing_term(*, procedure_code: str, on: date) -> FilingTerm | None:
    """Find how long after which event an application of a procedure is in time."""
    found: FilingTerm | None = FilingTerm.objects.in_force(on).filter(procedure_code=procedure_code).first()
    return found


def fee_reductions(*, procedure_code: str, on: date) -> tuple[FeeReduction, ...]:
    """List who pays less for a procedure, the general ones too."""
    return tuple(FeeReduction.objects.in_force(on).filter(procedure_code__in=("", procedure_code)).order_by("id"))
