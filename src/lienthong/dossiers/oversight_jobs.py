"""Jobs of oversight: reminding supervisors of complaints, telling the national portal, taking old dossiers over."""

from uuid import UUID

from procrastinate.contrib.django import app

from lienthong.dossiers import complaint_messages, national
from lienthong.dossiers.models import Dossier
from lienthong.dossiers.services import importing, retention
from lienthong.dossiers.services import national as sending
from lienthong.kernel import clock, jobs


@app.periodic(cron="*/15 * * * *", periodic_id="dossiers.remind_of_complaints")
@app.task(name="dossiers.remind_of_complaints")
def remind_of_complaints(timestamp: int = 0, **_future: object) -> None:
    """Tell supervisors which complaints are nearly due or overdue, every quarter of an hour."""
    del timestamp
    complaint_messages.remind_of_complaints(now=clock.now())


@app.task(name="dossiers.national_send", queue="national")
def national_send(dossier_uuid: str, **_future: object) -> None:
    """Tell the national portal what is new about one dossier; silence is noted and tried again by the sweep."""
    portal = national.get_portal()
    pk = Dossier.objects.filter(uuid=UUID(dossier_uuid)).values_list("pk", flat=True).first()
    if portal is not None and pk is not None:
        sending.send(dossier_id=pk, portal=portal)


@app.periodic(cron="* * * * *", periodic_id="dossiers.national_sweep")
@app.task(name="dossiers.national_sweep", queue="national", queueing_lock="dossiers.national_sweep")
def national_sweep(timestamp: int = 0, **_future: object) -> None:
    """Send what waited long enough, every minute."""
    del timestamp
    portal = national.get_portal()
    if portal is not None:
        sending.send_due(portal=portal)


@app.task(name="dossiers.import_work", queue="imports")
def import_work(batch_uuid: str, **_future: object) -> None:
    """Try or import the next rows of a table, and queue the rest."""
    if importing.work(batch_uuid=UUID(batch_uuid), now=clock.now()):
        jobs.queue("dossiers.import_work", batch_uuid=batch_uuid)


@app.periodic(cron="13 3 * * *", periodic_id="dossiers.mark_retention")
@app.task(name="dossiers.mark_retention", queueing_lock="dossiers.mark_retention")
def mark_retention(timestamp: int = 0, **_future: object) -> None:
    """Mark, every night, the dossiers whose time is up."""
    del timestamp
    retention.mark_due(now=clock.now())
