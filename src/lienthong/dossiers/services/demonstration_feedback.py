"""The demo's ratings and one complaint, so that scores and the supervisor's desk are not empty."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from lienthong.accounts import api as accounts
from lienthong.dossiers import oversight_policies
from lienthong.dossiers.models import Dossier, DossierStatus, HandlingComplaint, Rating
from lienthong.dossiers.services import complaints, rating, scoring
from lienthong.dossiers.services.feedback_rules import rule_on
from lienthong.kernel import clock
from lienthong.kernel.errors import ForbiddenError

_ANSWERS = ({"one_stop": 2, "publicity": 2, "attitude": 2}, {"one_stop": 1, "publicity": 1, "attitude": 2})
_RATINGS = ((3, ["fast", "kind"]), (2, ["clear"]), (1, ["late", "unclear"]))


def seed_demo_feedback(*, now: datetime) -> int:
    """Let the fictional applicants rate what is finished and complain about one running dossier; give how much is new.

    :raises ForbiddenError: outside a demo installation.
    """
    if not settings.DEMO:
        raise ForbiddenError(_("Hồ sơ mẫu chỉ dùng cho bản trình diễn (DEMO=1)."))
    rule, made = rule_on(clock.local_date(now)), 0
    answered = Dossier.objects.filter(
        status__in=[DossierStatus.RETURNED, DossierStatus.NOT_RECEIVED], business__isnull=True, rating__isnull=True
    )
    for number, dossier in enumerate(answered.order_by("id")):
        account = accounts.account_of_person(person_id=dossier.applicant_id)
        if account is None or not oversight_policies.is_ratable(dossier, rule, now):
            continue
        level, reasons = _RATINGS[number % len(_RATINGS)]
        given = rating.RatingInput(level=level, reasons=reasons, answers=_ANSWERS[number % len(_ANSWERS)])
        principal = accounts.principal_for_account(account, now)
        rating.rate(principal=principal, dossier=dossier, given=given, now=now)
        made += 1
    for dossier in Dossier.objects.filter(status=DossierStatus.DONE, scores__isnull=True):
        scoring.score(dossier=dossier)
    if HandlingComplaint.objects.exists() or Rating.objects.count() == 0:
        return made
    running = Dossier.objects.filter(status=DossierStatus.PROCESSING, business__isnull=True).order_by("id").first()
    account = accounts.account_of_person(person_id=running.applicant_id) if running is not None else None
    if running is not None and account is not None:
        complaints.file_complaint(
            principal=accounts.principal_for_account(account, now),
            dossier=running,
            subject="late",
            content="Tôi hỏi hai lần ở quầy về tiến độ mà chưa ai trả lời. Mong được báo rõ khi nào có kết quả.",
            now=now,
        )
        made += 1
    return made
