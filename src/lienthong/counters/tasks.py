"""Jobs of the desks: what was missed, what is tomorrow, and what is kept no longer."""

from procrastinate.contrib.django import app

from lienthong.counters import api
from lienthong.kernel import clock


@app.periodic(cron="*/5 * * * *")
@app.task(name="counters.mark_missed", queue="counters", queueing_lock="counters.mark_missed")
def mark_missed(timestamp: int, **_future: object) -> None:
    """Every five minutes mark the appointments to which nobody came in time."""
    api.mark_missed(now=clock.now())


@app.periodic(cron="5 * * * *")
@app.task(name="counters.remind", queue="counters", queueing_lock="counters.remind")
def remind(timestamp: int, **_future: object) -> None:
    """Every hour remind those whose appointment is tomorrow and who were not reminded yet."""
    api.remind(now=clock.now())


@app.periodic(cron="12 0 * * *")
@app.task(name="counters.forget_contacts", queue="counters", queueing_lock="counters.forget_contacts")
def forget_contacts(timestamp: int, **_future: object) -> None:
    """Every day wipe what guests left for reminders of days that are over."""
    api.forget_contacts(now=clock.now())
