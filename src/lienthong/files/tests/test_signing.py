import asyncio
import http.server
import io
import random
import re
import subprocess
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp
from asn1crypto.keys import PrivateKeyInfo
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.core.management import CommandError, call_command
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lienthong.files import api as files
from lienthong.files.models import SigningCertificate
from lienthong.files.plugins import demo_ca
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


def test_the_command_makes_the_authority_once(data_folder: Path, settings, capsys):
    call_command("files_seed")
    root = (data_folder / "ca" / "root.pem").read_bytes()
    call_command("files_seed")
    assert (data_folder / "ca" / "root.pem").read_bytes() == root
    assert capsys.readouterr().out.splitlines()[1].endswith("there already.")
    settings.SIGNING_PROVIDER = "pkcs11"
    with pytest.raises(CommandError, match="not demo"):
        call_command("files_seed")


class FakeTimeAuthority(http.server.BaseHTTPRequestHandler):
    """A small fake of a time-stamping authority (RFC 3161 over HTTP), signing with a key made for the test."""

    stamper: DummyTimeStamper

    def do_POST(self) -> None:
        question = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        answer = asyncio.run(type(self).stamper.async_request_tsa_response(question)).dump()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: object) -> None:
        """Keep the test's output quiet."""


@pytest.fixture
def time_authority(settings):
    authority = demo_ca.DemoAuthority()
    authority.establish(now=NOW)
    issuing = x509.load_pem_x509_certificate((authority.folder / "issuing.pem").read_bytes())
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(demo_ca._name("Cấp dấu thời gian", "Thử nghiệm"))
        .issuer_name(issuing.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=3650))
        .add_extension(demo_ca._usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(authority._issuing_key(), hashes.SHA256())
    )
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    registry = SimpleCertificateStore()
    registry.register(demo_ca._parse((authority.folder / "issuing.pem").read_bytes()))
    FakeTimeAuthority.stamper = DummyTimeStamper(
        tsa_cert=demo_ca._parse(certificate.public_bytes(serialization.Encoding.PEM)),
        tsa_key=PrivateKeyInfo.load(der),
        certs_to_embed=registry,
        fixed_dt=NOW + timedelta(seconds=7),
    )
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeTimeAuthority) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.TSA_URL = f"http://127.0.0.1:{server.server_address[1]}/"
        yield
        server.shutdown()


def test_with_a_time_authority_the_time_is_proved(time_authority):
    _first, second = sign_twice()
    verification = files.verify_pdf(pdf=second, now=NOW)
    assert verification.state == "valid"
    assert all(report.is_timestamped for report in verification.signatures)
    assert verification.signatures[0].signed_at == NOW + timedelta(seconds=7)


def test_a_silent_time_authority_is_told(settings):
    settings.TSA_URL = "http://127.0.0.1:1/"
    _agency, leader = make_signers()
    with pytest.raises(files.TimeAuthorityError, match="dấu thời gian"):
        files.sign_as_person(pdf=make_pdf(), official_id=leader.pk, reason="", now=NOW)
