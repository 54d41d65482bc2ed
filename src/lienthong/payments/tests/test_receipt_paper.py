"""The printed receipt: two copies, words, reductions, sealed once."""

import io

import pypdf
import pytest

from lienthong.files import api as files
from lienthong.payments import api
from lienthong.payments.services import receipts
from lienthong.payments.tests.factories import NOW, Town, line, make_charge

pytestmark = pytest.mark.django_db


def test_a_receipt_is_printed_in_two_copies_and_sealed_once(town: Town) -> None:
    reduced = line(20_000, 1, kind="le_phi", name="Lệ phí", unit="", reduction=15_000, reduction_reason="Hộ nghèo")
    charge = make_charge(town, line(), reduced)
    receipt = api.collect_cash(principal=town.treasurer, charge_uuid=charge.uuid, now=NOW)
    for _again in range(2):
        receipts.print_paper(receipt_id=receipt.pk, now=NOW)
    receipt.refresh_from_db()
    assert receipt.file is not None
    pdf = files.read_file(file=receipt.file)
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) == 2
    for page in pages:
        assert "BIÊN LAI THU PHÍ, LỆ PHÍ" in page
        assert "Số: 0000001" in page
        assert "Hai mươi mốt nghìn đồng" in page
        assert "21.000" in page
        assert "Miễn, giảm 15.000: Hộ nghèo" in page
        assert receipt.verification_code in page
        assert "Nguyễn Thị Lan" in page
    assert "Liên 1" in pages[0]
    assert "Liên 2" in pages[1]
    (seal,) = files.verify_pdf(pdf=pdf, now=NOW).signatures
    assert seal.intact
    assert [row.pk for row in files.list_files(owner_type="payments.charge", owner_id=str(charge.uuid))] == [
        receipt.file_id
    ]


def test_a_receipt_is_checked_by_its_code_and_names_no_payer(town: Town, client) -> None:
    receipt = api.collect_cash(principal=town.treasurer, charge_uuid=make_charge(town).uuid, now=NOW)
    page = client.get(f"/bien-lai/{receipt.verification_code}/").content.decode()
    assert "đang có giá trị" in page
    assert receipt.full_number in page
    assert "Nguyễn Thị Lan" not in page
    api.cancel_receipt(principal=town.treasurer, uuid=receipt.uuid, reason="Sai", now=NOW)
    assert "không còn giá trị" in client.get(f"/bien-lai/{receipt.verification_code}/").content.decode()
    assert client.get("/bien-lai/AAAA-BBBB-CCCC-DDDD/").status_code == 404
    assert client.post("/bien-lai/", {"code": " "}).status_code == 422
