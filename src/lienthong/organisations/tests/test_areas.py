"""Areas at a date and their conversion across the reform of 1 July 2025."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from lienthong.organisations import api
from lienthong.organisations.models import AreaSuccession
from lienthong.organisations.tests.factories import REFORM, START, make_area

pytestmark = pytest.mark.django_db
EVE = REFORM - timedelta(days=1)


@pytest.fixture
def wards():
    """Old Hòa Hiệp goes whole to Hải Vân; old Hòa Phong is split among Hòa Vang and Bà Nà."""
    old = {name: make_area(name, code=code, valid_to=REFORM) for name, code in (("Hòa Hiệp", "1"), ("Hòa Phong", "2"))}
    new = {
        name: make_area(name, code=code, valid_from=REFORM)
        for name, code in (("Hải Vân", "1"), ("Hòa Vang", "2"), ("Bà Nà", "3"))
    }
    for before, after, partial, default in (
        ("Hòa Hiệp", "Hải Vân", False, True),
        ("Hòa Phong", "Hòa Vang", True, True),
        ("Hòa Phong", "Bà Nà", True, False),
    ):
        AreaSuccession.objects.create(
            predecessor=old[before], successor=new[after], is_partial=partial, is_default=default,
            effective_date=REFORM,
        )  # fmt: skip
    return old | new


def test_a_whole_area_has_one_certain_answer(wards):
    (option,) = api.convert_area(area_id=wards["Hòa Hiệp"].pk, on=REFORM)
    assert (option.area, option.is_default, option.is_certain) == (wards["Hải Vân"], True, True)


def test_a_split_area_gives_every_part_the_default_first(wards):
    options = api.convert_area(area_id=wards["Hòa Phong"].pk, on=REFORM)
    assert [(o.area.name, o.is_default, o.is_certain) for o in options] == [
        ("Hòa Vang", True, False),
        ("Bà Nà", False, False),
    ]


def test_going_back_gives_all_origins(wards):
    make_more = make_area("Hòa Bắc", code="9", valid_to=REFORM)
    AreaSuccession.objects.create(predecessor=make_more, successor=wards["Hải Vân"], effective_date=REFORM)
    options = api.convert_area(area_id=wards["Hải Vân"].pk, on=EVE)
    assert {o.area.name for o in options} == {"Hòa Hiệp", "Hòa Bắc"}
    assert [o.is_default for o in options] == [True, False]


def test_an_area_in_force_is_its_own_answer(wards):
    assert api.convert_area(area_id=wards["Hải Vân"].pk, on=REFORM)[0].area == wards["Hải Vân"]


def test_a_code_means_another_area_after_the_reform(wards):
    assert api.find_area_by_code(level="commune", code="2", on=EVE) == wards["Hòa Phong"]
    assert api.find_area_by_code(level="commune", code="2", on=REFORM) == wards["Hòa Vang"]
    with pytest.raises(IntegrityError), transaction.atomic():
        make_area("Trùng mã", code="2", valid_from=EVE)


def test_path_and_list(django_assert_num_queries):
    province = make_area("Thành phố Đà Nẵng", code="48", level="province", kind="thanh_pho")
    for name in ("Phường Thanh Khê", "Phường An Khê", "Phường Ái Nghĩa", "Phường Đức Trí"):
        ward = make_area(name, code=name[-5:], parent=province)
    with django_assert_num_queries(1):
        assert api.area_path(area_id=ward.pk) == (province, ward)
    with django_assert_num_queries(1):
        listed = api.list_areas(on=REFORM, level="commune", parent_id=province.pk)
    assert [area.name for area in listed] == [
        "Phường Ái Nghĩa", "Phường An Khê", "Phường Đức Trí", "Phường Thanh Khê",
    ]  # fmt: skip
    assert api.list_areas(on=REFORM, level="commune", query="duc tri")[0].name == "Phường Đức Trí"
    assert api.list_areas(on=START - timedelta(days=1), level="commune") == ()


@pytest.mark.parametrize("uuid", ["01999999-9999-7999-8999-999999999999", "hỏng", ""])
def test_unknown_area_is_not_found(uuid):
    with pytest.raises(api.AreaNotFoundError):
        api.get_area(uuid=uuid)
