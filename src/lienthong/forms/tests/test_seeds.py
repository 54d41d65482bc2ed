"""The forms of the 45 procedures publish, take a complete answer, and refuse an empty one field by field."""

from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.http import QueryDict
from django.test import RequestFactory

from lienthong.forms import api
from lienthong.forms.areas import forget_areas
from lienthong.forms.models import CatalogueValue, FormVersion
from lienthong.forms.tests.complete import complete_answers
from lienthong.forms.tests.factories import NOW, TODAY
from lienthong.kernel.audit import SYSTEM
from lienthong.organisations.tests.factories import make_area

FOLDER: Path = settings.SEEDS / "forms"
FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker):
    """Load the seeds once for this module, undone at its end."""
    with django_db_blocker.unblock():
        from django.db import transaction

        outer = transaction.atomic()
        outer.__enter__()
        counts = api.load_seeds(folder=FOLDER, actor=SYSTEM, now=NOW)
        province = make_area("Hải Dương", code="T30", level="province", kind="tinh")
        commune = make_area("Xã An Bình", code="T10501", level="commune", kind="xa", parent=province)
        yield {"counts": counts, "area": {"province": str(province.uuid), "commune": str(commune.uuid)}}
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)
        forget_areas()


@pytest.fixture
def use(seeded, django_db_blocker):
    with django_db_blocker.unblock():
        yield seeded


def form_of(path: Path) -> api.FormVersion:
    return api.current_form(key=path.stem, on=TODAY)


def test_all_45_procedures_the_general_form_and_the_forms_of_steps_are_there(use):
    assert use["counts"]["forms"] == 48
    assert sum(path.stem.startswith("procedure-") for path in FILES) == 45


def test_loading_again_changes_nothing(use):
    assert api.load_seeds(folder=FOLDER, actor=SYSTEM, now=NOW) == {}


def test_ethnic_groups_are_54_and_nationalities_are_those_of_iso_3166(use):
    assert CatalogueValue.objects.filter(catalogue="ethnicities").exclude(code="55").count() == 54
    assert CatalogueValue.objects.filter(catalogue="nationalities").count() == 249


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_complete_answer_is_accepted_and_shown(use, path):
    form = form_of(path)
    answers = complete_answers(form, area=use["area"])
    validated = api.validate(form=form, answers=answers, on=TODAY)
    html = api.render_answers(form=form, answers=validated.answers)
    assert any(shown in html for shown in ("Nguyễn Thị Lan", "Nội dung", "05/03/2024"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_empty_answer_is_refused_at_each_required_field(use, path):
    form = form_of(path)
    with pytest.raises(api.AnswersInvalidError) as refused:
        api.validate(form=form, answers={})
    places = {where.split(".")[0] for where in refused.value.field_errors}
    # A part under a condition is asked only when the condition holds; with no answers it does not.
    wanted = {item.name for item in api.outline(form).fields if item.required and not item.when}
    assert places == wanted


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_step_is_drawn_and_an_empty_post_is_read(use, path):
    form = form_of(path)
    for step in api.outline(form).steps:
        html = api.render_step(RequestFactory().get("/"), form=form, step=step.key, on=TODAY)
        assert all(f'data-field="{item.path}"' in html for item in step.fields)
        assert "style=" not in html
        assert api.parse_post(form=form, step=step.key, data=QueryDict("")) is not None


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_prefill_names_known_profile_values_only(path):
    known = {"full_name", "identity_number", "birth_date", "sex", "nationality", "phone", "email", "address"}
    schema = yaml.safe_load(path.read_text(encoding="utf-8"))["schema"]
    for part in schema["properties"].values():
        name = part.get("x-lt", {}).get("prefill", "")
        assert not name or name.removeprefix("person.") in known


def test_copies_are_required_only_when_wanted(use):
    form = api.current_form(key="procedure-1.001193", on=TODAY)
    answers = complete_answers(form, area=use["area"])
    del answers["copies_count"]
    with pytest.raises(api.AnswersInvalidError) as refused:
        api.validate(form=form, answers=answers)
    assert list(refused.value.field_errors) == ["copies_count"]
    api.validate(form=form, answers={**answers, "copies_wanted": False})


def test_hidden_answers_stay_out_of_what_is_filed(use):
    form = api.current_form(key="procedure-1.001193", on=TODAY)
    answers = complete_answers(form, area=use["area"]) | {"copies_wanted": False}
    assert "copies_count" not in api.validate(form=form, answers=answers).answers


def test_the_birth_date_is_written_in_words(use):
    form = api.current_form(key="procedure-1.001193", on=TODAY)
    validated = api.validate(form=form, answers=complete_answers(form, area=use["area"]))
    words = "Ngày năm, tháng ba, năm hai nghìn không trăm hai mươi bốn"
    assert validated.computed["child_dob_words"] == words


def test_a_form_has_versions_and_answers_stay_on_theirs(use):
    old = api.current_form(key="general-application", on=TODAY)
    layout = {"steps": [{**old.layout["steps"][0], "title": "Người nộp"}, *old.layout["steps"][1:]]}
    newer = api.publish_form(
        actor=SYSTEM, key=old.key, title=old.title, schema=old.schema, layout=layout, valid_from=TODAY, now=NOW
    )
    assert newer.version == old.version + 1
    assert api.current_form(key=old.key, on=TODAY) == newer
    assert api.get_form(key=old.key, version=old.version).checksum == old.checksum
    assert FormVersion.objects.get(pk=old.pk).valid_to == TODAY
