"""Jobs of dossiers: reminding officials of deadlines."""

from procrastinate.contrib.django import app

from lienthong.dossiers import messages, oversight_jobs
from lienthong.kernel import clock


@app.periodic(cron="*/15 * * * *", periodic_id="dossiers.remind_officials")
@app.task(name="dossiers.remind_officials")
def remind_officials(timestamp: int = 0, **_future: object) -> None:
    """Tell officials which tasks are nearly due or overdue, every quarter of an hour."""
    del timestamp
    messages.remind_officials(now=clock.now())


__all__ = ["oversight_jobs", "remind_officials"]  # the queue learns of jobs by importing this module
