"""The alarm of stale dossiers: none is ever without an owner and a next date.

The check goes through every dossier that is not closed, by itself every night and whenever a supervisor asks, and
writes down what it finds (:class:`Alarm`); what is in order again disappears. Each finding has its remedy.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lienthong.accounts import api as accounts
from lienthong.accounts.api import Account, Principal, Right
from lienthong.dossiers.errors import DossierNotFoundError, DossierStateError
from lienthong.dossiers.models import Alarm, AlarmKind, Dossier, DossierStatus, HistoryKind, WaitKind
from lienthong.dossiers.services import reminders, timers, waiting
from lienthong.dossiers.services.change import begin, commit, lock_where, record
from lienthong.kernel import clock, reference
from lienthong.organisations import api as organisations
from lienthong.workflows import api as workflows

BATCH = 500
_FINAL = (DossierStatus.NOT_RECEIVED, DossierStatus.WITHDRAWN, DossierStatus.RETURNED)
_APPLICANT = (WaitKind.SUPPLEMENT, WaitKind.PAYMENT)
#: The job that ends waits runs every quarter of an hour; what it has not ended in this time is stuck.
_PATIENCE = timedelta(hours=2)
_Finding = tuple[AlarmKind, UUID | None, str]


@dataclass(slots=True)
class _Look:
    """What one check has read already."""

    now: datetime
    accounts: dict[int, Account | None] = field(default_factory=dict)
    pools: dict[tuple[str, int], int] = field(default_factory=dict)
    away: dict[int, frozenset[int]] = field(default_factory=dict)
    posted: dict[int, bool] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return clock.local_date(self.now)

    def account(self, account_id: int) -> Account | None:
        if account_id not in self.accounts:
            self.accounts[account_id] = accounts.find_account(account_id=account_id)
        return self.accounts[account_id]

    def has_post(self, official_id: int) -> bool:
        if official_id not in self.posted:
            self.posted[official_id] = bool(organisations.assignments_of(official_id=official_id, on=self.today))
        return self.posted[official_id]

    def reach(self, agency_id: int) -> frozenset[int]:
        return frozenset(
            {agency_id, *organisations.descendant_ids(agency_id=agency_id, on=self.today, units_only=True)}
        )

    def alone_away(self, agency_id: int) -> frozenset[int]:
        """Give the officials of an agency who are away today and whom nobody stands in for."""
        if agency_id not in self.away:
            absences = organisations.list_absences(agency_ids=self.reach(agency_id), on=self.today)
            self.away[agency_id] = frozenset(
                absence.official_id
                for absence in absences
                if absence.is_in_force(self.today)
                and not organisations.substitutes_for(official_id=absence.official_id, on=self.today)
            )
        return self.away[agency_id]

    def pool(self, right: str, agency_id: int) -> int:
        """Count who may take a task of an agency today."""
        if (right, agency_id) not in self.pools:
            away = self.alone_away(agency_id)
            found = {
                account.pk
                for unit in self.reach(agency_id)
                for account in accounts.accounts_with_right(right=right, agency_id=unit, on=self.today)
                if account.official_id not in away
            }
            self.pools[right, agency_id] = len(found)
        return self.pools[right, agency_id]


def check(*, now: datetime, agencies: frozenset[int] | None = None, dossier_id: int | None = None) -> int:
    """Look at every open dossier (of some agencies, or one) and keep what is wrong; give the number of findings."""
    wanted = Q() if agencies is None else Q(agency_ids__overlap=sorted(agencies))
    if dossier_id is not None:
        wanted &= Q(pk=dossier_id)
    look = _Look(now)
    Alarm.objects.filter(dossier__status__in=_FINAL).delete()
    with reference.remembered():
        return sum(_keep(look, batch) for batch in _batches(wanted))


def _batches(wanted: Q) -> Iterator[list[Dossier]]:
    last = 0
    while True:
        rows = Dossier.objects.exclude(status__in=_FINAL).filter(wanted, pk__gt=last)
        batch = list(rows.select_related("procedure_version__procedure").order_by("pk")[:BATCH])
        if not batch:
            return
        yield batch
        last = batch[-1].pk


def _keep(look: _Look, batch: Sequence[Dossier]) -> int:
    tasks: dict[str, list[workflows.WorkItem]] = {}
    for task in workflows.open_tasks(business_keys=[str(dossier.uuid) for dossier in batch]):
        tasks.setdefault(task.business_key, []).append(task)
    found = {dossier.pk: find(look, dossier, tasks.get(str(dossier.uuid), ())) for dossier in batch}
    with transaction.atomic():
        for alarm in Alarm.objects.filter(dossier_id__in=found).select_for_update(no_key=True):
            if (alarm.kind, alarm.task) not in {(kind, task) for kind, task, _about in found[alarm.dossier_id]}:
                alarm.delete()
        Alarm.objects.bulk_create(
            (
                Alarm(dossier_id=pk, kind=kind, task=task, about=about[:200], found_at=look.now)
                for pk, findings in found.items()
                for kind, task, about in findings
            ),
            ignore_conflicts=True,
        )
    return sum(len(findings) for findings in found.values())


def find(look: _Look, dossier: Dossier, tasks: Sequence[workflows.WorkItem]) -> list[_Finding]:
    """Say what is wrong with one dossier: its owners, then its next date."""
    return [*_owners(look, dossier, tasks), *_dates(look, dossier, tasks)]


def _owners(look: _Look, dossier: Dossier, tasks: Sequence[workflows.WorkItem]) -> Iterator[_Finding]:
    if dossier.waits_for in _APPLICANT:
        return
    if dossier.status == DossierStatus.STOPPED:
        if not look.pool(Right.APPROVE, dossier.competent_agency_id):
            yield AlarmKind.EMPTY_POOL, None, ""
        return
    if not tasks:
        yield AlarmKind.NO_OWNER, None, ""
    for task in tasks:
        kind = _trouble(look, task)
        if kind is not None:
            yield kind, task.uuid, ": ".join(part for part in (task.name, task.assignee_name) if part)


def _trouble(look: _Look, task: workflows.WorkItem) -> AlarmKind | None:
    """Say why nobody would do a task; ``None`` when somebody can."""
    if task.party == "applicant":
        return None
    if task.assignee_id is None:
        return None if look.pool(task.right, task.agency_id) else AlarmKind.EMPTY_POOL
    account = look.account(task.assignee_id)
    official_id = account.official_id if account is not None and account.is_active else None
    if official_id is None or not look.has_post(official_id):
        return AlarmKind.OWNER_GONE
    return AlarmKind.OWNER_AWAY if official_id in look.alone_away(task.agency_id) else None


def _dates(look: _Look, dossier: Dossier, tasks: Sequence[workflows.WorkItem]) -> Iterator[_Finding]:
    runs = dossier.due_at is not None and dossier.paused_at is None
    if dossier.waits_until is not None:
        if dossier.waits_until < look.now - _PATIENCE:
            yield AlarmKind.LAPSED, None, str(WaitKind(dossier.waits_for).label)
    elif not runs and not any(task.due_at for task in tasks):
        yield AlarmKind.NO_DATE, None, ""


def fill_missing_dates(*, now: datetime) -> int:
    """Give dossiers from before the rules their next date; give their number."""
    waiting_ones = Dossier.objects.exclude(status__in=_FINAL).filter(waits_until__isnull=True)
    lacking = waiting_ones.filter(Q(due_at__isnull=True) | Q(paused_at__isnull=False) | Q(status=DossierStatus.DONE))
    done = 0
    with reference.remembered():
        for pk in list(lacking.order_by("pk").values_list("pk", flat=True)[:BATCH]):
            with transaction.atomic():
                dossier = lock_where(pk=pk, waits_until__isnull=True)
                if dossier is None:
                    continue
                waiting.renew(dossier, kinds=(), now=now)
                dossier.save(update_fields=["waits_for", "waits_until"])
                done += dossier.waits_until is not None
    return done


def remind_by_hand(*, principal: Principal, dossier_uuid: UUID, now: datetime) -> str:
    """Remind the holders of a dossier and the agency's head; give the names of those above.

    :raises DossierNotFoundError: when it is none that this person supervises.
    """
    with transaction.atomic():
        dossier = _supervised(principal, dossier_uuid)
        tasks = workflows.open_tasks(business_keys=[str(dossier.uuid)])
        names = reminders.tell_heads(dossier=dossier, tasks=tasks, now=now)
        change = begin(dossier=dossier, principal=principal, now=now, agency_id=dossier.competent_agency_id)
        change.tell(HistoryKind.REMINDED, note=names, is_public=False)
        record(change, action="dossiers.alarm.reminded")
    return names


def mend(*, principal: Principal, dossier_uuid: UUID, now: datetime) -> Dossier:
    """Do what the rules say for a dossier that lies still: end its wait, or give it its next date.

    :raises DossierNotFoundError: when it is none that this person supervises.
    :raises DossierStateError: when the rules have nothing to do with it.
    """
    with transaction.atomic():
        dossier = _supervised(principal, dossier_uuid)
        if dossier.waits_until is not None and dossier.waits_until < now:
            timers.end_wait(dossier_id=dossier.pk, now=now)
        elif dossier.waits_until is None and waiting.kind_of(dossier) is not None:
            change = begin(dossier=dossier, principal=principal, now=now, agency_id=dossier.competent_agency_id)
            commit(change, action="dossiers.alarm.dated")
            if dossier.waits_until is None:
                raise DossierStateError(_("Chưa có quy tắc nào đặt ngày cho hồ sơ ở trạng thái này."))
        else:
            raise DossierStateError(_("Hồ sơ này không có hạn chờ nào đã qua. Hãy giao người hoặc nhắc người giữ."))
        check(now=now, dossier_id=dossier.pk)
        dossier.refresh_from_db()
    return dossier


def check_for(*, principal: Principal, now: datetime) -> int:
    """Check the dossiers of the agencies that a person supervises anew; give the number of findings."""
    agencies = principal.agencies(Right.SUPERVISE)
    return check(now=now, agencies=agencies) if agencies else 0


def _supervised(principal: Principal, uuid: UUID) -> Dossier:
    agencies = principal.agencies(Right.SUPERVISE)
    dossier = lock_where(uuid=uuid, agency_ids__overlap=sorted(agencies)) if agencies else None
    if dossier is None:
        raise DossierNotFoundError(_("Không tìm thấy hồ sơ."))
    return dossier
