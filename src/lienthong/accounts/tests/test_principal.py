"""Who may do what: posts, inner units, substitution, delegation, all at a date."""

from datetime import timedelta

import pytest

from lienthong.accounts import api
from lienthong.accounts.models import Delegation, PositionRight, Right
from lienthong.accounts.tests.factories import (
    LONG_AGO,
    NOW,
    TODAY,
    make_account,
    make_agency,
    make_business,
    make_official,
    make_person,
    make_post,
    make_rights,
)
from lienthong.kernel.errors import ForbiddenError, InvalidError, NotFoundError
from lienthong.organisations.models import Absence

pytestmark = pytest.mark.django_db


def test_a_post_gives_the_rights_of_its_kind_at_its_agency_and_inner_units():
    department = make_agency()
    unit = make_agency("Phòng Quản lý hạ tầng", parent=department, is_unit=True)
    team = make_agency("Tổ cấp phép", parent=unit, is_unit=True)
    subordinate = make_agency("Chi cục Giám định", parent=department)
    other = make_agency("Sở Y tế")
    make_rights("unit_head", Right.PROCESS, Right.ASSIGN)
    official = make_official()
    make_post(official, department, "unit_head")
    principal = api.principal_for_account(make_account(official=official), NOW)
    assert principal.kind == "official"
    assert principal.name == "Phạm Minh Đức"
    assert principal.agencies(Right.PROCESS) == {department.pk, unit.pk, team.pk}
    assert principal.may("assign", team.pk)
    assert not principal.may(Right.PROCESS, subordinate.pk)
    assert not principal.may(Right.PROCESS, other.pk)
    assert not principal.may(Right.SIGN)


def test_one_post_may_lack_a_right_of_its_kind_and_have_one_more():
    agency = make_agency()
    make_rights("specialist", Right.PROCESS, Right.RETURN)
    official = make_official()
    position = make_post(official, agency, "specialist")
    basis = "Quyết định phân công 12/QĐ-SXD"
    PositionRight.objects.create(
        position=position, right=Right.RETURN, is_granted=False, valid_from=LONG_AGO, legal_basis=basis
    )
    PositionRight.objects.create(position=position, right=Right.COLLECT, valid_from=LONG_AGO, legal_basis=basis)
    principal = api.principal_for_account(make_account(official=official), NOW)
    assert {grant.right for grant in principal.grants} == {"process", "collect"}


def test_an_ended_post_gives_nothing_from_its_last_day_on():
    agency = make_agency()
    make_rights("specialist", Right.PROCESS)
    official = make_official()
    make_post(official, agency, valid_to=TODAY)
    account = make_account(official=official)
    assert api.principal_for_account(account, NOW - timedelta(days=1)).may(Right.PROCESS, agency.pk)
    # 10 March 00:30 in Vietnam is still 9 March in UTC.
    assert not api.principal_for_account(account, NOW.replace(day=9, hour=17, minute=30)).may(Right.PROCESS)


def test_a_substitute_does_the_work_of_the_absent_but_never_signs():
    agency = make_agency()
    make_rights("leader", Right.PROCESS, Right.SIGN, Right.APPROVE, Right.ADMINISTER)
    leader, deputy = make_official("Lê Văn An"), make_official("Trần Thị Bích")
    make_post(leader, agency, "leader")
    Absence.objects.create(official=leader, substitute=deputy, valid_from=TODAY, valid_to=TODAY + timedelta(days=2))
    account = make_account(official=deputy)
    principal = api.principal_for_account(account, NOW)
    assert {grant.right for grant in principal.grants} == {"process", "approve"}
    assert {grant.via for grant in principal.grants} == {f"substitute:{leader.pk}"}
    assert not api.principal_for_account(account, NOW + timedelta(days=2)).grants
    assert not api.principal_for_account(account, NOW - timedelta(days=1)).grants


def _delegate(giver, receiver, agency, rights, *, days=5) -> Delegation:
    return Delegation.objects.create(
        from_official=giver,
        to_official=receiver,
        agency=agency,
        rights=[str(right) for right in rights],
        reason="Đi công tác",
        legal_basis="NĐ 30/2020/NĐ-CP, Điều 13",
        valid_from=TODAY,
        valid_to=TODAY + timedelta(days=days),
    )


def test_a_delegation_gives_what_the_giver_holds_until_it_ends():
    agency = make_agency()
    unit = make_agency("Phòng Thẩm định", parent=agency, is_unit=True)
    make_rights("leader", Right.SIGN, Right.APPROVE)
    giver, receiver = make_official("Lê Văn An"), make_official("Trần Thị Bích")
    make_post(giver, agency, "leader")
    row = _delegate(giver, receiver, agency, [Right.SIGN, Right.PUBLISH])
    account = make_account(official=receiver)
    principal = api.principal_for_account(account, NOW)
    assert principal.agencies(Right.SIGN) == {agency.pk, unit.pk}
    assert not principal.may(Right.APPROVE)
    assert not principal.may(Right.PUBLISH)
    assert {grant.via for grant in principal.grants} == {f"delegation:{row.uuid}"}
    assert not api.principal_for_account(account, NOW + timedelta(days=5)).grants


def test_a_delegation_lapses_with_the_post_and_is_never_passed_on():
    agency = make_agency()
    make_rights("leader", Right.SIGN)
    giver, middle, last = (make_official(name) for name in ("Lê Văn An", "Trần Thị Bích", "Đỗ Hà"))
    make_post(giver, agency, "leader", valid_to=TODAY + timedelta(days=1))
    _delegate(giver, middle, agency, [Right.SIGN])
    _delegate(middle, last, agency, [Right.SIGN])
    assert not api.principal_for_account(make_account(official=last), NOW).grants
    account = make_account(official=middle)
    assert api.principal_for_account(account, NOW).may(Right.SIGN, agency.pk)
    assert not api.principal_for_account(account, NOW + timedelta(days=1)).grants


def test_a_revoked_delegation_gives_nothing():
    agency = make_agency()
    make_rights("leader", Right.SIGN)
    giver, receiver = make_official("Lê Văn An"), make_official("Trần Thị Bích")
    make_post(giver, agency, "leader")
    row = _delegate(giver, receiver, agency, [Right.SIGN])
    row.revoked_at = NOW
    row.save()
    assert not api.principal_for_account(make_account(official=receiver), NOW).grants


@pytest.mark.parametrize("posts", [1, 10])
def test_an_official_costs_four_statements_however_many_posts(posts, django_assert_num_queries):
    make_rights("specialist", Right.PROCESS)
    make_rights("leader", Right.SIGN)
    official = make_official()
    for number in range(posts):
        agency = make_agency(f"Sở {number}")
        make_agency("Phòng", parent=agency, is_unit=True)
        make_post(official, agency)
        giver = make_official(f"Người {number}")
        make_post(giver, agency, "leader")
        _delegate(giver, official, agency, [Right.SIGN])
        Absence.objects.create(official=giver, substitute=official, valid_from=TODAY)
    account = make_account(official=official)
    with django_assert_num_queries(4):
        principal = api.principal_for_account(account, NOW)
    assert len(principal.agencies(Right.SIGN)) == 2 * posts


def test_a_citizen_acts_for_a_business_only_while_representing_it(django_assert_num_queries):
    person = make_person()
    business, foreign = make_business(person), make_business(name="Khác", tax_code="0300588569")
    account = make_account(person=person)
    account.refresh_from_db()
    with django_assert_num_queries(2):
        principal = api.principal_for_account(account, NOW, business_id=business.pk)
    assert (principal.kind, principal.name, principal.business_id) == ("citizen", "Nguyễn Thị Lan", business.pk)
    assert api.principal_for_account(account, NOW, business_id=foreign.pk).business_id is None
    person.representations.update(valid_to=TODAY)
    assert api.principal_for_account(account, NOW, business_id=business.pk).business_id is None


def test_the_system_may_everything_and_nobody_nothing():
    assert api.SYSTEM_PRINCIPAL.may(Right.SIGN, 1)
    assert not api.ANONYMOUS.may(Right.SIGN)
    assert api.SYSTEM_PRINCIPAL.actor().kind == "system"


def test_people_are_seen_by_themselves_and_by_those_who_handle_dossiers():
    agency = make_agency()
    make_rights("receptionist", Right.RECEIVE)
    clerk = make_official()
    make_post(clerk, agency, "receptionist")
    person, other = make_person(), make_person("Trần Văn Bình")
    citizen = api.principal_for_account(make_account(person=person), NOW)
    official = api.principal_for_account(make_account(official=clerk), NOW)
    assert api.get_person(principal=citizen, uuid=person.uuid) == person
    assert api.get_person(principal=official, uuid=other.uuid) == other
    for uuid in (other.uuid, "khong-phai-uuid"):
        with pytest.raises(NotFoundError):
            api.get_person(principal=citizen, uuid=uuid)


def test_a_birthday_stays_partial_and_verified_values_are_marked():
    person = make_person(birth_date="1985", identity_number="001185012345", phone="0912345678")
    profile = api.verified_profile(person_id=person.pk)
    assert profile["birth_date"].value == "1985"
    assert not profile["identity_number"].verified
    person.verified_at, person.verified_by = NOW, "eid"
    person.save()
    profile = api.verified_profile(person_id=person.pk)
    assert profile["identity_number"].verified
    assert profile["identity_number"].source == "eid"
    assert not profile["phone"].verified


def test_the_counter_takes_a_known_person_of_the_same_name_only():
    agency = make_agency()
    make_rights("receptionist", Right.RECEIVE)
    clerk = make_official()
    make_post(clerk, agency, "receptionist")
    principal = api.principal_for_account(make_account(official=clerk), NOW)
    known = make_person(identity_number="001185012345")
    found = api.find_or_create_counter_applicant(
        principal=principal, full_name="nguyen thi lan", identity_number="001 185 012 345", now=NOW
    )
    assert found == known
    other = api.find_or_create_counter_applicant(
        principal=principal, full_name="Trần Văn Bình", identity_number="001185012345", now=NOW
    )
    assert other != known
    with pytest.raises(InvalidError) as refused:
        api.find_or_create_counter_applicant(
            principal=principal, full_name=" ", identity_number="12", phone="1", birth_date="2020-13", now=NOW
        )
    assert set(refused.value.field_errors) == {"full_name", "identity_number", "phone", "birth_date"}
    with pytest.raises(ForbiddenError):
        api.find_or_create_counter_applicant(principal=api.ANONYMOUS, full_name="A", now=NOW)
