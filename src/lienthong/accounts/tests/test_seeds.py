"""The seeds: rights of posts, and a demo in which every login works."""

from datetime import UTC, date, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings

from lienthong.accounts import api
from lienthong.accounts.models import Account, PositionRight
from lienthong.accounts.services.seeding import DEMO_PASSWORD, seed_demo_people, seed_position_rights
from lienthong.accounts.tests.factories import make_agency, make_official, make_post
from lienthong.kernel.errors import ForbiddenError

pytestmark = pytest.mark.django_db
FOLDER = settings.SEEDS / "accounts"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def test_the_seeded_rights_of_posts_load_once():
    assert seed_position_rights(folder=FOLDER, now=NOW) == PositionRight.objects.count() > 15
    assert seed_position_rights(folder=FOLDER, now=NOW) == 0


def test_every_kind_of_post_carries_a_right():
    from lienthong.organisations.api import PositionKind

    seed_position_rights(folder=FOLDER, now=NOW)
    kinds = PositionRight.objects.in_force(date(2026, 1, 1)).values_list("kind", flat=True)
    assert set(kinds) == set(PositionKind.values)


def test_the_demo_gives_logins_that_work_and_is_idempotent(settings, client):
    settings.DEMO = True
    seed_position_rights(folder=FOLDER, now=NOW)
    agency = make_agency()
    for number, kind in enumerate(("leader", "unit_head", "specialist", "receptionist", "clerk"), start=1):
        official = make_official(f"Người Số {number}")
        official.staff_number = f"DN{number:04}"
        official.save()
        make_post(official, agency, kind)
    assert seed_demo_people(folder=FOLDER, now=NOW) == 8
    assert seed_demo_people(folder=FOLDER, now=NOW) == 0
    assert Authenticator.objects.count() == 1
    logins = api.demo_logins(now=NOW)
    assert [login.email for login in logins[:3]] == [f"{who}@lienthong.example" for who in ("lan", "binh", "hoa")]
    assert [bool(login.totp_secret) for login in logins[3:]] == [False, False, False, True, False]
    for login in logins:
        response = client.post("/dang-nhap/", {"login": login.email, "password": DEMO_PASSWORD})
        assert response.status_code == 302, login.email
        assert (response.url == "/dang-nhap/lop-hai/") is bool(login.totp_secret)
        client.post("/dang-xuat/")
    binh = Account.objects.select_related("person").get(email="binh@lienthong.example")
    (row,) = api.businesses_of(person_id=binh.person_id, on=date(2026, 1, 1))
    assert api.check_tax_code(row.business.tax_code).ok


def test_demo_people_are_refused_elsewhere(settings):
    settings.DEMO = False
    with pytest.raises(ForbiddenError):
        seed_demo_people(folder=FOLDER, now=NOW)
    assert api.demo_logins(now=NOW) == ()
