"""What people are told about ratings and complaints; no message names who complains."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from lienthong.accounts import api as accounts
from lienthong.accounts.api import Right
from lienthong.dossiers import oversight_policies
from lienthong.dossiers.events import DossierChanged
from lienthong.dossiers.models import ComplaintState, Dossier, FeedbackRule, HandlingComplaint, HistoryKind, Rating
from lienthong.kernel import clock
from lienthong.notifications import api as notifications
from lienthong.notifications.api import MessageKind, Recipient

INVITED = MessageKind(
    key="dossiers.rating_invited",
    audience="citizen",
    label=_("Mời đánh giá sau khi có kết quả"),
    title=_("Bạn được phục vụ thế nào ở hồ sơ %(code)s?"),
    body=_("Hồ sơ “%(procedure)s” đã xong. Mời bạn đánh giá %(agency)s: ba mức, chưa đầy một phút."),
)
FILED = MessageKind(
    key="dossiers.complaint_filed",
    audience="official",
    label=_("Phản ánh mới về việc giải quyết hồ sơ"),
    title=_("Phản ánh %(code)s: %(subject)s"),
    body=_("Có phản ánh về việc giải quyết hồ sơ ở %(agency)s. Hạn trả lời: %(due)s."),
)
DUE_SOON = MessageKind(
    key="dossiers.complaint_due_soon",
    audience="official",
    label=_("Phản ánh sắp đến hạn trả lời"),
    title=_("Sắp đến hạn trả lời phản ánh %(code)s"),
    body=_("Phản ánh %(code)s về %(agency)s phải được trả lời trước %(due)s."),
)
OVERDUE = MessageKind(
    key="dossiers.complaint_overdue",
    audience="official",
    label=_("Phản ánh quá hạn trả lời"),
    title=_("Quá hạn trả lời phản ánh %(code)s"),
    body=_("Phản ánh %(code)s về %(agency)s quá hạn trả lời từ %(due)s."),
)
TAKEN = MessageKind(
    key="dossiers.complaint_taken",
    audience="citizen",
    label=_("Phản ánh đang được xem xét"),
    title=_("Phản ánh %(code)s đang được xem xét"),
    body=_("%(agency)s đang xem xét phản ánh của bạn. Hạn trả lời: %(due)s."),
)
ANSWERED = MessageKind(
    key="dossiers.complaint_answered",
    audience="citizen",
    label=_("Phản ánh đã được trả lời"),
    title=_("Phản ánh %(code)s đã được trả lời"),
    body=_("%(agency)s đã trả lời phản ánh của bạn. Mời bạn đọc và cho biết có hài lòng không."),
    is_mandatory=True,
)
LIFTED = MessageKind(
    key="dossiers.complaint_lifted",
    audience="citizen",
    label=_("Phản ánh chuyển cấp trên"),
    title=_("Phản ánh %(code)s được chuyển cấp trên"),
    body=_("Phản ánh của bạn được chuyển đến %(agency)s. Hạn trả lời mới: %(due)s."),
)
_OPEN = (ComplaintState.RECEIVED, ComplaintState.HANDLING, ComplaintState.ESCALATED)
_BACK = timedelta(days=7)


def register_kinds() -> None:
    """Make the kinds known to notifications."""
    notifications.register(INVITED, FILED, DUE_SOON, OVERDUE, TAKEN, ANSWERED, LIFTED)


def tell_supervisors(*, complaint: HandlingComplaint, kind: MessageKind, now: datetime) -> None:
    """Tell the supervisors before whom a complaint lies; those who worked on the dossier learn nothing."""
    found = accounts.accounts_with_right(
        right=Right.SUPERVISE, agency_id=complaint.handling_agency_id, on=clock.local_date(now)
    )
    notifications.notify(
        kind=kind.key,
        recipients=[
            Recipient(account_id=account.pk, person_id=None, email=account.email, language=account.language)
            for account in found
            if account.pk not in complaint.excluded_ids
        ],
        facts=_facts(complaint),
        link=f"/lam-viec/phan-anh/{complaint.uuid}/",
        occasion=f"{complaint.uuid}:{complaint.escalations}",
        now=now,
    )


def tell_applicant(*, complaint: HandlingComplaint, kind: MessageKind, now: datetime) -> None:
    """Tell whoever complained what became of it."""
    contact = accounts.contact_of(person_id=complaint.dossier.applicant_id)
    if contact is None:
        return
    notifications.notify(
        kind=kind.key,
        recipients=[
            Recipient(
                account_id=contact.account_id,
                person_id=contact.person_id,
                email=contact.email,
                language=contact.language,
            )
        ],
        facts=_facts(complaint),
        link=f"/phan-anh/{complaint.uuid}/",
        occasion=f"{complaint.uuid}:{complaint.version}",
        now=now,
    )


def remind_of_complaints(*, now: datetime) -> int:
    """Remind of complaints nearly due and overdue, once per deadline each; give how many were looked at."""
    rule = FeedbackRule.objects.in_force(clock.local_date(now)).order_by("-valid_from").first()
    if rule is None:
        return 0
    rows = HandlingComplaint.objects.filter(
        state__in=_OPEN, due_at__gte=now - _BACK, due_at__lt=now + timedelta(hours=rule.remind_hours)
    ).select_related("agency")
    found = tuple(rows.order_by("due_at", "id"))
    for complaint in found:
        tell_supervisors(complaint=complaint, kind=OVERDUE if complaint.due_at <= now else DUE_SOON, now=now)
    return len(found)


def invite_to_rate(*, event: DossierChanged, now: datetime) -> None:
    """Invite the applicant to rate once the answer is in their hands."""
    told = {HistoryKind.RETURNED, HistoryKind.REFUSED, HistoryKind.NOT_RECEIVED, HistoryKind.DONE}
    if not told & set(event.changes):
        return
    dossier = (
        Dossier.objects.filter(uuid=UUID(event.aggregate_id))
        .select_related("procedure_version", "competent_agency")
        .first()
    )
    rule = FeedbackRule.objects.in_force(clock.local_date(now)).order_by("-valid_from").first()
    if dossier is None or not oversight_policies.is_ratable(dossier, rule, now):
        return
    contact = accounts.contact_of(person_id=dossier.applicant_id)
    if contact is None or Rating.objects.filter(dossier=dossier).exists():
        return
    version = dossier.procedure_version
    notifications.notify(
        kind=INVITED.key,
        recipients=[
            Recipient(
                account_id=contact.account_id,
                person_id=contact.person_id,
                email=contact.email,
                language=contact.language,
            )
        ],
        facts={
            "code": dossier.code,
            "procedure": version.name_en if contact.language == "en" and version.name_en else version.name_vi,
            "agency": dossier.competent_agency.name,
        },
        link=f"/ho-so/{dossier.uuid}/danh-gia/",
        occasion=str(dossier.uuid),
        now=now,
    )


def _facts(complaint: HandlingComplaint) -> dict[str, str]:
    return {
        "code": complaint.code,
        "subject": complaint.subject_name,
        "agency": complaint.handling_agency.name if complaint.escalations else complaint.agency.name,
        "due": date_format(clock.local(complaint.due_at), "H:i d/m/Y"),
    }
