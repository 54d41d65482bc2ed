"""The kept figures equal a recount, whatever happens to the dossiers, in whatever order and how often."""

import random
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest

from lienthong.dossiers import api as dossiers
from lienthong.dossiers.api import Dossier, DossierStatus
from lienthong.dossiers.events import DossierChanged
from lienthong.dossiers.tests.factories import make_citizen, make_dossier, make_procedure, work
from lienthong.indicators import handlers, measures, periods
from lienthong.indicators.models import DossierFact, Figure
from lienthong.indicators.queries import figures, lists
from lienthong.indicators.services import keeping, recounting
from lienthong.indicators.tests.factories import NOW, change, told

DOSSIERS = 12


@pytest.fixture
def made(world, monkeypatch):
    """Make dossiers whose facts the test tells itself."""
    versions = [make_procedure(), make_procedure()]
    rows = []
    for number in range(DOSSIERS):
        version = versions[number % 2]
        dossier = make_dossier(world, version=version, applicant=make_citizen())
        rows.append(
            told(
                id=dossier.pk,
                uuid=dossier.uuid,
                code=dossier.code,
                procedure_id=version.procedure_id,
                competent_agency_id=world.office("ward").pk,
                receiving_agency_id=world.office("ward").pk,
                submitted_at=NOW - timedelta(days=100 - 7 * number),
                received_at=NOW - timedelta(days=100 - 7 * number) if number % 3 else None,
                status=DossierStatus.PROCESSING if number % 3 else DossierStatus.SUBMITTED,
                channel=1 + number % 3,
            )
        )
    known = {row.uuid: row for row in rows}
    monkeypatch.setattr(
        dossiers, "facts_of", lambda *, dossier_uuids: tuple(known[uuid] for uuid in dossier_uuids if uuid in known)
    )
    monkeypatch.setattr(
        dossiers,
        "facts_after",
        lambda *, dossier_id, size: tuple(
            sorted((row for row in known.values() if row.id > dossier_id), key=lambda row: row.id)
        )[:size],
    )
    return known


def event(uuid: UUID) -> DossierChanged:
    return DossierChanged(
        aggregate_id=str(uuid), occurred_at=NOW, code="", status=4, previous_status=4, changes=(), entries=(), tasks=()
    )


@pytest.mark.parametrize("seed", range(8))
def test_cells_equal_a_recount_after_any_history(world, made, seed):
    """Tell events late, twice and out of order, and leave some undelivered until the end."""
    chance = random.Random(seed)
    agencies = [office.pk for office in world.offices.values()]
    waiting: list[UUID] = []
    for _step in range(chance.randint(20, 80)):
        uuid = chance.choice(list(made))
        made[uuid] = change(made[uuid], chance, agencies)
        waiting += [uuid] * chance.randint(1, 2)
        chance.shuffle(waiting)
        while waiting and chance.random() < 0.6:
            handlers.keep(event(waiting.pop()))
    for uuid in waiting:
        handlers.keep(event(uuid))
    keeping.keep_all()

    checked = recounting.check()
    assert checked.holds, checked
    assert counted_by_hand() == kept()

    scope = figures.Scope()
    keys = (*measures.MEASURES, *measures.STANDING)
    for _span in range(6):
        period = periods.Period(*span_of(chance))
        sums = figures.total(scope=scope, period=period, keys=keys, now=NOW)
        listed = {
            key: lists.count_behind(wanted=lists.Wanted(scope, period, (key,)), now=NOW)
            for key in keys
            if key != "minutes"
        }
        assert {key: sums[key] for key in listed} == listed, period.key


def span_of(chance: random.Random):
    """Choose days, often whole months, up to and beyond now."""
    first = (NOW - timedelta(days=chance.randint(0, 200))).date()
    after = first + timedelta(days=chance.randint(1, 150))
    if chance.random() < 0.5:
        first, after = first.replace(day=1), periods.month(after).after
    return first, after


def counted_by_hand() -> Counter:
    """Count every cell from the facts, one by one in Python: the way of counting that knows no SQL."""
    cells: Counter = Counter()
    for fact in DossierFact.objects.all():
        for cell, values in measures.contributions(fact).items():
            for name, amount in values.items():
                cells[*cell, name] += amount
    return +cells


def kept() -> Counter:
    cells: Counter = Counter()
    for cell in Figure.objects.all():
        for name in measures.MEASURES:
            cells[cell.agency_id, cell.procedure_id, cell.month, name] += getattr(cell, name)
    return +cells


def test_a_recount_finds_a_wrong_cell_and_mends_it(world, made):
    for uuid in made:
        handlers.keep(event(uuid))
    assert recounting.check().holds
    cell = Figure.objects.order_by("pk").first()
    Figure.objects.filter(pk=cell.pk).update(received=cell.received + 1)
    found = recounting.check().differences
    assert [(row.measure, row.kept - row.counted) for row in found] == [("received", 1)]
    recounting.recount()
    assert recounting.check().holds


def test_a_missing_fact_is_named_by_its_code(world, made):
    for uuid in list(made)[1:]:
        handlers.keep(event(uuid))
    first = next(iter(made.values()))
    assert recounting.check().wrong_facts == (first.code,)


def test_months_stand_as_their_ends_left_them(world, made):
    for uuid in made:
        handlers.keep(event(uuid))
    chance = random.Random(7)
    for _step in range(40):
        uuid = chance.choice(list(made))
        made[uuid] = change(made[uuid], chance, [world.office("ward").pk])
        handlers.keep(event(uuid))
    scope = figures.Scope()
    first, after = NOW.date().replace(month=6, day=1), NOW.date().replace(month=12, day=1)
    shown = figures.by_month(scope=scope, first=first, after=after, keys=("received", "open_late", "open"), now=NOW)
    for month, sums in shown.items():
        period = periods.month(month)
        assert sums == figures.total(scope=scope, period=period, keys=("received", "open_late", "open"), now=NOW)


@pytest.mark.django_db(transaction=True)
def test_real_dossiers_are_followed_by_the_worker(settings, tmp_path):
    from datetime import UTC, datetime

    from lienthong.dossiers.tests.factories import make_world
    from lienthong.files.plugins.demo_ca import DemoAuthority

    settings.DATA = tmp_path
    DemoAuthority().establish(now=datetime(2024, 1, 1, tzinfo=UTC))
    world = make_world()
    version = make_procedure()
    for status in (DossierStatus.SUBMITTED, DossierStatus.NOT_RECEIVED, DossierStatus.PROCESSING,
                   DossierStatus.SUPPLEMENT, DossierStatus.WITHDRAWN, DossierStatus.RETURNED):  # fmt: skip
        make_dossier(world, status=status, version=version, applicant=make_citizen())
    work()
    assert recounting.check().holds
    assert DossierFact.objects.count() == Dossier.objects.count()
    outcomes = Counter(DossierFact.objects.values_list("status", "outcome", "timing"))
    assert outcomes == {
        (1, "open", ""): 1,
        (3, "not_received", ""): 1,
        (4, "open", ""): 1,
        (5, "open", ""): 1,
        (7, "withdrawn", ""): 1,
        (10, "done", "early"): 1,
    }
