"""Showing one paper to somebody without an account: for a purpose, until a time, so many times."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lienthong.accounts import api as accounts
from lienthong.accounts.api import Principal
from lienthong.kernel import audit
from lienthong.kernel.text import normalise
from lienthong.vault import policies, queries
from lienthong.vault.errors import DocumentMissingError, ShareClosedError, VaultInvalidError
from lienthong.vault.models import ShareLink, VaultDocument
from lienthong.vault.services.keeping import OWNER_TYPE

DAYS = (1, 3, 7, 30)
OPENINGS = (1, 3, 10)


def share(
    *, principal: Principal, uuid: UUID, purpose: str, days: int, openings: int, now: datetime
) -> tuple[ShareLink, str]:
    """Make a link to one of one's papers.

    :returns: the link's row, and its secret, which is shown this once.
    :raises VaultInvalidError: without a purpose, or for a time or count that is not offered.
    """
    document = queries.get_document_for(principal=principal, uuid=uuid)
    errors: dict[str, list[str]] = {}
    if not normalise(purpose):
        errors["purpose"] = [_("Hãy ghi bạn chia sẻ để làm gì; người nhận sẽ đọc câu này.")]
    if days not in DAYS:
        errors["days"] = [_("Hãy chọn thời hạn trong danh sách.")]
    if openings not in OPENINGS:
        errors["openings"] = [_("Hãy chọn số lượt mở trong danh sách.")]
    if errors:
        raise VaultInvalidError(_("Chưa tạo được liên kết."), field_errors=errors)
    secret = secrets.token_urlsafe(24)
    with transaction.atomic():
        row = ShareLink.objects.create(
            document=document,
            digest=sha256(secret.encode()).hexdigest(),
            purpose=normalise(purpose)[:255],
            expires_at=now + timedelta(days=days),
            max_openings=openings,
        )
        _tell(principal.actor(), "vault.share.made", row, document, now)
    return row, secret


def take_back(*, principal: Principal, uuid: UUID, share_uuid: UUID, now: datetime) -> ShareLink:
    """Close a link before its time; doing it again changes nothing."""
    with transaction.atomic():
        row = (
            ShareLink.objects.select_for_update(no_key=True, of=("self",))
            .select_related("document")
            .filter(document__in=VaultDocument.objects.filter(policies.visible(principal), uuid=uuid), uuid=share_uuid)
            .first()
        )
        if row is None:
            raise DocumentMissingError(_("Không tìm thấy liên kết này."))
        if row.revoked_at is None:
            row.revoked_at = now
            row.save(update_fields=["revoked_at"])
            _tell(principal.actor(), "vault.share.taken_back", row, row.document, now)
    return row


def open_share(*, secret: str, now: datetime) -> ShareLink:
    """Count one opening of a link and write it where the owner reads who saw their data.

    :raises ShareClosedError: when the link no longer opens; of two openings at once one gets the last turn.
    """
    row = queries.find_share(secret=secret, now=now)
    with transaction.atomic():
        counted = ShareLink.objects.filter(
            pk=row.pk, revoked_at__isnull=True, expires_at__gt=now, openings__lt=F("max_openings")
        ).update(openings=F("openings") + 1, last_opened_at=now)
        if not counted:
            raise ShareClosedError(_("Liên kết vừa hết lượt mở."))
        document = row.document
        accounts.record_access(
            principal=accounts.ANONYMOUS,
            opened=accounts.Opened(
                kind=OWNER_TYPE,
                id=str(document.uuid),
                label=document.title,
                person_id=document.person_id,
                business_id=document.business_id,
            ),
            ground=accounts.AccessGround.SHARED,
            purpose=row.purpose,
            now=now,
        )
        _tell(audit.Actor(kind="anonymous"), "vault.share.opened", row, document, now)
    return row


def _tell(actor: audit.Actor, action: str, row: ShareLink, document: VaultDocument, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type=OWNER_TYPE,
        subject_id=document.uuid,
        at=now,
        facts={"share": str(row.uuid), "expires_at": row.expires_at.isoformat(), "openings": row.max_openings},
    )
