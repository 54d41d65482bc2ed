"""Who may change the catalogue: holders of the right to publish."""

from lienthong.accounts import api as accounts
from lienthong.catalogue.errors import MayNotPublishError


def may_publish(principal: accounts.Principal) -> bool:
    """Say whether a person may draft, publish and withdraw procedures in any agency."""
    return principal.kind == "system" or bool(principal.agencies(accounts.Right.PUBLISH))


def require_publish(principal: accounts.Principal) -> None:
    """Refuse whoever may not publish.

    :raises MayNotPublishError: without the right to publish.
    """
    if not may_publish(principal):
        raise MayNotPublishError
