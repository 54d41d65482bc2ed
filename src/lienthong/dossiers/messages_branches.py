"""What the level above is told of linked procedures that have reached it."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from lienthong.accounts import api as accounts
from lienthong.accounts.api import Right
from lienthong.dossiers.events import DossierChanged
from lienthong.dossiers.models import Branch, Dossier, HistoryEntry, HistoryKind
from lienthong.dossiers.queries.branches import superior_desks
from lienthong.kernel import clock
from lienthong.notifications import api as notifications
from lienthong.notifications.api import MessageKind, Recipient
from lienthong.organisations import api as organisations

BRANCH_ARRIVED = MessageKind(
    key="dossiers.branch_arrived",
    audience="official",
    label=_("Hồ sơ liên thông đến cấp mình"),
    title=_("Hồ sơ liên thông %(code)s: %(branch)s"),
    body=_("Hồ sơ %(code)s (%(procedure)s) đã đến %(agency)s để giải quyết: %(branch)s. Hạn: %(due)s."),
    email_by_default=False,
)


def register_kinds() -> None:
    """Make the kinds known to notifications."""
    notifications.register(BRANCH_ARRIVED)


def tell_superiors(*, event: DossierChanged, now: datetime) -> None:
    """Tell the one-stop units of the level that a branch has reached, where its rule says so.

    Basis: NĐ 61/2018/NĐ-CP, Điều 18: across levels the upper one-stop unit is informed in parallel.
    """
    entries = HistoryEntry.objects.filter(uuid__in=event.entries, kind=HistoryKind.BRANCH_OPENED).order_by("id")
    arrived = {entry.facts["branch"]: entry for entry in entries if entry.facts.get("tells_superior")}
    if not arrived:
        return
    dossier = Dossier.objects.select_related("procedure_version__procedure").get(uuid=UUID(event.aggregate_id))
    branches = Branch.objects.filter(dossier=dossier, branch__in=arrived).select_related("agency").order_by("id")
    for branch in branches:
        notifications.notify(
            kind=BRANCH_ARRIVED.key,
            recipients=_superiors(branch.agency, clock.local_date(now)),
            facts={
                "code": dossier.code,
                "procedure": dossier.procedure_version.name_vi,
                "branch": branch.name,
                "agency": branch.agency.name,
                "due": date_format(clock.local(branch.due_at), "H:i d/m/Y"),
            },
            link=f"/lam-viec/ho-so/{dossier.uuid}/",
            occasion=str(arrived[branch.branch].uuid),
            now=now,
        )


def _superiors(agency: organisations.Agency, on: date) -> Sequence[Recipient]:
    found = {
        account.pk: account
        for desk in sorted(superior_desks(agency=agency, on=on))
        for account in accounts.accounts_with_right(right=Right.RECEIVE, agency_id=desk, on=on)
    }
    return [
        Recipient(account_id=account.pk, person_id=None, email=account.email, language=account.language)
        for account in found.values()
    ]
