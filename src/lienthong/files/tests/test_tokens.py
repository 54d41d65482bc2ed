import subprocess
from datetime import timedelta
from pathlib import Path

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11.exceptions import UserAlreadyLoggedIn
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.x509 import decode_x509_certificate

from lienthong.files import api as files
from lienthong.files.plugins import demo_ca
from lienthong.files.plugins.pkcs11 import TokenProvider, label_of
from lienthong.files.signing import keys
from lienthong.files.signing.holders import agency_holder, person_holder
from lienthong.files.tests.factories import NOW, make_pdf, make_signers

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)

pytestmark = [pytest.mark.django_db, pytest.mark.program("softhsm2-util")]


@pytest.fixture(scope="module")
def module(tmp_path_factory) -> str:
    """Make an empty software token; the library reads its place once per process."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", "ky-so", "--so-pin", "87654321", "--pin", "123456"],
            check=True,
            capture_output=True,
        )
        yield next(path for path in MODULES if Path(path).exists())


@pytest.fixture
def token(module: str, settings):
    settings.SIGNING_PROVIDER = "pkcs11"
    settings.PKCS11_MODULE, settings.PKCS11_TOKEN, settings.PKCS11_PIN = module, "ky-so", "123456"
    settings.SIGNING_TRUST = str(settings.DATA / "ca")
    keys.provider_named.cache_clear()
    yield pkcs11.lib(module).get_token(token_label="ky-so")
    keys.provider_named.cache_clear()


def put_key(token: pkcs11.Token, holder: keys.Holder, *, days_ago: int = 0) -> None:
    """Put a key and a certificate of the demo authority on the token."""
    authority = demo_ca.DemoAuthority()
    made = NOW - timedelta(days=days_ago)
    authority.establish(now=made)
    issuing = x509.load_pem_x509_certificate((authority.folder / "issuing.pem").read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = demo_ca._leaf(holder, key.public_key(), issuing, authority._issuing_key(), made)
    private = decode_ec_private_key(
        key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
    label = {pkcs11.Attribute.LABEL: label_of(holder), pkcs11.Attribute.TOKEN: True}
    with open_for_writing(token) as session:
        session.create_object({**private, **label, pkcs11.Attribute.SIGN: True})
        for one, extra in ((certificate, label), (issuing, {pkcs11.Attribute.TOKEN: True})):
            content = decode_x509_certificate(one.public_bytes(serialization.Encoding.DER))
            session.create_object({**content, **extra})


def open_for_writing(token: pkcs11.Token) -> pkcs11.Session:
    try:
        return token.open(user_pin="123456", rw=True)
    except UserAlreadyLoggedIn:  # the provider's session of this process is enough
        return token.open(rw=True)


def test_a_token_signs_for_a_person_and_an_agency(token):
    agency, leader = make_signers()
    put_key(token, person_holder(official_id=leader.pk, agency_id=None, now=NOW))
    put_key(token, agency_holder(agency_id=agency.pk, now=NOW))
    first = files.sign_as_person(pdf=make_pdf(), official_id=leader.pk, reason="Ký", now=NOW)
    second = files.sign_as_agency(pdf=first, agency_id=agency.pk, reason="Ban hành", now=NOW)
    verification = files.verify_pdf(pdf=second, now=NOW)
    assert verification.state == "valid"
    assert [report.kind for report in verification.signatures] == ["person", "agency"]


def test_a_holder_without_a_key_on_the_token_is_told(token):
    agency, _leader = make_signers("Sở Tư pháp")
    with pytest.raises(files.NoSigningKeyError, match="không có chứng thư của Sở Tư pháp"):
        files.sign_as_agency(pdf=make_pdf(), agency_id=agency.pk, reason="", now=NOW)


def test_an_expired_certificate_on_the_token_is_not_used(token):
    agency, _leader = make_signers("Sở Nội vụ")
    put_key(token, agency_holder(agency_id=agency.pk, now=NOW), days_ago=4 * 365)
    with pytest.raises(files.NoSigningKeyError, match="không còn trong thời hạn"):
        files.sign_as_agency(pdf=make_pdf(), agency_id=agency.pk, reason="", now=NOW)


def test_an_absent_token_is_told(module: str):
    agency, _leader = make_signers()
    provider = TokenProvider(module=module, token="khac", pin="123456")
    with pytest.raises(files.NoSigningKeyError, match="Không kết nối được thiết bị ký số"):
        provider.signer(agency_holder(agency_id=agency.pk, now=NOW), now=NOW)
