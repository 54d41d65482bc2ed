"""End a certificate before its time."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.files.models import SigningCertificate
from lienthong.kernel import audit
from lienthong.kernel.errors import NotFoundError


class UnknownCertificateError(NotFoundError):
    """This node has no such certificate."""

    code = "files.unknown_certificate"


@transaction.atomic
def revoke_certificate(*, uuid: UUID, reason: str, now: datetime, actor: audit.Actor = audit.SYSTEM) -> None:
    """Revoke a certificate of this node: it signs no more, and its signatures are reported as revoked.

    Revoking it again changes nothing.

    :raises UnknownCertificateError: when there is none.
    """
    certificate = SigningCertificate.objects.select_for_update(no_key=True).filter(uuid=uuid).first()
    if certificate is None:
        raise UnknownCertificateError(_("Không tìm thấy chứng thư số."))
    if certificate.revoked_at is not None:
        return
    certificate.revoked_at = now
    certificate.save(update_fields=["revoked_at"])
    audit.record(
        actor=actor,
        action="files.certificate.revoked",
        subject_type="files.certificate",
        subject_id=uuid,
        at=now,
        facts={"reason": reason},
    )
