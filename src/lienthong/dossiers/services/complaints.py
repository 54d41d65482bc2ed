"""Complaints about how a dossier is handled: filed, routed past those complained about, answered in time.

Basis: NĐ 92/2017/NĐ-CP (receiving and handling of reflections on administrative procedures); TT 01/2018/TT-VPCP,
Điều 13 (handling of complaints is one of the nine indicators). The number of days is dated data.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from lienthong.accounts import api as accounts
from lienthong.accounts.api import Principal, Right
from lienthong.dossiers import complaint_messages, oversight_policies
from lienthong.dossiers.errors import (
    ComplaintNotFoundError,
    DossierStateError,
    NotAllowedError,
    StaleDossierError,
    SubmissionInvalidError,
)
from lienthong.dossiers.events import DossierFactsChanged
from lienthong.dossiers.models import (
    ComplaintState,
    ComplaintStep,
    Dossier,
    FeedbackReason,
    FeedbackRule,
    HandlingComplaint,
    RatingLevel,
)
from lienthong.dossiers.services import scoring
from lienthong.dossiers.services.feedback_rules import rule_on
from lienthong.dossiers.services.numbering import next_number
from lienthong.kernel import audit, clock, events
from lienthong.kernel.text import normalise
from lienthong.organisations import api as organisations
from lienthong.workflows import api as workflows

S = ComplaintState
MAX_TEXT = 4_000
TRANSITIONS: Mapping[str, frozenset[str]] = {
    S.RECEIVED: frozenset({S.HANDLING, S.WITHDRAWN, S.ESCALATED}),
    S.HANDLING: frozenset({S.ANSWERED, S.WITHDRAWN, S.ESCALATED}),
    S.ANSWERED: frozenset({S.ESCALATED}),
    S.ESCALATED: frozenset({S.HANDLING, S.WITHDRAWN, S.ESCALATED}),
    S.WITHDRAWN: frozenset(),
}


def file_complaint(
    *, principal: Principal, dossier: Dossier, subject: str, content: str, now: datetime
) -> HandlingComplaint:
    """File a complaint about one's own dossier; it goes to a supervisor who did not work on it.

    :raises NotAllowedError: for another's dossier, or too long after it was closed.
    :raises DossierStateError: while an earlier complaint waits for its answer.
    :raises SubmissionInvalidError: without a subject or a content.
    """
    rule = rule_on(clock.local_date(now))
    if rule is None or not oversight_policies.may_complain(principal, dossier, rule, now):
        raise NotAllowedError(_("Bạn chỉ phản ánh được về hồ sơ của mình, trong thời gian nhận phản ánh."))
    reason, text = _checked(subject, content, now)
    agency_id = dossier.competent_agency_id if dossier.received_at else dossier.receiving_agency_id
    excluded = sorted(workflows.hands_of(business_key=str(dossier.uuid)))
    handling = _route(agency_id=agency_id, excluded=excluded, now=now)
    due = _due(rule, agency_id=handling.pk, now=now)
    try:
        with transaction.atomic():
            number = next_number(agency_id=agency_id, series=f"complaint/{clock.local_date(now).year}")
            complaint = HandlingComplaint.objects.create(
                code=_code(agency_id, number, now),
                dossier=dossier,
                agency_id=agency_id,
                handling_agency=handling,
                excluded_ids=excluded,
                subject=reason.key,
                subject_name=reason.name,
                content=text,
                filed_at=now,
                due_at=due.due_at,
                due=due.to_json(),
            )
            _tell(complaint, principal, now, title="Đã gửi phản ánh", by_applicant=True)
            _record(complaint, principal, now, "filed")
            complaint_messages.tell_supervisors(complaint=complaint, kind=complaint_messages.FILED, now=now)
            events.publish(DossierFactsChanged(aggregate_id=str(dossier.uuid), occurred_at=now, about="complaint"))
    except IntegrityError as error:
        raise DossierStateError(
            _("Hồ sơ này đang có một phản ánh chờ trả lời. Bạn xem và bổ sung ở phản ánh ấy.")
        ) from error
    return complaint


def take(*, principal: Principal, complaint: HandlingComplaint, now: datetime) -> HandlingComplaint:
    """Begin to look into a complaint; the first supervisor to do so is its handler.

    :raises ComplaintNotFoundError: for whoever may not handle it.
    :raises DossierStateError: when somebody has begun, or it is closed.
    """
    with transaction.atomic():
        locked = _lock_for_desk(principal, complaint)
        _move(locked, S.HANDLING)
        locked.handler_id = principal.account_id
        _save(locked, "state", "handler")
        _tell(locked, principal, now, title="Bắt đầu xem xét")
        _record(locked, principal, now, "taken")
        complaint_messages.tell_applicant(complaint=locked, kind=complaint_messages.TAKEN, now=now)
    return locked


def answer(
    *, principal: Principal, complaint: HandlingComplaint, text: str, version: int | None, now: datetime
) -> HandlingComplaint:
    """Answer a complaint; the applicant reads the answer and says whether it satisfies.

    :raises SubmissionInvalidError: without an answer.
    :raises StaleDossierError: when somebody changed the complaint since the page was opened.
    """
    words = _required(text, "answer", _("Hãy viết câu trả lời. Người phản ánh sẽ đọc câu này."))
    with transaction.atomic():
        locked = _lock_for_desk(principal, complaint, version=version)
        _move(locked, S.ANSWERED)
        locked.handler_id = principal.account_id
        locked.answer, locked.answered_at, locked.closed_at = words, now, now
        locked.answered_late = locked.answered_late or now > locked.due_at
        _save(locked, "state", "handler", "answer", "answered_at", "answered_late", "closed_at")
        _tell(locked, principal, now, title="Trả lời phản ánh", note=words)
        _record(locked, principal, now, "answered", late=locked.answered_late)
        scoring.score(dossier=locked.dossier)
        complaint_messages.tell_applicant(complaint=locked, kind=complaint_messages.ANSWERED, now=now)
    return locked


def escalate(
    *, principal: Principal, complaint: HandlingComplaint, reason: str, version: int | None, now: datetime
) -> HandlingComplaint:
    """Pass a complaint to the supervisors of the agency above, because it is beyond one's power.

    :raises SubmissionInvalidError: without a reason.
    :raises DossierStateError: when nobody stands above.
    """
    words = _required(reason, "reason", _("Hãy nêu lý do chuyển cấp trên."))
    with transaction.atomic():
        locked = _lock_for_desk(principal, complaint, version=version)
        _lift(locked, principal, now, note=words, by_applicant=False)
    return locked


def withdraw_complaint(*, principal: Principal, complaint: HandlingComplaint, now: datetime) -> HandlingComplaint:
    """Take one's own complaint back before it is answered."""
    with transaction.atomic():
        locked = _lock_own(principal, complaint)
        _move(locked, S.WITHDRAWN)
        locked.closed_at = now
        _save(locked, "state", "closed_at")
        _tell(locked, principal, now, title="Người phản ánh rút phản ánh", by_applicant=True)
        _record(locked, principal, now, "withdrawn")
        scoring.score(dossier=locked.dossier)
    return locked


def judge_answer(
    *,
    principal: Principal,
    complaint: HandlingComplaint,
    level: int | None,
    note: str,
    go_higher: bool,
    now: datetime,
) -> HandlingComplaint:
    """Say whether the answer satisfies; a dissatisfied person may ask the agency above to look again.

    :raises SubmissionInvalidError: without a level, or without saying what is missing when going higher.
    :raises DossierStateError: before the answer, after it was judged, or when nobody stands above.
    """
    problems: dict[str, list[str]] = {}
    words = normalise(note).strip()
    if level not in RatingLevel.values:
        problems["level"] = [_("Hãy chọn một trong ba mức.")]
    if go_higher and level != RatingLevel.NOT_SATISFIED:
        problems["go_higher"] = [_("Chỉ đề nghị cấp trên xem lại khi bạn không hài lòng.")]
    if go_higher and not words:
        problems["note"] = [_("Hãy nêu điều chưa được trả lời thỏa đáng.")]
    if len(words) > MAX_TEXT:
        problems["note"] = [_("Ý kiến dài quá %(limit)s ký tự.") % {"limit": MAX_TEXT}]
    if problems:
        raise SubmissionInvalidError(_("Chưa gửi được ý kiến."), field_errors=problems)
    with transaction.atomic():
        locked = _lock_own(principal, complaint)
        if locked.state != S.ANSWERED or locked.satisfaction is not None:
            raise DossierStateError(_("Phản ánh này không chờ ý kiến của bạn."))
        locked.satisfaction, locked.satisfaction_note = level, words
        _save(locked, "satisfaction", "satisfaction_note")
        title = f"Ý kiến về câu trả lời: {_in_vietnamese(level)}"
        _tell(locked, principal, now, title=title, note=words, by_applicant=True)
        _record(locked, principal, now, "judged", level=level)
        if go_higher:
            _lift(locked, principal, now, note=words, by_applicant=True)
        scoring.score(dossier=locked.dossier)
    return locked


def _lift(complaint: HandlingComplaint, principal: Principal, now: datetime, *, note: str, by_applicant: bool) -> None:
    """Move a complaint to the agency above, whose own time begins; whoever handled it so far sees it no more."""
    rule = rule_on(clock.local_date(now))
    above = organisations.parent_of(agency_id=complaint.handling_agency_id, on=clock.local_date(now))
    if above is None or rule is None:
        raise DossierStateError(_("Không còn cơ quan cấp trên để chuyển phản ánh."))
    excluded = sorted({*complaint.excluded_ids, *({complaint.handler_id} if complaint.handler_id else set())})
    handling = _route(agency_id=above.pk, excluded=excluded, now=now)
    _move(complaint, S.ESCALATED)
    due = _due(rule, agency_id=handling.pk, now=now)
    complaint.answered_late = complaint.answered_late or (complaint.answered_at is None and now > complaint.due_at)
    complaint.handling_agency, complaint.excluded_ids, complaint.handler = handling, excluded, None
    complaint.due_at, complaint.due = due.due_at, due.to_json()
    complaint.escalations += 1
    complaint.answer, complaint.answered_at, complaint.closed_at = "", None, None
    complaint.satisfaction, complaint.satisfaction_note = None, ""
    _save(
        complaint, "state", "handling_agency", "excluded_ids", "handler", "due_at", "due", "escalations", "answer",
        "answered_at", "answered_late", "closed_at", "satisfaction", "satisfaction_note",
    )  # fmt: skip
    _tell(complaint, principal, now, title=f"Chuyển đến {handling.name}", note=note, by_applicant=by_applicant)
    _record(complaint, principal, now, "escalated", to=handling.pk)
    complaint_messages.tell_supervisors(complaint=complaint, kind=complaint_messages.FILED, now=now)
    if not by_applicant:
        complaint_messages.tell_applicant(complaint=complaint, kind=complaint_messages.LIFTED, now=now)


def _route(*, agency_id: int, excluded: list[int], now: datetime) -> organisations.Agency:
    """Find the nearest agency, from this one up, with a supervisor who did not work on the dossier.

    Where nobody is found the topmost keeps it, for whoever is appointed there.
    """
    on = clock.local_date(now)
    path = organisations.agency_path(agency_id=agency_id, on=on)
    for agency in reversed(path):
        supervisors = accounts.accounts_with_right(right=Right.SUPERVISE, agency_id=agency.pk, on=on)
        if any(account.pk not in excluded for account in supervisors):
            return agency
    return path[0]


def _due(rule: FeedbackRule, *, agency_id: int, now: datetime) -> organisations.DueDate:
    start = clock.local_date(now)
    return organisations.get_calendar(agency_id=agency_id, start=start).due_date(
        received_at=now,
        amount=rule.complaint_amount,
        unit=rule.complaint_unit,
        rules=organisations.get_counting_rules(agency_id=agency_id, on=start),
    )


def _code(agency_id: int, number: int, now: datetime) -> str:
    today = clock.local_date(now)
    return f"PA-{organisations.agency_code(agency_id=agency_id, on=today)}-{today.year}-{number:05d}"


def _checked(subject: str, content: str, now: datetime) -> tuple[FeedbackReason, str]:
    reasons = FeedbackReason.objects.in_force(clock.local_date(now)).filter(use=FeedbackReason.Use.COMPLAINT)
    found = reasons.filter(key=subject).first()
    text = normalise(content).strip()
    problems: dict[str, list[str]] = {}
    if found is None:
        problems["subject"] = [_("Hãy chọn một nội dung.")]
    if not text:
        problems["content"] = [_("Hãy kể việc đã xảy ra: khi nào, ở đâu, điều gì chưa đúng.")]
    elif len(text) > MAX_TEXT:
        problems["content"] = [_("Phản ánh dài quá %(limit)s ký tự.") % {"limit": MAX_TEXT}]
    if problems or found is None:
        raise SubmissionInvalidError(_("Chưa gửi được phản ánh."), field_errors=problems)
    return found, text


def _required(text: str, field: str, message: str) -> str:
    words = normalise(text).strip()
    if not words or len(words) > MAX_TEXT:
        wrong = message if not words else _("Nội dung dài quá %(limit)s ký tự.") % {"limit": MAX_TEXT}
        raise SubmissionInvalidError(message, field_errors={field: [wrong]})
    return words


def _lock_for_desk(
    principal: Principal, complaint: HandlingComplaint, *, version: int | None = None
) -> HandlingComplaint:
    locked = _lock(complaint)
    if not oversight_policies.may_handle(principal, locked):
        raise ComplaintNotFoundError(_("Không tìm thấy phản ánh."))
    if version is not None and locked.version != version:
        raise StaleDossierError(_("Phản ánh vừa được cập nhật. Hãy xem lại rồi làm tiếp."), version=locked.version)
    return locked


def _lock_own(principal: Principal, complaint: HandlingComplaint) -> HandlingComplaint:
    locked = _lock(complaint)
    if not HandlingComplaint.objects.filter(oversight_policies.own_complaints(principal), pk=locked.pk).exists():
        raise ComplaintNotFoundError(_("Không tìm thấy phản ánh."))
    return locked


def _lock(complaint: HandlingComplaint) -> HandlingComplaint:
    rows = HandlingComplaint.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "dossier", "handling_agency"
    )
    return rows.get(pk=complaint.pk)


def _move(complaint: HandlingComplaint, state: ComplaintState) -> None:
    if state not in TRANSITIONS[complaint.state]:
        raise DossierStateError(
            _("Phản ánh đang ở trạng thái “%(now)s” nên không thể chuyển sang “%(next)s”.")
            % {"now": ComplaintState(complaint.state).label, "next": state.label}
        )
    complaint.state = state


def _save(complaint: HandlingComplaint, *fields: str) -> None:
    complaint.version += 1
    complaint.save(update_fields=[*fields, "version"])


def _tell(
    complaint: HandlingComplaint,
    principal: Principal,
    now: datetime,
    *,
    title: str,
    note: str = "",
    by_applicant: bool = False,
) -> None:
    """Add one line; who complains is not named, not even here."""
    ComplaintStep.objects.create(
        complaint=complaint,
        at=now,
        state=complaint.state,
        title=title[:200],
        note=note,
        by_applicant=by_applicant,
        actor_name="" if by_applicant else principal.name,
        agency=None if by_applicant else complaint.handling_agency,
    )


def _record(complaint: HandlingComplaint, principal: Principal, now: datetime, verb: str, **facts: object) -> None:
    audit.record(
        actor=principal.actor(None if principal.kind == "citizen" else complaint.handling_agency_id),
        action=f"dossiers.complaint.{verb}",
        subject_type="dossiers.complaint",
        subject_id=complaint.uuid,
        at=now,
        facts={"code": complaint.code, "state": complaint.state, **facts},
    )


def _in_vietnamese(level: int | None) -> str:
    with override("vi"):
        return next((str(known.label).lower() for known in RatingLevel if known == level), "")
