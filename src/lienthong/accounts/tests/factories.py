"""Plain makers of rows for the tests of accounts and of the contexts above."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from lienthong.accounts.models import Account, Business, Person, PositionRight, Representation, Right
from lienthong.kernel import text
from lienthong.organisations.models import Agency, Assignment, Official, Position

NOW = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)
LONG_AGO = date(2020, 1, 1)
PASSWORD = "mat-khau-dai-va-la-2026"

_numbers = count(1)


def make_agency(name: str = "Sở Xây dựng", *, parent: Agency | None = None, is_unit: bool = False) -> Agency:
    return Agency.objects.create(
        level="province",
        kind="department",
        name=name,
        search_key=text.search_key(name),
        sort_key=text.sort_key(name),
        parent=parent,
        is_unit=is_unit,
        valid_from=LONG_AGO,
    )


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
