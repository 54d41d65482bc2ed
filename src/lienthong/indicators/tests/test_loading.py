"""Dossiers made by the thousand agree with their figures."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from lienthong.accounts.tests.factories import make_person
from lienthong.dossiers import api as dossiers
from lienthong.dossiers.models import Dossier, HistoryEntry, Result
from lienthong.dossiers.tests.factories import NOW, make_dossier, make_procedure
from lienthong.files.tests.factories import make_pdf, store
from lienthong.indicators.models import DossierFact, Figure
from lienthong.indicators.services import loading, recounting
from lienthong.kernel.errors import ForbiddenError

COUNT = 400
ALL = COUNT + 1  # with the one whose result lends its file


def load(world, *, count: int = COUNT) -> list[int]:
    person = make_person("Trần Văn Mẫu")
    return list(
        dossiers.load_demo(
            count=count,
            procedures=[
                dossiers.LoadedProcedure(version_id=make_procedure().pk, form_id=None, limit_days=days)
                for days in (60, 2)
            ],
            agencies=[
                dossiers.LoadedAgency(agency_id=world.office(key).pk, code=code)
                for key, code in (("ward", "H17.50"), ("other_ward", "H17.51"))
            ],
            people=[dossiers.LoadedPerson(person_id=person.pk, name="Trần Văn Mẫu", search_key="tran van mau")],
            now=NOW,
        )
    )


def test_a_load_is_counted_exactly_and_plausibly(world, settings, capsys):
    settings.DEMO = True
    paper, sample = store(make_pdf()), make_dossier(world)
    Result.objects.create(
        dossier=sample,
        state="issued",
        number="1/GXN",
        verification_code="MAU",
        file=paper,
        agency=world.office("ward"),
    )
    assert load(world) == [COUNT]
    assert Result.objects.exclude(dossier=sample).filter(state="issued", file=paper).count() > COUNT / 4
    assert list(loading.make_facts(after=0)) == [ALL]
    recounting.rebuild_figures()
    checked = recounting.check()
    assert checked.holds, checked
    assert (checked.facts, checked.cells) == (ALL, Figure.objects.count())

    statuses = set(Dossier.objects.values_list("status", flat=True))
    assert {3, 4, 7, 10} <= statuses
    timings = set(DossierFact.objects.values_list("timing", flat=True))
    assert {"", "early", "late"} <= timings
    assert not Dossier.objects.filter(submitted_at__gt=NOW).exists()
    assert not HistoryEntry.objects.filter(at__gt=NOW).exists()

    call_command("indicators_recount", "--check")
    assert f"{ALL} dossiers" in capsys.readouterr().out
    Figure.objects.filter(pk=Figure.objects.order_by("pk").first().pk).update(ended=999)
    with pytest.raises(CommandError):
        call_command("indicators_recount", "--check")


def test_nobody_fills_a_real_installation(world, settings):
    settings.DEMO = False
    with pytest.raises(ForbiddenError):
        load(world, count=1)
