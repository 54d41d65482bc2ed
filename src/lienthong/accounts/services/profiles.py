"""What people change about themselves, and what the national eID vouches for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts import identity
from lienthong.accounts.models import Account, Person
from lienthong.accounts.principal import Principal
from lienthong.kernel import audit, text
from lienthong.kernel.audit import Actor
from lienthong.kernel.errors import ConflictError, InvalidError


@dataclass(frozen=True, slots=True)
class VerifiedIdentity:
    """What an identity provider vouches for.

    :ivar identity_number: 12 digits.
    :ivar birth_date: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
    :ivar sex: ``male``, ``female`` or empty.
    :ivar provider: key of the provider, kept as the source.
    """

    identity_number: str
    full_name: str
    birth_date: str
    sex: str
    provider: str
    nationality: str = "VN"


@transaction.atomic
def apply_verified_identity(*, account: Account, verified: VerifiedIdentity, now: datetime) -> Person:
    """Write what the eID vouches for into the person of an account, and link or make that person.

    An existing person is linked by identity number only when that number was itself verified; a number
    somebody merely typed never links two people.

    :raises ConflictError: when the verified person belongs to another account, or this account to
        another verified person.
    """
    person = (
        Person.objects.select_for_update(no_key=True)
        .filter(identity_number=verified.identity_number, verified_at__isnull=False)
        .first()
    )
    if person is not None:
        owner = Account.objects.filter(person=person).first()
        if owner is not None and owner.pk != account.pk:
            raise ConflictError(
                _("Danh tính này đã gắn với một tài khoản khác. Hãy đăng nhập bằng định danh điện tử."),
                code="accounts.identity_taken",
            )
    own = (
        Person.objects.select_for_update(no_key=True).filter(pk=account.person_id).first()
        if account.person_id
        else None
    )
    if own is not None and own.is_verified and own.identity_number != verified.identity_number:
        raise ConflictError(_("Tài khoản này đã được xác thực cho một người khác."), code="accounts.identity_differs")
    person = person or own or Person(email=account.email)
    person.identity_number = verified.identity_number
    person.full_name = text.normalise(verified.full_name)
    person.search_key = text.search_key(person.full_name)
    person.sort_key = text.sort_key(person.full_name)
    person.birth_date = verified.birth_date
    person.sex = verified.sex
    person.nationality = verified.nationality
    person.verified_at = now
    person.verified_by = verified.provider
    person.save()
    if account.person_id != person.pk:
        account.person = person
        account.save(update_fields=["person"])
    audit.record(
        actor=Actor(kind="citizen", id=str(account.uuid), name=person.full_name),
        action="accounts.person.verified",
        subject_type="accounts.person",
        subject_id=person.uuid,
        at=now,
        facts={"provider": verified.provider},
    )
    return person


@transaction.atomic
def update_profile(
    *,
    principal: Principal,
    phone: str,
    address: Mapping[str, Any],
    language: str,
    now: datetime,
    full_name: str = "",
    identity_number: str = "",
    birth_date: str = "",
    sex: str = "",
) -> Account:
    """Change what a person may say about themself: phone, address, language, and the rest while unverified.

    :raises InvalidError: when a value breaks a rule; ``field_errors`` names it.
    """
    account = Account.objects.select_for_update(no_key=True).get(pk=principal.account_id or 0)
    person = (
        Person.objects.select_for_update(no_key=True).filter(pk=account.person_id).first()
        if account.person_id
        else None
    )
    telephone = identity.normalise_phone(phone)
    number = identity.compact(identity_number)
    verified = person is not None and person.is_verified
    name = text.normalise(full_name)
    errors = _contact_errors(telephone, language)
    if not verified and account.official_id is None:
        errors |= _own_word_errors(name, number, birth_date)
    if errors:
        raise InvalidError(_("Chưa lưu được, hãy xem lại các mục được đánh dấu."), field_errors=errors)
    if person is None and account.official_id is None:
        person = Person(email=account.email)
    if person is not None:
        if not verified:
            person.full_name, person.identity_number = name or person.full_name, number
            person.search_key, person.sort_key = text.search_key(person.full_name), text.sort_key(person.full_name)
            person.birth_date, person.sex = birth_date, sex
        person.phone, person.address = telephone, dict(address)
        person.save()
        account.person = person
    account.language = language
    account.save(update_fields=["person", "language"])
    audit.record(
        actor=principal.actor(),
        action="accounts.profile.changed",
        subject_type="accounts.account",
        subject_id=account.uuid,
        at=now,
    )
    return account


@transaction.atomic
def choose_language(*, principal: Principal, language: str, now: datetime) -> None:
    """Change the language in which messages are written to a person; the rest of the profile stays.

    :raises InvalidError: for a language that the platform does not speak.
    """
    if errors := _contact_errors("", language):
        raise InvalidError(_("Chưa lưu được, hãy xem lại các mục được đánh dấu."), field_errors=errors)
    account = Account.objects.select_for_update(no_key=True).get(pk=principal.account_id or 0)
    if account.language == language:
        return
    account.language = language
    account.save(update_fields=["language"])
    audit.record(
        actor=principal.actor(),
        action="accounts.language.chosen",
        subject_type="accounts.account",
        subject_id=account.uuid,
        at=now,
        facts={"language": language},
    )


def _contact_errors(telephone: str, language: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if telephone and (found := identity.check_phone(telephone).errors):
        errors["phone"] = list(found)
    if language not in ("vi", "en"):
        errors["language"] = [_("Chọn tiếng Việt hoặc tiếng Anh.")]
    return errors


def _own_word_errors(name: str, number: str, birth_date: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not name:
        errors["full_name"] = [_("Nhập họ và tên.")]
    if number and (found := identity.check_identity_number(number).errors):
        errors["identity_number"] = list(found)
    if birth_date and not identity.is_partial_date(birth_date):
        errors["birth_date"] = [_("Nhập ngày sinh dạng ngày/tháng/năm, tháng/năm hoặc năm.")]
    return errors
