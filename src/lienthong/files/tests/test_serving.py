import io
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse
from PIL import Image

from lienthong.accounts.tests.factories import make_account
from lienthong.files import api as files
from lienthong.files import policies, tasks
from lienthong.files.models import Blob, File
from lienthong.files.services import sweeping
from lienthong.files.store import get_store
from lienthong.files.tests.factories import NOW, make_docx, make_pdf, make_picture, make_principal, store
from lienthong.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    account = make_account()
    client.force_login(account)
    return account


@pytest.fixture
def owner_of_papers(reader, monkeypatch):
    """Register a checker that lets the reader see one thing only."""
    monkeypatch.setattr(policies, "_CHECKERS", {})
    files.register_access(
        "dossiers.dossier", lambda principal, owner_id: principal.account_id == reader.pk and owner_id == "mine"
    )


def address(file, page=None):
    return reverse("files:page", args=[file.uuid, page]) if page else reverse("files:download", args=[file.uuid])


def get(client, where, query=None):
    """Fetch an address and read it to the end, so that the opened content is closed."""
    response = client.get(where, query)
    response.body = b"".join(response.streaming_content) if response.streaming else response.content
    return response


def attached(owner_id="mine", content=None, name="Đơn đề nghị số 1.pdf", **options):
    file = store(content or make_pdf(2), name, **options)
    files.attach(file_id=file.pk, owner_type="dossiers.dossier", owner_id=owner_id)
    return file


def test_the_owner_of_the_thing_downloads_with_a_vietnamese_name(client, owner_of_papers):
    file = attached()
    response = get(client, address(file))
    assert response.status_code == 200
    assert response.body == make_pdf(2)
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('Đơn đề nghị số 1.pdf')}"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


def test_a_download_of_a_personal_paper_is_recorded(client, reader, owner_of_papers):
    personal, public = attached(), attached(is_personal=False, name="b.pdf")
    for file in (personal, public):
        get(client, address(file))
        get(client, address(file, 1))
        get(client, address(file, 2))
    entries = AuditEntry.objects.filter(actor_id=str(reader.uuid)).order_by("id")
    assert [(entry.action, entry.subject_id) for entry in entries] == [
        ("files.file.downloaded", str(personal.uuid)),
        ("files.file.viewed", str(personal.uuid)),
    ]


@pytest.mark.parametrize("page", [None, 1])
def test_a_foreign_paper_is_not_found(client, owner_of_papers, page):
    assert get(client, address(attached("theirs"), page)).status_code == 404


def test_nobody_reads_without_a_registered_checker(client, reader, monkeypatch):
    monkeypatch.setattr(policies, "_CHECKERS", {})
    assert get(client, address(attached())).status_code == 404


def test_a_stranger_without_login_finds_nothing(client):
    assert get(client, address(attached())).status_code == 404


def test_an_unattached_file_is_seen_by_its_sender_only(client, reader, owner_of_papers):
    from lienthong.accounts.api import Principal

    mine = store(make_pdf(), principal=Principal(account_id=reader.pk, account_uuid=str(reader.uuid), kind="citizen"))
    theirs = store(make_pdf(), principal=make_principal())
    assert get(client, address(mine)).status_code == 200
    assert get(client, address(theirs)).status_code == 404
    files.attach(file_id=mine.pk, owner_type="dossiers.dossier", owner_id="theirs")
    assert get(client, address(mine)).status_code == 404


def test_two_checkers_for_one_type_are_a_programming_error(owner_of_papers):
    with pytest.raises(ValueError, match="two access checkers"):
        files.register_access("dossiers.dossier", lambda principal, owner_id: True)


def test_pages_are_pictures(client, owner_of_papers, data_folder):
    file = attached()
    response = get(client, address(file, 2))
    assert response["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(response.body)) as picture:
        assert picture.size[0] == 1100
    assert len(list((data_folder / "previews").rglob("*.png"))) == 1
    assert get(client, address(file, 2)).body == response.body
    assert get(client, address(file, 3)).status_code == 404


def test_the_job_draws_the_first_pages_ahead(data_folder):
    file = store(make_pdf(5))
    tasks.preview(blob_id=file.blob_id)
    assert len(list((data_folder / "previews").rglob("*.png"))) == 3


@pytest.mark.parametrize(("content", "name", "status"), [(make_picture(), "a.jpg", 200), (make_docx(), "a.docx", 404)])
def test_pictures_have_a_preview_and_documents_none(client, owner_of_papers, content, name, status):
    assert get(client, address(attached(content=content, name=name), 1)).status_code == status


def test_a_browser_may_show_but_not_run(client, owner_of_papers):
    response = get(client, address(attached()), {"xem": ""})
    assert response["Content-Disposition"].startswith("inline")
    word = get(client, address(attached(content=make_docx(), name="a.docx")), {"xem": ""})
    assert word["Content-Disposition"].startswith("attachment")


def test_only_reading_is_allowed(client, owner_of_papers):
    assert client.post(address(attached())).status_code == 405


@pytest.mark.parametrize("count", [1, 10])
def test_a_download_costs_few_statements(client, owner_of_papers, count, django_assert_max_num_queries):
    made = [attached(content=make_pdf(number + 1)) for number in range(count)]
    get(client, address(made[0]))
    with django_assert_max_num_queries(14):
        get(client, address(made[0]))


@pytest.mark.parametrize("count", [1, 10])
def test_a_list_of_papers_costs_one_statement(count, django_assert_num_queries):
    for number in range(count):
        attached(content=make_pdf(number + 1))
    with django_assert_num_queries(1):
        found = files.list_files(owner_type="dossiers.dossier", owner_id="mine")
        assert [file.blob.pages for file in found] == list(range(1, count + 1))


def test_what_nobody_keeps_is_swept_with_its_content():
    kept, dropped, shared = attached(content=make_pdf(3)), store(make_pdf(4)), store(make_pdf(3), "b.pdf")
    File.objects.update(created_at=NOW - timedelta(days=31))
    fresh = store(make_pdf(5))
    assert sweeping.sweep(before=NOW - timedelta(days=30), now=NOW) == 2
    assert set(File.objects.all()) == {kept, fresh}
    assert get_store().holds(kept.blob.sha256)
    assert not get_store().holds(dropped.blob.sha256)
    assert shared.blob_id == kept.blob_id
    assert Blob.objects.count() == 2


def test_a_detached_file_is_swept_and_can_be_sent_again():
    file = attached()
    files.detach(file_id=file.pk, owner_type="dossiers.dossier", owner_id="mine")
    File.objects.update(created_at=NOW - timedelta(days=31))
    sweeping.sweep(before=NOW, now=NOW)
    assert not get_store().holds(file.blob.sha256)
    again = store(make_pdf(2))
    assert files.read_file(file=again) == make_pdf(2)
