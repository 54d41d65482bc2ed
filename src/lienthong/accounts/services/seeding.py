"""Load the rights of posts, and, for the demo only, people who can sign in."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from lienthong.accounts.models import Account, Business
from lienthong.accounts.principal import NEEDS_MFA
from lienthong.accounts.queries.principals import rights_of_posts
from lienthong.accounts.services.businesses import appoint_representative, register_business
from lienthong.accounts.services.profiles import VerifiedIdentity, apply_verified_identity
from lienthong.accounts.services.rights import load_position_rights
from lienthong.kernel import clock
from lienthong.kernel.audit import SYSTEM
from lienthong.kernel.errors import ForbiddenError
from lienthong.organisations.api import Post, posts_in_force

DEMO_PASSWORD = "lienthong-demo-2026"  # noqa: S105 - fictional accounts of the demo, refused elsewhere
DEMO_TOTP = "LIENTHONGDEMOLIENTHONGDEMO234567"
_DOMAIN = "lienthong.example"
_SHOWN_KINDS = ("receptionist", "specialist", "unit_head", "leader", "clerk")


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """One line of the list of logins that the demo prints.

    :ivar totp_secret: base32 secret of the second factor, empty when the account has none.
    :ivar code: the second factor's code of this moment.
    """

    role: str
    name: str
    email: str
    password: str
    totp_secret: str = ""
    code: str = ""


def seed_position_rights(*, folder: Path, now: datetime) -> int:
    """Load ``position_rights.yaml``; returns how many rows changed."""
    groups = yaml.safe_load((folder / "position_rights.yaml").read_text(encoding="utf-8"))
    rows = [
        {
            "kind": kind,
            "right": right,
            "valid_from": group["valid_from"],
            "valid_to": group.get("valid_to"),
            "legal_basis": group["legal_basis"],
        }
        for group in groups
        for kind, rights in group["rights"].items()
        for right in rights
    ]
    return load_position_rights(actor=SYSTEM, rows=rows, now=now)


@transaction.atomic
def seed_demo_people(*, folder: Path, now: datetime) -> int:
    """Make the demo's logins: fictional citizens, their business, and every seeded official in office.

    :returns: how many accounts were new.
    :raises ForbiddenError: outside a demo installation.
    """
    if not settings.DEMO:
        raise ForbiddenError("Tài khoản mẫu chỉ dùng cho bản trình diễn (DEMO=1).")
    people = yaml.safe_load((folder / "people.yaml").read_text(encoding="utf-8"))
    password = make_password(DEMO_PASSWORD)
    businesses = {
        row["tax_code"]: register_business(actor=SYSTEM, name=row["name"], tax_code=row["tax_code"], now=now)
        for row in people["businesses"]
    }
    made = sum(_citizen(row, password, businesses, now) for row in people["citizens"])
    return made + _officials(password, clock.local_date(now))


def _account(email: str, password: str, **fields: Any) -> tuple[Account, bool]:
    account, created = Account.objects.get_or_create(email=email, defaults={"password": password, **fields})
    if created:
        EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
    return account, created


def _citizen(row: Mapping[str, Any], password: str, businesses: Mapping[str, Business], now: datetime) -> bool:
    account, created = _account(row["email"], password)
    if not created:
        return False
    person = apply_verified_identity(
        account=account,
        verified=VerifiedIdentity(
            identity_number=row["identity_number"],
            full_name=row["full_name"],
            birth_date=row["birth_date"],
            sex=row["sex"],
            provider="eid",
        ),
        now=now,
    )
    person.phone, person.address = row["phone"], {"text": row["address"]}
    person.save(update_fields=["phone", "address"])
    if row.get("represents"):
        appoint_representative(
            actor=SYSTEM,
            person_id=person.pk,
            business_id=businesses[row["represents"]].pk,
            title="Giám đốc",
            valid_from=date(2024, 1, 1),
            now=now,
        )
    return True


def _officials(password: str, on: date) -> int:
    posts = posts_in_force(on=on)
    rights = rights_of_posts(posts, on)
    known = set(Account.objects.filter(official_id__isnull=False).values_list("official_id", flat=True))
    made = 0
    for holder_id, held in _by_holder(posts).items():
        if holder_id in known:
            continue
        account, _ = _account(_address(held[0]), password, official_id=holder_id)
        if any(rights[post.position_id] & NEEDS_MFA for post in held):
            TOTP.activate(account, DEMO_TOTP)
        made += 1
    return made


def _by_holder(posts: tuple[Post, ...]) -> dict[int, list[Post]]:
    found: dict[int, list[Post]] = {}
    for post in posts:
        found.setdefault(post.holder_id, []).append(post)
    return found


def _address(post: Post) -> str:
    return f"{(post.staff_number or f'cb{post.holder_id}').lower()}@{_DOMAIN}"


def demo_logins(*, now: datetime) -> tuple[DemoLogin, ...]:
    """List logins worth printing: the citizens, then one official of each main kind at a commune and a department.

    Empty outside a demo installation.
    """
    if not settings.DEMO:
        return ()
    citizens = Account.objects.filter(email__endswith=f"@{_DOMAIN}", person__isnull=False, official__isnull=True)
    shown = [
        DemoLogin("Công dân", account.person.full_name, account.email, DEMO_PASSWORD)
        for account in citizens.select_related("person").order_by("id")
        if account.person is not None
    ]
    posts = posts_in_force(on=clock.local_date(now))
    with_factor = set(
        Authenticator.objects.filter(type=Authenticator.Type.TOTP).values_list("user__official_id", flat=True)
    )
    accounts = {row.official_id: row for row in Account.objects.filter(official_id__isnull=False)}
    for post in _showcase(posts):
        account = accounts.get(post.holder_id)
        if account is not None:
            secret = DEMO_TOTP if post.holder_id in with_factor else ""
            role = f"{post.title}, {post.agency_name}"
            shown.append(
                DemoLogin(role, post.holder_name, account.email, DEMO_PASSWORD, secret, _code() if secret else "")
            )
    return tuple(shown)


def _showcase(posts: tuple[Post, ...]) -> list[Post]:
    """Take the first commune and the first department that have a post of every main kind."""
    chosen: list[Post] = []
    for level in ("commune", "province"):
        offices: dict[int, dict[str, Post]] = {}
        for post in posts:
            if post.agency_level == level:
                offices.setdefault(post.agency_id, {}).setdefault(post.kind, post)
        whole = next((office for office in offices.values() if set(_SHOWN_KINDS) <= set(office)), {})
        chosen += [whole[kind] for kind in _SHOWN_KINDS if kind in whole]
    return chosen


def _code() -> str:
    return str(format_hotp_value(hotp_value(DEMO_TOTP, int(time.time()) // 30)))
