"""Importing statements: transfers find their charges by the code in the memo."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal, Right
from lienthong.kernel import audit, clock
from lienthong.payments.errors import NotAllowedError, StatementInvalidError
from lienthong.payments.models import (
    BankStatement,
    Charge,
    Method,
    Payment,
    PaymentState,
    Source,
    StatementLine,
)
from lienthong.payments.services import charging, collecting
from lienthong.payments.statements import Entry, read_statement


class Fate(StrEnum):
    """What becomes of a line."""

    SETTLES = "settles"
    CONFIRMS = "confirms"
    SURPLUS = "surplus"
    UNKNOWN = "unknown"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line with what was made of it, or would be.

    :ivar charge: the charge whose code stands in the memo.
    :ivar payment: what our books have of it already.
    """

    entry: Entry
    fate: Fate
    charge: Charge | None = None
    payment: Payment | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do; ``statement`` is None for a trial."""

    findings: tuple[Finding, ...]
    statement: BankStatement | None = None

    def count(self, fate: Fate) -> int:
        """Count the lines of one fate."""
        return sum(finding.fate == fate for finding in self.findings)

    @property
    def counts(self) -> Mapping[str, int]:
        """Count the lines by fate."""
        return {fate.value: self.count(fate) for fate in Fate}


def examine(*, principal: Principal, agency_id: int, source: Source, name: str, content: bytes) -> Report:
    """Say what an import would do, and do nothing.

    :raises NotAllowedError: for whoever does not collect at the agency.
    :raises StatementInvalidError: the file cannot be read.
    """
    _demand_right(principal, agency_id)
    return Report(_judge(read_statement(name=name, content=content), agency_id=agency_id, source=source))


def import_statement(
    *, principal: Principal, agency_id: int, source: Source, name: str, content: bytes, now: datetime
) -> Report:
    """Import a statement: a transfer with a charge's code settles it; lines known from earlier files are left.

    :raises NotAllowedError: for whoever does not collect at the agency.
    :raises StatementInvalidError: the file cannot be read, or was imported before.
    """
    _demand_right(principal, agency_id)
    entries = read_statement(name=name, content=content)
    digest = hashlib.sha256(content).hexdigest()
    actor = principal.actor(agency_id)
    with transaction.atomic():
        statement, is_new = BankStatement.objects.get_or_create(
            agency_id=agency_id,
            sha256=digest,
            defaults={
                "source": source,
                "file_name": name[:200],
                "imported_at": now,
                "imported_by": principal.name,
                "line_count": len(entries),
                "known_count": 0,
                "settled_count": 0,
            },
        )
        if not is_new:
            raise StatementInvalidError(
                _("Sao kê đã nhập."),
                field_errors={
                    "file": [
                        _("Tệp này đã nhập lúc %(at)s bởi %(by)s.")
                        % {"at": f"{clock.local(statement.imported_at):%H:%M %d/%m/%Y}", "by": statement.imported_by}
                    ]
                },
            )
        findings = [
            _apply(finding, statement=statement, actor=actor, now=now)
            for finding in _judge(entries, agency_id=agency_id, source=source)
        ]
        report = Report(tuple(findings), statement)
        statement.known_count = report.count(Fate.KNOWN)
        statement.settled_count = report.count(Fate.SETTLES)
        statement.save(update_fields=["known_count", "settled_count"])
        audit.record(
            actor=actor,
            action="payments.statement.imported",
            subject_type="payments.statement",
            subject_id=statement.uuid,
            at=now,
            facts={"lines": len(entries), **report.counts},
        )
    return report


def _demand_right(principal: Principal, agency_id: int) -> None:
    if not principal.may(Right.COLLECT, agency_id):
        raise NotAllowedError(_("Chỉ người thu phí, lệ phí của cơ quan này nhập được sao kê."))


def _judge(entries: Sequence[Entry], *, agency_id: int, source: Source) -> tuple[Finding, ...]:
    """Say what becomes of each line, in four statements whatever their number."""
    numbers = [entry.transaction for entry in entries]
    known = set(
        StatementLine.objects.filter(agency_id=agency_id, source=source, transaction__in=numbers).values_list(
            "transaction", flat=True
        )
    )
    method = Method.TRANSFER if source == Source.BANK else Method.GATEWAY
    payments = {
        payment.transaction: payment
        for payment in Payment.objects.filter(
            method=method, transaction__in=numbers, charge__agency_id=agency_id
        ).select_related("charge")
    }
    codes = {entry.transaction: codes_in(entry.memo) for entry in entries}
    wanted = {code for found in codes.values() for code in found}
    charges = {charge.code: charge for charge in Charge.objects.filter(code__in=wanted, agency_id=agency_id)}
    taken: set[str] = set()
    findings = []
    for entry in entries:
        charge = next((charges[code] for code in codes[entry.transaction] if code in charges), None)
        payment = payments.get(entry.transaction)
        if entry.transaction in known:
            fate = Fate.KNOWN
        elif payment is not None:
            fate, charge = Fate.CONFIRMS, payment.charge
        elif charge is None or source == Source.GATEWAY:
            fate = Fate.UNKNOWN
        elif charge.is_open and charge.amount == entry.amount and charge.code not in taken:
            fate = Fate.SETTLES
            taken.add(charge.code)
        else:
            fate = Fate.SURPLUS
        findings.append(Finding(entry, fate, charge, payment))
    return tuple(findings)


def codes_in(memo: str) -> tuple[str, ...]:
    """Find what may be codes of charges in a memo, however the bank cut and joined its words."""
    plain = "".join(letter for letter in memo.upper() if letter.isalnum())
    return tuple(f"LT{rest}" for rest in charging.CODE.findall(plain))


def _apply(finding: Finding, *, statement: BankStatement, actor: audit.Actor, now: datetime) -> Finding:
    if finding.fate == Fate.KNOWN:
        return finding
    entry, charge, payment, fate = finding.entry, finding.charge, finding.payment, finding.fate
    if fate in (Fate.SETTLES, Fate.SURPLUS) and charge is not None:
        locked = Charge.objects.select_for_update(no_key=True).get(pk=charge.pk)
        payment = Payment(
            charge=locked,
            method=Method.TRANSFER,
            reference=collecting.new_reference(),
            transaction=entry.transaction,
            amount=entry.amount,
            started_at=now,
            received_by=actor.name,
        )
        collecting.money_came(locked, payment, actor=actor, now=now)
        fate = Fate.SETTLES if payment.state == PaymentState.PAID else Fate.SURPLUS
        charge = locked
    StatementLine.objects.create(
        statement=statement,
        agency_id=statement.agency_id,
        source=statement.source,
        day=entry.day,
        transaction=entry.transaction,
        amount=entry.amount,
        memo=entry.memo,
        charge=charge,
        payment=payment,
    )
    return Finding(entry, fate, charge, payment)
