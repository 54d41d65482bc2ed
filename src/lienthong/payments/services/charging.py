"""Asking for money, waiving it, and taking a demand back."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.kernel import audit, clock, events
from lienthong.payments import policies
from lienthong.payments.errors import (
    ChargeNotFoundError,
    ChargeStateError,
    NotAllowedError,
    PaymentInvalidError,
)
from lienthong.payments.events import ChargeSettled
from lienthong.payments.models import (
    Charge,
    ChargeLine,
    ChargeState,
    Collector,
    FeeReduction,
    Payment,
    PaymentState,
    Stage,
)

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PREFIX, _LETTERS = "LT", 9
#: How a charge's code looks inside what a bank makes of a memo.
CODE = re.compile(rf"(?={_PREFIX}([{_ALPHABET}]{{{_LETTERS}}}))")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a charge is for, in plain values: the thing of another context, who pays, and to whom.

    :ivar collector: as what ``agency_id`` collects.
    """

    type: str
    id: UUID
    code: str
    about: str
    agency_id: int
    person_id: int | None
    business_id: int | None
    payer_name: str
    collector: str = Collector.RECEIVING


@dataclass(frozen=True, slots=True)
class Line:
    """One fee to ask for, reductions worked out.

    :ivar collector: who takes it, for the caller to make one charge of the lines of one agency.
    :ivar reduction: đồng taken off ``quantity * unit_amount``, with its reason and law.
    """

    kind: str
    name: str
    unit_amount: int
    quantity: int = 1
    unit: str = ""
    rule_id: int | None = None
    collector: str = Collector.RECEIVING
    reduction: int = 0
    reduction_reason: str = ""
    reduction_basis: str = ""
    legal_basis: str = ""

    @property
    def amount(self) -> int:
        """Give what is left to pay."""
        return self.quantity * self.unit_amount - self.reduction


def ask(
    *,
    actor: audit.Actor,
    subject: Subject,
    lines: Sequence[Line],
    stage: Stage,
    reason: str,
    is_blocking: bool,
    now: datetime,
) -> Charge:
    """Ask for money; a demand of nothing is kept as exempt, so that it is known that nothing was due.

    A demand that does not block is made once per subject, stage and agency: repeating it gives the first.

    :param is_blocking: the subject's process waits; an earlier one still open must be cancelled before.
    :raises PaymentInvalidError: without a line.
    """
    if not lines:
        raise PaymentInvalidError(_("Khoản thu phải có ít nhất một dòng."))
    total = sum(line.amount for line in lines)
    with transaction.atomic():
        if not is_blocking:
            known = (
                Charge.objects.select_for_update(no_key=True)
                .filter(
                    subject_type=subject.type,
                    subject_id=subject.id,
                    stage=stage,
                    agency_id=subject.agency_id,
                    is_blocking=False,
                )
                .exclude(state=ChargeState.CANCELLED)
                .first()
            )
            if known is not None:
                return known
        charge = Charge.objects.create(
            subject_type=subject.type,
            subject_id=subject.id,
            subject_code=subject.code,
            about=subject.about,
            code=_PREFIX + "".join(secrets.choice(_ALPHABET) for _letter in range(_LETTERS)),
            agency_id=subject.agency_id,
            collector=subject.collector,
            person_id=subject.person_id,
            business_id=subject.business_id,
            payer_name=subject.payer_name,
            stage=stage,
            is_blocking=is_blocking,
            reason=reason,
            asked_at=now,
            asked_by=actor.name,
            amount=total,
            state=ChargeState.OPEN if total else ChargeState.EXEMPT,
            closed_at=None if total else now,
            closed_by="" if total else actor.name,
        )
        ChargeLine.objects.bulk_create(
            ChargeLine(
                charge=charge,
                rule_id=line.rule_id,
                kind=line.kind,
                name=line.name,
                quantity=line.quantity,
                unit=line.unit,
                unit_amount=line.unit_amount,
                reduction=line.reduction,
                reduction_reason=line.reduction_reason,
                reduction_basis=line.reduction_basis,
                amount=line.amount,
                legal_basis=line.legal_basis,
            )
            for line in lines
        )
        note(charge, actor=actor, action="payments.charge.asked", now=now, amount=total, stage=int(stage))
    return charge


def note(charge: Charge, *, actor: audit.Actor, action: str, now: datetime, **facts: object) -> None:
    """Write the audit entry of a change of a charge."""
    audit.record(
        actor=actor,
        action=action,
        subject_type="payments.charge",
        subject_id=charge.uuid,
        at=now,
        facts={"code": charge.code, **facts},
    )


def lock(*, principal: Principal, uuid: UUID) -> Charge:
    """Lock a charge that the person may know of.

    :raises ChargeNotFoundError: for an absent one and a foreign one alike.
    """
    charge = (
        Charge.objects.select_for_update(no_key=True, of=("self",))
        .filter(policies.visible(principal), uuid=uuid)
        .first()
    )
    if charge is None:
        raise ChargeNotFoundError(_("Không tìm thấy khoản thu, hoặc khoản thu không phải của bạn."))
    return charge


def lock_for_collector(*, principal: Principal, uuid: UUID) -> Charge:
    """Lock a charge for somebody who takes money at its agency.

    :raises NotAllowedError: when the official does not.
    """
    charge = lock(principal=principal, uuid=uuid)
    if not policies.collects(principal, charge):
        raise NotAllowedError(_("Chỉ người thu phí, lệ phí của cơ quan này làm được việc này."))
    return charge


def demand_open(charge: Charge) -> None:
    """Refuse a change of a charge that is closed.

    :raises ChargeStateError: saying how it was closed.
    """
    if not charge.is_open:
        raise ChargeStateError(
            _("Khoản thu %(code)s đã ở trạng thái “%(state)s” lúc %(at)s.")
            % {
                "code": charge.code,
                "state": ChargeState(charge.state).label,
                "at": f"{clock.local(charge.closed_at):%H:%M %d/%m/%Y}" if charge.closed_at else "",
            },
            state=charge.state,
        )


def reduce(
    *,
    principal: Principal,
    charge_uuid: UUID,
    reduction_uuid: UUID | None,
    percent: int,
    reason: str,
    legal_basis: str,
    now: datetime,
) -> Charge:
    """Let somebody pay less, or nothing, with the reason and the law; an attempt under way lapses.

    :param reduction_uuid: one of the reductions in force, which brings its share, reason and law; or None.
    :raises PaymentInvalidError: no reason, no law, or no share between 1 and 100.
    """
    with transaction.atomic():
        charge = lock_for_collector(principal=principal, uuid=charge_uuid)
        demand_open(charge)
        if reduction_uuid is not None:
            row = FeeReduction.objects.in_force(clock.local_date(now)).filter(uuid=reduction_uuid).first()
            if row is None:
                raise PaymentInvalidError(
                    _("Chưa giảm được."), field_errors={"reduction": [_("Diện miễn, giảm này không có hiệu lực.")]}
                )
            percent, legal_basis = row.percent, row.legal_basis
            reason = f"{row.reason}. {reason}".strip(". ") if reason.strip() else row.reason
        wrong = {
            "percent": [] if 1 <= percent <= 100 else [_("Hãy nhập mức giảm từ 1 đến 100 phần trăm.")],  # noqa: PLR2004 - percent
            "reason": [] if reason.strip() else [_("Hãy nêu lý do miễn, giảm.")],
            "legal_basis": [] if legal_basis.strip() else [_("Hãy nêu căn cứ pháp lý.")],
        }
        if any(wrong.values()):
            raise PaymentInvalidError(
                _("Chưa giảm được."), field_errors={name: texts for name, texts in wrong.items() if texts}
            )
        lapse_attempts(charge)
        for line in charge.lines.select_for_update(no_key=True):
            line.reduction = line.quantity * line.unit_amount * percent // 100
            line.reduction_reason, line.reduction_basis = reason.strip()[:255], legal_basis.strip()[:255]
            line.amount = line.quantity * line.unit_amount - line.reduction
            line.save(update_fields=["reduction", "reduction_reason", "reduction_basis", "amount"])
        charge.amount = sum(line.amount for line in charge.lines.all())
        actor = principal.actor(charge.agency_id)
        note(charge, actor=actor, action="payments.charge.reduced", now=now, percent=percent, amount=charge.amount)
        if charge.amount:
            charge.save(update_fields=["amount"])
        else:
            close(charge, state=ChargeState.EXEMPT, by=principal.name, reason=reason.strip(), now=now)
            publish_settled(charge, method="exempt", receipt="", by=principal.name, now=now)
    return charge


def cancel_open(
    *, actor: audit.Actor, subject_type: str, subject_id: UUID, reason: str, only_blocking: bool, now: datetime
) -> int:
    """Take back what is still asked for a subject; give how many demands that were.

    Money that comes for one nevertheless is kept as surplus and shown for refund.
    """
    with transaction.atomic():
        rows = Charge.objects.select_for_update(no_key=True).filter(
            subject_type=subject_type, subject_id=subject_id, state=ChargeState.OPEN
        )
        found = list((rows.filter(is_blocking=True) if only_blocking else rows).order_by("id"))
        for charge in found:
            lapse_attempts(charge)
            close(charge, state=ChargeState.CANCELLED, by=actor.name, reason=reason, now=now)
            note(charge, actor=actor, action="payments.charge.cancelled", now=now)
    return len(found)


def lapse_attempts(charge: Charge) -> None:
    """Give up the attempt under way; its money, should it come, is still accepted or kept as surplus."""
    Payment.objects.filter(charge=charge, state=PaymentState.STARTED).update(state=PaymentState.LAPSED)


def close(charge: Charge, *, state: ChargeState, by: str, reason: str, now: datetime) -> None:
    """Close a locked charge."""
    charge.state = state
    charge.closed_at, charge.closed_by, charge.closing_reason = now, by, reason
    charge.save(update_fields=["state", "amount", "closed_at", "closed_by", "closing_reason"])


def publish_settled(charge: Charge, *, method: str, receipt: str, by: str, now: datetime) -> None:
    """Tell that nothing is owed any more."""
    events.publish(
        ChargeSettled(
            aggregate_id=str(charge.uuid),
            occurred_at=now,
            subject_type=charge.subject_type,
            subject_id=charge.subject_id,
            code=charge.code,
            amount=charge.amount,
            method=method,
            receipt=receipt,
            is_blocking=charge.is_blocking,
            agency_id=charge.agency_id,
            by=by,
        )
    )
