"""Drafts keep what was typed, for their owner only, and two devices never overwrite each other silently."""

import pytest

from lienthong.forms import api
from lienthong.forms.tests.factories import NOW, make_form, make_principal, text_field

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_principal()


@pytest.fixture
def form():
    step = {"sections": [{"fields": [{"name": "a", "label": "A"}]}], "key": "mot", "title": "Một"}
    other = {"sections": [{"fields": [{"name": "b", "label": "B"}]}], "key": "hai", "title": "Hai"}
    return make_form({"a": text_field(), "b": {"type": "integer"}}, steps=[step, other])


@pytest.fixture
def draft(owner, form):
    return api.open_draft(principal=owner, form=form, context_key="procedure:1", now=NOW)


def save(owner, draft, step, answers, version):
    return api.autosave(
        principal=owner, draft_uuid=draft.uuid, step=step, answers=answers, version=version, now=NOW
    ).draft


def test_answers_are_kept_as_typed_even_when_invalid(owner, draft):
    save(owner, draft, "hai", {"b": "mười hai"}, 0)
    assert api.get_draft(principal=owner, uuid=draft.uuid).answers == {"b": "mười hai"}


def test_opening_again_resumes(owner, form, draft):
    save(owner, draft, "mot", {"a": "x"}, 0)
    again = api.open_draft(principal=owner, form=form, context_key="procedure:1", now=NOW)
    assert (again.uuid, again.answers) == (draft.uuid, {"a": "x"})


def test_foreign_draft_is_not_found(draft):
    stranger = make_principal()
    with pytest.raises(api.DraftNotFoundError):
        api.get_draft(principal=stranger, uuid=draft.uuid)
    with pytest.raises(api.DraftNotFoundError):
        save(stranger, draft, "mot", {"a": "x"}, 0)


def test_two_devices_on_different_steps_do_not_conflict(owner, draft):
    save(owner, draft, "mot", {"a": "phone"}, 0)
    merged = save(owner, draft, "hai", {"b": 3}, 0)
    assert merged.answers == {"a": "phone", "b": 3}


def test_two_devices_on_the_same_step_get_a_choice_and_lose_nothing(owner, draft):
    save(owner, draft, "mot", {"a": "phone"}, 0)
    with pytest.raises(api.DraftConflictError) as refused:
        save(owner, draft, "mot", {"a": "desktop"}, 0)
    assert refused.value.facts["version"] == 1
    now_draft = api.get_draft(principal=owner, uuid=draft.uuid)
    assert now_draft.answers == {"a": "phone"}
    (copy,) = api.list_copies(draft=now_draft)
    chosen = api.choose_copy(principal=owner, draft_uuid=draft.uuid, copy_uuid=copy.uuid, now=NOW)
    assert chosen.answers == {"a": "desktop"}
    (kept,) = api.list_copies(draft=chosen)
    assert kept.answers == {"a": "phone"}


def test_saving_the_same_again_is_no_conflict(owner, draft):
    save(owner, draft, "mot", {"a": "x"}, 0)
    repeated = api.autosave(principal=owner, draft_uuid=draft.uuid, step="mot", answers={"a": "x"}, version=0, now=NOW)
    assert not repeated.is_changed


def test_discarding_removes_everything(owner, draft):
    api.discard_draft(principal=owner, draft_uuid=draft.uuid, now=NOW)
    with pytest.raises(api.DraftNotFoundError):
        api.get_draft(principal=owner, uuid=draft.uuid)
