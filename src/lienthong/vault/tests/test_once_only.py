"""A result enters the vault; the next application offers it; what has ended is not offered."""

from datetime import timedelta
from uuid import uuid4

import pytest

from lienthong.catalogue import api as catalogue
from lienthong.dossiers import api as dossiers
from lienthong.dossiers.models import DossierDocument, Provenance
from lienthong.dossiers.services import keeping as following
from lienthong.dossiers.tests.factories import (
    NOW,
    do,
    make_application,
    make_citizen,
    make_document,
    make_dossier,
    make_procedure,
)
from lienthong.files.tests.factories import make_pdf, make_upload
from lienthong.vault import api as vault
from lienthong.vault.matching import WantedPaper, keys_of, type_of, types_for
from lienthong.vault.models import DocumentType, DocumentUse, VaultDocument
from lienthong.vault.queries import types_in_force
from lienthong.vault.services.keeping import add_upload


@pytest.fixture
def asking() -> catalogue.ProcedureVersion:
    """Publish a procedure that asks for the certificate of marital status."""
    return make_procedure(documents=(make_document("hon-nhan", "Giấy xác nhận tình trạng hôn nhân"),))


def granted(world, applicant, now=NOW):
    """Bring a dossier to its certificate of marital status, and let the vault follow."""
    version = make_procedure(results=(catalogue.ResultContent("Giấy xác nhận tình trạng hôn nhân"),), now=now)
    dossier = make_dossier(world, status=dossiers.DossierStatus.DONE, applicant=applicant, version=version, now=now)
    following.follow(dossier_uuid=dossier.uuid, now=now)
    return dossier, VaultDocument.objects.get(source_type="dossiers.result", person_id=applicant.person_id)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Giấy khai sinh", "giay khai sinh"),
        ("Bản sao giấy khai sinh", "giay khai sinh"),
        ("Giấy chứng sinh (bản điện tử hoặc bản chụp, nộp bản chính khi nhận kết quả)", "giay chung sinh"),
        ("Giấy đăng ký doanh nghiệp/hộ kinh doanh", "giay dang ky doanh nghiep"),
        ("Hộ chiếu  còn hạn", "ho chieu con han"),
        ("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "giay xac nhan tinh trang hon nhan"),
    ],
)
def test_a_paper_is_recognised_by_its_name(name, key):
    assert key in keys_of(name)


@pytest.mark.parametrize(
    ("procedure", "key", "name", "code"),
    [
        ("1.000894", "x", "Giấy xác nhận tình trạng hôn nhân", "marital-status"),
        ("1.004873", "giay-xac-nhan-da-cap-truoc-do", "Giấy xác nhận đã cấp trước đó", "marital-status"),
        ("1.000656", "x", "Bản sao giấy chứng tử", "death-extract"),
        ("1.014199", "x", "Hộ chiếu còn hạn", "passport"),
        ("9.999999", "giay-xac-nhan-da-cap-truoc-do", "Giấy xác nhận đã cấp trước đó", None),
        ("1.001193", "x", "Giấy chứng sinh", None),
    ],
)
def test_the_seeds_say_what_satisfies_a_required_paper(kinds, procedure, key, name, code):
    found = types_for(WantedPaper(key=key, name=name, procedure=procedure), types_in_force(on=NOW.date()))
    assert (code in found) if code else (not found)


def test_every_kind_of_the_seeds_names_its_law_and_is_loaded_once(kinds):
    assert all(row.legal_basis for row in DocumentType.objects.all())
    types = types_in_force(on=NOW.date())
    assert len({row.code for row in types}) == len(types) >= 14
    found = type_of(title="Giấy xác nhận tình trạng hôn nhân", procedure="1.004873", types=types)
    assert found is not None
    assert found.code == "marital-status"


def test_an_issued_result_is_kept_once_with_its_signature_checked(world):
    lan = make_citizen()
    dossier, document = granted(world, lan)
    following.follow(dossier_uuid=dossier.uuid, now=NOW + timedelta(hours=1))
    assert VaultDocument.objects.count() == 1
    assert document.signature == "valid"
    assert document.is_verified
    assert document.issuer_id == world.office("ward").pk
    assert (document.type.code, document.valid_until.isoformat()) == ("marital-status", "2027-05-20")
    assert document.number.endswith("GXN-UBND")


def test_the_next_application_uses_the_paper_again_without_an_upload(world, asking):
    lan = make_citizen()
    _first, document = granted(world, lan)
    offered = vault.offers(
        owner=vault.Owner(person_id=lan.person_id),
        wanted=dossiers.wanted_papers(catalogue.required_documents(version=asking), procedure=asking.code),
        now=NOW,
    )
    assert [row.pk for row in offered["hon-nhan"]] == [document.pk]
    dossier = dossiers.submit(
        principal=lan,
        application=make_application(
            world, asking, documents=[dossiers.DocumentInput(key="hon-nhan", vault_uuid=document.uuid)]
        ),
        now=NOW,
    )
    paper = DossierDocument.objects.get(dossier=dossier)
    assert (paper.origin, paper.vault_document, paper.is_verified) == (Provenance.VAULT, document.uuid, True)
    assert paper.file_id == document.file_id
    use = DocumentUse.objects.get(document=document)
    assert (use.used_id, use.label) == (str(dossier.uuid), f"Hồ sơ {dossier.code}")
    specialist = world.official("ward", "receptionist")
    desk = dossiers.load_desk(dossier=dossier, public_only=False)
    assert desk.held[document.uuid].is_verified
    assert dossiers.get_dossier_for(principal=specialist, uuid=dossier.uuid) == dossier


@pytest.mark.parametrize("case", ["stranger", "expired", "revoked", "unknown"])
def test_what_does_not_hold_or_is_somebody_elses_is_neither_offered_nor_taken(world, asking, case):
    lan, other = make_citizen(), make_citizen("Trần Văn Bình")
    _first, document = granted(world, lan)
    who, at, uuid = lan, NOW, document.uuid
    if case == "stranger":
        who = other
    elif case == "expired":
        at = NOW + timedelta(days=200)
    elif case == "revoked":
        vault.end(
            source_type=document.source_type,
            source_id=document.source_id,
            why="Cấp sai",
            at=NOW,
            actor=lan.actor(),
        )
    else:
        uuid = uuid4()
    wanted = [WantedPaper(key="hon-nhan", name="Giấy xác nhận tình trạng hôn nhân")]
    if case != "unknown":
        assert not vault.offers(owner=vault.Owner(person_id=who.person_id), wanted=wanted, now=at)
    with pytest.raises(dossiers.SubmissionInvalidError) as refused:
        dossiers.submit(
            principal=who,
            application=make_application(
                world, asking, documents=[dossiers.DocumentInput(key="hon-nhan", vault_uuid=uuid)]
            ),
            now=at,
        )
    assert "documents.hon-nhan" in refused.value.field_errors
    assert not DocumentUse.objects.exists()


def test_a_paper_that_ends_after_it_was_used_is_shown_to_the_officer(world, asking):
    lan = make_citizen()
    first, document = granted(world, lan)
    second = dossiers.submit(
        principal=lan,
        application=make_application(
            world, asking, documents=[dossiers.DocumentInput(key="hon-nhan", vault_uuid=document.uuid)]
        ),
        now=NOW,
    )
    row = dossiers.propose(
        principal=world.official("ward", "specialist"),
        dossier=first,
        kind="revoke",
        reason="Khai gian dối",
        public_reason="Cấp không đúng quy định.",
        decision_number="15/QĐ-UBND",
        version=None,
        now=NOW,
    )
    dossiers.decide(
        principal=world.official("ward", "leader"), dossier=first, uuid=row.uuid, accepted=True, answer="", now=NOW
    )
    following.follow(dossier_uuid=first.uuid, now=NOW)
    held = dossiers.load_desk(dossier=second, public_only=False).held[document.uuid]
    assert (held.state, held.ended_why) == ("revoked", "Cấp không đúng quy định.")


def test_ones_own_upload_is_usable_and_is_compared_once_for_all(world, asking):
    lan = make_citizen()
    own = add_upload(
        principal=lan,
        title="Giấy xác nhận tình trạng hôn nhân",
        upload=make_upload(make_pdf(), "giay.pdf", "application/pdf"),
        now=NOW,
    )
    assert not own.is_verified
    dossier = dossiers.submit(
        principal=lan,
        application=make_application(
            world, asking, documents=[dossiers.DocumentInput(key="hon-nhan", vault_uuid=own.uuid)]
        ),
        now=NOW,
    )
    paper = DossierDocument.objects.get(dossier=dossier)
    assert not paper.is_verified
    receptionist = world.official("ward", "receptionist")
    dossiers.confirm_compared(principal=receptionist, dossier=dossier, document=paper, now=NOW)
    own.refresh_from_db()
    paper.refresh_from_db()
    assert own.is_verified
    assert paper.is_verified
    assert own.verified_by == f"{receptionist.name}, {world.office('ward').name}"
    with pytest.raises(vault.AlreadyVerifiedError):
        dossiers.confirm_compared(principal=receptionist, dossier=dossier, document=paper, now=NOW)
    do(world, dossier, "check", "accept")


def test_offers_cost_the_same_for_one_paper_and_for_ten(world, asking, django_assert_num_queries):
    lan = make_citizen()
    wanted = [WantedPaper(key=str(at), name="Giấy xác nhận tình trạng hôn nhân") for at in range(10)]
    for count in (1, 9):
        for at in range(count):
            add_upload(
                principal=lan,
                title="Giấy xác nhận tình trạng hôn nhân",
                upload=make_upload(make_pdf(at + 1), f"{at}.pdf", "application/pdf"),
                now=NOW,
            )
        with django_assert_num_queries(2):
            found = vault.offers(owner=vault.Owner(person_id=lan.person_id), wanted=wanted, now=NOW)
        assert set(found) == {row.key for row in wanted}
