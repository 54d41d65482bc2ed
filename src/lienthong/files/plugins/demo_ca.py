"""A certificate authority made at first start, so that a demonstration signs with real cryptography.

``DATA/ca`` holds a root, an issuing authority below it, and one EC P-256 key per official and agency,
each file readable by its owner only and encrypted under a key derived from ``SECRET_KEY``. Certificates
are rows of :class:`SigningCertificate`. Never for production: there the provider is PKCS#11.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import pem as asn1_pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lienthong.files.models import SignerKind, SigningCertificate
from lienthong.files.signing.keys import POLICY_AGENCY, POLICY_PERSON, Holder, NoSigningKeyError
from lienthong.kernel import audit

_ROOT_DAYS = 3650 * 2
_ISSUING_DAYS = 3650
_HOLDER_DAYS = 3 * 365
_BACKDATE = timedelta(minutes=5)
_COUNTRY = "VN"


class DemoAuthority:
    """Issues certificates on demand, under a root that this installation made for itself."""

    name = "demo"

    @property
    def folder(self) -> Path:
        """Where the authority lives."""
        return Path(settings.DATA) / "ca"

    def establish(self, *, now: datetime) -> bool:
        """Make the root and the issuing authority when they are not there yet.

        :return: whether they were made now.
        """
        with self._locked():
            if (self.folder / "issuing.pem").exists():
                return False
            root_key = ec.generate_private_key(ec.SECP256R1())
            root_name = _name("Liên Thông - Gốc chứng thực thử nghiệm", "Liên Thông (thử nghiệm)")
            root = _authority(root_name, root_key.public_key(), root_name, root_key, now, _ROOT_DAYS, path_length=1)
            issuing_key = ec.generate_private_key(ec.SECP256R1())
            issuing = _authority(
                _name("Liên Thông - Tổ chức chứng thực thử nghiệm", "Liên Thông (thử nghiệm)"),
                issuing_key.public_key(),
                root_name,
                root_key,
                now,
                _ISSUING_DAYS,
                path_length=0,
            )
            self._write("root.key", _encrypted(root_key))
            self._write("issuing.key", _encrypted(issuing_key))
            self._write("root.pem", root.public_bytes(serialization.Encoding.PEM))
            self._write("issuing.pem", issuing.public_bytes(serialization.Encoding.PEM))
            return True

    def signer(self, holder: Holder, *, now: datetime) -> SimpleSigner:
        certificate = self._valid_certificate(holder, now) or self._issue(holder, now)
        return _load_signer(self.folder, certificate.uuid.hex, certificate.certificate)

    def trust_roots(self) -> Sequence[asn1_x509.Certificate]:
        path = self.folder / "root.pem"
        return (_parse(path.read_bytes()),) if path.exists() else ()

    def _valid_certificate(self, holder: Holder, now: datetime) -> SigningCertificate | None:
        rows = SigningCertificate.objects.filter(
            Q(official_id=holder.official_id) if holder.official_id else Q(official__isnull=True),
            provider=self.name,
            kind=holder.kind,
            agency_id=holder.agency_id,
            not_before__lte=now,
            not_after__gt=now,
            revoked_at__isnull=True,
        ).order_by("-not_after", "-id")
        return next((row for row in rows if self._names(row, holder)), None)

    def _names(self, row: SigningCertificate, holder: Holder) -> bool:
        """Say whether a certificate is ours still and names the holder as they are called today."""
        if not (self.folder / f"{row.uuid.hex}.key").exists():
            return False
        subject = x509.load_pem_x509_certificate(row.certificate.encode()).subject
        return subject == _subject(holder)

    @transaction.atomic
    def _issue(self, holder: Holder, now: datetime) -> SigningCertificate:
        with connection.cursor() as cursor:
            lock = hashlib.sha256(f"certificate:{holder.kind}:{holder.uuid}:{holder.agency_id}".encode()).digest()
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(lock[:7], "big")])
        if (existing := self._valid_certificate(holder, now)) is not None:
            return existing
        self.establish(now=now)
        issuing = x509.load_pem_x509_certificate((self.folder / "issuing.pem").read_bytes())
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _leaf(holder, key.public_key(), issuing, self._issuing_key(), now)
        row = SigningCertificate(
            kind=holder.kind,
            provider=self.name,
            official_id=holder.official_id,
            agency_id=holder.agency_id,
            serial_number=f"{certificate.serial_number:x}",
            certificate=certificate.public_bytes(serialization.Encoding.PEM).decode(),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
        )
        self._write(f"{row.uuid.hex}.key", _encrypted(key))
        row.save()
        audit.record(
            actor=audit.SYSTEM,
            action="files.certificate.issued",
            subject_type="files.certificate",
            subject_id=row.uuid,
            at=now,
            facts={"kind": holder.kind, "holder": holder.uuid, "serial_number": row.serial_number},
        )
        return row

    def _issuing_key(self) -> ec.EllipticCurvePrivateKey:
        return _decrypted((self.folder / "issuing.key").read_bytes())

    def _write(self, name: str, content: bytes) -> None:
        descriptor = os.open(self.folder / f"{name}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        (self.folder / f"{name}.new").replace(self.folder / name)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep two processes of one machine from making two roots."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


@lru_cache(maxsize=512)
def _load_signer(folder: Path, key_name: str, certificate: str) -> SimpleSigner:
    """Decrypt a key once per process: opening it costs more than a signature."""
    key = _decrypted((folder / f"{key_name}.key").read_bytes())
    plain = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    store = SimpleCertificateStore()
    store.register_multiple([_parse((folder / name).read_bytes()) for name in ("issuing.pem", "root.pem")])
    return SimpleSigner(
        signing_cert=_parse(certificate.encode()),
        signing_key=asn1_keys.PrivateKeyInfo.load(plain),
        cert_registry=store,
    )


def _parse(pem: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(asn1_pem.unarmor(pem)[2])


def _password() -> bytes:
    return hashlib.sha256(b"lienthong demo authority\0" + settings.SECRET_KEY.encode()).hexdigest().encode()


def _encrypted(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(_password()),
    )


def _decrypted(pem: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(pem, _password())
    except ValueError as error:
        raise NoSigningKeyError(
            _("Không mở được khóa ký thử nghiệm: SECRET_KEY đã đổi so với lúc tạo khóa. Hãy báo quản trị hệ thống.")
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise NoSigningKeyError(_("Khóa ký không đúng loại."))
    return key


def _name(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, _COUNTRY),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _subject(holder: Holder) -> x509.Name:
    """Build the subject; X.520 allows 64 characters a part, and longer agency names are cut there."""
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, _COUNTRY),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, holder.organisation[:64]),
        x509.NameAttribute(NameOID.COMMON_NAME, holder.name[:64]),
        x509.NameAttribute(NameOID.SERIAL_NUMBER, holder.uuid),
    ]
    if holder.title:
        parts.insert(2, x509.NameAttribute(NameOID.TITLE, holder.title[:64]))
    return x509.Name(parts)


def _authority(
    subject: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime,
    days: int,
    *,
    path_length: int,
) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATE)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(
            x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("2.5.29.32.0"), None)]),
            critical=False,
        )
        .sign(issuer_key, hashes.SHA256())
    )


def _leaf(
    holder: Holder,
    public_key: ec.EllipticCurvePublicKey,
    issuing: x509.Certificate,
    issuing_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    policy = POLICY_PERSON if holder.kind == SignerKind.PERSON else POLICY_AGENCY
    return (
        x509.CertificateBuilder()
        .subject_name(_subject(holder))
        .issuer_name(issuing.subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATE)
        .not_valid_after(min(now + timedelta(days=_HOLDER_DAYS), issuing.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing_key.public_key()), critical=False)
        .add_extension(
            x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(policy), None)]), critical=False
        )
        .sign(issuing_key, hashes.SHA256())
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
