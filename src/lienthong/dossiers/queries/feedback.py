"""Reading ratings, complaints and what is offered on their forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.dossiers import oversight_policies, policies
from lienthong.dossiers.errors import ComplaintNotFoundError, DossierNotFoundError
from lienthong.dossiers.models import (
    ComplaintState,
    ComplaintStep,
    Dossier,
    FeedbackReason,
    FeedbackRule,
    HandlingComplaint,
    Rating,
    RatingTicket,
    ScoreIndicator,
    ScoreMetric,
)
from lienthong.kernel import clock
from lienthong.kernel.paging import Page, keyset

OPEN_STATES = (ComplaintState.RECEIVED, ComplaintState.HANDLING, ComplaintState.ESCALATED)
_RELATED = ("agency", "handling_agency", "handler__official")


@dataclass(frozen=True, slots=True)
class Offered:
    """What the forms offer on a date, in the language of the screen: pairs of key and words."""

    praise: tuple[tuple[str, str], ...]
    blame: tuple[tuple[str, str], ...]
    complaint: tuple[tuple[str, str], ...]
    questions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a dossier's page says about rating and complaining.

    :ivar may_rate: a first rating may be given now; ``may_change`` an earlier one changed.
    """

    rating: Rating | None
    may_rate: bool
    may_change: bool
    may_complain: bool
    complaints: tuple[HandlingComplaint, ...]

    @property
    def open_complaint(self) -> HandlingComplaint | None:
        """Give the complaint that waits for its answer."""
        return next((complaint for complaint in self.complaints if complaint.is_open), None)


def offered(*, on: date) -> Offered:
    """List reasons, subjects and questions in force on a date, in two statements."""
    by_use: dict[str, list[tuple[str, str]]] = {use: [] for use in FeedbackReason.Use.values}
    for row in FeedbackReason.objects.in_force(on).order_by("position", "id"):
        by_use[row.use].append((row.key, _words(row.name, row.name_en)))
    asked = ScoreIndicator.objects.in_force(on).filter(metric=ScoreMetric.ASKED).order_by("number")
    return Offered(
        praise=tuple(by_use[FeedbackReason.Use.PRAISE]),
        blame=tuple(by_use[FeedbackReason.Use.BLAME]),
        complaint=tuple(by_use[FeedbackReason.Use.COMPLAINT]),
        questions=tuple((row.key, _words(row.question, row.question_en)) for row in asked),
    )


def feedback_of(*, principal: Principal, dossier: Dossier, now: datetime) -> Feedback:
    """Tell an applicant what they said of a dossier and may still say; three statements."""
    if not policies.is_applicant(principal, dossier):
        return Feedback(None, may_rate=False, may_change=False, may_complain=False, complaints=())
    rule = FeedbackRule.objects.in_force(clock.local_date(now)).order_by("-valid_from").first()
    rating = Rating.objects.filter(dossier=dossier).first()
    complaints = tuple(HandlingComplaint.objects.filter(dossier=dossier).order_by("-id"))
    return Feedback(
        rating=rating,
        may_rate=rating is None and oversight_policies.is_ratable(dossier, rule, now),
        may_change=rating is not None and now < rating.changeable_until,
        may_complain=not any(complaint.is_open for complaint in complaints)
        and oversight_policies.may_complain(principal, dossier, rule, now),
        complaints=complaints,
    )


def rating_of(*, dossier: Dossier) -> Rating | None:
    """Find the rating of a dossier."""
    return Rating.objects.filter(dossier=dossier).first()


def open_ticket(*, digest: str, now: datetime) -> RatingTicket | None:
    """Find the leave behind a code that is neither used nor expired."""
    rows = RatingTicket.objects.filter(digest=digest, used_at__isnull=True, expires_at__gt=now)
    return rows.select_related("dossier__procedure_version__procedure", "dossier__competent_agency").first()


def ticket_by_uuid(*, uuid: UUID, now: datetime) -> RatingTicket:
    """Get a leave that is neither used nor expired.

    :raises DossierNotFoundError: when it is gone, used or expired.
    """
    rows = RatingTicket.objects.filter(uuid=uuid, used_at__isnull=True, expires_at__gt=now)
    ticket = rows.select_related("dossier__procedure_version__procedure", "dossier__competent_agency").first()
    if ticket is None:
        raise DossierNotFoundError(_("Mã đánh giá đã dùng hoặc hết hạn. Hãy nhờ cán bộ tại quầy cấp mã mới."))
    return ticket


def list_complaints(*, principal: Principal, group: str, cursor: str | None, size: int) -> Page[HandlingComplaint]:
    """List the complaints before a supervisor, the earliest due first; one statement whatever their number.

    :param group: ``open``, ``closed``, or empty for all.
    """
    where = oversight_policies.complaints_of(principal)
    if group == "open":
        where &= Q(state__in=OPEN_STATES)
    elif group == "closed":
        where &= ~Q(state__in=OPEN_STATES)
    rows = HandlingComplaint.objects.filter(where).select_related(*_RELATED, "dossier")
    order = ("due_at", "id") if group == "open" else ("-due_at", "-id")
    return keyset(rows, order=order, cursor=cursor, size=size)


def count_open_complaints(*, principal: Principal) -> int:
    """Count the complaints that wait for an answer before a supervisor."""
    return HandlingComplaint.objects.filter(oversight_policies.complaints_of(principal), state__in=OPEN_STATES).count()


def get_complaint_for_desk(*, principal: Principal, uuid: UUID) -> HandlingComplaint:
    """Get a complaint that lies before a supervisor.

    :raises ComplaintNotFoundError: absent, foreign, and about the supervisor's own work alike.
    """
    return _get(oversight_policies.complaints_of(principal), uuid)


def get_own_complaint(*, principal: Principal, uuid: UUID) -> HandlingComplaint:
    """Get a complaint that the person has filed.

    :raises ComplaintNotFoundError: absent and foreign alike.
    """
    return _get(oversight_policies.own_complaints(principal), uuid)


def complaint_steps(*, complaint: HandlingComplaint) -> tuple[ComplaintStep, ...]:
    """List what happened to a complaint, oldest first."""
    return tuple(ComplaintStep.objects.filter(complaint=complaint).select_related("agency").order_by("id"))


def _get(where: Q, uuid: UUID) -> HandlingComplaint:
    rows = HandlingComplaint.objects.filter(where, uuid=uuid)
    complaint = rows.select_related(
        *_RELATED, "dossier__procedure_version__procedure", "dossier__competent_agency", "dossier__receiving_agency"
    ).first()
    if complaint is None:
        raise ComplaintNotFoundError(_("Không tìm thấy phản ánh, hoặc phản ánh không thuộc phần việc của bạn."))
    return complaint


def _words(vietnamese: str, english: str) -> str:
    return english if english and (get_language() or "vi").startswith("en") else vietnamese


def answers_by_key(rating: Rating | None) -> Mapping[str, int]:
    """Give the answers of a rating; none without one."""
    answers: Mapping[str, int] = rating.answers if rating is not None else {}
    return answers
