"""The points of one finished dossier, for its agency and for each official who worked on it.

Basis: TT 01/2018/TT-VPCP, Điều 13–15; what each indicator counts is dated data (:class:`ScoreIndicator`).
"""

from collections.abc import Iterable, Mapping

from lienthong.accounts import api as accounts
from lienthong.dossiers.models import (
    Channel,
    ComplaintState,
    Dossier,
    DossierScore,
    DossierStatus,
    HandlingComplaint,
    Rating,
    RatingLevel,
    ReturnMethod,
    ScoreIndicator,
    ScoreMetric,
    SupplementRequest,
)
from lienthong.dossiers.queries.detail import charges_of
from lienthong.kernel import clock
from lienthong.payments import api as payments
from lienthong.workflows import api as workflows

_EARLY, _ON_TIME, _LATE = 0, 1, 2


def score(*, dossier: Dossier) -> int:
    """Work the points of a dossier out anew, in the caller's transaction; give the number of rows it has.

    A dossier that is not finished has none.
    """
    if dossier.done_at is None or dossier.status not in (DossierStatus.DONE, DossierStatus.RETURNED):
        return 0
    finished_on = clock.local_date(dossier.done_at)
    indicators = tuple(ScoreIndicator.objects.in_force(finished_on).order_by("number"))
    if not indicators:
        return 0
    tasks = workflows.finished_tasks_of(business_key=str(dossier.uuid))
    rating = Rating.objects.filter(dossier=dossier).first()
    answers: Mapping[str, int] = rating.answers if rating else {}
    facts = _facts(dossier, tasks)
    rows = [
        DossierScore(
            dossier=dossier,
            agency_id=dossier.competent_agency_id,
            finished_on=finished_on,
            points=_points(indicators, facts, answers),
            facts=facts,
        )
    ]
    own = tuple(indicator for indicator in indicators if indicator.for_officials)
    for (agency_id, official_id), late in sorted(_late_by_official(tasks).items()):
        theirs = {**facts, ScoreMetric.LATE_STEPS.value: late}
        rows.append(
            DossierScore(
                dossier=dossier,
                agency_id=agency_id,
                official_id=official_id,
                finished_on=finished_on,
                points=_points(own, theirs, answers),
                facts=theirs,
            )
        )
    DossierScore.objects.filter(dossier=dossier).delete()
    DossierScore.objects.bulk_create(rows)
    return len(rows)


def _points(
    indicators: Iterable[ScoreIndicator], facts: Mapping[str, int], answers: Mapping[str, int]
) -> dict[str, int]:
    points: dict[str, int] = {}
    for indicator in indicators:
        if indicator.metric == ScoreMetric.ASKED:
            if indicator.key in answers:
                points[indicator.key] = answers[indicator.key]
        elif indicator.metric in facts:
            points[indicator.key] = indicator.points(facts[indicator.metric])
    return points


def _facts(dossier: Dossier, tasks: Iterable[workflows.WorkItem]) -> dict[str, int]:
    """Count what the indicators look at; what cannot be known is left out."""
    supplements = list(SupplementRequest.objects.filter(dossier=dossier).values_list("agency_id", flat=True))
    cash = {
        charge.agency_id
        for charge in charges_of(dossier=dossier)
        if any(payment.method == payments.Method.CASH for payment in charge.payments.all())
    }
    came, collects = dossier.channel == Channel.COUNTER, dossier.return_method == ReturnMethod.COUNTER
    facts = {
        ScoreMetric.LATE_STEPS: sum(1 for task in tasks if _is_late(task)),
        ScoreMetric.CONTACTS: int(came) + len(supplements) + int(collects),
        ScoreMetric.AGENCIES: len({dossier.receiving_agency_id, *supplements, *cash}),
        ScoreMetric.OFFLINE: int(dossier.channel != Channel.ONLINE)
        + int(dossier.return_method != ReturnMethod.ELECTRONIC),
        ScoreMetric.LATENESS: _lateness(dossier),
        ScoreMetric.COMPLAINTS: _complaints(dossier),
    }
    return {name.value: value for name, value in facts.items() if value is not None}


def _is_late(task: workflows.WorkItem) -> bool:
    return task.due_at is not None and task.done_at is not None and task.done_at > task.due_at


def _lateness(dossier: Dossier) -> int | None:
    if dossier.due_at is None or dossier.done_at is None:
        return None
    if dossier.done_at > dossier.due_at:
        return _LATE
    return _EARLY if clock.local_date(dossier.done_at) < clock.local_date(dossier.due_at) else _ON_TIME


def _complaints(dossier: Dossier) -> int | None:
    """Say how complaints were handled; None while one is open."""
    worst = 0
    for row in HandlingComplaint.objects.filter(dossier=dossier).exclude(state=ComplaintState.WITHDRAWN):
        if row.is_open:
            return None
        is_bad = row.answered_late or row.escalations or row.satisfaction == RatingLevel.NOT_SATISFIED
        worst = max(worst, 2 if is_bad else 1)
    return worst


def _late_by_official(tasks: Iterable[workflows.WorkItem]) -> dict[tuple[int, int], int]:
    """Count the late steps of each official at each agency."""
    tasks = tuple(tasks)
    known = accounts.accounts_by_id(account_ids={task.assignee_id for task in tasks if task.assignee_id is not None})
    late: dict[tuple[int, int], int] = {}
    for task in tasks:
        account = known.get(task.assignee_id or 0)
        if account is not None and account.official_id is not None:
            key = (task.agency_id, account.official_id)
            late[key] = late.get(key, 0) + int(_is_late(task))
    return late
