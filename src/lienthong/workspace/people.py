"""Whom a task can be given to."""

from datetime import datetime

from lienthong.accounts import api as accounts
from lienthong.kernel import clock
from lienthong.organisations import api as organisations


def who_may(*, right: str, agency_id: int, now: datetime, but: int | None = None) -> tuple[tuple[int, str], ...]:
    """List the accounts whose posts carry a right at an agency or its inner units: number and name, by name.

    :param but: the account to leave out: whoever has the task now.
    """
    on = clock.local_date(now)
    units = organisations.descendant_ids(agency_id=agency_id, on=on, units_only=True)
    found: dict[int, str] = {}
    for unit in sorted({agency_id, *units}):
        for account in accounts.accounts_with_right(right=right, agency_id=unit, on=on):
            if account.pk != but and account.official is not None:
                found[account.pk] = account.official.full_name
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))
