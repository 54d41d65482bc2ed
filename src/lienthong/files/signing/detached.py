"""A signature beside the bytes it covers (CMS, RFC 5652), for what is no PDF: the manifest of a package."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, x509
from django.utils.translation import gettext as _
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext

from lienthong.files.models import SigningCertificate
from lienthong.files.signing.holders import agency_holder
from lienthong.files.signing.keys import get_provider
from lienthong.files.signing.verify import trusted_roots


@dataclass(frozen=True, slots=True)
class DetachedReport:
    """What a detached signature says.

    :ivar intact: the bytes are what was signed; ``trusted``: the signer's authority is known here, not revoked.
    :ivar problem: in Vietnamese, what is wrong; empty when nothing is.
    """

    signer: str
    signed_at: datetime | None
    intact: bool
    trusted: bool
    problem: str


def sign_bytes_as_agency(*, content: bytes, agency_id: int, now: datetime) -> bytes:
    """Sign bytes with an agency's certificate; gives the signature in DER, with the certificates it needs.

    :raises NoSigningKeyError: the agency has no usable key.
    """
    signer = get_provider().signer(agency_holder(agency_id=agency_id, now=now), now=now)
    signed = asyncio.run(signer.async_sign_general_data(content, "sha256", detached=True))
    dumped: bytes = signed.dump()
    return dumped


def verify_detached(*, content: bytes, signature: bytes, now: datetime) -> DetachedReport:
    """Check bytes against a detached signature; never fails, whatever the bytes are. Nothing is fetched."""
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    try:
        data = cms.ContentInfo.load(signature)["content"]
        status = asyncio.run(
            async_validate_detached_cms(
                content,
                data,
                signer_validation_context=ValidationContext(
                    trust_roots=list(trusted_roots()), moment=now, allow_fetching=False, revocation_mode="soft-fail"
                ),
            )
        )
    except Exception:  # noqa: BLE001 - a damaged signature fails in many ways; each means it cannot be relied on
        return DetachedReport("", None, intact=False, trusted=False, problem=_("Chữ ký bị hỏng, không đọc được."))
    certificate: x509.Certificate = status.signing_cert
    serial = f"{certificate.serial_number:x}"
    revoked = SigningCertificate.objects.filter(serial_number=serial, revoked_at__isnull=False).exists()
    intact, trusted = status.intact and status.valid, status.trusted and not revoked
    problem = ""
    if not intact:
        problem = _("Nội dung đã bị thay đổi sau khi ký.")
    elif not trusted:
        problem = _("Chưa xác nhận được tổ chức cấp chứng thư số của người ký, hoặc chứng thư đã bị thu hồi.")
    return DetachedReport(
        signer=str(certificate.subject.native.get("common_name", "")),
        signed_at=status.signer_reported_dt,
        intact=intact,
        trusted=trusted,
        problem=problem,
    )
