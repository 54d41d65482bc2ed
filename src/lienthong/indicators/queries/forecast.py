"""What is coming: when the backlog clears at the pace of the last weeks, and what falls due in the next days.

The forecast is simple on purpose, so that anybody can check it. Over the last 8 weeks:

    arrivals    a = dossiers received / 8            (a week)
    throughput  t = dossiers settled  / 8            (a week)
    backlog     b = dossiers open now
    it clears in    b / (t - a) weeks                when t > a
    it grows by     a - t dossiers a week            when t <= a
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from lienthong.indicators import measures, periods
from lienthong.indicators.models import DossierFact
from lienthong.indicators.periods import Period
from lienthong.indicators.queries import figures
from lienthong.indicators.queries.figures import Scope
from lienthong.kernel import clock
from lienthong.organisations import api as organisations

WEEKS = 8
AHEAD = (1, 3, 5)
_LOOK = timedelta(days=30)
_MOST_WEEKS = 520


@dataclass(frozen=True, slots=True)
class Forecast:
    """The backlog of one agency, or of all together.

    :ivar weeks: until it clears; None when it does not shrink.
    :ivar clears_on: the day it does.
    :ivar due: for each number of working days ahead, how many open dossiers fall due by then, late ones left out.
    """

    agency_id: int | None
    backlog: int
    late: int
    arrivals: float
    throughput: float
    due: tuple[int, ...]
    today: date

    @property
    def growth(self) -> float:
        """Give by how many dossiers a week the backlog grows; negative when it shrinks."""
        return self.arrivals - self.throughput

    @property
    def weeks(self) -> float | None:
        """Give the weeks until the backlog clears, by the formula above."""
        if not self.backlog:
            return 0.0
        found = self.backlog / -self.growth if self.growth < 0 else None
        return found if found is not None and found <= _MOST_WEEKS else None

    @property
    def clears_on(self) -> date | None:
        """Give the day on which the backlog clears."""
        return None if self.weeks is None else self.today + timedelta(weeks=self.weeks)


def forecast(*, scope: Scope, now: datetime) -> tuple[Forecast, tuple[Forecast, ...]]:
    """Look ahead for a whole scope and each agency of it, the largest backlog first; constant statements."""
    today = clock.local_date(now)
    recent = Period(today - timedelta(weeks=WEEKS), today)
    paces = figures.tally(scope=scope, period=recent, keys=("received", "ended"), by=("agency_id",), now=now)
    standing = _standing(scope, now, _ends(today))
    rows = [_forecast(number, paces.get((number,), {}), standing.get(number, {}), today) for number in
            sorted({number for (number,) in paces} | set(standing))]  # fmt: skip
    rows = [row for row in rows if row.backlog or row.arrivals or row.throughput]
    whole = Forecast(
        agency_id=None,
        backlog=sum(row.backlog for row in rows),
        late=sum(row.late for row in rows),
        arrivals=sum(row.arrivals for row in rows),
        throughput=sum(row.throughput for row in rows),
        due=tuple(sum(row.due[at] for row in rows) for at in range(len(AHEAD))),
        today=today,
    )
    return whole, tuple(sorted(rows, key=lambda row: (-row.backlog, row.agency_id or 0)))


def _ends(today: date) -> tuple[datetime, ...]:
    """Give the ends of the working days ahead, by the national calendar."""
    calendar = organisations.get_calendar(agency_id=None, start=today, end=today + _LOOK)
    days = [day.date for day in calendar.working_days(today + timedelta(days=1), today + _LOOK)]
    return tuple(periods.beginning(days[count - 1] + timedelta(days=1)) for count in AHEAD)


def _standing(scope: Scope, now: datetime, ends: tuple[datetime, ...]) -> dict[int, dict[str, int]]:
    """Count what stands open, late, and due soon, by agency; one statement over open dossiers only."""
    running = Q(paused_at__isnull=True)
    rows = (
        DossierFact.objects.filter(scope.filter(), ended_at__isnull=True, received_at__isnull=False)
        .order_by()
        .values("agency_id")
        .annotate(
            backlog=Count("pk"),
            late=Count("pk", filter=measures.standing_at(measures.OPEN_LATE, now)),
            **{
                f"due_{at}": Count("pk", filter=running & Q(due_at__gte=now, due_at__lt=end))
                for at, end in enumerate(ends)
            },
        )
    )
    return {
        row["agency_id"]: {key: value for key, value in dict(row).items() if isinstance(value, int)} for row in rows
    }


def _forecast(number: int, pace: figures.Sums, row: dict[str, int], today: date) -> Forecast:
    return Forecast(
        agency_id=number,
        backlog=row.get("backlog", 0),
        late=row.get("late", 0),
        arrivals=pace.get("received", 0) / WEEKS,
        throughput=pace.get("ended", 0) / WEEKS,
        due=tuple(row.get(f"due_{at}", 0) for at in range(len(AHEAD))),
        today=today,
    )
