import io
import os
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pypdf
import pytest
import zxingcpp
from PIL import Image

from lienthong.dossiers.papers import date_in_words, number_in_words
from lienthong.dossiers.tests.paper_samples import SAMPLES
from lienthong.files import api as files
from lienthong.files.tests.factories import make_signers

NOW = datetime(2026, 11, 20, 9, 10, 5, tzinfo=UTC)

EXPECTED = {
    "receipt": [
        "GIẤY TIẾP NHẬN HỒ SƠ",
        "Số: 0123/TNHS",
        "Mã hồ sơ: H23.1-261120-0001",
        "Tờ khai cấp Giấy xác nhận tình trạng hôn nhân #let x = 1",
        "Thời gian trả kết quả: 17 giờ 00 phút, ngày 26 tháng 11 năm 2026",
        "Nhận 15:40 thứ Sáu 20/11, sau 15:00, nên tính từ thứ Hai 23/11",
        "Chủ hồ sơ: Nguyễn Văn Hòa",
    ],
    "supplement_request": [
        "Số: 07/HDHS",
        "*(bản gốc)*",
        "trước: 17 giờ 00 phút, ngày 20 tháng 12",
    ],
    "refusal": ["PHIẾU TỪ CHỐI TIẾP NHẬN", "thuộc thẩm quyền của Ủy ban nhân dân xã Hòa Tiến", "KT. CHỦ TỊCH"],
    "apology": ["Kính gửi: Nguyễn Thị Ánh", "hẹn trả kết quả vào 17 giờ 00 phút, ngày 01 tháng 12 năm 2026"],
    "stop_notice": ["Về việc dừng giải quyết hồ sơ", "kể từ 09 giờ 05 phút, ngày 25 tháng 11 năm 2026"],
    "result": ["QUYẾT ĐỊNH", "Điều 1. Trợ cấp xã hội", "Người cao tuổi từ đủ 80 tuổi", "- Lưu: VT, VHXH."],
    "birth_certificate": [
        "GIẤY KHAI SINH",
        "NGUYỄN MINH KHANG",
        "Ngày mùng năm tháng tư",
        "Số định danh cá nhân: 048226001234",
    ],
    "marital_status": ["Hiện tại chưa đăng ký kết hôn với ai", "từ ngày 01 tháng 02 năm 2019"],
}


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("name", SAMPLES)
def test_each_paper_says_what_it_must(name: str):
    pdf = files.render_pdf(template=f"dossiers/{name}", data=SAMPLES[name], now=NOW)
    text = text_of(pdf)
    for words in ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", *EXPECTED[name]]:
        assert words in text
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
    assert b"pdfaid" in pdf or b"pdfaid" in pypdf.PdfReader(io.BytesIO(pdf)).xmp_metadata.stream.get_data()


@pytest.mark.program("pdftoppm")
@pytest.mark.parametrize("name", ["receipt", "supplement_request", "refusal", "apology", "stop_notice"])
def test_the_desks_scanner_reads_the_code_of_the_dossier(name: str, tmp_path: Path):
    """Square code and bars, on the page as a common printer puts it out (300 dots an inch)."""
    (tmp_path / "paper.pdf").write_bytes(files.render_pdf(template=f"dossiers/{name}", data=SAMPLES[name], now=NOW))
    subprocess.run(["pdftoppm", "-r", "300", "-gray", "-png", "paper.pdf", "page"], cwd=tmp_path, check=True)
    (page,) = tmp_path.glob("page*.png")
    with Image.open(page) as picture:
        found = {code.format: code.text for code in zxingcpp.read_barcodes(picture)}
    assert found[zxingcpp.BarcodeFormat.Code128] == SAMPLES[name]["code"]
    assert found[zxingcpp.BarcodeFormat.QRCode] == SAMPLES[name]["qr"]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.django_db
def test_each_paper_is_signed_by_a_person_and_sealed_by_the_agency(name: str, settings, tmp_path: Path):
    settings.DATA = tmp_path
    agency, leader = make_signers()
    paper = files.render_pdf(template=f"dossiers/{name}", data=SAMPLES[name], now=NOW)
    waiting = files.empty_text_fields(paper)
    late = {"so_ky_hieu": "123/UBND-TP", "ngay_ban_hanh": "ngày 20 tháng 11 năm 2026"}
    signed = files.sign_as_person(pdf=paper, official_id=leader.pk, reason="Ký", now=NOW)
    sealed = files.sign_as_agency(
        pdf=signed, agency_id=agency.pk, reason="Ban hành", now=NOW, fields={key: late[key] for key in waiting}
    )
    assert files.verify_pdf(pdf=sealed, now=NOW).state == "valid"
    assert files.empty_text_fields(sealed) == ()
    if folder := os.environ.get("KEEP_PAPERS"):
        (Path(folder) / f"{name}.pdf").write_bytes(sealed)


@pytest.mark.parametrize("name", ["receipt", "birth_certificate", "supplement_request"])
def test_what_may_be_left_out_may_be_left_out(name: str):
    optional = ("qr", "number", "date", "parent_agency", "mother", "father", "answer_by", "owner_name", "fee", "due_at")
    data = {key: value for key, value in SAMPLES[name].items() if key not in optional}
    assert files.render_pdf(template=f"dossiers/{name}", data=data, now=NOW)


@pytest.mark.parametrize("data", [{}, {**SAMPLES["receipt"], "received_at": "hôm qua"}])
def test_data_that_do_not_fit_are_a_programming_error(data: dict[str, object]):
    with pytest.raises(files.PaperDataError, match="dossiers/receipt"):
        files.render_pdf(template="dossiers/receipt", data=data, now=NOW)


@pytest.mark.parametrize("template", ["dossiers/none", "../dossiers/receipt", "dossiers/../kernel", "receipt"])
def test_an_unknown_template_is_a_programming_error(template: str):
    with pytest.raises(files.UnknownTemplateError):
        files.render_pdf(template=template, data={}, now=NOW)


@pytest.mark.django_db
def test_a_text_is_written_once_and_only_where_the_paper_leaves_room(settings, tmp_path: Path):
    settings.DATA = tmp_path
    agency, _leader = make_signers()
    paper = files.render_pdf(template="dossiers/result", data=SAMPLES["result"], now=NOW)
    sealed = files.sign_as_agency(pdf=paper, agency_id=agency.pk, reason="", now=NOW, fields={"so_ky_hieu": "1/QĐ"})
    assert files.empty_text_fields(sealed) == ("ngay_ban_hanh",)
    for wrong in ({"so_ky_hieu": "2/QĐ"}, {"khac": "x"}):
        with pytest.raises(files.UnknownFieldError):
            files.sign_as_agency(pdf=sealed, agency_id=agency.pk, reason="", now=NOW, fields=wrong)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (10, "mười"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (30, "ba mươi"),
        (105, "một trăm linh năm"),
        (1999, "một nghìn chín trăm chín mươi chín"),
        (2000, "hai nghìn"),
        (2005, "hai nghìn không trăm linh năm"),
        (2026, "hai nghìn không trăm hai mươi sáu"),
    ],
)
def test_numbers_are_spelled_as_people_read_them(number: int, words: str):
    assert number_in_words(number) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 4, 5), "Ngày mùng năm tháng tư năm hai nghìn không trăm hai mươi sáu"),
        (date(2025, 12, 31), "Ngày ba mươi mốt tháng mười hai năm hai nghìn không trăm hai mươi lăm"),
    ],
)
def test_dates_are_spelled_as_civil_status_papers_do(day: date, words: str):
    assert date_in_words(day) == words
