"""Figures that count procedures: published in time (1.1, 1.2) and payable online (3.5a), each equal to its list."""

import random
from datetime import date, timedelta

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from lienthong.catalogue.models import ProcedureVersion
from lienthong.dossiers.tests.factories import NOW, make_procedure
from lienthong.indicators import formulas, periods
from lienthong.indicators.models import IndicatorDefinition, Promulgator
from lienthong.indicators.queries import publication, scorecard
from lienthong.indicators.services.configuring import load_index
from lienthong.kernel import audit
from lienthong.organisations import api as organisations
from lienthong.payments.models import FeeRule, PayeeAccount
from lienthong.payments.tests.factories import with_gateway

MINISTRY, PROVINCE = "G15", "H17"
DECIDED, PUBLICISED, PAYABLE = (
    formulas.FORMULAS[key] for key in ("decided_in_time", "publicised_in_time", "payment_offered")
)


@pytest.fixture
def index(world):
    """Load the index with its limits over the small country's calendar."""
    call_command("indicators_seed", verbosity=0)
    return world


def version(promulgator: str = MINISTRY, **days: date | None) -> ProcedureVersion:
    return make_procedure(promulgator_code=promulgator, **days)


def shares(formula: formulas.Formula, period: periods.Period, level: str | None = None):
    known = scorecard.services(by_procedure={}, level=level, period=period, now=NOW)
    share = known.share(formula)
    above = known.list((*formula.numerator, *formula.denominator))
    assert (len(above), len(known.list(formula.denominator))) == (share.numerator, share.denominator)
    return share.numerator, share.denominator


ONE_DAY = timedelta(days=1)
YEAR = periods.read("2026", today=NOW.date())
# QĐ 766/QĐ-TTg, 1.1: a ministry decides 20 working days before the law takes effect, a province 5.
# 1 December 2026 is a Tuesday; 24 November is a holiday.
DECISIONS = [
    (MINISTRY, date(2026, 11, 2), date(2026, 12, 1), True),
    (MINISTRY, date(2026, 11, 3), date(2026, 12, 1), False),
    (PROVINCE, date(2026, 11, 23), date(2026, 12, 1), True),
    (PROVINCE, date(2026, 11, 25), date(2026, 12, 1), False),
    ("000.00.00.H17", date(2026, 11, 23), date(2026, 12, 1), True),
    ("H17.18", date(2026, 11, 25), date(2026, 12, 1), False),
]
# 1.2: on the portal within 10 working days of a ministry's decision, 5 of a province's.
APPEARANCES = [
    (MINISTRY, date(2026, 11, 2), date(2026, 11, 16), True),
    (MINISTRY, date(2026, 11, 2), date(2026, 11, 17), False),
    (PROVINCE, date(2026, 11, 19), date(2026, 11, 27), True),
    (PROVINCE, date(2026, 11, 19), date(2026, 11, 28), False),
    (PROVINCE, date(2026, 11, 19), date(2026, 11, 19), True),
]


@pytest.mark.parametrize(("promulgator", "decided_on", "effective_on", "is_in_time"), DECISIONS)
def test_a_decision_comes_working_days_before_its_law(index, promulgator, decided_on, effective_on, is_in_time: bool):
    version(promulgator, decided_on=decided_on, effective_on=effective_on)
    assert shares(DECIDED, YEAR) == (int(is_in_time), 1)


@pytest.mark.parametrize(("promulgator", "decided_on", "publicised_on", "is_in_time"), APPEARANCES)
def test_the_portal_shows_it_soon_after(index, promulgator, decided_on, publicised_on, is_in_time: bool):
    version(promulgator, decided_on=decided_on, publicised_on=publicised_on)
    assert shares(PUBLICISED, YEAR) == (int(is_in_time), 1)


@pytest.mark.parametrize(
    ("promulgator", "days"),
    [
        (MINISTRY, {}),
        (MINISTRY, {"decided_on": date(2026, 11, 2)}),
        (MINISTRY, {"effective_on": date(2026, 12, 1), "publicised_on": date(2026, 11, 3)}),
        ("", {"decided_on": date(2026, 11, 2), "effective_on": date(2026, 12, 1), "publicised_on": date(2026, 11, 3)}),
        (
            MINISTRY,
            {"decided_on": date(2021, 1, 4), "effective_on": date(2021, 3, 1), "publicised_on": date(2021, 1, 5)},
        ),
    ],
)
def test_what_no_date_tells_is_not_counted(index, promulgator: str, days):
    version(promulgator, **days)
    assert shares(DECIDED, YEAR) == shares(PUBLICISED, YEAR) == (0, 0)
    assert shares(DECIDED, periods.read("2021", today=NOW.date())) == (0, 0)


def test_a_draft_is_not_published_and_a_level_keeps_its_own(index):
    days = {"decided_on": date(2026, 11, 2), "effective_on": date(2026, 12, 1)}
    made = version(**days)
    assert (shares(DECIDED, YEAR, "commune"), shares(DECIDED, YEAR, "province")) == ((1, 1), (0, 0))
    ProcedureVersion.objects.filter(pk=made.pk).update(state="draft", published_at=None)
    assert shares(DECIDED, YEAR) == (0, 0)


def test_a_recount_day_by_day_gives_the_same(index):
    """Count random versions with a plain loop over the calendar's days, and compare every period with its list."""
    chance = random.Random(766)
    calendar = organisations.get_calendar(agency_id=None, start=date(2025, 6, 1), end=date(2027, 6, 1))

    def some_day() -> date | None:
        return None if chance.random() < 0.2 else date(2026, 1, 1) + timedelta(days=chance.randint(0, 364))

    rows = [
        version(
            chance.choice([MINISTRY, PROVINCE, ""]),
            decided_on=(decided := some_day()),
            effective_on=decided and decided + timedelta(days=chance.randint(0, 45)),
            publicised_on=decided and chance.choice([None, decided + timedelta(days=chance.randint(0, 25))]),
        )
        for _number in range(40)
    ]

    def between(first: date, last: date) -> int:
        """Count the working days after ``first`` up to ``last``."""
        days = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
        return sum(calendar.is_working_day(day) for day in days)

    limits = {MINISTRY: (20, 10), PROVINCE: (5, 5)}
    for key in ("2026", "2026-Q2", *(f"2026-{month:02d}" for month in range(1, 13))):
        period = periods.read(key, today=date(2026, 12, 31))
        counted = [row for row in rows if row.promulgator_code]
        decided = [row for row in counted if row.effective_on and row.decided_on in days_of(period)]
        # from the decision (counted, when it is a working day) to the day before the law takes effect
        early = [
            row
            for row in decided
            if between(row.decided_on - ONE_DAY, row.effective_on - ONE_DAY) >= limits[row.promulgator_code][0]
        ]
        assert shares(DECIDED, period) == (len(early), len(decided)), key
        shown = [
            row for row in rows if row.promulgator_code and row.publicised_on and row.publicised_on in days_of(period)
        ]
        soon = [row for row in shown if is_soon(row, limits[row.promulgator_code][1], between, calendar)]
        assert shares(PUBLICISED, period) == (len(soon), len(shown)), key


def days_of(period: periods.Period) -> set[date]:
    return {period.first + timedelta(days=step) for step in range((period.after - period.first).days)}


def is_soon(row, most: int, between, calendar) -> bool:
    """Say whether at most so many working days passed; a day off after the last one is too late."""
    passed = between(row.decided_on, row.publicised_on)
    return passed < most or (passed == most and calendar.is_working_day(row.publicised_on))


def priced(world, basis: str = "fixed", **more) -> ProcedureVersion:
    made = make_procedure(**({"fee_kind": "le_phi"} | more))
    FeeRule.objects.create(
        procedure_code=made.code, key="a", kind="le_phi", basis=basis, name="Lệ phí", legal_basis="Luật",
        amount={"fixed": 5_000, "free": 0}.get(basis), valid_from=date(2025, 7, 1),
    )  # fmt: skip
    return made


def test_a_fee_is_payable_online_where_the_platform_asks_for_it(index):
    priced(index)
    priced(index, "council")  # has a fee whose amount nobody has entered
    priced(index, "free", fee_kind="none")
    make_procedure(fee_kind="phi")  # the catalogue tells of a fee that no rule asks for
    make_procedure()
    assert shares(PAYABLE, YEAR) == (0, 3)  # nowhere to pay
    with with_gateway:
        assert shares(PAYABLE, YEAR) == (1, 3)
    PayeeAccount.objects.create(
        agency=index.office("ward"), bank="970436", bank_name="Vietcombank", number="1", holder="LT",
        valid_from=date(2026, 1, 1),
    )  # fmt: skip
    assert shares(PAYABLE, YEAR) == (1, 3)
    assert shares(PAYABLE, periods.read("2025", today=NOW.date())) == (0, 3)


def test_each_of_the_three_opens_its_list_and_names_what_is_unknown(client, index):
    today = timezone.localdate()
    month = f"{today:%Y-%m}"
    first = today.replace(day=1)
    done = version(decided_on=first, effective_on=first + timedelta(days=60), publicised_on=first)
    silent = make_procedure()
    priced(index)
    PayeeAccount.objects.create(
        agency=index.office("ward"), bank="970436", bank_name="Vietcombank", number="1", holder="LT", valid_from=first
    )
    page = client.get(reverse("indicators:public"), {"ky": month})
    lines = {line.definition.code: line for group in page.context["card"].groups for line in group.lines}
    told = page.content.decode()
    for code in ("1.1", "1.2", "3.5a"):
        line = lines[code]
        assert (line.share.numerator, line.share.denominator) == (1, 1)
        for part, count in (("tu", line.share.numerator), ("mau", line.share.denominator)):
            url = f"{reverse('indicators:procedures')}?ky={month}&phep={line.formula.key}&phan={part}"
            assert url.replace("&", "&amp;") in told
            assert len(client.get(url).context["procedures"]) == count
    listed = client.get(reverse("indicators:procedures"), {"ky": month, "phep": "decided_in_time", "phan": "mau"})
    assert [row.code for row in listed.context["procedures"]] == [done.code]
    assert silent.code in {row.code for row in listed.context["unknown"]}
    assert "chưa có dữ liệu về ngày công bố, công khai nên không được tính" in listed.content.decode()


def test_without_dates_and_fees_there_is_no_data(client, index):
    make_procedure()
    card = client.get(reverse("indicators:public")).context["card"]
    shown = {line.definition.code: line.points for group in card.groups for line in group.lines}
    assert [shown[code] for code in ("1.1", "1.2", "3.5a", "4.2b", "4.5a")] == [None] * 5


def test_an_indicator_without_source_gets_it_from_the_seed(index):
    IndicatorDefinition.objects.filter(code="1.1").update(formula=formulas.NO_SOURCE, maximum=7)
    seed = yaml.safe_load((settings.SEEDS / "indicators" / "index.yaml").read_text(encoding="utf-8"))
    assert load_index(seed=seed, actor=audit.SYSTEM, now=NOW) == 1
    row = IndicatorDefinition.objects.get(code="1.1")
    assert (row.formula, int(row.maximum)) == ("decided_in_time", 7)
    assert load_index(seed=seed, actor=audit.SYSTEM, now=NOW) == 0


@pytest.mark.parametrize(
    ("code", "promulgator"),
    [
        ("G15", Promulgator.MINISTRY),
        ("000.00.00.G15", Promulgator.MINISTRY),
        ("H17.110", Promulgator.PROVINCE),
        ("000.12.34.H17", Promulgator.PROVINCE),
        ("", None),
        ("GX", None),
    ],
)
def test_whose_decision_it_is(code: str, promulgator):
    assert publication.promulgator_of(code) == promulgator
