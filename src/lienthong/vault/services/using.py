"""A paper of the vault is used in a dossier."""

from collections.abc import Sequence
from datetime import datetime

from lienthong.vault.models import DocumentUse, VaultDocument


def record_uses(
    *,
    documents: Sequence[VaultDocument],
    used_type: str,
    used_id: str,
    label: str,
    purpose: str,
    used_by: str,
    now: datetime,
) -> None:
    """Write where papers are used and for what, in the caller's transaction; a repeat writes nothing more.

    The caller's own audit entry tells the change that uses them.
    """
    DocumentUse.objects.bulk_create(
        (
            DocumentUse(
                document=document,
                used_type=used_type,
                used_id=used_id,
                label=label[:255],
                purpose=purpose[:255],
                used_by=used_by[:120],
                at=now,
            )
            for document in documents
        ),
        ignore_conflicts=True,
    )
