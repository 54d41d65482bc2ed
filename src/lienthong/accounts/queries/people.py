"""Read people, their contacts and the accounts behind officials."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from lienthong.accounts.models import Account, Business, Person, Representation
from lienthong.accounts.policies import people_filter
from lienthong.accounts.principal import Principal
from lienthong.kernel.errors import NotFoundError
from lienthong.kernel.prepared import Prepared


@dataclass(frozen=True, slots=True)
class VerifiedValue:
    """One value of a profile and who vouches for it.

    :ivar source: ``eid`` or another identity provider's key; empty when the person typed it.
    """

    value: object
    verified: bool
    source: str = ""
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Where notices for a person go."""

    person_id: int
    name: str
    email: str
    phone: str
    language: str
    account_id: int | None


def get_person(*, principal: Principal, uuid: UUID | str) -> Person:
    """Find a person whom the principal may see: themself, or anybody for officials who handle dossiers.

    :raises NotFoundError: when there is none, or the principal may not know of them.
    """
    try:
        key = UUID(str(uuid))
    except ValueError:
        key = None
    found = Person.objects.filter(people_filter(principal), uuid=key).first() if key else None
    if found is None:
        raise NotFoundError(_("Không tìm thấy người này."), code="accounts.person_not_found")
    return found


def find_person(*, person_id: int) -> Person | None:
    """Find a person by the number inside; for contexts that hold it in their own rows."""
    return _BY_NUMBER.first(number=person_id)


_BY_NUMBER = Prepared(lambda number: Person.objects.filter(pk=number), number=int)


def find_business(*, business_id: int) -> Business | None:
    """Find a business by the number inside."""
    return Business.objects.filter(pk=business_id).first()


def find_verified_person(*, identity_number: str) -> Person | None:
    """Find the person the national eID has verified under an identity number."""
    return Person.objects.filter(identity_number=identity_number, verified_at__isnull=False).first()


def verified_profile(*, person_id: int) -> dict[str, VerifiedValue]:
    """Give the profile values a form may start from, each marked as verified or typed.

    Keys: ``full_name``, ``identity_number``, ``birth_date``, ``sex``, ``nationality`` (verified when
    the eID vouches), ``phone``, ``email``, ``address`` (the person's own words). Empty values are left out.
    """
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        return {}
    vouched = ("full_name", "identity_number", "birth_date", "sex", "nationality")
    profile: dict[str, VerifiedValue] = {}
    for name in (*vouched, "phone", "email", "address"):
        value = getattr(person, name)
        if value:
            verified = person.is_verified and name in vouched
            source = person.verified_by if verified else ""
            profile[name] = VerifiedValue(value, verified, source, person.verified_at if verified else None)
    return profile


def contact_of(*, person_id: int) -> Contact | None:
    """Give where to reach a person; the account's own e-mail and language come first."""
    person = Person.objects.select_related("account").filter(pk=person_id).first()
    if person is None:
        return None
    account = getattr(person, "account", None)
    return Contact(
        person_id=person.pk,
        name=person.full_name,
        email=account.email if account else person.email,
        phone=person.phone,
        language=account.language if account else "vi",
        account_id=account.pk if account else None,
    )


def accounts_of_officials(*, official_ids: Collection[int]) -> dict[int, Account]:
    """Give the active account of each official who has one, by official."""
    rows = Account.objects.filter(official_id__in=list(official_ids), is_active=True)
    return {row.official_id: row for row in rows.order_by("id") if row.official_id is not None}


def account_of_official(*, official_id: int) -> Account | None:
    """Find the login of an official, locked or open."""
    return Account.objects.filter(official_id=official_id).first()


def find_account(*, account_id: int) -> Account | None:
    """Find an account by the number inside."""
    return Account.objects.filter(pk=account_id).first()


def accounts_by_id(*, account_ids: Collection[int]) -> dict[int, Account]:
    """Read several accounts with their officials by the number inside, in one query."""
    rows = Account.objects.select_related("official").filter(pk__in=list(account_ids))
    return {row.pk: row for row in rows}


def find_account_by_email(*, email: str) -> Account | None:
    """Find the login with an address, however it is capitalised."""
    return Account.objects.filter(email__iexact=email.strip()).first()


def account_of_person(*, person_id: int) -> Account | None:
    """Find the login of a person."""
    return Account.objects.filter(person_id=person_id).first()


def businesses_of(*, person_id: int, on: date) -> tuple[Representation, ...]:
    """List the businesses a person may act for on a date, by name."""
    rows = Representation.objects.in_force(on).filter(person_id=person_id).select_related("business")
    return tuple(rows.order_by("business__search_key", "id"))
