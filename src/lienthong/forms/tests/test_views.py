"""The endpoints a page talks to: saving as typed, conflict, files, foreign drafts, the schema for programs."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from jsonschema import Draft202012Validator

from lienthong.accounts.models import Account
from lienthong.accounts.tests.factories import sign_in
from lienthong.files import api as files
from lienthong.forms import api
from lienthong.forms.models import Draft
from lienthong.forms.tests.factories import NOW, make_form, make_principal, text_field
from lienthong.kernel.models import OutboxEvent

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def owner():
    return make_principal()


@pytest.fixture
def draft(owner):
    photo = {"type": "array", "items": {"type": "string", "format": "uuid"}, "maxItems": 2, "x-lt": {"format": "file"}}
    form = make_form({"a": text_field(), "ngay": {"type": "string", "format": "date"}, "anh": photo})
    return api.open_draft(principal=owner, form=form, context_key="procedure:1", now=NOW)


@pytest.fixture
def browser(client, owner):
    sign_in(client, Account.objects.get(pk=owner.account_id))
    return client


def test_a_change_is_saved_as_typed(browser, owner, draft):
    post = {"a": "Lan", "ngay.day": "31", "ngay.month": "2", "ngay.year": "2025", "_version": "0"}
    answer = browser.post(f"/bieu-mau/nhap/{draft.uuid}/buoc/mot/", post)
    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    assert api.get_draft(principal=owner, uuid=draft.uuid).answers["ngay"]["day"] == "31"


def test_the_later_device_is_asked(browser, draft):
    url = f"/bieu-mau/nhap/{draft.uuid}/buoc/mot/"
    browser.post(url, {"a": "điện thoại", "_version": "0"})
    answer = browser.post(url, {"a": "máy tính", "_version": "0"})
    assert answer.status_code == 409
    chosen = browser.post(f"/bieu-mau/nhap/{draft.uuid}/ban-giu/{answer.json()['copy']}/")
    assert chosen.status_code == 200
    assert Draft.objects.get(pk=draft.pk).answers["a"] == "máy tính"


def test_a_stranger_finds_nothing(client, draft):
    assert client.post(f"/bieu-mau/nhap/{draft.uuid}/buoc/mot/", {"a": "x"}).status_code == 404


def test_files_are_kept_in_the_draft_and_let_go_with_it(browser, owner, draft):
    upload = SimpleUploadedFile("anh.png", PNG, content_type="image/png")
    answer = browser.post(f"/bieu-mau/nhap/{draft.uuid}/buoc/mot/", {"a": "x", "_file:anh": upload, "_version": "0"})
    assert answer.status_code == 200, answer.content
    held = api.get_draft(principal=owner, uuid=draft.uuid)
    (entry,) = held.attachments["anh"]
    assert held.answers["anh"] == [entry["file"]]
    assert held.answers["a"] == "x"
    file = files.get_file(uuid=entry["file"])
    assert files.owners_of(file=file) == (("forms.draft", str(draft.uuid)),)
    api.discard_draft(principal=owner, draft_uuid=draft.uuid, now=NOW)
    assert files.owners_of(file=files.get_file(uuid=entry["file"])) == ()


def test_a_file_where_none_is_asked_is_refused(browser, draft):
    upload = SimpleUploadedFile("anh.png", PNG, content_type="image/png")
    answer = browser.post(f"/bieu-mau/nhap/{draft.uuid}/buoc/mot/", {"_file:a": upload})
    assert answer.status_code == 422


def test_the_schema_for_programs_is_sound(client, draft):
    answer = client.get(f"/bieu-mau/{draft.form.key}/{draft.form.version}/luoc-do.json")
    found = answer.json()
    Draft202012Validator.check_schema(found)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["$id"].endswith("/luoc-do.json")


def test_old_drafts_are_announced_once_and_then_end(owner, draft):
    soon = draft.expires_at - timedelta(days=3)
    assert api.expire_drafts(now=soon) == (1, 0)
    assert api.expire_drafts(now=soon) == (0, 0)
    assert api.expire_drafts(now=draft.expires_at) == (0, 1)
    assert api.list_drafts(principal=owner) == ()
    names = list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))
    assert names == ["forms.draft.expiring", "forms.draft.expired"]


@pytest.mark.parametrize("count", [1, 10])
def test_listing_drafts_takes_one_statement(owner, draft, count, django_assert_num_queries):
    for number in range(count - 1):
        api.open_draft(principal=owner, form=draft.form, context_key=f"other:{number}", now=NOW)
    with django_assert_num_queries(1):
        assert len([each.form.title for each in api.list_drafts(principal=owner)]) == count


def test_prefill_marks_and_locks():
    form = make_form(
        {
            "ten": text_field(**{"x-lt": {"format": "person-name", "prefill": "person.full_name", "lock": True}}),
            "dt": text_field(**{"x-lt": {"format": "phone-vn", "prefill": "person.phone"}}),
        }
    )

    class Verified:
        value, verified, source = "Nguyễn Thị Lan", True, "eid"

    known = api.prefill(form=form, profile={"full_name": Verified}, earlier=[{"dt": "0912345678"}])
    assert known.values == {"ten": "Nguyễn Thị Lan", "dt": "0912345678"}
    assert known.sources["ten"].locked
    assert not known.sources["dt"].locked
