"""Plain makers of rows for the tests of accounts and of the contexts above."""

import time
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.test import Client

from lienthong.accounts.models import Account, Business, Person, PositionRight, Representation, Right
from lienthong.kernel import text
from lienthong.organisations.models import Agency, AgencyParent, Assignment, Official, Position

NOW = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)
LONG_AGO = date(2020, 1, 1)
PASSWORD = "mat-khau-dai-va-la-2026"

_numbers = count(1)


def make_agency(name: str = "Sở Xây dựng", *, parent: Agency | None = None, is_unit: bool = False) -> Agency:
    agency = Agency.objects.create(
        level="province",
        kind="department",
        name=name,
        search_key=text.search_key(name),
        sort_key=text.sort_key(name),
        is_unit=is_unit,
        valid_from=LONG_AGO,
    )
    if parent is not None:
        AgencyParent.objects.create(agency=agency, parent=parent, valid_from=LONG_AGO)
    return agency


def make_official(name: str = "Phạm Minh Đức") -> Official:
    return Official.objects.create(full_name=name, sort_key=text.sort_key(name))


def make_post(official: Official, agency: Agency, kind: str = "specialist", **dates: date) -> Position:
    position = Position.objects.create(agency=agency, kind=kind, title=kind, valid_from=LONG_AGO)
    Assignment.objects.create(
        official=official,
        position=position,
        valid_from=dates.get("valid_from", LONG_AGO),
        valid_to=dates.get("valid_to"),
    )
    return position


def make_rights(kind: str, *rights: Right) -> None:
    for right in rights:
        PositionRight.objects.create(kind=kind, right=right, valid_from=LONG_AGO, legal_basis="NĐ 118/2025/NĐ-CP")


def make_account(email: str = "", password: str | None = None, **fields: Any) -> Account:
    return Account.objects.create_user(email or f"nguoi-{next(_numbers)}@lienthong.example", password, **fields)


def sign_in(client: Client, account: Account) -> None:
    """Sign an account in without its password, with a second factor passed, as a browser session would be."""
    client.force_login(account)
    session = client.session
    at = time.time()
    session["account_authentication_methods"] = [
        {"method": "password", "at": at},
        {"method": "mfa", "type": "totp", "at": at},
    ]
    session["account_authentication_methods_user"] = str(account.pk)
    session.save()


def make_person(name: str = "Nguyễn Thị Lan", **fields: Any) -> Person:
    return Person.objects.create(
        full_name=name, search_key=text.search_key(name), sort_key=text.sort_key(name), **fields
    )


def make_business(
    person: Person | None = None, name: str = "Công ty Sao Mai", tax_code: str = "0100109106"
) -> Business:
    business = Business.objects.create(name=name, search_key=text.search_key(name), tax_code=tax_code)
    if person is not None:
        Representation.objects.create(person=person, business=business, valid_from=LONG_AGO, title="Giám đốc")
    return business
