"""Telling heads that an official left open tasks behind."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from lienthong.accounts import api as accounts
from lienthong.accounts.api import Right
from lienthong.kernel import clock
from lienthong.notifications import api as notifications
from lienthong.notifications.api import MessageKind, Recipient
from lienthong.organisations import api as organisations
from lienthong.workflows import api as workflows

NEEDED = MessageKind(
    key="dossiers.handover_needed",
    audience="official",
    label=_("Có việc phải chuyển người"),
    title=_("%(name)s thôi giữ vị trí, còn %(count)s việc phải chuyển"),
    body=_("%(name)s không còn quyền làm %(count)s việc đang mở ở %(agency)s. Hãy chuyển cho người khác."),
)


def tell_of_leaving(*, official_uuid: UUID, now: datetime) -> int:
    """Tell the heads of each agency where an official holds tasks without the right to do them; give how many tasks."""
    official = organisations.get_official(uuid=official_uuid)
    account = accounts.accounts_of_officials(official_ids=[official.pk]).get(official.pk)
    if account is None:
        return 0
    principal = accounts.principal_for_account(account, now)
    left: dict[int, int] = {}
    for task in workflows.open_tasks_held_by(account_id=account.pk):
        if not principal.may(task.right, task.agency_id):
            left[task.agency_id] = left.get(task.agency_id, 0) + 1
    agencies = organisations.get_agencies(ids=left)
    for agency_id, count in left.items():
        heads = accounts.accounts_with_right(right=Right.ASSIGN, agency_id=agency_id, on=clock.local_date(now))
        notifications.notify(
            kind=NEEDED.key,
            recipients=[
                Recipient(account_id=head.pk, person_id=None, email=head.email, language=head.language)
                for head in heads
                if head.pk != account.pk
            ],
            facts={"name": official.full_name, "count": count, "agency": agencies[agency_id].name},
            link=f"/quan-tri/can-bo/{official.uuid}/chuyen-viec/",
            occasion=f"{official.uuid}:{agency_id}:{clock.local_date(now)}",
            now=now,
        )
    return sum(left.values())
