"""Businesses and who acts for them: registered and appointed at a desk where the papers are seen."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts import identity
from lienthong.accounts.events import RepresentationChanged
from lienthong.accounts.models import Business, Person, Representation
from lienthong.accounts.queries.businesses import RepresentationNotFoundError
from lienthong.kernel import audit, clock, events, text
from lienthong.kernel.audit import Actor
from lienthong.kernel.errors import ForbiddenError, InvalidError


@transaction.atomic
def register_business(
    *,
    actor: Actor,
    name: str,
    tax_code: str,
    now: datetime,
    phone: str = "",
    email: str = "",
    address: Mapping[str, Any] | None = None,
) -> Business:
    """Register a business by its tax code, or find it when it is known.

    :raises InvalidError: when the tax code or the name breaks a rule.
    """
    code = identity.format_tax_code(tax_code)
    errors: dict[str, list[str]] = {}
    if found := identity.check_tax_code(code).errors:
        errors["tax_code"] = list(found)
    if not text.normalise(name):
        errors["name"] = [_("Nhập tên doanh nghiệp, tổ chức.")]
    if errors:
        raise InvalidError(_("Thông tin doanh nghiệp chưa hợp lệ."), field_errors=errors)
    business, created = Business.objects.get_or_create(
        tax_code=code,
        defaults={
            "name": text.normalise(name),
            "search_key": text.search_key(name),
            "phone": identity.normalise_phone(phone),
            "email": email.strip().lower(),
            "address": dict(address or {}),
        },
    )
    if created:
        audit.record(
            actor=actor,
            action="accounts.business.registered",
            subject_type="accounts.business",
            subject_id=business.uuid,
            at=now,
        )
    return business


@transaction.atomic
def appoint_representative(
    *,
    actor: Actor,
    person_id: int,
    business_id: int,
    title: str,
    valid_from: date,
    now: datetime,
    basis: str = "",
) -> Representation:
    """Let a verified person act for a business from a date on; once, however often it is asked.

    :param basis: the paper that was shown: a certificate of registration, a letter of authority.
    :raises ForbiddenError: when the person is not verified; a number somebody typed gives no authority.
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
    if not person.is_verified:
        raise ForbiddenError(_("Chỉ người đã xác thực bằng định danh điện tử được đại diện doanh nghiệp."))
    row, created = Representation.objects.get_or_create(
        person=person,
        business_id=business_id,
        valid_to=None,
        defaults={"title": text.normalise(title), "basis": text.normalise(basis), "valid_from": valid_from},
    )
    if created:
        entry = audit.compose(
            actor=actor,
            action="accounts.representation.granted",
            subject_type="accounts.representation",
            subject_id=row.uuid,
            at=now,
            facts={"valid_from": valid_from.isoformat(), "basis": row.basis},
        )
        _tell(row, is_granted=True, entry=entry, now=now)
    return row


def appoint_by_number(
    *,
    actor: Actor,
    business: Business,
    identity_number: str,
    full_name: str,
    title: str,
    basis: str,
    valid_from: date,
    now: datetime,
) -> Representation:
    """Let the verified person of a number and a name act for a business.

    Both are asked, so that nobody finds a name by trying numbers.

    :raises InvalidError: when there is no such person; ``field_errors`` names the field.
    """
    number = identity.compact(identity_number)
    person = Person.objects.filter(identity_number=number, verified_at__isnull=False).first() if number else None
    if person is None or person.search_key != text.search_key(full_name):
        raise InvalidError(
            _("Chưa ghi được người đại diện."),
            field_errors={
                "identity_number": [
                    _(
                        "Không có ai đã xác thực bằng định danh điện tử với số và họ tên này. "
                        "Người đại diện cần đăng nhập bằng định danh điện tử một lần trước."
                    )
                ]
            },
        )
    return appoint_representative(
        actor=actor,
        person_id=person.pk,
        business_id=business.pk,
        title=title,
        basis=basis,
        valid_from=valid_from,
        now=now,
    )


@transaction.atomic
def end_representation(*, actor: Actor, uuid: UUID, reason: str, now: datetime) -> Representation:
    """End that somebody acts for a business, from today on; what ended before stays as it ended.

    One that began today, or is still to begin, is taken back: no day of it remains, the audit trail tells of it.

    :raises RepresentationNotFoundError: when there is none.
    """
    row: Representation | None = (
        Representation.objects.select_for_update(no_key=True, of=("self",)).filter(uuid=uuid).first()
    )
    if row is None:
        raise RepresentationNotFoundError(_("Không tìm thấy người đại diện này."))
    today = clock.local_date(now)
    if row.valid_to is not None and row.valid_to <= today:
        return row
    entry = audit.compose(
        actor=actor,
        action="accounts.representation.ended",
        subject_type="accounts.representation",
        subject_id=row.uuid,
        at=now,
        facts={"valid_to": today.isoformat(), "reason": text.normalise(reason)},
    )
    _tell(row, is_granted=False, entry=entry, now=now)
    if row.valid_from >= today:
        row.delete()
    else:
        row.valid_to = today
        row.save(update_fields=["valid_to"])
    return row


def _tell(row: Representation, *, is_granted: bool, entry: audit.AuditEntry, now: datetime) -> None:
    events.publish(
        RepresentationChanged(
            aggregate_id=str(row.business.uuid),
            occurred_at=now,
            person_id=row.person_id,
            is_granted=is_granted,
            representation=str(row.uuid),
        ),
        audited=entry,
    )
