"""Jobs of accounts."""

from procrastinate.contrib.django import app

from lienthong.accounts import api
from lienthong.kernel import clock


@app.periodic(cron="40 19 * * *", periodic_id="accounts.lock_unused")
@app.task(name="accounts.lock_unused")
def lock_unused(timestamp: int = 0, **_future: object) -> None:
    """Lock the logins that officials have not used for a long time, every night at 02:40 in Vietnam."""
    del timestamp
    api.lock_unused(now=clock.now())
