import io
import random
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from lienthong.files import api as files
from lienthong.files.models import SigningCertificate
from lienthong.files.signing.look import Appearance
from lienthong.files.tests.factories import NOW, make_pdf, make_signers

pytestmark = pytest.mark.django_db


def sign_twice(pdf: bytes | None = None) -> tuple[bytes, bytes]:
    agency, leader = make_signers()
    paper = pdf or make_pdf()
    first = files.sign_as_person(pdf=paper, official_id=leader.pk, reason="Ký duyệt", now=NOW)
    second = files.sign_as_agency(pdf=first, agency_id=agency.pk, reason="Ban hành", now=NOW + timedelta(minutes=5))
    return first, second


def test_two_signatures_are_both_valid_and_name_their_signers():
    first, second = sign_twice()
    assert second.startswith(first)
    verification = files.verify_pdf(pdf=second, now=NOW + timedelta(hours=1))
    assert verification.state == "valid"
    person, agency = verification.signatures
    assert (person.kind, person.signer, person.agency) == (
        "person",
        "Trần Văn Minh",
        "Ủy ban nhân dân phường Hải Châu",
    )
    assert (agency.kind, agency.signer) == ("agency", "Ủy ban nhân dân phường Hải Châu")
    assert person.signed_at == NOW
    assert agency.signed_at == NOW + timedelta(minutes=5)
    assert (person.covers_whole_document, agency.covers_whole_document) == (False, True)
    assert person.reason == "Ký duyệt"


@pytest.mark.program("pdfsig")
def test_an_independent_program_finds_both_signatures_valid(tmp_path: Path):
    _first, second = sign_twice()
    assert pdfsig(tmp_path, second).count("Signature is Valid.") == 2


@pytest.mark.program("pdfsig")
def test_an_independent_program_sees_one_changed_byte(tmp_path: Path):
    _first, second = sign_twice()
    at = second.index(b"/MediaBox") + 12
    changed = second[:at] + bytes([second[at] ^ 1]) + second[at + 1 :]
    assert "Signature is Valid." not in pdfsig(tmp_path, changed)
    assert files.verify_pdf(pdf=changed, now=NOW).state in ("broken", "unreadable")


def pdfsig(folder: Path, pdf: bytes) -> str:
    path = folder / "signed.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout


def test_no_flipped_bit_passes_and_none_crashes():
    first, second = sign_twice()
    chance = random.Random(20261120)
    for _attempt in range(60):
        at, bit = chance.randrange(len(second)), 1 << chance.randrange(8)
        changed = second[:at] + bytes([second[at] ^ bit]) + second[at + 1 :]
        verification = files.verify_pdf(pdf=changed, now=NOW)
        if verification.state == "valid":
            # The file has bytes that no signature covers and no reader uses: the signature's own container is padded.
            assert is_padding(second, at), at
        if verification.signatures and at < len(first):
            assert not verification.signatures[0].intact or is_padding(second, at)


def is_padding(pdf: bytes, at: int) -> bool:
    return any(found.start() < at < found.end() - 1 for found in re.finditer(rb"<[0-9a-fA-F]{2000,}>", pdf))


def test_text_added_after_signing_is_reported():
    _first, second = sign_twice()
    writer = IncrementalPdfFileWriter(io.BytesIO(second))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 9 Tf (Them) Tj ET"))
    writer.update_container(page)
    target = io.BytesIO()
    writer.write(target)
    verification = files.verify_pdf(pdf=target.getvalue(), now=NOW)
    assert verification.state == "broken"
    assert verification.signatures[1].problem == "Nội dung đã bị thay đổi sau khi ký."


@pytest.mark.parametrize("content", [b"", b"khong phai pdf", b"%PDF-1.7\n%%EOF", make_pdf()[:-300]])
def test_what_is_no_readable_pdf_is_reported(content: bytes):
    assert files.verify_pdf(pdf=content, now=NOW).state in ("unreadable", "unsigned")


def test_an_unsigned_paper_is_called_so():
    assert files.verify_pdf(pdf=make_pdf(), now=NOW).state == "unsigned"


def test_a_stranger_is_not_trusted(settings, tmp_path: Path):
    _first, second = sign_twice()
    settings.DATA = tmp_path / "another node"
    verification = files.verify_pdf(pdf=second, now=NOW)
    assert verification.state == "untrusted"
    assert verification.signatures[0].problem == "Chưa xác nhận được tổ chức cấp chứng thư số của người ký."


def test_a_trusted_folder_adds_other_authorities(settings, tmp_path: Path):
    _first, second = sign_twice()
    settings.SIGNING_TRUST = str(tmp_path / "ca")
    settings.DATA = tmp_path / "another node"
    assert files.verify_pdf(pdf=second, now=NOW).state == "valid"


def test_an_expired_certificate_is_told():
    _first, second = sign_twice()
    report = files.verify_pdf(pdf=second, now=NOW + timedelta(days=4 * 365)).signatures[0]
    assert report.intact
    assert report.problem == "Chứng thư số của người ký không còn trong thời hạn."


def test_a_revoked_certificate_is_told():
    _first, second = sign_twice()
    certificate = SigningCertificate.objects.get(kind="person")
    files.revoke_certificate(uuid=certificate.uuid, reason="Mất khóa", now=NOW)
    person, agency = files.verify_pdf(pdf=second, now=NOW).signatures
    assert person.problem == "Chứng thư số của người ký đã bị thu hồi."
    assert agency.is_valid


def test_certificates_are_made_once_and_keys_stay_private(data_folder: Path):
    agency, leader = make_signers()
    for _time in range(3):
        files.sign_as_person(pdf=make_pdf(), official_id=leader.pk, reason="", now=NOW)
        files.sign_as_agency(pdf=make_pdf(), agency_id=agency.pk, reason="", now=NOW)
    assert SigningCertificate.objects.count() == 2
    for key in (data_folder / "ca").glob("*.key"):
        assert key.stat().st_mode & 0o077 == 0
        assert b"ENCRYPTED" in key.read_bytes()


def test_an_official_without_a_post_cannot_sign():
    _agency, leader = make_signers()
    other, _someone = make_signers("Sở Tư pháp", "Lê Thị Hoa")
    with pytest.raises(files.NoSigningKeyError):
        files.sign_as_person(pdf=make_pdf(), official_id=leader.pk, agency_id=other.pk, reason="", now=NOW)


@pytest.mark.parametrize("content", [b"khong phai pdf", make_pdf(password="x"), b"%PDF-1.7\n"])
def test_what_cannot_be_signed_is_refused(content: bytes):
    _agency, leader = make_signers()
    with pytest.raises(files.NotSignableError):
        files.sign_as_person(pdf=content, official_id=leader.pk, reason="", now=NOW)


def test_a_box_may_be_chosen_but_only_on_a_page_that_is_there():
    _agency, leader = make_signers()
    placed = Appearance(page=2, left=100, top=50)
    signed = files.sign_as_person(pdf=make_pdf(2), official_id=leader.pk, reason="", appearance=placed, now=NOW)
    assert files.verify_pdf(pdf=signed, now=NOW).state == "valid"
    with pytest.raises(files.NotSignableError):
        files.sign_as_person(pdf=make_pdf(1), official_id=leader.pk, reason="", appearance=placed, now=NOW)
