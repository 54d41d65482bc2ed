"""Jobs of oversight: reminding supervisors of complaints."""

from procrastinate.contrib.django import app

from lienthong.dossiers import complaint_messages
from lienthong.kernel import clock


@app.periodic(cron="*/15 * * * *", periodic_id="dossiers.remind_of_complaints")
@app.task(name="dossiers.remind_of_complaints")
def remind_of_complaints(timestamp: int = 0, **_future: object) -> None:
    """Tell supervisors which complaints are nearly due or overdue, every quarter of an hour."""
    del timestamp
    complaint_messages.remind_of_complaints(now=clock.now())
