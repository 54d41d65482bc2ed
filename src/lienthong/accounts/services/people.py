"""Register people, and those for whom a clerk files at the counter."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts import identity
from lienthong.accounts.models import Person
from lienthong.accounts.principal import Principal, Right
from lienthong.kernel import audit, text
from lienthong.kernel.audit import Actor
from lienthong.kernel.errors import ForbiddenError, InvalidError


@transaction.atomic
def register_person(
    *,
    actor: Actor,
    full_name: str,
    now: datetime,
    identity_number: str = "",
    birth_date: str = "",
    sex: str = "",
    nationality: str = "VN",
    phone: str = "",
    email: str = "",
    address: Mapping[str, Any] | None = None,
) -> Person:
    """Register a person on their own word; nothing of it counts as verified.

    :raises InvalidError: when a value breaks a rule; ``field_errors`` names it.
    """
    errors: dict[str, list[str]] = {}
    name = text.normalise(full_name)
    if not name:
        errors["full_name"] = [_("Nhập họ và tên.")]
    number = identity.compact(identity_number)
    if number:
        errors |= _errors("identity_number", identity.check_identity_number(number))
    telephone = identity.normalise_phone(phone)
    if telephone:
        errors |= _errors("phone", identity.check_phone(telephone))
    if birth_date and not identity.is_partial_date(birth_date):
        errors["birth_date"] = [_("Nhập ngày sinh dạng ngày/tháng/năm, tháng/năm hoặc năm.")]
    if errors:
        raise InvalidError(_("Thông tin cá nhân chưa hợp lệ."), field_errors=errors)
    person = Person.objects.create(
        full_name=name,
        search_key=text.search_key(name),
        sort_key=text.sort_key(name),
        identity_number=number,
        birth_date=birth_date,
        sex=sex,
        nationality=nationality,
        phone=telephone,
        email=email.strip().lower(),
        address=dict(address or {}),
    )
    audit.record(
        actor=actor,
        action="accounts.person.registered",
        subject_type="accounts.person",
        subject_id=person.uuid,
        at=now,
    )
    return person


def _errors(field: str, check: identity.Check) -> dict[str, list[str]]:
    return {field: list(check.errors)} if check.errors else {}


@transaction.atomic
def find_or_create_counter_applicant(
    *,
    principal: Principal,
    full_name: str,
    now: datetime,
    identity_number: str = "",
    birth_date: str = "",
    sex: str = "",
    phone: str = "",
    email: str = "",
    address: Mapping[str, Any] | None = None,
) -> Person:
    """Find or register the citizen a clerk files for, who needs no account.

    A person known under the same identity number *and* the same name (marks and case apart) is
    taken, the verified one first, and left as they are; otherwise a new person is registered.

    :raises ForbiddenError: when the principal receives dossiers nowhere.
    :raises InvalidError: when a value breaks a rule.
    """
    if not principal.may(Right.RECEIVE):
        raise ForbiddenError(_("Chỉ cán bộ tiếp nhận được lập hồ sơ thay công dân."))
    number = identity.compact(identity_number)
    if number:
        known = (
            Person.objects.filter(identity_number=number, search_key=text.search_key(full_name))
            .order_by("verified_at", "id")
            .first()
        )
        if known is not None:
            return known
    return register_person(
        actor=principal.actor(),
        full_name=full_name,
        identity_number=number,
        birth_date=birth_date,
        sex=sex,
        phone=phone,
        email=email,
        address=address,
        now=now,
    )
