"""Programs file with a paper that the person has already (NĐ 224/2026/NĐ-CP, Điều 15), as the page does."""

import pytest

from lienthong.dossiers import api as dossiers
from lienthong.dossiers.models import Dossier, DossierDocument
from lienthong.files.tests.factories import make_pdf, make_upload
from lienthong.kernel import clock
from lienthong.rest.tests.conftest import application, make_official_caller
from lienthong.rest.tests.test_statements import statements
from lienthong.vault import api as vault
from lienthong.vault.models import DocumentUse
from lienthong.vault.services.keeping import add_upload
from lienthong.vault.tests.test_once_only import granted

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(world, citizen):
    """Give the paper that a first dossier brought into Lan's vault."""
    _first, document = granted(world, citizen, now=clock.now())
    return document


def add_own(citizen, at=1):
    """Put a paper that nobody has compared into the vault."""
    upload = make_upload(make_pdf(at), f"{at}.pdf", "application/pdf")
    return add_upload(principal=citizen, title=f"Giấy tờ {at}", upload=upload, now=clock.now())


def with_paper(world, procedure, document):
    """Give the body that files a paper of the vault."""
    papers = [{"key": "proof", "vault_document": str(document.uuid)}]
    return application(world, procedure, "", documents=papers)


def test_what_is_listed_is_filed_and_the_officer_need_not_compare_it(world, procedure, citizen, lan, held):
    add_own(citizen)
    own, listed = lan.get("/vault/documents", group="usable").json()["items"]
    assert (listed["id"], listed["origin"], listed["is_usable"], listed["is_verified"]) == (
        str(held.uuid),
        "result",
        True,
        True,
    )
    assert (own["origin"], own["is_verified"], own["kind"]) == ("upload", False, None)
    assert lan.client.get(listed["file"]["url"]).getvalue().startswith(b"%PDF")
    body = with_paper(world, procedure, held)
    filed = lan.post("/dossiers", body, key="lan-nop-tu-kho")
    assert filed.status_code == 201, filed.content
    again = lan.post("/dossiers", body, key="lan-nop-tu-kho")
    assert (again.status_code, again.json()["id"]) == (200, filed.json()["id"])
    assert DocumentUse.objects.get(document=held).used_id == filed.json()["id"]

    desk = make_official_caller(world, "receptionist")
    paper = desk.get(f"/dossiers/{filed.json()['id']}/documents").json()["documents"][0]
    assert (paper["origin"], paper["is_verified"], paper["file"]["id"]) == ("vault", True, listed["file"]["id"])
    dossier = Dossier.objects.get(uuid=filed.json()["id"])
    assert dossiers.load_desk(dossier=dossier, public_only=False).held[held.uuid].is_verified


def test_ones_own_upload_is_filed_but_waits_for_the_officers_comparison(world, procedure, citizen, lan):
    own = add_own(citizen)
    filed = lan.post("/dossiers", with_paper(world, procedure, own), key="lan-nop-giay-tu-them")
    assert filed.status_code == 201
    assert not DossierDocument.objects.get(dossier__uuid=filed.json()["id"]).is_verified


@pytest.mark.parametrize("case", ["stranger", "revoked"])
def test_a_foreign_or_revoked_paper_is_refused_at_its_place(world, procedure, citizen, lan, binh, held, case):
    if case == "revoked":
        vault.end(
            source_type=held.source_type,
            source_id=held.source_id,
            why="Cấp sai",
            at=clock.now(),
            actor=citizen.actor(),
        )
    who = binh if case == "stranger" else lan
    refused = who.post("/dossiers", with_paper(world, procedure, held), key="giay-khong-dung-duoc")
    assert refused.status_code == 422
    assert [(error["pointer"], error["detail"]) for error in refused.json()["errors"]] == [
        (
            "/documents/0/vault_document",
            "Giấy tờ trong kho không còn dùng được: đã hết hạn, bị thu hồi hoặc thay thế.",
        )
    ]
    assert not DocumentUse.objects.exists()
    assert who.get("/vault/documents", group="usable").json()["items"] == []
    ended = who.get("/vault/documents", group="ended").json()["items"]
    assert [(row["state"], row["ended_why"], row["is_usable"]) for row in ended] == (
        [("revoked", "Cấp sai", False)] if case == "revoked" else []
    )


def test_a_supplement_takes_a_paper_of_the_vault_too(world, procedure, citizen, lan, held):
    file = lan.upload().json()["id"]
    dossier = lan.post("/dossiers", application(world, procedure, file), key="lan-nop-truoc-da").json()["id"]
    desk, specialist = make_official_caller(world, "receptionist"), make_official_caller(world, "specialist")
    for who, end in ((desk, {"outcome": "accept"}), (specialist, {"outcome": "supplement", "note": "Thiếu giấy."})):
        task = next(row["id"] for row in who.get("/tasks").json()["items"] if row["dossier"] == dossier)
        assert who.post(f"/tasks/{task}/complete", end).status_code == 200
    both = {"documents": [{"key": "proof", "file": file, "vault_document": str(held.uuid)}]}
    refused = lan.post(f"/dossiers/{dossier}/supplement", both)
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/documents/0/vault_document"]
    papers = {"documents": [{"key": "proof", "vault_document": str(held.uuid)}]}
    assert lan.post(f"/dossiers/{dossier}/supplement", papers, key="bo-sung-tu-kho").status_code == 200
    newest = DossierDocument.objects.filter(dossier__uuid=dossier).latest("id")
    assert (newest.vault_document, newest.is_verified, newest.round) == (held.uuid, True, 1)


def test_the_list_takes_as_many_statements_for_ten_papers_as_for_one_and_goes_on_by_cursor(citizen, lan, binh, world):
    add_own(citizen)
    one = statements(lambda: lan.get("/vault/documents"))
    for at in range(2, 11):
        add_own(citizen, at)
    assert statements(lambda: lan.get("/vault/documents")) == one <= 2
    first = lan.get("/vault/documents", size=6).json()
    second = lan.get("/vault/documents", size=6, cursor=first["next"]).json()
    titles = [row["title"] for row in first["items"] + second["items"]]
    assert titles == [f"Giấy tờ {at}" for at in range(10, 0, -1)]
    assert second["next"] is None
    assert binh.get("/vault/documents").json()["items"] == []
    assert make_official_caller(world, "receptionist").get("/vault/documents").json()["items"] == []
