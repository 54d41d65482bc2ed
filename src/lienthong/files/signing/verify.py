"""Say who signed a PDF, whether it is still what they signed, and whether we know their authority."""

import asyncio
import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import pem, x509
from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import PdfSignatureStatus, SignatureCoverageLevel, async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext

from lienthong.files.models import SignerKind, SigningCertificate
from lienthong.files.signing.keys import POLICY_AGENCY, POLICY_PERSON, get_provider

_KINDS = {POLICY_PERSON: SignerKind.PERSON.value, POLICY_AGENCY: SignerKind.AGENCY.value}
_MAX_SIGNATURES = 50


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature of a PDF.

    :ivar signer: name in the certificate.
    :ivar kind: ``person``, ``agency``, or empty when the certificate does not say.
    :ivar agency: organisation in the certificate.
    :ivar signed_at: time by the time-stamping authority when there is one, else as the signer claims.
    :ivar is_timestamped: whether ``signed_at`` is proved.
    :ivar intact: the signed bytes are unchanged, and later revisions added only what signing allows.
    :ivar trusted: the certificate leads to an authority this node trusts, is in date and not revoked.
    :ivar covers_whole_document: nothing at all was added after this signature.
    :ivar problem: in Vietnamese, what is wrong; empty when nothing is.
    """

    signer: str
    kind: str
    agency: str
    title: str
    reason: str
    signed_at: datetime | None
    is_timestamped: bool
    intact: bool
    trusted: bool
    covers_whole_document: bool
    serial_number: str
    problem: str

    @property
    def is_valid(self) -> bool:
        """Say whether the signature holds in every respect."""
        return self.intact and self.trusted


@dataclass(frozen=True, slots=True)
class Verification:
    """All signatures of a PDF, in the order they were made.

    :ivar state: ``valid`` (all hold), ``untrusted`` (unchanged, but a signer is not known here), ``broken``
        (changed after signing), ``unsigned``, or ``unreadable``.
    """

    signatures: tuple[SignatureReport, ...]
    state: str


def verify_pdf(*, pdf: bytes, now: datetime) -> Verification:
    """Check every signature of a PDF; never fails, whatever the bytes are.

    Without a proved time a certificate must be in date at ``now``.
    """
    # pyHanko logs each failed check with a traceback; a bad signature is an expected answer here.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    try:
        embedded = _signatures(pdf)
    except Exception:  # noqa: BLE001 - a damaged file fails in many ways inside the parser; each means the same here
        return Verification((), "unreadable")
    if not embedded:
        return Verification((), "unsigned")
    context_values = _trust(now)
    reports = tuple(_report(signature, context_values) for signature in embedded)
    if not all(report.intact for report in reports) or not _ends_with_signature(reports):
        return Verification(reports, "broken")
    return Verification(reports, "valid" if all(report.trusted for report in reports) else "untrusted")


def trusted_roots() -> tuple[x509.Certificate, ...]:
    """Give the authorities this node trusts: its provider's, and the PEM files of ``SIGNING_TRUST``."""
    roots = list(get_provider().trust_roots())
    if settings.SIGNING_TRUST:
        for path in sorted(Path(settings.SIGNING_TRUST).glob("*.pem")):
            roots.extend(
                x509.Certificate.load(der) for _kind, _headers, der in pem.unarmor(path.read_bytes(), multiple=True)
            )
    return tuple(roots)


@dataclass(frozen=True, slots=True)
class _Trust:
    roots: tuple[x509.Certificate, ...]
    now: datetime

    def context(self) -> ValidationContext:
        return ValidationContext(
            trust_roots=list(self.roots), moment=self.now, allow_fetching=False, revocation_mode="soft-fail"
        )


def _trust(now: datetime) -> _Trust:
    return _Trust(trusted_roots(), now)


def _signatures(pdf: bytes) -> list[EmbeddedPdfSignature]:
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    if reader.encrypted:
        raise ValueError("encrypted")
    found = list(reader.embedded_regular_signatures)
    if len(found) > _MAX_SIGNATURES:
        raise ValueError("too many signatures")
    for signature in found:
        _ = signature.signer_cert
    return found


def _report(signature: EmbeddedPdfSignature, trust: _Trust) -> SignatureReport:
    certificate = signature.signer_cert
    names = _names(certificate)
    serial = f"{certificate.serial_number:x}"
    revoked = SigningCertificate.objects.filter(serial_number=serial, revoked_at__isnull=False).exists()
    try:
        status = asyncio.run(
            async_validate_pdf_signature(
                signature,
                signer_validation_context=trust.context(),
                ts_validation_context=trust.context(),
            )
        )
    except Exception:  # noqa: BLE001 - a damaged signature fails in many ways; each means it cannot be relied on
        return SignatureReport(
            **names,
            reason="",
            signed_at=None,
            is_timestamped=False,
            intact=False,
            trusted=False,
            covers_whole_document=False,
            serial_number=serial,
            problem=_("Chữ ký bị hỏng, không đọc được."),
        )
    stamped = status.timestamp_validity
    is_timestamped = stamped is not None and stamped.intact and stamped.valid and stamped.trusted
    intact = status.intact and status.valid and status.docmdp_ok is not False and _is_covered(status)
    trusted = status.trusted and not revoked
    return SignatureReport(
        **names,
        reason=str(signature.sig_object.get("/Reason", "")),
        signed_at=stamped.timestamp if stamped is not None and is_timestamped else status.signer_reported_dt,
        is_timestamped=is_timestamped,
        intact=intact,
        trusted=trusted,
        covers_whole_document=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        serial_number=serial,
        problem=_problem(status, intact=intact, revoked=revoked, moment=trust.now),
    )


def _is_covered(status: PdfSignatureStatus) -> bool:
    return status.coverage is not None and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION


def _problem(status: PdfSignatureStatus, *, intact: bool, revoked: bool, moment: datetime) -> str:
    if not intact:
        return _("Nội dung đã bị thay đổi sau khi ký.")
    if revoked:
        return _("Chứng thư số của người ký đã bị thu hồi.")
    if status.trusted:
        return ""
    if not status.signing_cert.not_valid_before <= moment <= status.signing_cert.not_valid_after:
        return _("Chứng thư số của người ký không còn trong thời hạn.")
    return _("Chưa xác nhận được tổ chức cấp chứng thư số của người ký.")


def _names(certificate: x509.Certificate) -> dict[str, str]:
    subject = certificate.subject.native
    policies = certificate.certificate_policies_value
    kinds = [_KINDS.get(policy["policy_identifier"].dotted, "") for policy in policies or ()]
    return {
        "signer": _text(subject.get("common_name")),
        "agency": _text(subject.get("organization_name")),
        "title": _text(subject.get("title")),
        "kind": next((kind for kind in kinds if kind), ""),
    }


def _text(value: object) -> str:
    return ", ".join(str(part) for part in value) if isinstance(value, list) else str(value or "")


def _ends_with_signature(reports: Sequence[SignatureReport]) -> bool:
    """Say whether the last signature closes the file; what came after it nobody signed."""
    return any(report.covers_whole_document for report in reports)
