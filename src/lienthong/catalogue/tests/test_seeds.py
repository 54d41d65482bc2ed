"""The seeded procedures: complete, in force in both periods, loaded once."""

from datetime import date

import pytest
from django.conf import settings
from django.core.management import call_command

from lienthong.catalogue import api
from lienthong.catalogue.models import LegalBasis, ProcedureVersion, RawRecord

pytestmark = pytest.mark.django_db

NOW_IN_FORCE = date(2026, 11, 20)
BEFORE_REFORM = date(2025, 6, 30)


@pytest.fixture
def seeded():
    """Load the seeds of the catalogue."""
    call_command("catalogue_seed", verbosity=0)


def test_seeding_loads_all_procedures_and_repeats_without_change(seeded, capsys):
    assert ProcedureVersion.objects.in_force(NOW_IN_FORCE).count() == 68
    assert RawRecord.objects.count() == 68
    before = ProcedureVersion.objects.count()
    call_command("catalogue_seed")
    assert "0 mới, 0 cập nhật, 68 giữ nguyên, 0 bị từ chối" in capsys.readouterr().out
    assert ProcedureVersion.objects.count() == before


def test_birth_registration_says_what_the_law_says(seeded):
    version = api.get_procedure(code="1.001193", on=NOW_IN_FORCE)
    assert version.process_key == "commune_birth_registration"
    assert version.form_key == "procedure-1.001193"
    limit = api.time_limit(version=version)
    assert (limit.amount, limit.unit) == (0, "immediate")
    assert [one.amount for one in api.time_limits(version=version)] == [0, 1, 3]
    assert [fee.amount for fee in api.fees(version=version)] == [0, 8000]
    documents = api.required_documents(version=version)
    assert documents[0].name == "Tờ khai đăng ký khai sinh"
    assert documents[0].requirement == "required"
    assert version.sector.name == "Hộ tịch"
    # the portal's record tells the day of the decision, and of its publication only when it entered the record
    assert (str(version.decided_on), version.effective_on, version.publicised_on) == ("2026-01-16", None, None)
    shown = api.get_procedure(code="2.001827", on=NOW_IN_FORCE)
    assert (str(shown.decided_on), str(shown.publicised_on)) == ("2026-05-25", "2026-06-03")


def test_old_long_code_leads_to_the_same_procedure(seeded):
    """Basis: the old long form of codes carries the agency's identifier."""
    assert api.get_procedure(code="1.001193.000.00.00.H56", on=NOW_IN_FORCE).code == "1.001193"


@pytest.mark.parametrize(
    ("code", "before", "now"),
    [
        ("1.013225", ["district"], ["commune"]),  # Luật 72/2025/QH15: district duties moved to the commune
        ("1.001612", ["district"], ["commune"]),
        ("1.001193", ["commune"], ["commune"]),
        ("1.014061", ["district"], ["commune"]),
    ],
)
def test_levels_before_and_after_the_reform(seeded, code, before, now):
    earlier = api.get_procedure(code=code, on=BEFORE_REFORM)
    assert earlier.levels == before
    assert earlier.is_reconstructed
    current = api.get_procedure(code=code, on=date(2025, 7, 1))
    assert current.levels == now
    assert current.levels_before == before


def test_earlier_versions_name_no_later_law(seeded):
    symbols = LegalBasis.objects.filter(version__is_reconstructed=True).values_list("symbol", flat=True)
    assert not [symbol for symbol in symbols if "/2026/" in symbol]


def test_nothing_is_in_force_before_the_first_version(seeded):
    with pytest.raises(api.ProcedureNotFoundError):
        api.get_procedure(code="1.001193", on=date(2020, 1, 1))


def test_every_form_and_life_event_named_exists(seeded):
    events = {event.key for event in api.life_events(on=NOW_IN_FORCE)}
    versions = ProcedureVersion.objects.in_force(NOW_IN_FORCE)
    assert {key for version in versions for key in version.life_events} <= events
    assert versions.exclude(form_key="").count() == 45
    processes = set(versions.values_list("process_key", flat=True))
    assert processes == {
        "standard",
        "instant_certification",
        "commune_birth_registration",
        "commune_to_province",
        "parallel_consultation",
        "financial_duty",
        "site_inspection",
        "newborn_bundle",
    }
    assert (settings.SEEDS / "catalogue" / "procedure.schema.json").exists()
