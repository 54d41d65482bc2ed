"""Agencies, areas and officials: read at a date by officials, changed only by those who keep them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lienthong.accounts.models import PositionRight
from lienthong.accounts.tests import factories
from lienthong.kernel import text
from lienthong.kernel.models import AuditEntry
from lienthong.organisations.models import (
    Absence,
    AdministrativeArea,
    AgencyIdentifier,
    AreaSuccession,
    Assignment,
    Official,
    Position,
)
from lienthong.workspace.administration.tests.conftest import make_keeper

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def at(name, *arguments, **query):
    return reverse(f"administration:{name}", args=arguments, query=query or None)


def make_area(name, code, *, level="commune", valid_from=date(2020, 1, 1), valid_to=None):
    return AdministrativeArea.objects.create(
        level=level, kind="ward", code=code, name=name, search_key=text.search_key(name),
        sort_key=text.sort_key(name), valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip


def test_agencies_are_browsed_and_found_without_accents_and_by_code(specialist, commune, client):
    AgencyIdentifier.objects.create(
        agency=commune, scheme="qcvn102", code="000.12.34.H17", match_key="12.34.H17", valid_from=date(2020, 1, 1)
    )
    tree = specialist.client.get(at("agencies")).content.decode()
    assert "UBND thành phố Đà Nẵng" in tree
    assert "Hải Châu" not in tree
    below = specialist.client.get(at("agency_branch", specialist.agency.uuid)).content.decode()
    assert "UBND phường Hải Châu" in below
    assert "<html" not in below
    for query in ("hai chau", "Châu Hải", "000.12.34.H17"):
        assert "UBND phường Hải Châu" in specialist.client.get(at("agencies", q=query)).content.decode(), query
    assert "Không tìm thấy" in specialist.client.get(at("agencies", q="zzzz")).content.decode()
    assert "Không tìm thấy" in specialist.client.get(at("agencies", q="hai chau", ngay="1990-01-01")).content.decode()
    page = specialist.client.get(at("agency", commune.uuid)).content.decode()
    assert "000.12.34.H17" in page
    assert "Sửa thông tin" not in page
    assert specialist.client.get(at("agency", "00000000-0000-0000-0000-000000000001")).status_code == 404
    assert client.get(at("agencies")).status_code == 302


def test_contact_and_code_are_corrected_with_audit(keeper, local_keeper, specialist, commune):
    contact = {"address": "24 Trần Phú", "phone": "0236", "email": "khong-phai-thu"}
    wrong = local_keeper.client.post(at("agency_contact", commune.uuid), contact)
    assert wrong.status_code == 422
    assert "24 Trần Phú" in wrong.content.decode()
    local_keeper.client.post(at("agency_contact", commune.uuid), contact | {"email": "a@x.example"})
    commune.refresh_from_db()
    assert commune.address == "24 Trần Phú"
    assert specialist.client.get(at("agency_contact", commune.uuid)).status_code == 403
    assert local_keeper.client.get(at("agency_contact", keeper.agency.uuid)).status_code == 403
    assert local_keeper.client.get(at("agency_identifier", commune.uuid)).status_code == 403
    code = {"code": "sai", "valid_from": "2026-01-01", "confidence": "high"}
    assert "không đúng dạng" in keeper.client.post(at("agency_identifier", commune.uuid), code).content.decode()
    keeper.client.post(at("agency_identifier", commune.uuid), code | {"code": "H17.1.2"})
    assert AuditEntry.objects.filter(action="organisations.identifier.set").count() == 1


def test_a_split_area_shows_every_part_the_default_first(specialist):
    old = make_area("Xã Cũ", "1", valid_to=date(2025, 7, 1))
    first = make_area("Xã Một", "2", valid_from=date(2025, 7, 1))
    second = make_area("Xã Hai", "3", valid_from=date(2025, 7, 1))
    for area, default in ((second, False), (first, True)):
        AreaSuccession.objects.create(
            predecessor=old, successor=area, effective_date=date(2025, 7, 1), is_partial=True, is_default=default
        )
    body = specialist.client.get(at("area", old.uuid)).content.decode()
    assert "chia cho nhiều nơi" in body
    assert body.index("Xã Một") < body.index("Xã Hai")
    assert "Xã Cũ" in specialist.client.get(at("area", first.uuid)).content.decode()
    assert "Xã Một" in specialist.client.get(at("areas", q="xa mot")).content.decode()
    assert "Xã Cũ" in specialist.client.get(at("areas", q="xa cu", ngay="2024-01-01")).content.decode()
    assert specialist.client.get(at("areas", ngay="hôm nay")).status_code == 200


def test_officials_are_registered_appointed_and_ended(keeper, local_keeper, specialist):
    assert specialist.client.get(at("officials")).status_code == 403
    assert local_keeper.client.post(at("official_register"), {"full_name": ""}).status_code == 422
    local_keeper.client.post(at("official_register"), {"full_name": "Đặng Thị Hoa", "staff_number": "HC99"})
    person = Official.objects.get(staff_number="HC99")
    assert "Đặng Thị Hoa" in local_keeper.client.get(at("officials", q="dang hoa")).content.decode()
    post = {
        "agency": str(local_keeper.agency.pk),
        "kind": "specialist",
        "title": "Chuyên viên",
        "valid_from": "2026-01-05",
    }
    foreign = local_keeper.client.post(at("appoint", person.uuid), post | {"agency": str(keeper.agency.pk)})
    assert foreign.status_code == 422
    assert "Chuyên viên" in foreign.content.decode()
    assert local_keeper.client.get(at("appoint", person.uuid, **{"co-quan": keeper.agency.uuid})).status_code == 403
    local_keeper.client.post(at("appoint", person.uuid), post)
    assert "đang giữ" in local_keeper.client.post(at("appoint", person.uuid), post).content.decode()
    held = Assignment.objects.get(official=person)
    page = local_keeper.client.get(at("official", person.uuid)).content.decode()
    assert str(held.uuid) in page
    other = make_keeper(factories.make_agency("Sở Khác"), "administrator", "Người Khác")
    assert other.client.post(at("end_assignment", held.uuid), {"on": "2026-12-01", "reason": "x"}).status_code == 403
    assert (
        local_keeper.client.post(at("end_assignment", held.uuid), {"on": "2026-01-01", "reason": "x"}).status_code
        == 422
    )
    keeper.client.post(at("end_assignment", held.uuid), {"on": "2026-12-01", "reason": "Chuyển công tác"})
    held.refresh_from_db()
    assert held.valid_to == date(2026, 12, 1)


def test_a_head_records_absences_only_of_their_own_people(keeper, commune):
    head = make_keeper(commune, "leader", "Trần Văn Đầu")
    colleague = factories.make_official("Lý Thị Thay")
    factories.make_post(colleague, commune)
    values = {
        "official": str(head.official.pk), "substitute": str(colleague.pk),
        "valid_from": TODAY.isoformat(), "return_on": (TODAY + timedelta(days=3)).isoformat(), "reason": "Họp",
    }  # fmt: skip
    foreign = head.client.post(at("absence_record"), values | {"official": str(keeper.official.pk)})
    assert foreign.status_code == 422
    assert "Họp" in foreign.content.decode()
    backwards = head.client.post(at("absence_record"), values | {"return_on": "2020-01-01"})
    assert "Ngày trở lại phải sau" in backwards.content.decode()
    assert head.client.post(at("absence_record"), values).status_code == 302
    absence = Absence.objects.get()
    assert "Lý Thị Thay" in head.client.get(at("absences")).content.decode()
    other = make_keeper(factories.make_agency("Sở Khác"), "leader", "Người Khác")
    assert other.client.get(at("absence_end", absence.uuid)).status_code == 404
    assert str(absence.uuid) not in other.client.get(at("absences")).content.decode()
    head.client.post(at("absence_end", absence.uuid), {"on": (TODAY + timedelta(days=1)).isoformat()})
    absence.refresh_from_db()
    assert absence.valid_to == TODAY + timedelta(days=1)


def test_exceptions_of_a_post_are_given_and_ended(keeper, local_keeper, specialist):
    post = Position.objects.get(agency=keeper.agency, kind="specialist")
    values = {"right": "publish", "effect": "grant", "valid_from": TODAY.isoformat(), "legal_basis": "QĐ 9"}
    assert local_keeper.client.post(at("exception_add", post.uuid), values).status_code == 403
    assert keeper.client.post(at("exception_add", post.uuid), values | {"legal_basis": " "}).status_code == 422
    keeper.client.post(at("exception_add", post.uuid), values)
    assert "Đã có ngoại lệ" in keeper.client.post(at("exception_add", post.uuid), values).content.decode()
    row = PositionRight.objects.get(position=post)
    assert "Công bố thủ tục" in keeper.client.get(at("position", post.uuid)).content.decode()
    assert local_keeper.client.post(at("exception_end", post.uuid, row.uuid)).status_code == 404
    keeper.client.post(at("exception_end", post.uuid, row.uuid))
    assert not PositionRight.objects.filter(position=post).exists()


def test_delegations_are_seen_and_ended_by_who_keeps_the_agency(keeper, local_keeper):
    from lienthong.accounts.models import Delegation

    row = Delegation.objects.create(
        from_official=keeper.official, to_official=local_keeper.official, agency=keeper.agency, rights=["process"],
        reason="Đi công tác", legal_basis="GUQ 1", valid_from=TODAY, valid_to=TODAY + timedelta(days=5),
    )  # fmt: skip
    assert "Đi công tác" in keeper.client.get(at("delegations")).content.decode()
    other = make_keeper(factories.make_agency("Sở Khác"), "administrator", "Người Khác")
    assert "Đi công tác" not in other.client.get(at("delegations")).content.decode()
    assert other.client.post(at("delegation_revoke", row.uuid)).status_code == 404
    keeper.client.post(at("delegation_revoke", row.uuid))
    row.refresh_from_db()
    assert row.revoked_at


def test_lists_cost_the_same_with_one_row_and_with_ten(keeper):
    def cost(address):
        keeper.client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert keeper.client.get(address).status_code == 200
        return len(queries)

    addresses = [at("agencies"), at("officials"), at("agency", keeper.agency.uuid)]
    before = [cost(address) for address in addresses]
    for number in range(10):
        agency = factories.make_agency(f"Sở {number}", parent=keeper.agency)
        factories.make_post(factories.make_official(f"Người {number}"), agency)
        factories.make_post(factories.make_official(f"Người khác {number}"), keeper.agency)
    assert [cost(address) for address in addresses] == before
    assert max(before) <= 15
