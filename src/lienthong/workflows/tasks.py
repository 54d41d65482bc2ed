"""Jobs of workflows."""

from procrastinate.contrib.django import app

from lienthong.kernel import clock
from lienthong.workflows import api


@app.periodic(cron="* * * * *")
@app.task(name="workflows.fire_due_timers", queueing_lock="workflows.fire_due_timers", pass_context=False)
def fire_due_timers(timestamp: int) -> int:
    """Move the processes whose timers are due."""
    return api.fire_due_timers(now=clock.now())
