"""Agencies at a date: parents, codes in both forms, succession."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from lienthong.organisations import api
from lienthong.organisations.models import AgencyIdentifier, AgencyParent, AgencySuccession
from lienthong.organisations.tests.factories import REFORM, START, make_agency, make_official

pytestmark = pytest.mark.django_db
EVE = REFORM - timedelta(days=1)


@pytest.fixture
def city():
    return make_agency("UBND thành phố Đà Nẵng", kind="people_committee", codes_=("H17", "000.00.00.H17"))


def test_the_parent_is_the_one_of_the_date(city):
    district = make_agency("UBND quận Hải Châu", parent=city, level="district", valid_to=REFORM)
    police = make_agency("Công an phường", level="commune")
    AgencyParent.objects.create(agency=police, parent=district, valid_from=START, valid_to=REFORM)
    AgencyParent.objects.create(agency=police, parent=city, valid_from=REFORM)
    assert api.agency_path(agency_id=police.pk, on=EVE) == (city, district, police)
    assert api.agency_path(agency_id=police.pk, on=REFORM) == (city, police)
    assert api.parent_of(agency_id=police.pk, on=EVE) == district
    assert api.parent_of(agency_id=police.pk, on=REFORM) == city
    assert api.descendant_ids(agency_id=city.pk, on=EVE) == {city.pk, district.pk, police.pk}
    assert api.descendant_ids(agency_id=city.pk, on=REFORM) == {city.pk, police.pk}


def test_units_only_stops_at_agencies_of_their_own(city):
    office = make_agency("Phòng Đăng ký", parent=city, is_unit=True)
    department = make_agency("Sở Tư pháp", parent=city)
    make_agency("Phòng Hộ tịch", parent=department, is_unit=True)
    assert api.descendant_ids(agency_id=city.pk, on=REFORM, units_only=True) == {city.pk, office.pk}


@pytest.mark.parametrize("depth", [1, 10])
def test_path_and_descendants_cost_one_query_each(city, depth, django_assert_num_queries):
    below = city
    for index in range(depth):
        below = make_agency(f"Phòng {index}", parent=below)
    with django_assert_num_queries(1):
        assert len(api.agency_path(agency_id=below.pk, on=REFORM)) == depth + 1
    with django_assert_num_queries(1):
        assert len(api.descendant_ids(agency_id=city.pk, on=REFORM)) == depth + 1


def test_one_parent_at_a_time(city):
    other = make_agency("UBND tỉnh Quảng Nam")
    department = make_agency("Sở Xây dựng", parent=city)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgencyParent.objects.create(agency=department, parent=other, valid_from=REFORM)


@pytest.mark.parametrize(
    "code", ["000.00.08.H17", "00.08.H17", "H17.08", "h17.8", " H17.08 ", "0.0.8.h17", "H17.08.00"]
)
def test_codes_are_found_in_both_forms_padded_or_not(city, code):
    department = make_agency("Sở Khoa học và Công nghệ", parent=city, codes_=("H17.08", "000.00.08.H17"))
    assert api.find_agency_by_code(code=code, on=REFORM) == department


@pytest.mark.parametrize("code", ["", "H17.80", "000.08.00.H17", "lạ", "'; DROP TABLE", "H" * 400])
def test_unknown_codes_find_nothing(city, code):
    make_agency("Sở Khoa học và Công nghệ", parent=city, codes_=("H17.08", "000.00.08.H17"))
    assert api.find_agency_by_code(code=code, on=REFORM) is None


def test_a_code_belongs_to_its_period(city):
    before = make_agency("Sở Giao thông vận tải", parent=city, codes_=("H17.05",), valid_to=REFORM)
    after = make_agency("Sở Công Thương", parent=city, codes_=("H17.05",), valid_from=REFORM)
    assert api.find_agency_by_code(code="H17.05", on=EVE) == before
    assert api.find_agency_by_code(code="H17.05", on=REFORM) == after
    with pytest.raises(IntegrityError), transaction.atomic():
        AgencyIdentifier.objects.create(agency=before, scheme="qd20", code="H17.05", match_key="H17.5", valid_from=EVE)


def test_the_new_form_is_preferred_and_the_surer_code_first(city):
    assert api.agency_code(agency_id=city.pk, on=REFORM) == "H17"
    old = make_agency("UBND xã", codes_=("000.20.31.H53",))
    assert api.agency_code(agency_id=old.pk, on=REFORM) == "000.20.31.H53"
    AgencyIdentifier.objects.create(
        agency=old, scheme="qd20", code="H53.31.21", match_key="H53.31.21", valid_from=START, confidence="low"
    )
    AgencyIdentifier.objects.create(
        agency=old, scheme="qd20", code="H53.31.20", match_key="H53.31.20", valid_from=START, confidence="medium"
    )
    assert api.agency_code(agency_id=old.pk, on=REFORM) == "H53.31.20"
    assert api.agency_code(agency_id=make_agency("Không mã").pk, on=REFORM) == ""


def test_succession_follows_chains_and_names_the_default_first(city):
    labour = make_agency("Sở Lao động", valid_to=date(2025, 3, 1))
    home = make_agency("Sở Nội vụ cũ", valid_from=date(2025, 3, 1), valid_to=REFORM)
    home_now, health = make_agency("Sở Nội vụ"), make_agency("Sở Y tế")
    for predecessor, successor, default in ((labour, home, True), (home, home_now, True), (labour, health, False)):
        AgencySuccession.objects.create(
            predecessor=predecessor, successor=successor, is_default=default, effective_date=predecessor.valid_to
        )
    assert api.successor_of(agency_id=labour.pk, on=REFORM) == home_now
    assert api.successors_of(agency_id=labour.pk, on=REFORM) == (home_now, health)
    assert api.successor_of(agency_id=labour.pk, on=date(2025, 4, 1)) == home
    assert api.successor_of(agency_id=city.pk, on=REFORM) == city


def test_an_ended_code_is_routed_to_the_successor(city):
    old = make_agency("UBND tỉnh Quảng Nam", codes_=("000.00.00.H47",), valid_to=REFORM)
    AgencySuccession.objects.create(predecessor=old, successor=city, effective_date=REFORM)
    assert api.find_agency_by_code(code="000.00.00.H47", on=REFORM) is None
    assert api.route_agency_code(code="000.00.00.H47", on=REFORM) == city
    assert api.route_agency_code(code="H99", on=REFORM) is None


def test_lists_are_in_vietnamese_order_and_found_without_accents(city, django_assert_num_queries):
    names = ["Sở Đất đai", "Sở Dân tộc", "Sở An ninh", "Sở Ấn loát", "Sở Ăn uống"]
    for name in names:
        make_agency(name, parent=city, codes_=("H17.31",) if name == "Sở Đất đai" else ())
    with django_assert_num_queries(1):
        listed = api.list_agencies(on=REFORM, parent_id=city.pk)
    assert [agency.name for agency in listed] == [
        "Sở An ninh", "Sở Ăn uống", "Sở Ấn loát", "Sở Dân tộc", "Sở Đất đai",
    ]  # fmt: skip
    assert [agency.name for agency in api.list_agencies(on=REFORM, query="dat dai SO")] == ["Sở Đất đai"]
    assert [agency.name for agency in api.list_agencies(on=REFORM, query="h17.31")] == ["Sở Đất đai"]


def test_unknown_agency_is_not_found():
    with pytest.raises(api.AgencyNotFoundError):
        api.get_agency(uuid="01999999-9999-7999-8999-999999999999")
    with pytest.raises(api.AgencyNotFoundError):
        api.get_agency(uuid="không phải uuid")


def test_posts_and_holders_at_a_date(city):
    nhung = make_official("Nguyễn Thị Nhung", agency=city, kind="receptionist")
    make_official("Trần Văn Ân", agency=city, kind="leader", valid_to=REFORM)
    assert api.holders(agency_id=city.pk, kinds=("receptionist",), on=REFORM) == (nhung,)
    assert len(api.holders(agency_id=city.pk, kinds=None, on=EVE)) == 2
    assert api.official_at(official_id=nhung.pk, on=REFORM).position.agency == city
    assert api.official_at(official_id=nhung.pk, on=START - timedelta(days=1)) is None
    assert [len(held) for _post, held in api.list_positions(agency_id=city.pk, on=REFORM)] == [0, 1]


@pytest.mark.parametrize("units", [1, 10])
def test_posts_and_units_in_bulk_cost_one_query_each(city, units, django_assert_num_queries):
    below = city
    for index in range(units):
        below = make_agency(f"Phòng {index}", parent=below, is_unit=True)
    make_agency("Sở Y tế", parent=city)
    official = make_official("Nguyễn Thị Nhung", agency=city)
    with django_assert_num_queries(1):
        reach = api.units_under(agency_ids=[city.pk, below.pk], on=REFORM)
    assert {root: len(found) for root, found in reach.items()} == {city.pk: units + 1, below.pk: 1}
    with django_assert_num_queries(1):
        (post,) = api.posts_for(official_id=official.pk, on=REFORM)
    assert (post.agency_id, post.is_substituted) == (city.pk, False)
    with django_assert_num_queries(1):
        assert api.posts_in_force(on=REFORM) == (post,)
    assert api.units_under(agency_ids=[], on=REFORM) == {}
