"""The end of dossiers: marked when their time is up, destroyed by two people, held back where the law wants.

Basis: Luật Lưu trữ 33/2024/QH15; the number of years is dated data. A destruction takes answers, contact and
the papers handed in; the register line, the issued result, the history and the audit trail stay.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal, Right
from lienthong.dossiers.errors import DossierStateError, NotAllowedError, SubmissionInvalidError
from lienthong.dossiers.models import (
    Dossier,
    DossierDocument,
    DossierStatus,
    LegalHold,
    Retention,
    RetentionRule,
    RetentionState,
)
from lienthong.files import api as files
from lienthong.kernel import audit, clock

_CLOSED = (DossierStatus.NOT_RECEIVED, DossierStatus.WITHDRAWN, DossierStatus.RETURNED)
_OWNER = "dossiers.dossier"


def load_retention(*, rules: Mapping[str, Any], actor: audit.Actor, now: datetime) -> int:
    """Create or correct the rules from their seed; give the number of rows that changed."""
    changed = 0
    with transaction.atomic():
        for row in rules["retention"]:
            key = {
                "procedure_code": row.get("procedure", ""),
                "sector_code": row.get("sector", ""),
                "valid_from": row["valid_from"],
            }
            values = {"years": row.get("years"), "valid_to": row.get("valid_to"), "legal_basis": row["legal_basis"]}
            found = RetentionRule.objects.filter(**key).first()
            if found is None:
                RetentionRule.objects.create(**key, **values)
                changed += 1
            elif any(getattr(found, name) != value for name, value in values.items()):
                RetentionRule.objects.filter(pk=found.pk).update(**values)
                changed += 1
        if changed:
            audit.record(
                actor=actor, action="dossiers.retention_rules.loaded", subject_type="dossiers.rules",
                subject_id="retention", at=now, facts={"rows": changed},
            )  # fmt: skip
    return changed


def rule_for(*, dossier: Dossier, on: date) -> RetentionRule | None:
    """Find the rule in force for a dossier: of its procedure, else of its sector, else the general one."""
    version = dossier.procedure_version
    sector = version.sector.code if version.sector is not None else ""
    rules = {
        (rule.procedure_code, rule.sector_code): rule
        for rule in RetentionRule.objects.in_force(on).order_by("valid_from")
    }
    return rules.get((version.code, "")) or (rules.get(("", sector)) if sector else None) or rules.get(("", ""))


def due_on(*, closed_on: date, years: int) -> date:
    """Give the first day on which a dossier's time is up: the first of January after so many whole years."""
    return date(closed_on.year + years + 1, 1, 1)


def mark_due(*, now: datetime, limit: int = 1_000) -> int:
    """Mark closed dossiers whose time is up, and those kept for good; give how many. For the nightly job."""
    today = clock.local_date(now)
    rows = Dossier.objects.filter(status__in=_CLOSED, retention__isnull=True)
    count = 0
    for dossier in rows.select_related("procedure_version__procedure", "procedure_version__sector").order_by("id"):
        if count >= limit:
            break
        rule = rule_for(dossier=dossier, on=today)
        closed = dossier.returned_at or dossier.done_at or dossier.submitted_at
        if rule is None:
            continue
        due = due_on(closed_on=clock.local_date(closed), years=rule.years) if rule.years is not None else None
        if due is not None and due > today:
            continue
        Retention.objects.get_or_create(
            dossier=dossier,
            defaults={
                "state": RetentionState.DUE if due is not None else RetentionState.PERMANENT,
                "due_on": due,
                "legal_basis": rule.legal_basis,
            },
        )
        count += 1
    return count


def propose(*, principal: Principal, dossier: Dossier, now: datetime) -> Retention:
    """Propose, as the first of two people, to destroy a dossier's content.

    :raises NotAllowedError: who does not supervise at the deciding agency.
    :raises DossierStateError: before its time, while it is held, or when somebody has proposed it.
    """
    with transaction.atomic():
        retention = _lock(principal, dossier, RetentionState.DUE)
        retention.state, retention.proposed_by_id = RetentionState.PROPOSED, principal.account_id
        retention.save(update_fields=["state", "proposed_by"])
        _record(principal, dossier, "proposed", now)
    return retention


def destroy(*, principal: Principal, dossier: Dossier, now: datetime) -> Retention:
    """Approve as the second person, and take the content away.

    :raises NotAllowedError: who proposed it, or does not supervise there.
    :raises DossierStateError: when nobody has proposed it, or it is held.
    """
    with transaction.atomic():
        retention = _lock(principal, dossier, RetentionState.PROPOSED)
        if retention.proposed_by_id == principal.account_id:
            raise NotAllowedError(_("Người duyệt tiêu hủy phải khác người đề nghị."))
        locked = Dossier.objects.select_for_update(no_key=True, of=("self",)).get(pk=dossier.pk)
        removed = _take_content(locked)
        retention.state, retention.approved_by_id = RetentionState.DESTROYED, principal.account_id
        retention.destroyed_at = now
        retention.save(update_fields=["state", "approved_by", "destroyed_at"])
        _record(principal, dossier, "destroyed", now, files=removed, legal_basis=retention.legal_basis)
    return retention


def place_hold(*, principal: Principal, dossier: Dossier, reason: str, now: datetime) -> LegalHold:
    """Keep a dossier from being destroyed; placing a second hold gives the first.

    :raises SubmissionInvalidError: without a reason.
    """
    _require(principal, dossier)
    if not reason.strip():
        raise SubmissionInvalidError(_("Hãy nêu lý do."), field_errors={"reason": [_("Hãy nêu lý do giữ hồ sơ.")]})
    with transaction.atomic():
        Dossier.objects.select_for_update(no_key=True, of=("self",)).get(pk=dossier.pk)
        held = LegalHold.objects.filter(dossier=dossier, released_at__isnull=True).first()
        if held is not None:
            return held
        held = LegalHold.objects.create(
            dossier=dossier, placed_at=now, placed_by=principal.name, reason=reason.strip()[:300]
        )
        _record(principal, dossier, "held", now, reason=held.reason)
    return held


def release_hold(*, principal: Principal, dossier: Dossier, now: datetime) -> None:
    """Let the time of a held dossier count again."""
    _require(principal, dossier)
    with transaction.atomic():
        held = (
            LegalHold.objects.select_for_update(no_key=True).filter(dossier=dossier, released_at__isnull=True).first()
        )
        if held is not None:
            held.released_at, held.released_by = now, principal.name
            held.save(update_fields=["released_at", "released_by"])
            _record(principal, dossier, "released", now)


def _take_content(dossier: Dossier) -> int:
    """Remove answers, contact and handed-in papers; files that nothing else uses are swept away afterwards."""
    documents = DossierDocument.objects.filter(dossier=dossier, file__isnull=False)
    ids = [pk for pk in documents.values_list("file_id", flat=True) if pk is not None]
    documents.update(file=None)
    for file_id in ids:
        files.detach(file_id=file_id, owner_type=_OWNER, owner_id=str(dossier.uuid))
    dossier.answers, dossier.phone, dossier.email, dossier.return_address = {}, "", "", ""
    dossier.version += 1
    dossier.save(update_fields=["answers", "phone", "email", "return_address", "version"])
    return len(ids)


def _lock(principal: Principal, dossier: Dossier, state: RetentionState) -> Retention:
    _require(principal, dossier)
    Dossier.objects.select_for_update(no_key=True, of=("self",)).get(pk=dossier.pk)
    retention = Retention.objects.select_for_update(no_key=True).filter(dossier=dossier).first()
    if retention is None or retention.state != state:
        raise DossierStateError(_("Hồ sơ chưa đến bước này của việc tiêu hủy. Hãy xem lại danh sách."))
    if LegalHold.objects.filter(dossier=dossier, released_at__isnull=True).exists():
        raise DossierStateError(_("Hồ sơ đang được giữ lại theo yêu cầu nên không tiêu hủy được."))
    return retention


def _require(principal: Principal, dossier: Dossier) -> None:
    if not principal.is_official or not principal.may(Right.SUPERVISE, dossier.competent_agency_id):
        raise NotAllowedError(_("Chỉ người kiểm soát của cơ quan giải quyết làm được việc này."))


def _record(principal: Principal, dossier: Dossier, verb: str, now: datetime, **facts: object) -> None:
    audit.record(
        actor=principal.actor(dossier.competent_agency_id),
        action=f"dossiers.retention.{verb}",
        subject_type="dossiers.dossier",
        subject_id=dossier.uuid,
        at=now,
        facts={"code": dossier.code, **facts},
    )
