"""Load what posts allow; delegate and end delegations."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lienthong.accounts.models import Account, Delegation, PositionRight, Right
from lienthong.accounts.policies import may_administer, may_manage_delegations
from lienthong.accounts.principal import NOT_DELEGABLE, Principal
from lienthong.kernel import audit, clock, text
from lienthong.kernel.audit import Actor
from lienthong.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from lienthong.organisations.api import Position

_LONGEST_DAYS = 366


@transaction.atomic
def load_position_rights(*, actor: Actor, rows: Iterable[Mapping[str, Any]], now: datetime) -> int:
    """Load the rights of kinds of posts (``kind``, ``right``, ``valid_from``, ``valid_to``, ``legal_basis``).

    Rows are recognised by kind, right and start, so loading again changes nothing.

    :returns: how many rows were added or changed.
    """
    changed = 0
    for row in rows:
        values = {"valid_to": row.get("valid_to"), "legal_basis": row["legal_basis"]}
        key = {"kind": row["kind"], "right": row["right"], "valid_from": row["valid_from"], "position": None}
        found = PositionRight.objects.filter(**key).first()
        if found is None:
            PositionRight.objects.create(**key, **values)
        elif {name: getattr(found, name) for name in values} != values:
            PositionRight.objects.filter(pk=found.pk).update(**values)
        else:
            continue
        changed += 1
    if changed:
        audit.record(
            actor=actor,
            action="accounts.position_rights.loaded",
            subject_type="accounts.position_right",
            subject_id="kinds",
            at=now,
            facts={"changed": changed},
        )
    return changed


@transaction.atomic
def grant_to_position(
    *,
    principal: Principal,
    position_id: int,
    agency_id: int,
    right: Right,
    is_granted: bool,
    valid_from: date,
    legal_basis: str,
    now: datetime,
    valid_to: date | None = None,
) -> PositionRight:
    """Make an exception for one post: a right more, or one less, than its kind carries.

    :raises ForbiddenError: when the principal administers neither the agency nor one above it.
    :raises NotFoundError: when the agency has no such post.
    :raises InvalidError: without a legal basis, or with an end before the start.
    :raises ConflictError: when an exception of this right already begins on that day.
    """
    if not may_administer(principal, agency_id=agency_id, on=clock.local_date(now)):
        raise ForbiddenError(_("Chỉ quản trị của cơ quan được đổi quyền của vị trí công tác."))
    if not Position.objects.filter(pk=position_id, agency_id=agency_id).exists():
        raise NotFoundError(_("Không tìm thấy vị trí công tác này."), code="accounts.position_not_found")
    errors: dict[str, list[str]] = {}
    if not text.normalise(legal_basis):
        errors["legal_basis"] = [_("Cần nêu căn cứ pháp lý.")]
    if valid_to is not None and valid_to <= valid_from:
        errors["valid_to"] = [_("Ngày kết thúc phải sau ngày bắt đầu.")]
    if errors:
        raise InvalidError(_("Chưa đổi được quyền."), field_errors=errors)
    row = PositionRight(
        position_id=position_id,
        right=right,
        is_granted=is_granted,
        valid_from=valid_from,
        valid_to=valid_to,
        legal_basis=text.normalise(legal_basis),
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ConflictError(_("Đã có ngoại lệ của quyền này từ cùng ngày.")) from error
    audit.record(
        actor=principal.actor(agency_id),
        action="accounts.position_right.changed",
        subject_type="accounts.position_right",
        subject_id=row.uuid,
        at=now,
        facts={"right": str(right), "is_granted": is_granted, "valid_from": valid_from.isoformat()},
    )
    return row


@transaction.atomic
def end_position_exception(*, principal: Principal, uuid: UUID | str, on: date, now: datetime) -> None:
    """End an exception of one post on a date (first day without it); one that has not begun is taken back.

    :raises NotFoundError: when there is none, it ended before, or the principal does not administer the agency.
    """
    row = (
        PositionRight.objects.select_for_update(no_key=True, of=("self",))
        .select_related("position")
        .filter(uuid=uuid, position__isnull=False)
        .first()
    )
    if (
        row is None
        or row.position is None
        or (row.valid_to is not None and row.valid_to <= on)
        or not may_administer(principal, agency_id=row.position.agency_id, on=clock.local_date(now))
    ):
        raise NotFoundError(_("Không tìm thấy ngoại lệ này."), code="accounts.exception_not_found")
    audit.record(
        actor=principal.actor(row.position.agency_id),
        action="accounts.position_right.ended",
        subject_type="accounts.position_right",
        subject_id=row.uuid,
        at=now,
        facts={"right": row.right, "on": on.isoformat()},
    )
    if row.valid_from >= on:
        row.delete()
    else:
        row.valid_to = on
        row.save(update_fields=["valid_to"])


def delegable_rights(principal: Principal) -> dict[int, frozenset[str]]:
    """Give, per agency, the rights somebody may hand on: those of their own posts only."""
    found: dict[int, set[str]] = {}
    for grant in principal.grants:
        if grant.via == "position" and grant.right not in NOT_DELEGABLE:
            found.setdefault(grant.agency_id, set()).add(str(grant.right))
    return {agency_id: frozenset(rights) for agency_id, rights in found.items()}


@transaction.atomic
def delegate(
    *,
    principal: Principal,
    to_official_id: int,
    agency_id: int,
    rights: Iterable[str],
    valid_from: date,
    valid_to: date,
    reason: str,
    legal_basis: str,
    now: datetime,
) -> Delegation:
    """Hand rights of one's own post at an agency to another official, from a day up to and without another.

    Basis: NĐ 30/2020/NĐ-CP, Điều 13 khoản 3: in writing, for a limited time and matter, and the
    receiver may not pass it on.

    :raises InvalidError: when a value is missing or the period is wrong.
    :raises ForbiddenError: when the principal does not hold one of the rights there by their own post.
    """
    wanted = sorted({str(right) for right in rights})
    errors = _period_errors(valid_from, valid_to, clock.local_date(now))
    if not wanted:
        errors["rights"] = [_("Chọn ít nhất một quyền.")]
    if not text.normalise(reason):
        errors["reason"] = [_("Nhập lý do ủy quyền.")]
    if not text.normalise(legal_basis):
        errors["legal_basis"] = [_("Nhập văn bản ủy quyền (số, ngày).")]
    if to_official_id == principal.official_id:
        errors["to_official"] = [_("Không thể ủy quyền cho chính mình.")]
    elif not Account.objects.filter(official_id=to_official_id, is_active=True).exists():
        errors["to_official"] = [_("Chọn một cán bộ có tài khoản đang hoạt động.")]
    if errors:
        raise InvalidError(_("Chưa ủy quyền được, hãy xem lại các mục được đánh dấu."), field_errors=errors)
    if principal.official_id is None or not set(wanted) <= delegable_rights(principal).get(agency_id, frozenset()):
        raise ForbiddenError(
            _("Bạn chỉ ủy quyền được những quyền của chính vị trí mình giữ; quyền nhận từ người khác thì không."),
            code="accounts.not_delegable",
        )
    row = Delegation.objects.create(
        from_official_id=principal.official_id,
        to_official_id=to_official_id,
        agency_id=agency_id,
        rights=wanted,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=text.normalise(reason),
        legal_basis=text.normalise(legal_basis),
    )
    audit.record(
        actor=principal.actor(agency_id),
        action="accounts.delegation.granted",
        subject_type="accounts.delegation",
        subject_id=row.uuid,
        at=now,
        facts={"rights": wanted, "valid_from": valid_from.isoformat(), "valid_to": valid_to.isoformat()},
    )
    return row


def _period_errors(valid_from: date, valid_to: date, today: date) -> dict[str, list[str]]:
    if valid_to <= valid_from:
        return {"valid_to": [_("Ngày kết thúc phải sau ngày bắt đầu.")]}
    if (valid_to - valid_from).days > _LONGEST_DAYS:
        return {"valid_to": [_("Mỗi lần ủy quyền không quá một năm.")]}
    if valid_to <= today:
        return {"valid_to": [_("Ngày kết thúc đã qua.")]}
    return {}


@transaction.atomic
def revoke_delegation(*, principal: Principal, uuid: str, now: datetime) -> Delegation:
    """End a delegation at once; its giver, its receiver and the agency's supervisors may.

    :raises NotFoundError: when there is none, or the principal has no part in it.
    :raises ConflictError: when it was ended before.
    """
    row: Delegation | None = Delegation.objects.select_for_update(no_key=True).filter(uuid=uuid).first()
    if row is None or not (
        principal.official_id in (row.from_official_id, row.to_official_id)
        or may_manage_delegations(principal, row.agency_id)
    ):
        raise NotFoundError(_("Không tìm thấy ủy quyền này."), code="accounts.delegation_not_found")
    if row.revoked_at is not None:
        raise ConflictError(_("Ủy quyền này đã được chấm dứt trước đó."))
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    audit.record(
        actor=principal.actor(row.agency_id),
        action="accounts.delegation.revoked",
        subject_type="accounts.delegation",
        subject_id=row.uuid,
        at=now,
    )
    return row
