"""Dossier codes: a dated pattern, no gap and no duplicate, found however they are typed (domain 2.2)."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import TypeVar

import pytest
from django.db import connection, transaction

from lienthong.accounts.api import Principal
from lienthong.dossiers import api
from lienthong.dossiers.api import Dossier, NotCompetentError
from lienthong.dossiers.models import CodePattern, CodeSequence
from lienthong.dossiers.services.numbering import take_dossier_code
from lienthong.dossiers.tests.factories import (
    NOW,
    World,
    at,
    make_application,
    make_citizen,
    make_dossier,
    make_procedure,
)
from lienthong.organisations.models import AgencyIdentifier

CREATES = 64
THREADS = 32
Made = TypeVar("Made")


def in_threads(work: Callable[[int], Made], *, times: int = CREATES, threads: int = THREADS) -> list[Made]:
    """Run work many times at once, each on a connection of its own thread."""

    def run(number: int) -> Made:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=threads) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.parametrize(
    ("moment", "code", "basis"),
    [
        ("2024-03-11T09:00", "000.50.00.H17-240311-0001", "TT 01/2018/TT-VPCP, Điều 19: old identifier, YYMMDD"),
        ("2025-06-30T23:59", "000.50.00.H17-250630-0001", "the last day of TT 01/2018"),
        ("2025-07-01T00:00", "H17.50-20250701-0000001", "TT 03/2025/TT-VPCP from 1 July 2025"),
        ("2026-11-16T00:30", "H17.50-20261116-0000001", "Monday here, still Sunday in UTC"),
        ("2026-12-31T23:30", "H17.50-20261231-0000001", "New Year's Eve here"),
    ],
)
def test_the_pattern_follows_the_date_in_vietnam(world: World, moment: str, code: str, basis: str) -> None:
    ward = world.office("ward")
    AgencyIdentifier.objects.create(
        agency=ward,
        code="000.50.00.H17",
        scheme="qcvn102",
        match_key="000.50.00.H17",
        valid_from=date(2020, 1, 1),
    )
    with transaction.atomic():
        assert take_dossier_code(agency_id=ward.pk, now=at(moment)) == code, basis


def test_each_agency_counts_each_day_anew(world: World) -> None:
    ward, other = world.office("ward").pk, world.office("other_ward").pk
    with transaction.atomic():
        taken = [
            take_dossier_code(agency_id=agency, now=at(moment))[-9:]
            for agency, moment in (
                (ward, "2026-11-20T08:00"),
                (ward, "2026-11-20T09:00"),
                (other, "2026-11-20T09:00"),
                (ward, "2026-11-21T00:00"),
            )
        ]
    assert taken == ["0-0000001", "0-0000002", "0-0000001", "1-0000001"]


def test_an_agency_may_have_a_pattern_of_its_own(world: World) -> None:
    ward = world.office("ward")
    CodePattern.objects.create(
        agency=ward,
        pattern="{agency}/{date:%Y}/{sequence:05d}",
        period="year",
        valid_from=date(2026, 1, 1),
        legal_basis="QĐ 1/2026",
    )
    with transaction.atomic():
        assert take_dossier_code(agency_id=ward.pk, now=at("2026-11-20T09:00")) == "H17.50/2026/00001"
        assert take_dossier_code(agency_id=ward.pk, now=at("2026-12-31T09:00")) == "H17.50/2026/00002"
        assert take_dossier_code(agency_id=ward.pk, now=at("2027-01-01T09:00")) == "H17.50/2027/00001"
        assert take_dossier_code(agency_id=ward.pk, now=at("2025-12-31T09:00")).endswith("-20251231-0000001")


def test_without_a_pattern_in_force_nothing_is_numbered(world: World) -> None:
    with pytest.raises(NotCompetentError), transaction.atomic():
        take_dossier_code(agency_id=world.office("ward").pk, now=datetime(2018, 1, 1, tzinfo=UTC))


def test_a_rolled_back_number_is_given_again(world: World) -> None:
    ward = world.office("ward").pk
    with transaction.atomic():
        lost = take_dossier_code(agency_id=ward, now=NOW)
        transaction.set_rollback(True)
    with transaction.atomic():
        assert take_dossier_code(agency_id=ward, now=NOW) == lost


def test_a_refused_application_takes_no_number(world: World) -> None:
    version = make_procedure("newborn_bundle")
    applicant = make_citizen()
    with pytest.raises(Exception, match="consulted"):
        api.submit(principal=applicant, application=make_application(world, version, area=world.other_ward), now=NOW)
    assert not CodeSequence.objects.exists()


@pytest.mark.parametrize("write", [str.lower, str.upper, lambda code: f"  {code} \n", str.title])
def test_a_code_is_found_however_it_is_typed(world: World, write: Callable[[str], str]) -> None:
    applicant = make_citizen()
    dossier = make_dossier(world, applicant=applicant)
    found = api.get_dossier_by_code_for(principal=applicant, code=write(dossier.code))
    assert found == dossier
    progress = api.track(code=write(dossier.code))
    assert progress is not None
    assert progress.code == dossier.code


def test_codes_of_the_old_form_are_found_too(world: World) -> None:
    applicant = make_citizen()
    dossier = make_dossier(world, applicant=applicant)
    Dossier.objects.filter(pk=dossier.pk).update(code="000.00.06.H56-231027-0361")
    assert api.get_dossier_by_code_for(principal=applicant, code="000.00.06.h56-231027-0361") == dossier
    assert api.track(code="000.00.06.H56-231027-0361") is not None
    assert api.track(code="000.00.06.H56-231027-0362") is None


@pytest.mark.django_db(transaction=True)
def test_concurrent_creates_make_no_gap_and_no_duplicate(world: World) -> None:
    version = make_procedure()
    applicants: list[Principal] = [make_citizen(f"Người {number}") for number in range(8)]

    def create(number: int) -> str:
        dossier = api.submit(
            principal=applicants[number % len(applicants)], application=make_application(world, version), now=NOW
        )
        return str(dossier.code)

    codes = in_threads(create)
    numbers = sorted(int(code.rpartition("-")[2]) for code in codes)
    assert numbers == list(range(1, CREATES + 1))
    assert all(re.fullmatch(r"H17\.50-20261120-\d{7}", code) for code in codes)
