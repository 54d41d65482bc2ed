"""Delegating, tokens, acting for a business: what is granted, refused and recorded."""

from datetime import timedelta

import pytest

from lienthong.accounts import api
from lienthong.accounts.backends import AccountBackend
from lienthong.accounts.models import ApiToken, Right
from lienthong.accounts.tests.factories import (
    NOW,
    TODAY,
    make_account,
    make_agency,
    make_business,
    make_official,
    make_person,
    make_post,
    make_rights,
    sign_in,
)
from lienthong.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from lienthong.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    agency = make_agency()
    make_rights("leader", Right.SIGN, Right.APPROVE)
    make_rights("administrator", Right.ADMINISTER)
    leader, deputy = make_official("Lê Văn An"), make_official("Trần Thị Bích")
    make_post(leader, agency, "leader")
    return agency, make_account(official=leader), make_account(official=deputy)


def give(principal, to, agency, **changes):
    values = {
        "principal": principal,
        "to_official_id": to.official_id,
        "agency_id": agency.pk,
        "rights": [Right.SIGN],
        "valid_from": TODAY,
        "valid_to": TODAY + timedelta(days=3),
        "reason": "Đi công tác",
        "legal_basis": "Giấy ủy quyền 5/GUQ",
        "now": NOW,
    }
    return api.delegate(**{**values, **changes})


def test_a_leader_delegates_and_ends_it(office):
    agency, leader, deputy = office
    row = give(api.principal_for_account(leader, NOW), deputy, agency)
    receiver = api.principal_for_account(deputy, NOW)
    assert receiver.may(Right.SIGN, agency.pk)
    with pytest.raises(ForbiddenError):
        give(receiver, leader, agency)
    api.revoke_delegation(principal=receiver, uuid=str(row.uuid), now=NOW)
    assert not api.principal_for_account(deputy, NOW).may(Right.SIGN)
    with pytest.raises(ConflictError):
        api.revoke_delegation(principal=receiver, uuid=str(row.uuid), now=NOW)
    stranger = api.principal_for_account(make_account(official=make_official("Đỗ Hà")), NOW)
    with pytest.raises(NotFoundError):
        api.revoke_delegation(principal=stranger, uuid=str(row.uuid), now=NOW)
    actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["accounts.delegation.granted", "accounts.delegation.revoked"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rights": []}, "rights"),
        ({"valid_to": TODAY}, "valid_to"),
        ({"valid_to": TODAY + timedelta(days=400)}, "valid_to"),
        ({"reason": " "}, "reason"),
        ({"legal_basis": ""}, "legal_basis"),
        ({"to_official_id": 0}, "to_official"),
    ],
)
def test_a_faulty_delegation_is_refused_at_its_field(office, changes, field):
    agency, leader, deputy = office
    with pytest.raises(InvalidError) as refused:
        give(api.principal_for_account(leader, NOW), deputy, agency, **changes)
    assert set(refused.value.field_errors) == {field}


def test_a_session_costs_one_statement_until_rights_change(office, django_assert_num_queries):
    _agency, _leader, deputy = office
    backend = AccountBackend()
    before = backend.get_user(deputy.pk).rights_epoch
    api.principal_for_account(backend.get_user(deputy.pk), NOW)
    with django_assert_num_queries(1):
        principal = api.principal_for_account(backend.get_user(deputy.pk), NOW)
    assert not principal.grants
    assert before is not None


def test_a_personal_token_acts_with_its_scopes_until_it_ends():
    person = make_person()
    principal = api.principal_for_account(make_account(person=person), NOW)
    row, secret = api.issue_token(
        principal=principal, name="Kế toán", scopes=["dossiers:read"], expires_at=NOW + timedelta(days=1), now=NOW
    )
    assert secret not in (row.digest, row.prefix)
    assert secret.startswith(row.prefix)
    bearer = api.principal_for_token(secret, NOW)
    assert (bearer.kind, bearer.person_id, bearer.scopes) == ("citizen", person.pk, {"dossiers:read"})
    assert ApiToken.objects.get().last_used_at == NOW
    assert api.principal_for_token(secret, NOW + timedelta(days=1)) is None
    assert api.principal_for_token(secret + "x", NOW) is None
    api.revoke_token(principal=principal, uuid=str(row.uuid), now=NOW)
    assert api.principal_for_token(secret, NOW) is None


def test_an_agency_token_needs_its_administrator_and_never_signs(office):
    agency, leader, _ = office
    clerk = make_official("Đỗ Hà")
    make_post(clerk, agency, "administrator")
    administrator = api.principal_for_account(make_account(official=clerk), NOW)
    values = {"name": "Phần mềm", "expires_at": NOW + timedelta(days=9), "now": NOW, "agency_id": agency.pk}
    with pytest.raises(ForbiddenError):
        api.issue_token(principal=api.principal_for_account(leader, NOW), scopes=["process"], **values)
    with pytest.raises(InvalidError):
        api.issue_token(principal=administrator, scopes=["sign"], **values)
    _row, secret = api.issue_token(principal=administrator, scopes=["process"], **values)
    client = api.principal_for_token(secret, NOW)
    assert client.kind == "client"
    assert client.agencies(Right.PROCESS) == {agency.pk}
    assert not client.may(Right.SIGN)


def test_a_citizen_chooses_only_a_business_they_represent(client):
    person = make_person()
    business, foreign = make_business(person), make_business(name="Khác", tax_code="0300588569")
    client.force_login(make_account(person=person))
    page = "/tai-khoan/lam-viec-cho/"
    client.post(page, {"business": str(foreign.uuid)})
    assert client.session.get("accounts.acting_business") is None
    client.post(page, {"business": str(business.uuid)})
    assert client.session["accounts.acting_business"] == business.pk
    assert "Công ty Sao Mai" in client.get(page).content.decode()


def test_every_page_of_an_official_opens(client, office):
    _agency, leader, _ = office
    sign_in(client, leader)
    for path in (
        "/tai-khoan/",
        "/tai-khoan/bao-mat/",
        "/tai-khoan/uy-quyen/",
        "/tai-khoan/khoa-api/",
        "/tai-khoan/hai-lop/",
        "/tai-khoan/phien-dang-nhap/",
        "/tai-khoan/email/",
        "/tai-khoan/mat-khau/dat/",
        "/tai-khoan/hai-lop/khoa/",
    ):
        assert client.get(path).status_code == 200, path
