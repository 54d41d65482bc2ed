"""Who may see and change a draft: its owner, nobody else."""

from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from lienthong.accounts.api import Principal


def own_drafts(principal: "Principal") -> Q:
    """Give the filter for the drafts a principal may read and change."""
    if principal.account_id is None:
        return Q(pk__in=())
    return Q(account_id=principal.account_id)
