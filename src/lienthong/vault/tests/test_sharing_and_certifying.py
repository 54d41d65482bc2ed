"""One paper shown by a link; a paper original turned into a certified electronic copy."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from lienthong.accounts import api as accounts
from lienthong.accounts.models import AccessRecord
from lienthong.dossiers import api as dossiers
from lienthong.dossiers.models import DossierDocument
from lienthong.dossiers.tests.factories import (
    NOW,
    make_citizen,
    make_document,
    make_dossier,
    make_procedure,
    text_of,
    upload,
)
from lienthong.files import api as files
from lienthong.files.tests.factories import make_pdf, make_picture, make_upload
from lienthong.kernel import clock
from lienthong.vault import api as vault
from lienthong.vault.models import Certification, ShareLink
from lienthong.vault.services import sharing
from lienthong.vault.services.keeping import add_upload, remove_upload


@pytest.fixture
def lan(world):
    """Sign a citizen in."""
    return make_citizen()


@pytest.fixture
def paper(lan):
    """Give a paper the citizen added."""
    return add_upload(
        principal=lan, title="Bằng lái", upload=make_upload(make_pdf(), "bang.pdf", "application/pdf"), now=NOW
    )


def share(lan, paper, **change):
    """Share the paper, by default for three days and one opening."""
    values = {"purpose": "Thuê xe", "days": 3, "openings": 1, "now": NOW, **change}
    return sharing.share(principal=lan, uuid=paper.uuid, **values)


@pytest.mark.parametrize(
    ("change", "field"), [({"purpose": " "}, "purpose"), ({"days": 400}, "days"), ({"openings": 99}, "openings")]
)
def test_a_link_needs_a_purpose_a_time_and_a_count(lan, paper, change, field):
    with pytest.raises(vault.VaultInvalidError) as refused:
        share(lan, paper, **change)
    assert set(refused.value.field_errors) == {field}


def test_nobody_shares_what_is_not_theirs(paper):
    with pytest.raises(vault.DocumentMissingError):
        share(make_citizen("Trần Văn Bình"), paper)


@pytest.mark.parametrize("case", ["late", "used", "taken back", "wrong"])
def test_a_closed_link_opens_for_nobody(lan, paper, case):
    row, secret = share(lan, paper)
    at = NOW
    if case == "late":
        at = NOW + timedelta(days=3)
    elif case == "used":
        sharing.open_share(secret=secret, now=NOW)
    elif case == "taken back":
        sharing.take_back(principal=lan, uuid=paper.uuid, share_uuid=row.uuid, now=NOW)
        sharing.take_back(principal=lan, uuid=paper.uuid, share_uuid=row.uuid, now=NOW)
    else:
        secret += "x"
    with pytest.raises(vault.ShareClosedError):
        sharing.open_share(secret=secret, now=at)


def test_an_opening_is_counted_and_shown_to_the_owner(lan, paper):
    row, secret = share(lan, paper)
    assert secret not in str(ShareLink.objects.values())
    sharing.open_share(secret=secret, now=NOW)
    row.refresh_from_db()
    assert row.openings == 1
    seen = AccessRecord.objects.get(person_id=lan.person_id)
    assert (seen.ground, seen.purpose, seen.viewer_name) == ("shared", "Thuê xe", "")


def test_the_page_behind_a_link_counts_only_when_the_file_is_taken(lan, paper, settings):
    _row, secret = share(lan, paper, now=clock.now())
    page, client = reverse("vault:shared", args=[secret]), Client()
    for _look in range(3):
        assert "Thuê xe" in client.get(page).content.decode()
    taken = client.post(page)
    assert taken.getvalue().startswith(b"%PDF")
    assert client.get(page).status_code == 404
    assert client.post(page).status_code == 404


def test_a_paper_in_use_stays_and_an_unused_own_one_can_go(lan, paper):
    share(lan, paper)
    remove_upload(principal=lan, uuid=paper.uuid, now=NOW)
    with pytest.raises(vault.DocumentMissingError):
        remove_upload(principal=lan, uuid=paper.uuid, now=NOW)
    assert not files.list_files(owner_type="vault.document", owner_id=str(paper.uuid))


@pytest.mark.django_db(transaction=True)
def test_the_last_turn_of_a_link_goes_to_one_of_two_at_once(lan, paper):
    _row, secret = share(lan, paper)
    ready, done = threading.Barrier(2), []

    def run() -> None:
        ready.wait()
        try:
            sharing.open_share(secret=secret, now=NOW)
            done.append("open")
        except vault.ShareClosedError:
            done.append("closed")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["closed", "open"]


def scanned(world, lan):
    """Give a dossier with a scanned paper."""
    version = make_procedure(documents=(make_document("bang", "Bằng tốt nghiệp đại học"),))
    dossier = make_dossier(
        world,
        applicant=lan,
        version=version,
        documents=[dossiers.DocumentInput(key="bang", file_uuid=upload(lan, pages=2))],
    )
    return dossier, DossierDocument.objects.get(dossier=dossier)


def certify(world, dossier, document, *, post="leader", now=NOW):
    """Certify a scan as whoever holds a post at the ward."""
    return dossiers.certify_document(
        principal=world.official("ward", post),
        dossier=dossier,
        document=document,
        title="Bằng tốt nghiệp đại học",
        number="B-1234",
        issuer_name="Trường Đại học Bách khoa",
        issued_on=None,
        now=now,
    )


def test_a_certified_copy_carries_scan_statement_and_two_valid_signatures(world, lan):
    dossier, document = scanned(world, lan)
    row = certify(world, dossier, document)
    pdf = files.read_file(file=row.document.file)
    report = files.verify_pdf(pdf=pdf, now=NOW)
    assert report.state == "valid"
    assert [signature.kind for signature in report.signatures] == ["person", "agency"]
    text = text_of(pdf)
    for words in ("đúng với bản chính", "0001/2026-SCT/BS", row.verification_code, "Bằng tốt nghiệp đại học"):
        assert words in text
    assert row.pages == 2
    assert row.document.is_verified
    assert (row.document.origin, row.document.person_id) == ("certified", lan.person_id)
    told = dossiers.verify_by_code(code=row.verification_code)
    assert (told.is_copy, told.is_valid, told.number) == (True, True, "0001/2026-SCT/BS")
    assert dossiers.verify_by_file(pdf=pdf, now=NOW)[0] == told


def test_a_second_click_gives_the_same_copy_and_the_book_has_no_gap(world, lan):
    first, paper_one = scanned(world, lan)
    second, paper_two = scanned(world, lan)
    one = certify(world, first, paper_one)
    assert certify(world, first, paper_one, now=NOW + timedelta(seconds=2)) == one
    with pytest.raises(vault.VaultInvalidError):
        dossiers.certify_document(
            principal=world.official("ward", "leader"),
            dossier=second,
            document=paper_two,
            title="",
            number="",
            issuer_name="",
            issued_on=None,
            now=NOW,
        )
    certify(world, second, paper_two)
    assert list(Certification.objects.order_by("id").values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize("post", ["receptionist", "clerk", "specialist"])
def test_only_who_signs_for_the_agency_certifies(world, lan, post):
    dossier, document = scanned(world, lan)
    with pytest.raises(dossiers.NotAllowedError):
        certify(world, dossier, document, post=post)


def test_a_photo_of_the_original_is_certified_as_one_page(world, lan):
    file = files.store_upload(
        principal=lan,
        upload=make_upload(make_picture((600, 800)), "anh.jpg", "image/jpeg"),
        purpose="dossiers.document",
        now=NOW,
    )
    row = vault.certify(
        principal=world.official("ward", "leader"),
        agency_id=world.office("ward").pk,
        owner=vault.Owner(person_id=lan.person_id),
        original=vault.Original(title="Căn cước", scan=file),
        submission_key=uuid4(),
        now=NOW,
    )
    assert row.pages == 1
    assert files.verify_pdf(pdf=files.read_file(file=row.document.file), now=NOW).state == "valid"


def sign_in(principal) -> Client:
    """Open a browser without a page, signed in."""
    client = Client()
    client.force_login(accounts.find_account(account_id=principal.account_id))
    return client


def test_the_vaults_pages_show_ones_own_papers_only(world, lan, paper):
    mine, other = sign_in(lan), sign_in(make_citizen("Trần Văn Bình"))
    assert "Bằng lái" in mine.get(reverse("vault:documents")).content.decode()
    assert "Kho của bạn còn trống" in other.get(reverse("vault:documents")).content.decode()
    assert other.get(reverse("vault:document", args=[paper.uuid])).status_code == 404
    assert other.get(reverse("files:download", args=[paper.file.uuid])).status_code == 404
    assert mine.get(reverse("files:download", args=[paper.file.uuid])).getvalue().startswith(b"%PDF")
    made = mine.post(reverse("vault:document", args=[paper.uuid]), {"purpose": "Thuê xe", "days": "3", "openings": "1"})
    shown = mine.get(made["Location"].partition("#")[0]).content.decode()
    assert "/chia-se/" in shown
    assert "http" in shown
    assert "chỉ hiện một lần" not in mine.get(reverse("vault:document", args=[paper.uuid])).content.decode()


def test_a_list_of_papers_takes_the_same_statements_for_one_row_and_for_ten(
    world, lan, paper, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(lan)
    client.get(reverse("vault:documents"))
    with CaptureQueriesContext(connection) as first:
        assert client.get(reverse("vault:documents")).content.decode().count("is-first") == 1
    for at in range(9):
        add_upload(
            principal=lan,
            title=f"Giấy {at}",
            upload=make_upload(make_pdf(at + 2), "g.pdf", "application/pdf"),
            now=NOW,
        )
    with django_assert_num_queries(len(first.captured_queries)):
        assert client.get(reverse("vault:documents")).content.decode().count("is-first") == 10
