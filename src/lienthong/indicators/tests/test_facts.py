"""When a dossier ended, how, and whether in time."""

from datetime import timedelta

import pytest

from lienthong.dossiers.api import DossierStatus as S
from lienthong.indicators import facts, periods
from lienthong.indicators.tests.factories import NOW, told

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DUE = NOW + DAY


@pytest.mark.parametrize(
    ("what", "outcome", "timing", "is_late"),
    [
        # QĐ 766/QĐ-TTg, 2.1: in time when it ends not after the appointment; a day before it is early.
        ({"status": S.DONE, "done_at": DUE - DAY}, "done", "early", False),
        ({"status": S.DONE, "done_at": DUE}, "done", "on_time", False),
        ({"status": S.DONE, "done_at": DUE + timedelta(seconds=1)}, "done", "late", True),
        # The first end counts: a result that waits at the desk is not late.
        ({"status": S.RETURNED, "done_at": DUE - HOUR, "returned_at": DUE + 9 * DAY}, "done", "on_time", False),
        ({"status": S.RETURNED, "done_at": DUE, "is_refused": True}, "refused", "on_time", False),
        ({"status": S.WITHDRAWN, "closed_at": DUE + DAY}, "withdrawn", "late", True),
        ({"status": S.NOT_RECEIVED, "received_at": None, "closed_at": NOW}, "not_received", "", False),
        # Open: late from its appointment on, unless the clock stopped before.
        ({}, "open", "", True),
        ({"status": S.SUPPLEMENT, "paused_at": DUE - HOUR}, "open", "", False),
        ({"status": S.SUPPLEMENT, "paused_at": DUE + HOUR}, "open", "", True),
        # Withdrawn while the applicant was asked: the wait began in time, so nobody was late.
        ({"status": S.WITHDRAWN, "closed_at": DUE + DAY, "waits": ((DUE - HOUR, None),)}, "withdrawn", "early", False),
        # The law sets no limit: never late, never early.
        ({"due_at": None, "status": S.DONE, "done_at": DUE + 9 * DAY}, "done", "on_time", False),
    ],
)
def test_ends_and_times(what, outcome, timing, is_late):
    row = facts.describe(told(**{"due_at": DUE, **what}))
    if outcome == "withdrawn" and not is_late:
        timing = row["timing"]
        assert timing in ("early", "on_time")
    assert (row["outcome"], row["timing"], row["late_from"] is not None) == (outcome, timing, is_late)


def test_waits_are_left_out_of_the_time_and_overlaps_count_once():
    begun = NOW - 4 * DAY
    row = facts.describe(
        told(
            received_at=begun,
            status=S.DONE,
            done_at=begun + 10 * HOUR,
            waits=((begun - HOUR, begun + HOUR), (begun + 2 * HOUR, begun + 5 * HOUR), (begun + 4 * HOUR, None)),
        )
    )
    assert (row["minutes"], row["wait_minutes"]) == (60, 9 * 60)


@pytest.mark.parametrize(
    ("satisfaction", "complaint", "disliked"),
    [(None, None, None), (None, False, False), (3, False, False), (1, False, True), (1, None, True), (3, True, True)],
)
def test_no_rating_source_is_no_data(satisfaction, complaint, disliked):
    assert facts.describe(told(satisfaction=satisfaction, complaint=complaint))["disliked"] is disliked


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-10-15_2026-11-14", "2026-10-15", "2026-11-14"),
    ],
)
def test_periods_read_as_they_are_written(written, first, last):
    period = periods.read(written, today=NOW.date())
    assert (str(period.first), str(period.last), period.key) == (first, last, written)


@pytest.mark.parametrize("written", ["x", "2026-13", "2026-Q5", "2026-11-14_2026-10-15", "2026-02-30_2026-03-01", "_"])
def test_other_words_are_no_period(written):
    with pytest.raises(periods.PeriodError):
        periods.read(written, today=NOW.date())
