"""Reading who opened whose data: the person's own list, and on what ground an official reads now."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from lienthong.accounts.models import AccessGround, AccessRecord
from lienthong.accounts.principal import Principal
from lienthong.kernel.clock import VIETNAM
from lienthong.kernel.paging import Page, keyset


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessFilter:
    """What the list is narrowed to; empty means all.

    :ivar outside_tasks: only what was opened without a task: with a purpose, unmasked, or by a shared link.
    :ivar first: and ``last``: days on Vietnam's clock, both included.
    """

    kind: str = ""
    outside_tasks: bool = False
    first: date | None = None
    last: date | None = None


def list_access(*, principal: Principal, wanted: AccessFilter, cursor: str | None, size: int) -> Page[AccessRecord]:
    """List who opened the data of the person, or of the business they act for now; one statement."""
    if principal.business_id is not None:
        where = Q(business_id=principal.business_id)
    elif principal.person_id is not None:
        where = Q(person_id=principal.person_id, business__isnull=True)
    else:
        where = Q(pk__in=[])
    if wanted.kind:
        where &= Q(subject_type=wanted.kind)
    if wanted.outside_tasks:
        where &= ~Q(ground__in=(AccessGround.TASK, AccessGround.PROGRAM))
    if wanted.first:
        where &= Q(at__gte=datetime.combine(wanted.first, time(), VIETNAM))
    if wanted.last:
        where &= Q(at__lt=datetime.combine(wanted.last + timedelta(days=1), time(), VIETNAM))
    rows = AccessRecord.objects.select_related("agency").filter(where)
    return keyset(rows, order=("-id",), cursor=cursor, size=size)


def purpose_of_reading(
    *,
    principal: Principal,
    kind: str,
    id: str,  # noqa: A002 - the thing's own word
    since: datetime,
) -> AccessRecord | None:
    """Give the latest opening of a thing by an account since a moment: it says why they read what hangs on it."""
    if principal.account_id is None:
        return None
    rows = AccessRecord.objects.filter(account_id=principal.account_id, subject_type=kind, subject_id=id, at__gte=since)
    return rows.order_by("-at").first()
