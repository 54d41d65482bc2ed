"""The papers a dossier issues by itself, and its result: once, sealed, true, and checked by anybody."""

import io
import subprocess
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
from django.db import connection
from django.utils import translation

from lienthong.dossiers import api
from lienthong.dossiers.api import (
    DocumentInput,
    Dossier,
    DossierStateError,
    DossierStatus,
    NotAllowedError,
    SubmissionInvalidError,
)
from lienthong.dossiers.events import DossierChanged
from lienthong.dossiers.models import HistoryEntry, Paper
from lienthong.dossiers.services import papers_out
from lienthong.dossiers.tests.factories import (
    NOW,
    REASON,
    World,
    do,
    make_citizen,
    make_document,
    make_dossier,
    make_procedure,
    text_of,
    upload,
    work,
)
from lienthong.files import api as files
from lienthong.kernel import tasks
from lienthong.kernel.models import OutboxEvent

S = DossierStatus


def content(paper: Paper) -> str:
    return text_of(files.read_file(file=paper.file))


def issue(dossier: Dossier) -> list[Paper]:
    """Issue the papers that the whole history calls for, as the worker does entry by entry."""
    for entry in HistoryEntry.objects.filter(dossier=dossier).order_by("id"):
        papers_out.issue_for(entry_uuid=entry.uuid, now=NOW + timedelta(minutes=1))
    return list(Paper.objects.filter(dossier=dossier).select_related("file__blob").order_by("id"))


def test_the_receipt_says_what_was_handed_in_and_when_to_come_back(world: World) -> None:
    lan = make_citizen()
    version = make_procedure(
        limit=(3, "working_days"), documents=(make_document("giay-chung-sinh", "Giấy chứng sinh"),)
    )
    dossier = make_dossier(
        world,
        applicant=lan,
        version=version,
        status=S.PROCESSING,
        documents=[DocumentInput("giay-chung-sinh", file_uuid=upload(lan))],
    )
    (paper,) = issue(dossier)
    assert (paper.kind, paper.number) == ("receipt", "01/TNHS")
    text = content(paper)
    for words in (
        dossier.code,
        "Nguyễn Thị Lan",
        "0905123456",
        "Giấy chứng sinh",
        "03 ngày làm việc",
        "26 tháng 11 năm 2026",
        "Hoàng Thanh Sơn",
    ):
        assert words in text, words
    assert "ỦY BAN NHÂN DÂN" in text.upper()


PAPERS = [
    (S.NOT_RECEIVED, ["refusal"], REASON),
    (S.SUPPLEMENT, ["receipt", "supplement"], REASON),
    (S.STOPPED, ["receipt", "stop"], REASON),
    (S.PROCESSING, ["receipt"], "Nguyễn Thị Lan"),
]


@pytest.mark.parametrize(("status", "kinds", "words"), PAPERS)
def test_each_change_that_law_wants_written_gets_its_paper_once(
    world: World, status: DossierStatus, kinds: list[str], words: str
) -> None:
    """TT 03/2025/TT-VPCP, forms 01, 02, 03 and 05."""
    dossier = make_dossier(world, status=status)
    papers = issue(dossier)
    assert [paper.kind for paper in papers] == kinds
    assert [paper.pk for paper in issue(dossier)] == [paper.pk for paper in papers]
    assert words in content(papers[-1])
    for paper in papers:
        report = files.verify_pdf(pdf=files.read_file(file=paper.file), now=NOW + timedelta(hours=1))
        assert (report.state, [signature.kind for signature in report.signatures]) == ("valid", ["agency"])


def test_the_apology_names_both_appointments(world: World) -> None:
    """TT 03/2025/TT-VPCP, form 04."""
    dossier = make_dossier(world, status=S.PROCESSING)
    api.extend(
        principal=world.official("ward", "leader"),
        dossier=dossier,
        new_due_at=NOW + timedelta(days=14),
        reason="Chờ ý kiến chuyên môn",
        version=None,
        now=NOW,
    )
    _receipt, apology = issue(dossier)
    text = content(apology)
    assert apology.kind == "apology"
    for words in ("Chờ ý kiến chuyên môn", "30 tháng 11 năm 2026", "04 tháng 12 năm 2026"):
        assert words in text, words


def test_the_supplement_names_the_papers_asked_for(world: World) -> None:
    lan = make_citizen()
    version = make_procedure(documents=(make_document("giay-chung-sinh", "Giấy chứng sinh", requirement="optional"),))
    dossier = make_dossier(world, applicant=lan, version=version)
    do(world, dossier, "check", "supplement", note="Bản chụp mờ", data={"document_keys": ["giay-chung-sinh"]})
    (paper,) = issue(dossier)
    assert "Giấy chứng sinh" in content(paper)
    assert "Bản chụp mờ" in content(paper)


@pytest.mark.django_db(transaction=True)
@pytest.mark.program("pdfsig")
def test_the_worker_issues_papers_once_and_sealed(world: World, tmp_path: Path) -> None:
    dossier = make_dossier(world, status=S.SUPPLEMENT)
    work()
    papers = list(Paper.objects.filter(dossier=dossier).select_related("file__blob").order_by("id"))
    assert [paper.kind for paper in papers] == ["receipt", "supplement"]
    for stored in OutboxEvent.objects.filter(name=DossierChanged.name):
        tasks.queue_deliveries(event_id=stored.pk, aggregate_id=stored.aggregate_id, keys=["dossiers.issue_papers"])
    work()
    assert Paper.objects.count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
        assert cursor.fetchone() == (0,)
    for paper in papers:
        assert pdfsig(tmp_path, files.read_file(file=paper.file)).count("Signature is Valid.") == 1


def pdfsig(folder: Path, pdf: bytes) -> str:
    path = folder / "signed.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout


def result_pdf(dossier: Dossier) -> bytes:
    result = api.result_of(dossier=dossier)
    assert result is not None
    assert result.file is not None
    return files.read_file(file=result.file)


def test_the_result_bears_a_person_and_then_the_agency_with_number_and_date(world: World) -> None:
    """NĐ 30/2020/NĐ-CP, Điều 13, 15, 17, 18: signed, numbered, sealed; the first signature stays valid."""
    dossier = make_dossier(world, status=S.DONE)
    result = api.result_of(dossier=dossier)
    assert result is not None
    assert (result.state, result.number, result.signer_name) == ("issued", "01/GXN-UBND", "Ngô Ngọc Bình")
    pdf = result_pdf(dossier)
    fields = pypdf.PdfReader(io.BytesIO(pdf)).get_form_text_fields()
    assert fields["so_ky_hieu"] == "01/GXN-UBND"
    assert fields["ngay_ban_hanh"] == "ngày 20 tháng 11 năm 2026"
    text = text_of(pdf)
    assert dossier.code in text
    assert "Nguyễn Thị Lan" in text
    report = files.verify_pdf(pdf=pdf, now=NOW + timedelta(hours=1))
    assert report.state == "valid"
    person, agency = report.signatures
    assert (person.kind, person.signer, agency.kind, agency.signer) == (
        "person",
        "Ngô Ngọc Bình",
        "agency",
        "Ủy ban nhân dân phường Hải Châu",
    )
    assert (person.covers_whole_document, agency.covers_whole_document) == (False, True)


@pytest.mark.program("pdfsig")
def test_an_independent_program_finds_both_signatures_and_one_changed_byte(world: World, tmp_path: Path) -> None:
    pdf = result_pdf(make_dossier(world, status=S.DONE))
    assert pdfsig(tmp_path, pdf).count("Signature is Valid.") == 2
    at = pdf.index(b"/MediaBox") + 12
    changed = pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]
    assert "Signature is Valid." not in pdfsig(tmp_path, changed)
    known, report = api.verify_by_file(pdf=changed, now=NOW)
    assert known is None
    assert report.state in ("broken", "unreadable")


def test_anybody_checks_a_result_by_code_and_by_file(world: World) -> None:
    dossier = make_dossier(world, status=S.DONE)
    result = api.result_of(dossier=dossier)
    assert result is not None
    for code in (
        result.verification_code,
        result.verification_code.lower().replace("-", ""),
        f" {result.verification_code} ",
    ):
        found = api.verify_by_code(code=code)
        assert found is not None
        assert (found.number, found.is_valid, found.signer_name) == ("01/GXN-UBND", True, "Ngô Ngọc Bình")
        assert "Nguyễn Thị Lan" not in repr(found)
    assert api.verify_by_code(code="AAAA-BBBB-CCCC-DDDD") is None
    known, report = api.verify_by_file(pdf=result_pdf(dossier), now=NOW + timedelta(hours=1))
    assert known is not None
    assert (known.number, report.state) == ("01/GXN-UBND", "valid")


def test_what_is_only_signed_is_not_yet_public(world: World) -> None:
    dossier = make_dossier(world, status=S.PROCESSING)
    do(world, dossier, "verify", "pass")
    signed = do(world, dossier, "sign", "sign")
    result = api.result_of(dossier=signed)
    assert result is not None
    assert (result.state, result.number) == ("signed", "")
    assert api.verify_by_code(code=result.verification_code) is None


def test_numbers_of_results_follow_each_other_by_agency_and_year(world: World) -> None:
    version = make_procedure()
    lan = make_citizen()
    numbers = [
        api.result_of(dossier=make_dossier(world, version=version, applicant=lan, status=S.DONE)).number  # type: ignore[union-attr]
        for _index in range(3)
    ]
    assert numbers == ["01/GXN-UBND", "02/GXN-UBND", "03/GXN-UBND"]


def test_the_officer_words_the_result_until_it_is_signed(world: World) -> None:
    specialist = world.official("ward", "specialist")
    dossier = make_dossier(world, status=S.PROCESSING)
    drafted = {"principal": specialist, "dossier": dossier, "version": None, "now": NOW}
    api.draft_content(values={"text": "Ông (bà) cư trú tại tổ 5."}, **drafted)
    api.draft_content(values={"text": "Bà Lan cư trú tại tổ 6."}, **drafted)
    with pytest.raises(SubmissionInvalidError):
        api.draft_content(values={"text": "x" * 4001}, **drafted)
    with pytest.raises(NotAllowedError):
        api.draft_content(values={"text": "x"}, **{**drafted, "principal": world.official("ward", "clerk")})
    do(world, dossier, "verify", "pass")
    do(world, dossier, "sign", "sign")
    text = text_of(result_pdf(dossier))
    assert "tổ 6" in text
    assert "tổ 5" not in text
    with pytest.raises(DossierStateError):
        api.draft_content(values={"text": "Khác"}, **drafted)


@pytest.mark.parametrize("status", [S.SUBMITTED, S.NOT_RECEIVED, S.WITHDRAWN])
def test_no_result_is_drafted_for_a_dossier_that_is_not_handled(world: World, status: DossierStatus) -> None:
    dossier = make_dossier(world, status=status)
    with pytest.raises(DossierStateError):
        api.draft_content(
            principal=world.official("ward", "specialist"),
            dossier=dossier,
            values={"text": "Đồng ý"},
            version=None,
            now=NOW,
        )


def test_a_deputy_signs_for_the_chairman(world: World) -> None:
    """NĐ 30/2020/NĐ-CP, Điều 13: ``KT. CHỦ TỊCH`` over the deputy's title."""
    dossier = make_dossier(world, status=S.PROCESSING)
    do(world, dossier, "verify", "pass")
    do(world, dossier, "sign", "sign", by=world.official("ward", "deputy"))
    assert "KT. CHỦ TỊCH" in text_of(result_pdf(dossier)).upper()


def test_record_and_paper_are_vietnamese_whatever_the_screen_speaks(world):
    with translation.override("en"):
        dossier = make_dossier(world, status=DossierStatus.RETURNED)
    titles = [entry.title for entry in api.history_of(dossier=dossier, public_only=True)]
    assert titles[0] == "Đã nộp trực tuyến"
    assert "Đã tiếp nhận" in titles
    result = api.result_of(dossier=dossier)
    assert result is not None
    assert "xác nhận kết quả giải quyết hồ sơ" in text_of(files.read_file(file=result.file))
