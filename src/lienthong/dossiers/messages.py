"""What people are told about dossiers: the kinds of messages and who gets which."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from lienthong.accounts import api as accounts
from lienthong.dossiers.events import DossierChanged
from lienthong.dossiers.models import (
    Dossier,
    Filing,
    HistoryEntry,
    HistoryKind,
    ReminderAbout,
    ReminderMoment,
    ReminderRule,
)
from lienthong.forms.events import DraftExpiring
from lienthong.kernel import clock
from lienthong.notifications import api as notifications
from lienthong.notifications.api import MessageKind, Recipient
from lienthong.workflows import api as workflows

# What asks the person to act, or ends the waiting, also comes by SMS unless they switch it off.
_BY_SMS = frozenset(
    {
        HistoryKind.SUPPLEMENT_REQUESTED,
        HistoryKind.PAYMENT_REQUESTED,
        HistoryKind.NOT_RECEIVED,
        HistoryKind.REFUSED,
        HistoryKind.DONE,
    }
)


def _citizen(change: HistoryKind, label: object, title: object, body: object) -> MessageKind:
    return MessageKind(
        key=f"dossiers.{change.value}",
        audience="citizen",
        label=label,  # type: ignore[arg-type]
        title=title,  # type: ignore[arg-type]
        body=body,  # type: ignore[arg-type]
        is_mandatory=True,
        sms_by_default=change in _BY_SMS,
    )


# Basis: NĐ 224/2026/NĐ-CP, Điều 15: every change is told at once, naming agency, officer and times.
CITIZEN_KINDS = (
    _citizen(
        HistoryKind.BRANCH_OPENED,
        _("Hồ sơ đến cơ quan liên thông"),
        _("Hồ sơ %(code)s: %(title)s"),
        _("%(title)s. Cơ quan này có thời hạn riêng, xem trên trang hồ sơ “%(procedure)s”."),
    ),
    _citizen(
        HistoryKind.BRANCH_CLOSED,
        _("Cơ quan liên thông đã trả lời"),
        _("Hồ sơ %(code)s: %(title)s"),
        _("%(title)s. Hồ sơ “%(procedure)s”, lúc %(at)s. %(note)s"),
    ),
    _citizen(
        HistoryKind.SUBMITTED,
        _("Hồ sơ đã nộp"),
        _("Đã nộp hồ sơ %(code)s"),
        _("Hồ sơ “%(procedure)s” đã đến %(agency)s lúc %(at)s. Bộ phận một cửa sẽ kiểm tra và trả lời bạn."),
    ),
    _citizen(
        HistoryKind.RECEIVED,
        _("Hồ sơ được tiếp nhận"),
        _("Hồ sơ %(code)s đã được tiếp nhận"),
        _("%(officer)s, %(agency)s đã tiếp nhận hồ sơ “%(procedure)s” lúc %(at)s. Hẹn trả kết quả: %(due)s."),
    ),
    _citizen(
        HistoryKind.NOT_RECEIVED,
        _("Hồ sơ không được tiếp nhận"),
        _("Hồ sơ %(code)s không được tiếp nhận"),
        _("%(agency)s không tiếp nhận hồ sơ “%(procedure)s”. Lý do: %(note)s"),
    ),
    _citizen(
        HistoryKind.REFUSED,
        _("Hồ sơ bị từ chối giải quyết"),
        _("Hồ sơ %(code)s bị từ chối giải quyết"),
        _("%(agency)s từ chối giải quyết hồ sơ “%(procedure)s”. Lý do: %(note)s"),
    ),
    _citizen(
        HistoryKind.SUPPLEMENT_REQUESTED,
        _("Yêu cầu bổ sung giấy tờ"),
        _("Hồ sơ %(code)s cần bổ sung"),
        _("%(officer)s, %(agency)s đề nghị bạn bổ sung hồ sơ “%(procedure)s”: %(note)s"),
    ),
    _citizen(
        HistoryKind.SUPPLEMENTED,
        _("Đã nhận phần bổ sung"),
        _("Đã nhận phần bổ sung của hồ sơ %(code)s"),
        _("%(agency)s đã nhận phần bổ sung của hồ sơ “%(procedure)s” lúc %(at)s. Hẹn trả kết quả: %(due)s."),
    ),
    _citizen(
        HistoryKind.CONFIRMED,
        _("Đã nhận ý kiến của bạn"),
        _("Đã nhận ý kiến của bạn về hồ sơ %(code)s"),
        _("%(agency)s đã nhận ý kiến của bạn về hồ sơ “%(procedure)s” lúc %(at)s."),
    ),
    _citizen(
        HistoryKind.STEP,
        _("Hồ sơ có tiến triển mới"),
        _("Hồ sơ %(code)s: %(title)s"),
        _("%(title)s. Hồ sơ “%(procedure)s”, %(agency)s, lúc %(at)s. %(note)s"),
    ),
    _citizen(
        HistoryKind.PAYMENT_REQUESTED,
        _("Yêu cầu nộp phí, lệ phí"),
        _("Hồ sơ %(code)s chờ nộp tiền"),
        _("%(agency)s đề nghị bạn nộp %(amount)s đồng (%(purpose)s) cho hồ sơ “%(procedure)s”."),
    ),
    _citizen(
        HistoryKind.PAID,
        _("Đã ghi nhận nộp tiền"),
        _("Đã ghi nhận khoản nộp của hồ sơ %(code)s"),
        _("%(agency)s đã ghi nhận khoản nộp cho hồ sơ “%(procedure)s” lúc %(at)s. Hồ sơ được xử lý tiếp."),
    ),
    _citizen(
        HistoryKind.REFUNDED,
        _("Đã hoàn tiền"),
        _("Đã hoàn tiền cho hồ sơ %(code)s"),
        _("%(agency)s đã hoàn %(amount)s đồng của hồ sơ “%(procedure)s”. Lý do: %(note)s"),
    ),
    _citizen(
        HistoryKind.STOPPED,
        _("Hồ sơ dừng xử lý"),
        _("Hồ sơ %(code)s đã dừng xử lý"),
        _("%(agency)s dừng giải quyết hồ sơ “%(procedure)s”. Lý do: %(note)s"),
    ),
    _citizen(
        HistoryKind.RESUMED,
        _("Hồ sơ được xử lý tiếp"),
        _("Hồ sơ %(code)s được xử lý tiếp"),
        _("%(agency)s tiếp tục giải quyết hồ sơ “%(procedure)s”. Hẹn trả kết quả: %(due)s."),
    ),
    _citizen(
        HistoryKind.EXTENDED,
        _("Xin lỗi và hẹn lại"),
        _("Xin lỗi bạn: hồ sơ %(code)s phải hẹn lại"),
        _("%(agency)s xin lỗi vì chưa trả kết quả “%(procedure)s” đúng hẹn. Hẹn mới: %(due)s. Lý do: %(note)s"),
    ),
    _citizen(
        HistoryKind.DONE,
        _("Đã có kết quả"),
        _("Hồ sơ %(code)s đã có kết quả"),
        _("%(agency)s đã giải quyết xong hồ sơ “%(procedure)s” lúc %(at)s."),
    ),
    _citizen(
        HistoryKind.RETURNED,
        _("Đã trả kết quả"),
        _("Đã trả kết quả hồ sơ %(code)s"),
        _("Kết quả hồ sơ “%(procedure)s” đã được trả lúc %(at)s."),
    ),
    _citizen(
        HistoryKind.LAPSED,
        _("Hồ sơ kết thúc vì không được trả lời"),
        _("Hồ sơ %(code)s đã kết thúc"),
        _("%(agency)s trả lại hồ sơ “%(procedure)s”. %(note)s Bạn có thể nộp hồ sơ mới."),
    ),
    _citizen(
        HistoryKind.TACIT,
        _("Kết quả mặc nhiên"),
        _("Hồ sơ %(code)s có kết quả mặc nhiên"),
        _("Đã hết thời hạn giải quyết “%(procedure)s”. %(note)s Văn bản ghi nhận có trong hồ sơ của bạn."),
    ),
    _citizen(
        HistoryKind.RESULT_REVOKED,
        _("Kết quả bị thu hồi"),
        _("Kết quả của hồ sơ %(code)s đã bị thu hồi"),
        _("%(agency)s thu hồi kết quả “%(procedure)s” từ %(at)s. Lý do: %(note)s"),
    ),
    _citizen(
        HistoryKind.RESULT_REPLACED,
        _("Kết quả được thay thế"),
        _("Kết quả của hồ sơ %(code)s đã được thay bằng bản mới"),
        _("%(agency)s cấp kết quả mới thay cho kết quả “%(procedure)s” trước đây, từ %(at)s. Lý do: %(note)s"),
    ),
    _citizen(
        HistoryKind.WITHDRAWN,
        _("Hồ sơ đã rút"),
        _("Đã rút hồ sơ %(code)s"),
        _("Hồ sơ “%(procedure)s” đã được rút theo yêu cầu của bạn lúc %(at)s."),
    ),
)
NEW_TASK = MessageKind(
    key="dossiers.task_opened",
    audience="official",
    label=_("Việc mới"),
    title=_("Việc mới: %(task)s, hồ sơ %(code)s"),
    body=_("Hồ sơ %(code)s (%(procedure)s) đang chờ: %(task)s. Hạn của việc: %(due)s."),
    email_by_default=False,
)
TASK_DUE_SOON = MessageKind(
    key="dossiers.task_due_soon",
    audience="official",
    label=_("Việc sắp đến hạn"),
    title=_("Sắp đến hạn: %(task)s, hồ sơ %(code)s"),
    body=_("Việc “%(task)s” của hồ sơ %(code)s đến hạn lúc %(due)s."),
)
TASK_OVERDUE = MessageKind(
    key="dossiers.task_overdue",
    audience="official",
    label=_("Việc quá hạn"),
    title=_("Quá hạn: %(task)s, hồ sơ %(code)s"),
    body=_("Việc “%(task)s” của hồ sơ %(code)s đã quá hạn từ %(due)s. Hãy xử lý hoặc báo người phụ trách."),
)
DOSSIER_DUE_SOON = MessageKind(
    key="dossiers.dossier_due_soon",
    audience="official",
    label=_("Hồ sơ sắp đến hẹn trả"),
    title=_("Sắp đến hẹn trả: hồ sơ %(code)s"),
    body=_(
        "Hồ sơ %(code)s (%(procedure)s) hẹn trả lúc %(due)s, đang ở bước: %(task)s. "
        "Nếu không kịp, hãy xin lỗi và hẹn lại trước khi đến hạn."
    ),
)
DOSSIER_OVERDUE = MessageKind(
    key="dossiers.dossier_overdue",
    audience="official",
    label=_("Hồ sơ quá hẹn trả"),
    title=_("Quá hẹn trả: hồ sơ %(code)s"),
    body=_("Hồ sơ %(code)s (%(procedure)s) đã đến hẹn trả lúc %(due)s mà chưa xong, đang ở bước: %(task)s."),
)
ESCALATED = MessageKind(
    key="dossiers.escalated",
    audience="official",
    label=_("Báo cáo hồ sơ quá hạn"),
    title=_("Báo cáo quá hạn: hồ sơ %(code)s"),
    body=_(
        "Hồ sơ %(code)s (%(procedure)s) quá hẹn trả từ %(due)s và vẫn ở bước: %(task)s, người giữ: %(holder)s. "
        "Người phụ trách cần quyết định: giao người khác, hoặc xin lỗi và hẹn lại."
    ),
    is_mandatory=True,
)
DRAFT_EXPIRING = MessageKind(
    key="dossiers.draft_expiring",
    audience="citizen",
    label=_("Hồ sơ đang soạn sắp hết hạn lưu"),
    title=_("Hồ sơ đang soạn sắp bị xóa: %(title)s"),
    body=_("Bạn chưa nộp “%(title)s”. Bản đang soạn được giữ đến hết ngày %(day)s; hãy mở lại nếu bạn còn cần."),
)
OFFICIAL_KINDS = (NEW_TASK, TASK_DUE_SOON, TASK_OVERDUE, DOSSIER_DUE_SOON, DOSSIER_OVERDUE, ESCALATED)
_CITIZEN_KEYS = {kind.key for kind in CITIZEN_KINDS}


def register_kinds() -> None:
    """Make the kinds known to notifications."""
    notifications.register(*CITIZEN_KINDS, *OFFICIAL_KINDS, DRAFT_EXPIRING)


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
        tell_officials(dossier=dossier, task=task, kind=NEW_TASK, now=now)


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
        if key not in _CITIZEN_KEYS:
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
        kind=ESCALATED.key,
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
        return ESCALATED
    is_before = rule.moment == ReminderMoment.BEFORE
    if rule.about == ReminderAbout.TASK:
        return TASK_DUE_SOON if is_before else TASK_OVERDUE
    return DOSSIER_DUE_SOON if is_before else DOSSIER_OVERDUE


def tell_of_draft(*, event: DraftExpiring, now: datetime) -> None:
    """Tell the owner of a prepared application that it will be thrown away; drafts filed elsewhere stay silent."""
    filing = Filing.objects.filter(draft_uuid=UUID(event.aggregate_id), dossier__isnull=True).first()
    account = accounts.find_account(account_id=event.account_id)
    if filing is None or account is None:
        return
    notifications.notify(
        kind=DRAFT_EXPIRING.key,
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


__all__ = [
    "CITIZEN_KINDS",
    "DRAFT_EXPIRING",
    "NEW_TASK",
    "OFFICIAL_KINDS",
    "TASK_DUE_SOON",
    "TASK_OVERDUE",
    "accounts_of_task",
    "nudge",
    "register_kinds",
    "remind",
    "tell",
    "tell_of_draft",
    "tell_officials",
]
