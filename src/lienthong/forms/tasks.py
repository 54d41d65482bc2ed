"""Jobs of forms: telling owners of old drafts, and throwing expired ones away."""

from procrastinate.contrib.django import app

from lienthong.forms import api
from lienthong.kernel import clock


@app.periodic(cron="20 19 * * *", periodic_id="forms.expire_drafts")
@app.task(name="forms.expire_drafts")
def expire_drafts(timestamp: int = 0, **_future: object) -> None:
    """Warn and expire drafts, every night at 02:20 in Vietnam."""
    del timestamp
    api.expire_drafts(now=clock.now())
