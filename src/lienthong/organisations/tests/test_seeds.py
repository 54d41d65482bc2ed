"""The seed files: complete, loaded quickly, and the same after a second load."""

import shutil
from datetime import date, datetime

import pytest
from django.conf import settings

from lienthong.kernel import audit
from lienthong.kernel.clock import VIETNAM
from lienthong.kernel.models import AuditEntry
from lienthong.organisations import api
from lienthong.organisations.models import (
    AdministrativeArea,
    Agency,
    AgencyIdentifier,
    AgencyParent,
    Assignment,
    CalendarDay,
)
from lienthong.organisations.services.seed_files import SeedError
from lienthong.organisations.services.seeding import load_seeds
from lienthong.organisations.tests.factories import REFORM

pytestmark = pytest.mark.django_db
FOLDER = settings.SEEDS / "organisations"
NOW = datetime(2026, 11, 22, 9, tzinfo=VIETNAM)
BEFORE, TODAY = date(2024, 11, 22), date(2026, 11, 22)


def load(folder=FOLDER):
    return load_seeds(folder=folder, actor=audit.SYSTEM, now=NOW)


def count_of_rows():
    models = (AdministrativeArea, Agency, AgencyIdentifier, AgencyParent, Assignment, CalendarDay)
    return [model.objects.count() for model in models]


def test_the_seeds(tmp_path, django_assert_max_num_queries):
    assert load().changed

    # 63 provinces before, 34 after, on either side of 1 July 2025 (Nghị quyết 202/2025/QH15)
    for on, provinces, communes in ((date(2025, 6, 30), 63, 10_035), (REFORM, 34, 3_321)):
        assert len(api.list_areas(on=on, level="province")) == provinces
        assert len(api.list_areas(on=on, level="commune")) == communes
        committees = api.list_agencies(on=on, level="province", kind="people_committee")
        assert len(committees) == provinces
        assert all(api.agency_code(agency_id=agency.pk, on=on) for agency in committees[:3])
    assert api.list_areas(on=REFORM, level="district") == ()

    # Hải Dương's code lives on through its successor; its communes were merged and some split
    hai_duong = api.find_agency_by_code(code="000.00.00.H23", on=BEFORE)
    assert hai_duong.name == "UBND tỉnh Hải Dương"
    assert api.route_agency_code(code="H23", on=TODAY).name == "UBND thành phố Hải Phòng"
    assert len(api.list_agencies(on=BEFORE, parent_id=hai_duong.pk, level="district")) == 12
    tran_phu = api.find_area_by_code(level="commune", code="10528", on=BEFORE)
    assert [area.name for area in api.area_path(area_id=tran_phu.pk)] == [
        "Tỉnh Hải Dương",
        "Thành phố Hải Dương",
        "Phường Trần Phú",
    ]
    assert api.convert_area(area_id=tran_phu.pk, on=TODAY)[0].area.parent.name == "Thành phố Hải Phòng"

    # A code of 2024 means another province today (the reuse trap)
    assert api.find_area_by_code(level="province", code="24", on=BEFORE).name == "Tỉnh Bắc Giang"
    assert api.find_area_by_code(level="province", code="24", on=TODAY).name == "Tỉnh Bắc Ninh"

    # Đà Nẵng today: 94 communes, each with its desk, codes stored as uncertain
    da_nang = api.find_agency_by_code(code="H17", on=TODAY)
    wards = api.list_agencies(on=TODAY, parent_id=da_nang.pk, level="commune")
    assert len(wards) == 94
    hai_chau = next(ward for ward in wards if ward.name == "UBND phường Hải Châu")
    desks = [unit for unit in api.list_agencies(on=TODAY, parent_id=hai_chau.pk) if unit.is_one_stop]
    assert [desk.name for desk in desks] == ["Trung tâm Phục vụ hành chính công phường Hải Châu"]
    assert {row.confidence for row in api.list_identifiers(agency_id=hai_chau.pk)} == {"low"}
    for kinds in (("leader",), ("deputy",), ("unit_head",), ("specialist",), ("receptionist",), ("clerk", "treasurer")):
        assert api.holders(agency_id=hai_chau.pk, kinds=kinds, on=TODAY), kinds

    # Social insurance stood under its own head office, since March 2025 under the Ministry of Finance
    insurance = api.list_agencies(on=TODAY, kind="social_insurance", query="da nang")[0]
    assert [agency.name for agency in api.agency_path(agency_id=insurance.pk, on=TODAY)] == [
        "Bộ Tài chính",
        "Bảo hiểm xã hội Việt Nam",
        "Bảo hiểm xã hội thành phố Đà Nẵng",
    ]

    # Someone of the old province goes on in the new city: one person, dated posts
    moved = api.find_official(staff_number="HD0018")
    posts = {on: api.official_at(official_id=moved.pk, on=on).position.title for on in (BEFORE, TODAY)}
    assert posts == {BEFORE: "Giám đốc Sở Xây dựng", TODAY: "Phó Giám đốc Sở Xây dựng"}
    assert api.find_official(staff_number="") is None

    # Posts of the old province ended with it
    assert api.holders(agency_id=hai_duong.pk, kinds=None, on=BEFORE)
    assert not api.holders(agency_id=hai_duong.pk, kinds=None, on=TODAY)

    # A Saturday morning desk receives, but no limit runs
    centre = api.list_agencies(on=TODAY, kind="service_centre", parent_id=da_nang.pk)[0]
    calendar = api.get_calendar(agency_id=centre.pk, start=TODAY)
    assert calendar.is_open(datetime(2026, 11, 28, 9, tzinfo=VIETNAM))
    assert not calendar.is_working_day(date(2026, 11, 28))

    # Loading again changes nothing; a changed file brings rows up to date without doubling any
    rows = count_of_rows()
    with django_assert_max_num_queries(5):
        assert not load().changed
    copy = shutil.copytree(FOLDER, tmp_path / "seeds")
    table = copy / "agencies.csv"
    table.write_text(table.read_text().replace("Bộ Công an,BCA", "Bộ Công an (đổi tên),BCA"))
    assert load(copy).changed
    assert count_of_rows() == rows
    assert api.find_agency_by_code(code="G01", on=TODAY).name == "Bộ Công an (đổi tên)"
    assert AuditEntry.objects.filter(action="organisations.seed.loaded").count() == 2

    # A fault names its place and leaves everything as it was
    table.write_text(
        table.read_text().replace("g02,Bộ Công Thương,BCT,central,ministry,,,,,2016-04-01", "g02,x,,,,,,,,x")
    )
    with pytest.raises(SeedError, match=r"agencies\.csv, dòng 3, cột valid_from"):
        load(copy)
    assert api.find_agency_by_code(code="G02", on=TODAY).name == "Bộ Công Thương"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SeedError, match=r"areas\.csv"):
        load(tmp_path)


@pytest.mark.parametrize("content", ["hours: [", "- 1", "hours: 3"])
def test_a_broken_calendar_is_refused(tmp_path, content):
    copy = shutil.copytree(FOLDER, tmp_path / "seeds")
    for name in ("areas.csv", "area_successions.csv", "agencies.csv", "agency_successions.csv", "officials.csv"):
        table = copy / name
        table.write_text(table.read_text().splitlines()[0] + "\n")
    (copy / "calendar.yaml").write_text(content)
    with pytest.raises(SeedError, match=r"calendar\.yaml"):
        load(copy)
