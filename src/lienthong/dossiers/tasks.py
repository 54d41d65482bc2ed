"""Jobs of dossiers: reminding officials of deadlines, following what the post carries."""

from procrastinate.contrib.django import app

from lienthong.dossiers import messages
from lienthong.dossiers.services import shipments
from lienthong.kernel import clock


@app.periodic(cron="*/15 * * * *", periodic_id="dossiers.remind_officials")
@app.task(name="dossiers.remind_officials")
def remind_officials(timestamp: int = 0, **_future: object) -> None:
    """Tell officials which tasks are nearly due or overdue, every quarter of an hour."""
    del timestamp
    messages.remind_officials(now=clock.now())


@app.periodic(cron="*/15 * * * *", periodic_id="dossiers.follow_shipments")
@app.task(name="dossiers.follow_shipments")
def follow_shipments(timestamp: int = 0, **_future: object) -> None:
    """Ask the carriers about what is on its way; each item about once an hour."""
    del timestamp
    shipments.follow_all(now=clock.now())
