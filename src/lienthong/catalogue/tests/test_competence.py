"""Who decides where: the same duty before and after 1 July 2025, in Đà Nẵng and Hải Dương."""

from datetime import date
from types import SimpleNamespace

import pytest

from lienthong.catalogue import api
from lienthong.organisations.tests.factories import REFORM, make_agency, make_area

BEFORE = date(2025, 6, 30)
AFTER = date(2025, 7, 1)


@pytest.fixture
def places(seeded):
    """Two provinces before and after the reform, with the agencies that decide."""
    found = SimpleNamespace()
    for key, name, code in (("da_nang", "Đà Nẵng", "48"), ("hai_duong", "Hải Dương", "30")):
        is_merged = key == "hai_duong"
        province = make_area(name, code=code, level="province", valid_to=REFORM if is_merged else None)
        after = make_area("Hải Phòng", code="31", level="province", valid_from=REFORM) if is_merged else province
        district = make_area(f"Quận {name}", code=f"{code}1", level="district", parent=province, valid_to=REFORM)
        old = make_area("Phường Cũ", code=f"{code}01", parent=district, valid_to=REFORM)
        new = make_area("Phường Mới", code=f"{code}02", parent=after, valid_from=REFORM)
        make_agency(f"Ủy ban nhân dân quận {name}", level="district", area=district, valid_to=REFORM)
        make_agency("Ủy ban nhân dân phường Cũ", level="commune", area=old, valid_to=REFORM)
        make_agency("Ủy ban nhân dân phường Mới", level="commune", area=new, valid_from=REFORM)
        make_agency("Sở Kế hoạch và Đầu tư", area=province, valid_to=date(2025, 3, 1))
        make_agency(f"Sở Tài chính {name}", area=province, valid_to=REFORM if is_merged else None)
        if is_merged:
            make_agency("Sở Tài chính Hải Phòng", area=after, valid_from=REFORM)
        make_agency("Trung tâm Phục vụ hành chính công", area=after, valid_from=REFORM, is_one_stop=True)
        setattr(found, key, SimpleNamespace(old=old, new=new, province=after, old_province=province))
    return found


def decides(code, area, on):
    version = api.get_procedure(code=code, on=on)
    return api.competent_agency(version_id=version.pk, area_id=area.pk, on=on).name


@pytest.mark.parametrize("province", ["da_nang", "hai_duong"])
def test_household_business_moves_from_district_to_commune(places, province):
    """Basis: Luật 72/2025/QH15, duties of the district level."""
    place = getattr(places, province)
    assert decides("1.001612", place.old, BEFORE).startswith("Ủy ban nhân dân quận")
    assert decides("1.001612", place.new, AFTER) == "Ủy ban nhân dân phường Mới"


@pytest.mark.parametrize("province", ["da_nang", "hai_duong"])
def test_birth_registration_stays_with_the_commune(places, province):
    place = getattr(places, province)
    assert decides("1.001193", place.old, BEFORE) == "Ủy ban nhân dân phường Cũ"
    assert decides("1.001193", place.new, AFTER) == "Ủy ban nhân dân phường Mới"


def test_business_registration_follows_the_merged_department(places):
    """Basis: Sở Kế hoạch và Đầu tư merged into Sở Tài chính on 1 March 2025."""
    place = places.hai_duong
    assert decides("2.001583", place.old, date(2025, 2, 1)) == "Sở Kế hoạch và Đầu tư"
    assert decides("2.001583", place.old, BEFORE) == "Sở Tài chính Hải Dương"
    assert decides("2.001583", place.new, AFTER) == "Sở Tài chính Hải Phòng"


def test_the_area_must_reach_the_level_that_decides(places):
    version = api.get_procedure(code="1.001193", on=AFTER)
    with pytest.raises(api.AreaTooWideError):
        api.competent_agency(version_id=version.pk, area_id=places.da_nang.province.pk, on=AFTER)


def test_nobody_is_competent_for_a_public_utility(places):
    version = api.get_procedure(code="3.000001", on=AFTER)
    with pytest.raises(api.CompetentAgencyNotFoundError):
        api.competent_agency(version_id=version.pk, area_id=places.da_nang.new.pk, on=AFTER)


def test_any_desk_of_the_province_may_receive(places):
    """Basis: NĐ 118/2025/NĐ-CP, one-stop desks regardless of boundaries."""
    version = api.get_procedure(code="1.001193", on=AFTER)
    agencies = api.receiving_agencies(version_id=version.pk, area_id=places.da_nang.new.pk, on=AFTER)
    assert [agency.name for agency in agencies] == ["Ủy ban nhân dân phường Mới", "Trung tâm Phục vụ hành chính công"]
