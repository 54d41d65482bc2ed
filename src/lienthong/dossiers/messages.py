"""Telling people about dossiers: who gets which message, and the facts it is made of."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.formats import date_format

from lienthong.accounts import api as accounts
from lienthong.dossiers import message_kinds as kinds
from lienthong.dossiers.events import DossierChanged
from lienthong.dossiers.models import Dossier, Filing, HistoryEntry, ReminderAbout, ReminderMoment, ReminderRule
from lienthong.forms.events import DraftExpiring
from lienthong.kernel import clock
from lienthong.notifications import api as notifications
from lienthong.notifications.api import MessageKind, Recipient
from lienthong.workflows import api as workflows


def tell(*, event: DossierChanged, now: datetime) -> None:
    """Tell the applicant what happened, and officials what waits for them."""
    dossier = (
        Dossier.objects.filter(uuid=UUID(event.aggregate_id))
        .select_related("procedure_version__procedure", "competent_agency")
        .first()
    )
    if dossier is None:
        return
    _tell_applicant(dossier, event, now)
    for task in workflows.tasks_by_uuid(uuids=event.tasks):
        tell_officials(dossier=dossier, task=task, kind=kinds.NEW_TASK, now=now)


def _tell_applicant(dossier: Dossier, event: DossierChanged, now: datetime) -> None:
    contact = accounts.contact_of(person_id=dossier.applicant_id)
    if contact is None:
        return
    recipient = Recipient(
        account_id=contact.account_id,
        person_id=contact.person_id,
        email=contact.email,
        language=contact.language,
    )
    version = dossier.procedure_version
    procedure = version.name_en if contact.language == "en" and version.name_en else version.name_vi
    entries = (
        HistoryEntry.objects.filter(uuid__in=event.entries, is_public=True).select_related("agency").order_by("id")
    )
    for entry in entries:
        key = f"dossiers.{entry.kind}"
        if key not in kinds.CITIZEN_KEYS:
            continue
        agency = entry.agency or dossier.competent_agency
        notifications.notify(
            kind=key,
            recipients=[recipient],
            facts={
                "code": dossier.code,
                "procedure": procedure,
                "agency": agency.name,
                "officer": entry.actor_name,
                "at": _moment(entry.at),
                "due": _moment(dossier.due_at),
                "note": entry.note,
                "title": entry.title,
                "amount": _money(entry.facts.get("amount", 0)),
                "purpose": entry.facts.get("purpose", ""),
            },
            link=f"/ho-so/{dossier.uuid}/",
            occasion=str(entry.uuid),
            now=now,
        )


def tell_officials(*, dossier: Dossier, task: workflows.WorkItem, kind: MessageKind, now: datetime) -> None:
    """Tell those who may do a task: its assignee, or everyone with the right at its agency."""
    notifications.notify(
        kind=kind.key,
        recipients=_recipients(accounts_of_task(task, now)),
        facts={
            "code": dossier.code,
            "procedure": dossier.procedure_version.name_vi,
            "task": task.name,
            "due": _moment(task.due_at),
        },
        link=f"/lam-viec/ho-so/{dossier.uuid}/",
        occasion=f"{task.uuid}:{task.assignee_id or ''}",
        now=now,
    )


def remind(
    *,
    dossier: Dossier,
    task: workflows.WorkItem | None,
    rule: ReminderRule,
    due_at: datetime,
    turn: int,
    people: Sequence[accounts.Account],
    now: datetime,
) -> None:
    """Send one reminder of a deadline to those whom its rule means."""
    subject = task.uuid if task is not None and rule.about == ReminderAbout.TASK else dossier.uuid
    notifications.notify(
        kind=_kind_of_reminder(rule).key,
        recipients=_recipients(people),
        facts={
            "code": dossier.code,
            "procedure": dossier.procedure_version.name_vi,
            "task": task.name if task is not None else "—",
            "holder": (task.assignee_name if task is not None else "") or "—",
            "due": _moment(due_at),
        },
        link=f"/lam-viec/ho-so/{dossier.uuid}/",
        occasion=f"{subject}:{rule.key}:{due_at:%Y%m%d%H%M}:{turn}",
        now=now,
    )


def nudge(
    *, dossier: Dossier, tasks: Sequence[workflows.WorkItem], people: Sequence[accounts.Account], now: datetime
) -> None:
    """Remind by hand, at a supervisor's word; at most once an hour for one dossier."""
    notifications.notify(
        kind=kinds.ESCALATED.key,
        recipients=_recipients(people),
        facts={
            "code": dossier.code,
            "procedure": dossier.procedure_version.name_vi,
            "task": tasks[0].name if tasks else "—",
            "holder": (tasks[0].assignee_name if tasks else "") or "—",
            "due": _moment(dossier.due_at or dossier.waits_until),
        },
        link=f"/lam-viec/ho-so/{dossier.uuid}/",
        occasion=f"{dossier.uuid}:nudge:{now:%Y%m%d%H}",
        now=now,
    )


def _kind_of_reminder(rule: ReminderRule) -> MessageKind:
    if rule.is_escalation:
        return kinds.ESCALATED
    is_before = rule.moment == ReminderMoment.BEFORE
    if rule.about == ReminderAbout.TASK:
        return kinds.TASK_DUE_SOON if is_before else kinds.TASK_OVERDUE
    return kinds.DOSSIER_DUE_SOON if is_before else kinds.DOSSIER_OVERDUE


def tell_of_draft(*, event: DraftExpiring, now: datetime) -> None:
    """Tell the owner of a prepared application that it will be thrown away; drafts filed elsewhere stay silent."""
    filing = Filing.objects.filter(draft_uuid=UUID(event.aggregate_id), dossier__isnull=True).first()
    account = accounts.find_account(account_id=event.account_id)
    if filing is None or account is None:
        return
    notifications.notify(
        kind=kinds.DRAFT_EXPIRING.key,
        recipients=[Recipient(account_id=account.pk, person_id=None, email=account.email, language=account.language)],
        facts={"title": event.title, "day": date_format(date.fromisoformat(event.expires_on), "d/m/Y")},
        link=f"/ho-so-dang-soan/{filing.uuid}/",
        occasion=f"{filing.uuid}:{event.expires_on}",
        now=now,
    )


def accounts_of_task(task: workflows.WorkItem, now: datetime) -> tuple[accounts.Account, ...]:
    """Find who may do a task: its assignee, or everyone with the right at its agency."""
    if task.party == "applicant":
        return ()
    if task.assignee_id is not None:
        account = accounts.find_account(account_id=task.assignee_id)
        return (account,) if account is not None else ()
    return tuple(accounts.accounts_with_right(right=task.right, agency_id=task.agency_id, on=clock.local_date(now)))


def _recipients(found: Sequence[accounts.Account]) -> list[Recipient]:
    return [
        Recipient(account_id=account.pk, person_id=None, email=account.email, language=account.language)
        for account in found
    ]


def _money(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def _moment(moment: datetime | None) -> str:
    return date_format(clock.local(moment), "H:i d/m/Y") if moment else "—"
