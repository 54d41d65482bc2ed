"""Issuing, listing and revoking tokens on their pages: one's own, and an agency's."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from lienthong.accounts import api
from lienthong.accounts.models import ApiToken, Right
from lienthong.accounts.tests.factories import (
    make_account,
    make_agency,
    make_official,
    make_person,
    make_post,
    make_rights,
    sign_in,
)
from lienthong.kernel import clock

pytestmark = pytest.mark.django_db

OWN, AGENCY = reverse("accounts:tokens"), reverse("accounts:agency_tokens")


@pytest.fixture
def lan() -> Client:
    client = Client()
    sign_in(client, make_account(person=make_person()))
    return client


@pytest.fixture
def agency():
    return make_agency("Sở Xây dựng")


@pytest.fixture
def administrator(agency) -> Client:
    make_rights("unit_head", Right.ADMINISTER, Right.PROCESS)
    official = make_official()
    make_post(official, agency, "unit_head")
    client = Client()
    sign_in(client, make_account(official=official))
    return client


def shown_secret(body: str) -> str:
    found = re.search(r"<code>(lt_[^<]+)</code></p>", body)
    return found[1] if found else ""


def test_a_secret_is_shown_once_and_works_until_revoked(lan):
    page = lan.post(OWN, {"name": "Phần mềm hộ tịch", "scopes": ["dossiers:read"], "days": "30"}).content.decode()
    secret = shown_secret(page)
    principal = api.principal_for_token(secret, clock.now())
    assert principal is not None
    assert principal.scopes == {"dossiers:read"}
    again = lan.get(OWN).content.decode()
    assert secret not in again
    assert "Phần mềm hộ tịch" in again
    row = ApiToken.objects.get()
    assert lan.get(reverse("accounts:revoke_token", args=[row.uuid])).status_code == 405
    assert lan.post(reverse("accounts:revoke_token", args=[row.uuid])).status_code == 302
    assert api.principal_for_token(secret, clock.now()) is None


@pytest.mark.parametrize(
    "values",
    [
        {"name": "", "scopes": ["dossiers:read"], "days": "30"},
        {"name": "Thử", "scopes": [], "days": "30"},
        {"name": "Thử", "scopes": ["sign"], "days": "30"},
        {"name": "Thử", "scopes": ["dossiers:read"], "days": "9999"},
        {"name": "   ", "scopes": ["dossiers:read"], "days": "30"},
    ],
)
def test_a_wrong_request_issues_nothing_and_keeps_what_was_typed(lan, values):
    body = lan.post(OWN, values).content.decode()
    assert not shown_secret(body)
    assert not ApiToken.objects.exists()
    if values["name"].strip():
        assert 'value="Thử"' in body


def test_an_administrator_issues_for_the_agency(administrator, agency):
    values = {"agency": agency.pk, "name": "Kho dữ liệu", "scopes": ["process"], "days": "90"}
    secret = shown_secret(administrator.post(AGENCY, values).content.decode())
    principal = api.principal_for_token(secret, clock.now())
    assert principal is not None
    assert (principal.kind, principal.may(Right.PROCESS, agency.pk)) == ("client", True)
    assert "Kho dữ liệu" in administrator.get(AGENCY).content.decode()
    assert "Kho dữ liệu" not in administrator.get(OWN).content.decode()
    row = ApiToken.objects.get()
    assert administrator.post(reverse("accounts:revoke_token", args=[row.uuid])).url == AGENCY
    assert api.principal_for_token(secret, clock.now()) is None


def test_an_agency_token_neither_signs_nor_is_for_a_foreign_agency(administrator, agency):
    foreign = make_agency("Sở Tài chính")
    for change in ({"scopes": ["sign"]}, {"scopes": ["administer"]}, {"agency": foreign.pk}, {"agency": "x"}):
        values = {"agency": agency.pk, "name": "Thử", "scopes": ["process"], "days": "90"} | change
        assert not shown_secret(administrator.post(AGENCY, values).content.decode())
    assert not ApiToken.objects.exists()


def test_others_see_neither_page_nor_tokens(lan, administrator, agency, client):
    administrator.post(AGENCY, {"agency": agency.pk, "name": "Kho", "scopes": ["process"], "days": "90"})
    row = ApiToken.objects.get()
    assert lan.get(AGENCY).status_code == 403
    assert lan.post(reverse("accounts:revoke_token", args=[row.uuid])).status_code == 404
    assert client.get(OWN).status_code == 302
    assert client.get(AGENCY).status_code == 302


def test_the_lists_take_as_many_statements_for_ten_as_for_one(lan, administrator, agency):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(client, page):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(page).status_code == 200
        return len(caught)

    def issue(name):
        lan.post(OWN, {"name": name, "scopes": ["dossiers:read"], "days": "30"})
        administrator.post(AGENCY, {"agency": agency.pk, "name": name, "scopes": ["process"], "days": "90"})

    issue("Khóa 1")
    one = count(lan, OWN), count(administrator, AGENCY)
    for number in range(2, 11):
        issue(f"Khóa {number}")
    assert (count(lan, OWN), count(administrator, AGENCY)) == one
