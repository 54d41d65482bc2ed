"""Who may see and change a draft: its owner, nobody else."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from lienthong.forms.models import Draft

if TYPE_CHECKING:
    from lienthong.accounts.api import Principal


def own_drafts(principal: "Principal") -> Q:
    """Give the filter for the drafts a principal may read and change."""
    if principal.account_id is None:
        return Q(pk__in=())
    return Q(account_id=principal.account_id)


def may_read_draft(principal: "Principal", draft_uuid: str) -> bool:
    """Say whether a principal may open the files of a draft; no for anything unknown."""
    try:
        wanted = UUID(draft_uuid)
    except ValueError:
        return False
    return Draft.objects.filter(own_drafts(principal), uuid=wanted).exists()
