"""What the portal's menus count."""

from django.http import HttpRequest

from lienthong.accounts.api import principal_of
from lienthong.notifications import api as notifications


def unread(request: HttpRequest) -> int:
    """Count the person's unread messages."""
    account_id = principal_of(request).account_id
    return notifications.count_unread(account_id=account_id) if account_id is not None else 0


def pays(request: HttpRequest) -> bool:
    """Say whether the person may owe something: citizens and businesses, not officials at their desk."""
    return principal_of(request).person_id is not None
