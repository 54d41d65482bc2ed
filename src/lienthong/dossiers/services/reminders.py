"""Reminding those who hold a dossier before, at and after its dates, and reporting it to those above them.

Each reminder is written down under its deadline before it is sent (:class:`Reminder`): a job that runs twice,
or beside another, sends it once; a deadline that moved is reminded of anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from lienthong.accounts import api as accounts
from lienthong.accounts.api import SYSTEM_PRINCIPAL, Account
from lienthong.dossiers import messages
from lienthong.dossiers.models import (
    Audience,
    Dossier,
    DossierStatus,
    HistoryKind,
    Reminder,
    ReminderAbout,
    ReminderMoment,
    ReminderRule,
)
from lienthong.dossiers.services.change import begin, record
from lienthong.kernel import clock, reference
from lienthong.kernel.ids import uuid7
from lienthong.organisations import api as organisations
from lienthong.workflows import api as workflows

BATCH = 200
#: How far ahead a deadline can be reminded of, and how far back a task's is still looked for; Tết fits in.
_AHEAD, _BACK = timedelta(days=21), timedelta(days=14)
_RUNNING = (DossierStatus.RECEIVED, DossierStatus.PROCESSING)
_PUT = """
    INSERT INTO dossiers_reminder
           (uuid, created_at, dossier_id, subject, rule_key, due_at, turn, is_escalation, sent_at)
    SELECT * FROM unnest(%s::uuid[], %s::timestamptz[], %s::bigint[], %s::uuid[], %s::text[], %s::timestamptz[],
                         %s::int[], %s::bool[], %s::timestamptz[])
    ON CONFLICT (subject, rule_key, due_at, turn) DO NOTHING
    RETURNING uuid
"""


@dataclass(frozen=True, slots=True)
class _Call:
    """One reminder that is due."""

    dossier: Dossier
    subject: UUID
    rule: ReminderRule
    due_at: datetime
    turn: int
    tasks: tuple[workflows.WorkItem, ...]


@dataclass(slots=True)
class _Run:
    """What one run of the job has read already."""

    now: datetime
    calendars: dict[int, organisations.WorkingCalendar] = field(default_factory=dict)
    people: dict[tuple[str, int, str], tuple[Account, ...]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return clock.local_date(self.now)

    def calendar(self, agency_id: int) -> organisations.WorkingCalendar:
        if agency_id not in self.calendars:
            self.calendars[agency_id] = organisations.get_calendar(
                agency_id=agency_id, start=date(self.today.year - 1, 2, 1), end=self.today + 2 * _AHEAD
            )
        return self.calendars[agency_id]


def remind(*, now: datetime) -> int:
    """Send every reminder that is due and was not sent; give their number.

    Works through the running dossiers in batches, each a transaction of its own. A paused dossier is not
    reminded of: its clock stands still.
    """
    with reference.remembered():
        run = _Run(now)
        return sum(_send(run, calls) for calls in (*_of_dossiers(run), *_of_tasks(run)))


@reference.kept("dossiers")
def rules_in_force(*, on: date) -> tuple[ReminderRule, ...]:
    """List the rules in force on a date, the latest first."""
    return tuple(ReminderRule.objects.in_force(on).order_by("-valid_from", "key"))


def rules_for(*, procedure_code: str, about: str, on: date) -> tuple[ReminderRule, ...]:
    """Choose the rules of a procedure: its own where it has the key, else the general ones."""
    chosen: dict[str, ReminderRule] = {}
    for rule in rules_in_force(on=on):
        if rule.about == about and rule.procedure_code in (procedure_code, ""):
            known = chosen.get(rule.key)
            if known is None or (rule.procedure_code and not known.procedure_code):
                chosen[rule.key] = rule
    return tuple(chosen.values())


def turn_due(
    rule: ReminderRule, *, due_at: datetime, now: datetime, calendar: organisations.WorkingCalendar
) -> int | None:
    """Say which turn of a rule is due now; ``None`` for none.

    A reminder before the deadline is not sent after it, nor one at the deadline a working day later: a job
    that was away does not tell old news. Of repeated ones only the latest turn is due.
    """
    if rule.moment == ReminderMoment.BEFORE:
        return 0 if now < due_at and _is_near(rule, due_at, now, calendar) else None
    if now < due_at:
        return None
    passed = _passed(rule.unit, due_at, now, calendar)
    if rule.moment == ReminderMoment.AT:
        return 0 if _passed("working_days", due_at, now, calendar) < 1 else None
    turns = passed // rule.amount
    if turns < 1:
        return None
    return turns if rule.repeats else 0


def _is_near(rule: ReminderRule, due_at: datetime, now: datetime, calendar: organisations.WorkingCalendar) -> bool:
    if rule.unit == "hours":
        return calendar.working_time_between(now, due_at) <= timedelta(hours=rule.amount)
    day = clock.local_date(due_at)
    for _index in range(rule.amount):
        day = calendar.previous_working_day(day).date
    return clock.local(now) >= datetime.combine(day, clock.local(due_at).timetz())


def _passed(unit: str, due_at: datetime, now: datetime, calendar: organisations.WorkingCalendar) -> int:
    """Count the whole units between a deadline and now: working hours, or working days reached at the same hour."""
    if unit == "hours":
        return int(calendar.working_time_between(due_at, now) // timedelta(hours=1))
    here, due = clock.local(now), clock.local(due_at)
    days = calendar.working_days(due.date() + timedelta(days=1), here.date())
    return sum(1 for day in days if day.date < here.date() or here.timetz() >= due.timetz())


def _of_dossiers(run: _Run) -> Iterator[list[_Call]]:
    """Find, batch by batch, what the dossiers' own due dates call for."""
    running = Dossier.objects.filter(
        status__in=_RUNNING, paused_at__isnull=True, due_at__lt=run.now + _AHEAD
    ).select_related("procedure_version__procedure")
    last: tuple[datetime, int] | None = None
    while True:
        rows = running
        if last is not None:
            rows = rows.filter(Q(due_at__gt=last[0]) | Q(due_at=last[0], pk__gt=last[1]))
        batch = list(rows.order_by("due_at", "id")[:BATCH])
        if not batch:
            return
        yield _calls_of_dossiers(run, batch)
        last = (batch[-1].due_at, batch[-1].pk)  # type: ignore[assignment]


def _calls_of_dossiers(run: _Run, batch: Sequence[Dossier]) -> list[_Call]:
    found: list[tuple[Dossier, ReminderRule, int]] = []
    for dossier in batch:
        if dossier.due_at is None:
            continue
        calendar = run.calendar(dossier.competent_agency_id)
        for rule in rules_for(procedure_code=dossier.procedure_version.code, about=ReminderAbout.DOSSIER, on=run.today):
            turn = turn_due(rule, due_at=dossier.due_at, now=run.now, calendar=calendar)
            if turn is not None:
                found.append((dossier, rule, turn))
    fresh = _fresh([(dossier.uuid, rule.key, dossier.due_at, turn) for dossier, rule, turn in found])  # type: ignore[misc]
    found = [row for row in found if (row[0].uuid, row[1].key, row[0].due_at, row[2]) in fresh]
    tasks = _tasks_of({str(dossier.uuid) for dossier, _rule, _turn in found})
    return [
        _Call(dossier, dossier.uuid, rule, dossier.due_at, turn, tasks.get(str(dossier.uuid), ()))  # type: ignore[arg-type]
        for dossier, rule, turn in found
    ]


def _fresh(keys: Sequence[tuple[UUID, str, datetime, int]]) -> set[tuple[UUID, str, datetime, int]]:
    """Leave out what was sent before; one statement."""
    if not keys:
        return set()
    sent = Reminder.objects.filter(subject__in={key[0] for key in keys}).values_list(
        "subject", "rule_key", "due_at", "turn"
    )
    return set(keys) - set(sent)


def _tasks_of(keys: Iterable[str]) -> dict[str, tuple[workflows.WorkItem, ...]]:
    wanted = tuple(keys)
    grouped: dict[str, tuple[workflows.WorkItem, ...]] = {}
    for task in workflows.open_tasks(business_keys=wanted) if wanted else ():
        grouped[task.business_key] = (*grouped.get(task.business_key, ()), task)
    return grouped


def _of_tasks(run: _Run) -> Iterator[list[_Call]]:
    """Find, batch by batch, what the deadlines of open tasks call for."""
    skip = 0
    while True:
        tasks = workflows.tasks_due(since=run.now - _BACK, before=run.now + _AHEAD, limit=BATCH, skip=skip)
        if not tasks:
            return
        yield _calls_of_tasks(run, tasks)
        skip += BATCH


def _calls_of_tasks(run: _Run, tasks: Sequence[workflows.WorkItem]) -> list[_Call]:
    rows = Dossier.objects.filter(uuid__in={task.business_key for task in tasks}, paused_at__isnull=True)
    dossiers = {str(row.uuid): row for row in rows.select_related("procedure_version__procedure")}
    calls: list[_Call] = []
    for task in tasks:
        dossier = dossiers.get(task.business_key)
        if dossier is None or task.due_at is None or task.party == "applicant":
            continue
        calendar = run.calendar(task.agency_id)
        for rule in rules_for(procedure_code=dossier.procedure_version.code, about=ReminderAbout.TASK, on=run.today):
            turn = turn_due(rule, due_at=task.due_at, now=run.now, calendar=calendar)
            if turn is not None:
                calls.append(_Call(dossier, task.uuid, rule, task.due_at, turn, (task,)))
    fresh = _fresh([(call.subject, call.rule.key, call.due_at, call.turn) for call in calls])
    return [call for call in calls if (call.subject, call.rule.key, call.due_at, call.turn) in fresh]


def _send(run: _Run, calls: Sequence[_Call]) -> int:
    """Write a batch of reminders down and send those that nobody else has just written."""
    if not calls:
        return 0
    with transaction.atomic():
        mine = _written(calls, run.now)
        for call in mine:
            people = {account.pk: account for name in call.rule.audience for account in _people(run, name, call)}
            messages.remind(
                dossier=call.dossier,
                task=call.tasks[0] if call.tasks else None,
                rule=call.rule,
                due_at=call.due_at,
                turn=call.turn,
                people=tuple(people.values()),
                now=run.now,
            )
            if call.rule.is_escalation:
                report(dossier=call.dossier, people=tuple(people.values()), turn=call.turn, now=run.now)
    return len(mine)


def _written(calls: Sequence[_Call], now: datetime) -> list[_Call]:
    keyed = {uuid7(): call for call in calls}
    columns = list(
        zip(
            *(
                (
                    uuid, now, call.dossier.pk, call.subject, call.rule.key, call.due_at, call.turn,
                    call.rule.is_escalation, now,
                )
                for uuid, call in keyed.items()
            ),
            strict=True,
        )
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [list(column) for column in columns])
        return [keyed[uuid] for (uuid,) in cursor.fetchall()]


def report(*, dossier: Dossier, people: Sequence[Account], turn: int, now: datetime) -> None:
    """Write into the history, for officials only, that a late dossier was reported to those above."""
    change = begin(dossier=dossier, principal=SYSTEM_PRINCIPAL, now=now, agency_id=dossier.competent_agency_id)
    names = ", ".join(account.official.full_name for account in people if account.official is not None)
    change.tell(
        HistoryKind.ESCALATED,
        note=f"Đã báo: {names}" if names else "Chưa tìm được người đứng đầu có tài khoản để báo",
        is_public=False,
        facts={"turn": turn, "due_at": dossier.due_at.isoformat() if dossier.due_at else ""},
    )
    record(change, action="dossiers.deadline.escalated")


def _people(run: _Run, audience: str, call: _Call) -> tuple[Account, ...]:
    """Find whom a rule means; those who hold several tasks of the dossier are found once each."""
    if audience == Audience.HOLDER:
        return tuple(account for task in call.tasks for account in messages.accounts_of_task(task, run.now))
    agencies = (
        {task.agency_id for task in call.tasks if task.party != "applicant"}
        if audience == Audience.UNIT_HEAD
        else {call.dossier.competent_agency_id}
    ) or {call.dossier.competent_agency_id}
    return tuple(account for agency_id in sorted(agencies) for account in _posted(run, audience, agency_id))


def _posted(run: _Run, audience: str, agency_id: int) -> tuple[Account, ...]:
    key = (audience, agency_id, "")
    if key not in run.people:
        run.people[key] = heads(audience=audience, agency_id=agency_id, on=run.today)
    return run.people[key]


def heads(*, audience: str, agency_id: int, on: date) -> tuple[Account, ...]:
    """Find who stands above: the heads of an agency's units, its head, or its supervisor of procedures.

    Where the post is vacant the next higher one is told: no escalation ends nowhere. Whoever stands in for an
    absent official is told with them.
    """
    kinds = organisations.PositionKind
    asked = {
        Audience.UNIT_HEAD: (kinds.UNIT_HEAD, kinds.LEADER, kinds.DEPUTY),
        Audience.AGENCY_HEAD: (kinds.LEADER, kinds.DEPUTY, kinds.UNIT_HEAD),
        Audience.SUPERVISOR: (kinds.SUPERVISOR, kinds.LEADER),
    }[Audience(audience)]
    for kind in asked:
        found = organisations.holders(agency_id=agency_id, kinds=[kind], on=on)
        if found:
            wanted = {official.pk for official in found}
            for official in found:
                wanted |= {other.pk for other in organisations.substitutes_for(official_id=official.pk, on=on)}
            known = accounts.accounts_of_officials(official_ids=wanted)
            if known:
                return tuple(known.values())
    return ()


def tell_heads(*, dossier: Dossier, tasks: Sequence[workflows.WorkItem], now: datetime) -> str:
    """Tell the holders of a dossier and the agency's head that it lies still; give the heads' names."""
    above = heads(audience=Audience.AGENCY_HEAD, agency_id=dossier.competent_agency_id, on=clock.local_date(now))
    holders = [account for task in tasks for account in messages.accounts_of_task(task, now)]
    people = {account.pk: account for account in (*above, *holders)}
    messages.nudge(dossier=dossier, tasks=tasks, people=tuple(people.values()), now=now)
    return ", ".join(account.official.full_name for account in above if account.official is not None)
