"""Jobs of dossiers: what time alone does, the alarm of stale dossiers, long tracking books, the post."""

from procrastinate.contrib.django import app

from lienthong.dossiers import oversight_jobs
from lienthong.dossiers.services import alarms, books, reminders, shipments, timers
from lienthong.kernel import clock


@app.periodic(cron="*/15 * * * *", periodic_id="dossiers.watch_deadlines")
@app.task(name="dossiers.watch_deadlines", queueing_lock="dossiers.watch_deadlines")
def watch_deadlines(timestamp: int = 0, **_future: object) -> None:
    """Every quarter of an hour: let silence speak, end waits that are over, remind of what is near or late."""
    del timestamp
    now = clock.now()
    timers.let_silence_speak(now=now)
    timers.end_waits(now=now)
    reminders.remind(now=now)


@app.periodic(cron="37 2 * * *", periodic_id="dossiers.check_alarms")
@app.task(name="dossiers.check_alarms", queueing_lock="dossiers.check_alarms")
def check_alarms(timestamp: int = 0, **_future: object) -> None:
    """Every night: give each open dossier a next date, and list those without one or without an owner."""
    del timestamp
    now = clock.now()
    alarms.fill_missing_dates(now=now)
    alarms.check(now=now)


@app.task(name="dossiers.print_book")
def print_book(book_id: int, **_future: object) -> None:
    """Print a tracking book of many rows."""
    books.print_book(book_id=book_id, now=clock.now())


@app.periodic(cron="*/15 * * * *", periodic_id="dossiers.follow_shipments")
@app.task(name="dossiers.follow_shipments")
def follow_shipments(timestamp: int = 0, **_future: object) -> None:
    """Ask the carriers about what is on its way; each item about once an hour."""
    del timestamp
    shipments.follow_all(now=clock.now())


__all__ = ["oversight_jobs"]  # the queue learns of jobs by importing this module
