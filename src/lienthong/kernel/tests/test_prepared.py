"""Prepared statements give and write what the ORM would."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from lienthong.kernel.prepared import Prepared, insert, update, upsert
from lienthong.organisations.models import AdministrativeArea, Agency, CalendarDay, Official
from lienthong.organisations.tests.factories import make_agency, make_area, make_official

pytestmark = pytest.mark.django_db


def test_rows_are_those_of_the_orm(django_assert_num_queries) -> None:
    agency = make_agency("Sở Y tế", area=make_area("Thành phố Đà Nẵng", code="48", level="province"))
    make_agency("Sở Tư pháp")

    def build(uuid: UUID):
        return Agency.objects.filter(uuid=uuid, level__in=["province", "commune"])

    prepared = Prepared(build, uuid=UUID)
    assert prepared.all(uuid=agency.uuid) == list(build(agency.uuid))
    with django_assert_num_queries(1):
        found = prepared.first(uuid=agency.uuid)
    assert found is not None
    assert found.area.name == "Thành phố Đà Nẵng"
    assert prepared.first(uuid=uuid4()) is None
    expected = {field.attname: getattr(agency, field.attname) for field in Agency._meta.concrete_fields}
    assert {name: getattr(found, name) for name in expected} == expected


def test_arguments_are_put_where_they_stand_and_constants_stay() -> None:
    for name in ("Nghỉ A", "Nghỉ B"):
        CalendarDay.objects.create(date=date(2026, 1, 1 + len(CalendarDay.objects.all())), kind="off", name=name)
    between = Prepared(
        lambda first, last, name: (
            CalendarDay.objects.filter(date__gte=first, date__lte=last, kind="off").exclude(name=name).only("name")
        ),
        first=date,
        last=date,
        name=str,
    )
    days = {"first": date(2026, 1, 1), "last": date(2026, 1, 31)}
    assert [day.name for day in between.all(**days, name="Nghỉ A")] == ["Nghỉ B"]
    assert [day.name for day in between.all(**days, name="Nghỉ B")] == ["Nghỉ A"]
    assert between.all(first=date(2026, 2, 1), last=date(2026, 2, 2), name="") == []


def test_what_is_computed_beside_a_row_comes_with_it() -> None:
    make_official("Trần Thị Bình", agency=make_agency("Sở Y tế"))
    area = make_area("Phường Hải Châu", code="20242")
    has_agency = Exists(Agency.objects.filter(area=OuterRef("pk")))
    found = Prepared(
        lambda number: AdministrativeArea.objects.filter(pk=number).annotate(has_agency=has_agency), number=int
    ).first(number=area.pk)
    assert found is not None
    assert found.has_agency is False
    make_agency("UBND phường Hải Châu", area=area)


def test_an_argument_the_query_changes_is_a_programming_error() -> None:
    prepared = Prepared(lambda name: Official.objects.filter(full_name__icontains=name), name=str)
    with pytest.raises(ValueError, match="does not use name"):
        prepared.all(name="Bình")
    seen = Prepared(lambda seen: Official.objects.filter(seen).only("full_name"), seen=Q)
    with pytest.raises(ValueError, match="does not use seen"):
        seen.all(seen=Q(full_name__icontains="Bình"))
    with pytest.raises(ValueError, match="date has no shape"):
        seen.all(seen=Q(created_at__date=date(2026, 1, 1)))


def test_joined_rows_come_with_it_and_absent_ones_are_none(django_assert_num_queries) -> None:
    province = make_area("Thành phố Đà Nẵng", code="48", level="province")
    placed, free = make_agency("Sở Y tế", area=province), make_agency("Văn phòng Chính phủ")
    prepared = Prepared(
        lambda number: Agency.objects.select_related("area__parent").defer("area__kind").filter(pk=number), number=int
    )
    with django_assert_num_queries(2):
        found = [prepared.first(number=agency.pk) for agency in (placed, free)]
        assert [agency.area and agency.area.name for agency in found] == ["Thành phố Đà Nẵng", None]
        assert found[0].area.parent is None
    assert found[0].area.get_deferred_fields() == {"kind"}


def test_a_filter_of_any_shape_gives_what_the_orm_gives() -> None:
    agencies = [make_agency(f"Sở {number}") for number in range(5)]
    numbers = [agency.pk for agency in agencies]
    prepared = Prepared(lambda seen, name: Agency.objects.filter(seen).exclude(name=name), seen=Q, name=str)
    nothing = Q(pk__in=[])
    for seen in (
        Q(),
        nothing,
        Q(pk=numbers[0]),
        Q(pk=numbers[1]),
        nothing | Q(pk__in=frozenset(numbers[:3])) | Q(name="Sở 4"),
        nothing | Q(pk__in=set(numbers[2:])) | Q(name="Sở 1"),
        Q(area__isnull=True) & ~Q(pk__in=numbers[:2]) & Q(name__in=["Sở 2", "Sở 3", "Sở 9"]),
        Q(uuid=agencies[0].uuid, area=None),
    ):
        for name in ("Sở 0", "Sở 3"):
            expected = set(Agency.objects.filter(seen).exclude(name=name))
            assert set(prepared.all(seen=seen, name=name)) == expected
    assert len(prepared._plans) < 8
    assert {len(prepared.all(seen=Q(pk__in=numbers[:size]), name="")) for size in range(6)} == {0, 1, 2, 3, 4, 5}


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction_every_time() -> None:
    prepared = Prepared(lambda number: Agency.objects.select_for_update(no_key=True).filter(pk=number), number=int)
    with transaction.atomic():
        assert prepared.all(number=1) == []
    with pytest.raises(transaction.TransactionManagementError):
        prepared.all(number=1)


def test_fields_are_written_and_no_others(django_assert_num_queries) -> None:
    day = CalendarDay.objects.create(date=date(2026, 1, 1), kind="off", name="Tết", legal_basis="BLLĐ")
    day.name, day.legal_basis = "Tết Dương lịch", "không ghi"
    with django_assert_num_queries(1):
        update(day, "name")
    day.refresh_from_db()
    assert (day.name, day.legal_basis) == ("Tết Dương lịch", "BLLĐ")
    CalendarDay.objects.all().delete()
    with pytest.raises(ObjectDoesNotExist):
        update(day, "name")


def test_new_rows_get_their_numbers_and_defaults(django_assert_num_queries) -> None:
    days = [CalendarDay(date=date(2026, 1, number), kind="off", name=f"Ngày {number}") for number in (1, 2)]
    with django_assert_num_queries(1):
        insert(days)
    with django_assert_num_queries(0):
        insert([])
    assert not any(day._state.adding for day in days)
    stored = {day.pk: day for day in CalendarDay.objects.all()}
    assert {day.pk: (day.uuid, day.name, day.created_at) for day in days} == {
        number: (day.uuid, day.name, day.created_at) for number, day in stored.items()
    }


def test_a_row_in_anothers_place_writes_only_what_is_named(django_assert_num_queries) -> None:
    number = uuid4()

    def day(name: str, basis: str) -> CalendarDay:
        return CalendarDay(uuid=number, date=date(2026, 1, 1), kind="off", name=name, legal_basis=basis)

    with django_assert_num_queries(2):
        upsert(day("Tết", "BLLĐ"), unique=("uuid",), names=("name",))
        upsert(day("Tết Dương lịch", "không ghi"), unique=("uuid",), names=("name",))
    stored = CalendarDay.objects.get()
    assert (stored.name, stored.legal_basis) == ("Tết Dương lịch", "BLLĐ")
