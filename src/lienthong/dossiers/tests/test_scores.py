"""The nine indicators: each rule, averages, bands, periods, and who reads whose score."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse

from lienthong.accounts.tests.factories import sign_in
from lienthong.dossiers.api import DossierStatus, ReturnMethod, feedback
from lienthong.dossiers.models import DossierScore, ScoreBand, ScoreIndicator, ScoreMetric
from lienthong.dossiers.services import scoring
from lienthong.dossiers.tests.factories import NOW, do, make_citizen, make_dossier, make_procedure
from lienthong.dossiers.tests.oversight import load_feedback_seed
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError, NotFoundError

Q4 = "2026-Q4"


@pytest.fixture
def rules(world):
    return load_feedback_seed()


def test_the_seed_holds_nine_indicators_and_loading_it_again_changes_nothing(rules) -> None:
    assert rules > 0
    assert load_feedback_seed() == 0
    found = ScoreIndicator.objects.in_force(date(2026, 11, 20)).order_by("number")
    assert [row.number for row in found] == list(range(1, 10))
    assert all(row.legal_basis for row in found)


@pytest.mark.parametrize(
    ("key", "values"),
    [
        # TT 01/2018/TT-VPCP, Điều 13–15 (as the dated seed reads it): what is counted -> points.
        ("total_time", {0: 2, 1: 1, 2: 0}),
        ("step_time", {0: 2, 1: 1, 2: 0, 9: 0}),
        ("contacts", {0: 2, 2: 2, 3: 1, 4: 0}),
        ("agencies", {1: 2, 2: 1, 3: 0}),
        ("complaints", {0: 2, 1: 1, 2: 0}),
        ("online", {0: 2, 1: 1, 2: 0}),
    ],
)
def test_points_of_each_counted_indicator(rules, key: str, values: dict[int, int]) -> None:
    indicator = ScoreIndicator.objects.get(key=key)
    assert {value: indicator.points(value) for value in values} == values


@pytest.mark.parametrize(
    ("subject", "total", "name"),
    [
        # domain.md 3.9: agencies >= 15, 12, 9, 6; officials >= 5, 3.5.
        ("agency", "18", "Xuất sắc"), ("agency", "15.0", "Xuất sắc"), ("agency", "14.9", "Tốt"),
        ("agency", "12.0", "Tốt"), ("agency", "11.9", "Khá"), ("agency", "9", "Khá"), ("agency", "8.9", "Trung bình"),
        ("agency", "6", "Trung bình"), ("agency", "5.9", "Yếu"), ("agency", "0", "Yếu"),
        ("official", "5", "Hoàn thành tốt"), ("official", "4.9", "Hoàn thành"), ("official", "3.5", "Hoàn thành"),
        ("official", "3.4", "Chưa hoàn thành"),
    ],
)  # fmt: skip
def test_bands(rules, subject: str, total: str, name: str) -> None:
    bands = ScoreBand.objects.in_force(date(2026, 11, 20)).filter(subject=subject).order_by("-at_least")
    assert next(band for band in bands if Decimal(total) >= band.at_least).name == name


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, 0), (4, 0), (11, 2)],
)
def test_total_time_is_early_or_late(world, rules, days: int, expected: int) -> None:
    dossier = make_dossier(world, status=DossierStatus.PROCESSING, version=make_procedure(limit=(5, "working_days")))
    later = NOW + timedelta(days=days)
    for element, outcome in (("verify", "pass"), ("sign", "sign"), ("issue", "issue")):
        dossier = do(world, dossier, element, outcome, now=later)
    scoring.score(dossier=dossier)
    assert DossierScore.objects.get(dossier=dossier, official__isnull=True).facts["lateness"] == expected


def test_on_the_very_day_is_on_time(world, rules) -> None:
    dossier = make_dossier(world, status=DossierStatus.PROCESSING)
    assert dossier.due_at is not None
    for element, outcome in (("verify", "pass"), ("sign", "sign"), ("issue", "issue")):
        dossier = do(world, dossier, element, outcome, now=dossier.due_at - timedelta(hours=1))
    scoring.score(dossier=dossier)
    facts = DossierScore.objects.get(dossier=dossier, official__isnull=True).facts
    assert facts["lateness"] == 1


def test_without_a_limit_nothing_is_said_about_time(world, rules) -> None:
    version = make_procedure(limit=None)
    dossier = make_dossier(world, status=DossierStatus.DONE, version=version)
    scoring.score(dossier=dossier)
    points = DossierScore.objects.get(dossier=dossier, official__isnull=True).points
    assert "total_time" not in points


def test_supplements_and_ways_of_handing_over_are_counted(world, rules) -> None:
    citizen = make_citizen()
    dossier = make_dossier(world, status=DossierStatus.DONE, applicant=citizen, return_method=ReturnMethod.COUNTER)
    scoring.score(dossier=dossier)
    facts = DossierScore.objects.get(dossier=dossier, official__isnull=True).facts
    assert (facts["contacts"], facts["offline"], facts["agencies"]) == (1, 1, 1)
    online = make_dossier(world, status=DossierStatus.PROCESSING, return_method=ReturnMethod.ELECTRONIC)
    for element, outcome in (("verify", "pass"), ("sign", "sign"), ("issue", "issue")):
        online = do(world, online, element, outcome)
    scoring.score(dossier=online)
    facts = DossierScore.objects.get(dossier=online, official__isnull=True).facts
    assert (facts["contacts"], facts["offline"]) == (0, 0)


def test_an_unfinished_dossier_has_no_points(world, rules) -> None:
    dossier = make_dossier(world, status=DossierStatus.PROCESSING)
    assert scoring.score(dossier=dossier) == 0
    assert not DossierScore.objects.exists()


def test_scoring_again_replaces_the_rows(world, rules) -> None:
    dossier = make_dossier(world, status=DossierStatus.RETURNED)
    first = scoring.score(dossier=dossier)
    assert scoring.score(dossier=dossier) == first == DossierScore.objects.count()


def put(dossier, points, *, on=date(2026, 11, 20), official=None) -> None:
    """Write the points of one more dossier as the scoring would."""
    DossierScore.objects.create(
        dossier=dossier, agency_id=dossier.competent_agency_id, official=official, finished_on=on, points=points
    )


class TestAverages:
    """Averages to one decimal, from the rows of a period."""

    @pytest.fixture
    def dossiers(self, world, rules):
        version = make_procedure()
        return [make_dossier(world, version=version) for _index in range(4)]

    def rows(self, world, key: str = Q4):
        period = feedback.read_period(key)
        found = feedback.agency_scores(principal=world.official("ward", "leader"), period=period)
        return next(row for row in found if row.id == world.office("ward").pk)

    def test_half_is_rounded_up_and_missing_is_left_out(self, world, dossiers) -> None:
        for dossier, time, attitude in zip(dossiers, (2, 2, 1, 0), (2, 1, None, None), strict=True):
            put(dossier, {"total_time": time} | ({} if attitude is None else {"attitude": attitude}))
        row = self.rows(world)
        cells = {cell.key: (cell.average, cell.count) for cell in row.cells}
        assert cells["total_time"] == (Decimal("1.3"), 4)  # 1.25
        assert cells["attitude"] == (Decimal("1.5"), 2)
        assert cells["publicity"] == (None, 0)
        assert (row.total, row.dossiers, row.band, row.is_complete) == (Decimal("2.8"), 4, None, False)

    def test_a_whole_row_gets_its_band(self, world, dossiers) -> None:
        keys = ScoreIndicator.objects.order_by("number").values_list("key", flat=True)
        put(dossiers[0], dict.fromkeys(keys, 2))
        put(dossiers[1], dict.fromkeys(keys, 1))
        row = self.rows(world)
        assert row.total == Decimal("13.5")
        assert row.band_name == "Tốt"

    @pytest.mark.parametrize(
        ("key", "count"), [("2026-Q4", 2), ("2026-Q3", 1), ("2026", 3), ("2025", 1), ("2025-Q4", 1), ("2026-Q1", 0)]
    )
    def test_quarters_and_years(self, world, dossiers, key: str, count: int) -> None:
        days = (date(2026, 10, 1), date(2026, 12, 31), date(2026, 9, 30), date(2025, 12, 31))
        for dossier, on in zip(dossiers, days, strict=True):
            put(dossier, {"total_time": 2}, on=on)
        assert self.rows(world, key).dossiers == count

    @pytest.mark.parametrize("key", ["", "26", "2026-Q5", "2026-q1", "2026-Q", "1999", "2026-Q12", "２０２６"])
    def test_a_period_is_a_year_or_a_quarter(self, rules, key: str) -> None:
        with pytest.raises(InvalidError):
            feedback.read_period(key)


def test_officials_are_seen_by_heads_only(world, rules) -> None:
    dossier = make_dossier(world, status=DossierStatus.RETURNED)
    scoring.score(dossier=dossier)
    period, ward = feedback.read_period(Q4), world.office("ward").pk
    rows = feedback.official_scores(principal=world.official("ward", "leader"), agency_id=ward, period=period)
    names = {row.name for row in rows}
    assert {"Hoàng Thanh Sơn", "Trịnh Thanh Phong", "Ngô Ngọc Bình"} <= names
    official = world.official_row("ward", "specialist")
    behind = feedback.list_behind(
        principal=world.official("ward", "leader"),
        period=period,
        agency_id=ward,
        official_id=official.pk,
        key="step_time",
        cursor=None,
    )
    assert [row.dossier_id for row in behind.items] == [dossier.pk]
    for stranger in (
        world.official("ward", "specialist"),
        world.official("ward", "receptionist"),
        world.official("other_ward", "leader"),
        make_citizen(),
    ):
        with pytest.raises(NotFoundError):
            feedback.official_scores(principal=stranger, agency_id=ward, period=period)
        with pytest.raises(NotFoundError):
            feedback.list_behind(
                principal=stranger, period=period, agency_id=ward, official_id=official.pk, key="", cursor=None
            )


def test_a_late_step_is_the_fault_of_who_was_late(world, rules, monkeypatch) -> None:
    dossier = make_dossier(world, status=DossierStatus.RETURNED)
    on_time, late = world.account("ward", "receptionist"), world.account("ward", "specialist")

    def step(account, hours):
        return SimpleNamespace(
            agency_id=world.office("ward").pk, assignee_id=account.pk, due_at=NOW, done_at=NOW + timedelta(hours=hours)
        )

    monkeypatch.setattr(
        scoring.workflows, "finished_tasks_of", lambda **_key: (step(on_time, -1), step(late, 1), step(late, 2))
    )
    scoring.score(dossier=dossier)
    points = {row.official_id: row.points["step_time"] for row in DossierScore.objects.filter(official__isnull=False)}
    assert points == {on_time.official_id: 2, late.official_id: 0}
    assert DossierScore.objects.get(official__isnull=True).facts[ScoreMetric.LATE_STEPS] == 2


def test_the_pages_show_the_table_the_list_and_the_people(world, rules, client, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    dossier = make_dossier(world, status=DossierStatus.RETURNED)
    scoring.score(dossier=dossier)
    ward = world.office("ward")
    sign_in(client, world.account("ward", "leader"))
    text = client.get(reverse("workspace:scores")).content.decode()
    assert "Thời gian giải quyết so với quy định" in text
    assert "chưa đủ số liệu" in text
    listed = client.get(reverse("workspace:score_list", args=[ward.uuid]), {"ky": Q4, "chi-so": "total_time"})
    assert dossier.code in listed.content.decode()
    people = client.get(reverse("workspace:official_scores", args=[ward.uuid]), {"ky": Q4})
    assert "Trịnh Thanh Phong" in people.content.decode()
    sign_in(client, world.account("ward", "specialist"))
    assert client.get(reverse("workspace:official_scores", args=[ward.uuid]), {"ky": Q4}).status_code == 404
    assert "Điểm của từng người" not in client.get(reverse("workspace:scores")).content.decode()
