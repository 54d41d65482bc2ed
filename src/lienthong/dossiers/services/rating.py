"""Rating a dossier after its result: on the portal, or once with a code on the counter's tablet.

Basis: TT 01/2018/TT-VPCP, Điều 13–15: three levels, and questions behind the indicators that are asked.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.dossiers import oversight_policies, policies
from lienthong.dossiers.errors import DossierNotFoundError, DossierStateError, NotAllowedError, SubmissionInvalidError
from lienthong.dossiers.events import DossierRated
from lienthong.dossiers.models import (
    Dossier,
    FeedbackReason,
    Rating,
    RatingLevel,
    RatingPlace,
    RatingTicket,
    ScoreIndicator,
    ScoreMetric,
)
from lienthong.dossiers.services import scoring
from lienthong.dossiers.services.feedback_rules import rule_on
from lienthong.kernel import audit, clock, events
from lienthong.kernel.text import normalise

MAX_TEXT = 2_000
_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH = 8
_POINTS = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class RatingInput:
    """What the applicant says.

    :ivar answers: 0, 1 or 2 for each asked indicator, by its key; those not answered are left out.
    """

    level: int | None
    reasons: Sequence[str] = ()
    text: str = ""
    answers: Mapping[str, int] = field(default_factory=dict)


def rate(*, principal: Principal, dossier: Dossier, given: RatingInput, now: datetime) -> Rating:
    """Give or change the rating of one's own dossier.

    :raises NotAllowedError: for another's dossier.
    :raises DossierStateError: before the result, too long after it, or when the time to change it is over.
    :raises SubmissionInvalidError: without a level, or with reasons and answers that are not offered.
    """
    if not policies.is_applicant(principal, dossier):
        raise NotAllowedError(_("Chỉ người nộp hồ sơ được đánh giá."))
    with transaction.atomic():
        return _keep(dossier.pk, given, actor=principal.actor(), place=RatingPlace.PORTAL, now=now)


def rate_at_counter(*, ticket_uuid: UUID, given: RatingInput, now: datetime) -> Rating:
    """Rate with the leave that a code on the tablet opened; it serves once.

    :raises DossierNotFoundError: no such leave.
    :raises DossierStateError: it is used or expired.
    """
    with transaction.atomic():
        ticket = RatingTicket.objects.select_for_update(no_key=True).filter(uuid=ticket_uuid).first()
        if ticket is None:
            raise DossierNotFoundError(_("Không tìm thấy lượt đánh giá."))
        _require_open(ticket, now)
        actor = audit.Actor(kind="citizen", name="Người nộp, tại quầy")
        rating = _keep(ticket.dossier_id, given, actor=actor, place=RatingPlace.COUNTER, now=now)
        ticket.used_at = now
        ticket.save(update_fields=["used_at"])
    return rating


def invite(*, principal: Principal, dossier: Dossier, now: datetime) -> tuple[str, RatingTicket]:
    """Make a one-time code for the counter's tablet; earlier codes of the dossier end.

    :raises NotAllowedError: the official neither receives nor returns there, or there is no result yet.
    :raises DossierStateError: the dossier is rated, or too old to be.
    """
    if principal.account_id is None or not oversight_policies.may_invite(principal, dossier):
        raise NotAllowedError(_("Chỉ mời đánh giá hồ sơ đã có kết quả, tại nơi trả kết quả."))
    rule = rule_on(clock.local_date(now))
    if rule is None or not oversight_policies.is_ratable(dossier, rule, now):
        raise DossierStateError(_("Đã quá thời gian đánh giá hồ sơ này."))
    code = "".join(secrets.choice(_CODE_LETTERS) for _index in range(_CODE_LENGTH))
    with transaction.atomic():
        if Rating.objects.filter(dossier=dossier, changeable_until__lte=now).exists():
            raise DossierStateError(_("Hồ sơ đã được đánh giá."))
        RatingTicket.objects.filter(dossier=dossier, used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
        ticket = RatingTicket.objects.create(
            dossier=dossier,
            digest=digest_of(code),
            issued_by_id=principal.account_id,
            expires_at=now + timedelta(minutes=rule.ticket_minutes),
        )
        audit.record(
            actor=principal.actor(),
            action="dossiers.rating.invited",
            subject_type="dossiers.dossier",
            subject_id=dossier.uuid,
            at=now,
        )
    return code, ticket


def digest_of(code: str) -> str:
    """Give what is kept of a code, however it is typed."""
    letters = "".join(char for char in code.upper() if char.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()


def _require_open(ticket: RatingTicket, now: datetime) -> None:
    if ticket.used_at is not None:
        raise DossierStateError(_("Mã này đã được dùng để đánh giá."))
    if ticket.expires_at <= now:
        raise DossierStateError(_("Mã đã hết hạn. Hãy nhờ cán bộ tại quầy cấp mã mới."))


def _keep(dossier_id: int, given: RatingInput, *, actor: audit.Actor, place: RatingPlace, now: datetime) -> Rating:
    dossier = Dossier.objects.select_for_update(no_key=True, of=("self",)).get(pk=dossier_id)
    rating = Rating.objects.filter(dossier=dossier).first()
    is_new = rating is None
    if rating is None:
        rating = _first(dossier, place, now)
    elif now >= rating.changeable_until:
        raise DossierStateError(_("Đã hết thời gian sửa đánh giá."))
    rating.level, rating.reasons, rating.text = _checked(given, now)
    rating.answers, rating.changed_at = dict(given.answers), now
    rating.save()
    scoring.score(dossier=dossier)
    audit.record(
        actor=actor,
        action="dossiers.rating.given" if is_new else "dossiers.rating.changed",
        subject_type="dossiers.dossier",
        subject_id=dossier.uuid,
        at=now,
        facts={"level": rating.level, "place": place},
    )
    events.publish(DossierRated(aggregate_id=str(dossier.uuid), occurred_at=now, level=rating.level))
    return rating


def _first(dossier: Dossier, place: RatingPlace, now: datetime) -> Rating:
    rule = rule_on(clock.local_date(now))
    if rule is None or not oversight_policies.is_ratable(dossier, rule, now):
        raise DossierStateError(_("Chỉ đánh giá được sau khi có kết quả và trong thời gian nhận đánh giá."))
    until = now + timedelta(days=rule.rating_change_days)
    return Rating(dossier=dossier, place=place, rated_at=now, changeable_until=until)


def _checked(given: RatingInput, now: datetime) -> tuple[RatingLevel, list[str], str]:
    """Give level, reasons and words as they are kept.

    :raises SubmissionInvalidError: for what the form does not offer.
    """
    on = clock.local_date(now)
    problems: dict[str, list[str]] = {}
    level = next((level for level in RatingLevel if level == given.level), None)
    known = set(
        FeedbackReason.objects.in_force(on).exclude(use=FeedbackReason.Use.COMPLAINT).values_list("key", flat=True)
    )
    reasons = list(dict.fromkeys(given.reasons))
    if not set(reasons) <= known:
        problems["reasons"] = [_("Hãy chọn lý do trong danh sách.")]
    asked = set(ScoreIndicator.objects.in_force(on).filter(metric=ScoreMetric.ASKED).values_list("key", flat=True))
    if not set(given.answers) <= asked or not set(given.answers.values()) <= set(_POINTS):
        problems["answers"] = [_("Hãy chọn câu trả lời trong danh sách.")]
    text = normalise(given.text).strip()
    if len(text) > MAX_TEXT:
        problems["text"] = [_("Ý kiến dài quá %(limit)s ký tự.") % {"limit": MAX_TEXT}]
    if level is None:
        problems["level"] = [_("Hãy chọn một trong ba mức.")]
    if level is None or problems:
        raise SubmissionInvalidError(_("Chưa gửi được đánh giá."), field_errors=problems)
    return level, reasons, text
