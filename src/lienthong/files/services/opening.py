"""Who opened a personal paper: written down, and told to the context whose paper it is."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from lienthong.files.models import File
from lienthong.files.policies import teller_for
from lienthong.kernel import audit

if TYPE_CHECKING:
    from lienthong.accounts.api import Principal


@transaction.atomic
def record_opening(*, principal: "Principal", file: File, action: str, now: datetime) -> None:
    """Write who opened a personal paper, in the audit trail and for its owner to read; others leave no entry.

    :param action: ``downloaded`` or ``viewed``.
    """
    if file.is_personal:
        tell_opening(principal=principal, file=file, now=now)
        audit.record(
            actor=principal.actor(),
            action=f"files.file.{action}",
            subject_type="files.file",
            subject_id=file.uuid,
            at=now,
            facts={"sha256": file.blob.sha256},
        )


def tell_opening(*, principal: "Principal", file: File, now: datetime) -> None:
    """Let the thing a personal paper belongs to know that somebody else opens it; it may refuse.

    :raises ForbiddenError: when the owner's context wants a purpose stated first.
    """
    if not file.is_personal or principal.kind in ("citizen", "system"):
        return
    told = teller_for(principal, links=file.links.order_by("id"))
    if told is not None:
        teller, owner_id = told
        teller(principal, owner_id, file, now)
