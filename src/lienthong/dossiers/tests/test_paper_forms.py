"""Each paper has the form of its day: its number, its size, its words."""

import io

import pypdf
import pytest

from lienthong.dossiers.api import DossierStatus
from lienthong.dossiers.models import HistoryEntry, Paper, PaperForm
from lienthong.dossiers.services import paper_forms, papers_out
from lienthong.dossiers.tests.factories import NOW, World, at, make_dossier, make_procedure, text_of
from lienthong.files import api as files

S = DossierStatus


@pytest.mark.parametrize(
    ("kind", "on", "number", "basis"),
    [
        ("receipt", "2024-05-06", "Mẫu số 01", "Thông tư 01/2018/TT-VPCP"),
        ("receipt", "2025-06-30", "Mẫu số 01", "Thông tư 01/2018/TT-VPCP"),
        ("receipt", "2025-07-01", "Mẫu số 01", "Thông tư 03/2025/TT-VPCP"),
        ("control", "2024-05-06", "Mẫu số 05", "Thông tư 01/2018/TT-VPCP"),
        ("control", "2026-05-06", "Mẫu số 06", "Thông tư 03/2025/TT-VPCP"),
        ("book", "2024-05-06", "Mẫu số 06", "Thông tư 01/2018/TT-VPCP"),
        ("book", "2026-05-06", "Mẫu số 07", "Thông tư 03/2025/TT-VPCP"),
        ("stop", "2026-05-06", "Mẫu số 05", "Thông tư 03/2025/TT-VPCP"),
    ],
)
def test_each_paper_has_the_form_of_its_day(world: World, kind: str, on: str, number: str, basis: str) -> None:
    """TT 01/2018/TT-VPCP had six forms, TT 03/2025/TT-VPCP has seven."""
    form = paper_forms.form_for(kind=kind, at=at(f"{on}T00:30"))
    assert (form.number, form.legal_basis) == (number, basis)


def test_in_2024_there_was_no_notice_of_stopping(world: World) -> None:
    assert paper_forms.find_form(kind="stop", at=at("2024-05-06T09:00")) is None


def test_a_dossier_of_2024_prints_the_older_receipt(world: World) -> None:
    now = at("2024-05-06T09:00")
    dossier = make_dossier(world, status=S.STOPPED, version=make_procedure(now=now), now=now)
    papers = [
        paper
        for entry in HistoryEntry.objects.filter(dossier=dossier).order_by("id")
        if (paper := papers_out.issue_for(entry_uuid=entry.uuid, now=NOW)) is not None
    ]
    assert [paper.kind for paper in papers] == ["receipt"], "nothing prints where the law of the day had no form"
    text = text_of(files.read_file(file=papers[0].file))
    assert "Mẫu số 01, Thông tư 01/2018/TT-VPCP" in text
    assert "Vào Sổ theo dõi hồ sơ, Quyển số" in text
    assert Paper.objects.count() == 1


def test_every_form_prints_on_the_size_it_names(world: World) -> None:
    widths = {"a5": 420, "a4": 595}
    dossier = make_dossier(world, status=S.SUPPLEMENT)
    for entry in HistoryEntry.objects.filter(dossier=dossier).order_by("id"):
        paper = papers_out.issue_for(entry_uuid=entry.uuid, now=NOW)
        if paper is not None:
            page = pypdf.PdfReader(io.BytesIO(files.read_file(file=paper.file))).pages[0]
            form = PaperForm.objects.get(kind=paper.kind, valid_to=None)
            assert round(page.mediabox.width) == widths[form.size]


def test_the_supplement_says_until_when(world: World) -> None:
    dossier = make_dossier(world, status=S.SUPPLEMENT)
    entry = HistoryEntry.objects.get(dossier=dossier, kind="supplement_requested")
    paper = papers_out.issue_for(entry_uuid=entry.uuid, now=NOW)
    assert paper is not None
    assert "trước: 17 giờ 00 phút, ngày 05 tháng 01 năm 2027" in text_of(files.read_file(file=paper.file))
