"""Two officials, or two workers, at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from lienthong.kernel.models import OutboxEvent
from lienthong.workflows import api
from lienthong.workflows.models import Task
from lienthong.workflows.tests.factories import FOLDER, NOW, make_parties, make_principal, start

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def parties():
    api.publish_folder(folder=FOLDER, now=NOW)
    return make_parties()


def at_once(*calls):
    """Run calls in threads that start together; give each result or error."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(timeout=10)
            return call()
        except api.TaskTakenError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(timeout=30) for future in [pool.submit(run, call) for call in calls]]


def test_one_of_two_completes_and_the_other_is_told_by_whom(parties):
    binh = make_principal("Trần Văn Bình", agencies=parties.values())
    hoa = make_principal("Lê Thị Hoa", agencies=parties.values())
    for _round in range(5):
        key, progress = start(parties=parties)
        task = progress.opened[0].uuid

        def complete(who, task=task):
            return api.complete(principal=who, task_uuid=task, outcome="accept", data={}, note="", now=NOW)

        results = at_once(lambda: complete(binh), lambda: complete(hoa))
        refused = [result for result in results if isinstance(result, api.TaskTakenError)]
        assert len(refused) == 1
        winner = binh if isinstance(results[1], api.TaskTakenError) else hoa
        assert winner.name in refused[0].message
        assert Task.objects.filter(business_key=key, element_id="verify").count() == 1


def test_two_branches_completed_at_once_both_count(parties):
    binh = make_principal("Trần Văn Bình", agencies=parties.values())
    key, progress = start("parallel_consultation", parties=parties)
    for outcome in ("accept", "pass"):
        task = progress.opened[0]
        progress = api.complete(principal=binh, task_uuid=task.uuid, outcome=outcome, data={}, note="", now=NOW)
    first, second = (item.uuid for item in progress.opened)

    def complete(task):
        return api.complete(principal=binh, task_uuid=task, outcome="agree", data={}, note="", now=NOW)

    results = at_once(lambda: complete(first), lambda: complete(second))
    assert sorted(len(result.opened) for result in results) == [0, 1]
    assert Task.objects.get(business_key=key, state="OPEN").element_id == "summarise"


def test_a_timer_fires_once_for_two_workers(parties):
    binh = make_principal(agencies=parties.values())
    key, progress = start(parties=parties, data={"reminder_after": "PT1H"})
    api.complete(principal=binh, task_uuid=progress.opened[0].uuid, outcome="accept", data={}, note="", now=NOW)
    later = NOW + timedelta(hours=2)
    fired = at_once(lambda: api.fire_due_timers(now=later), lambda: api.fire_due_timers(now=later))
    assert sum(fired) == 1
    event = OutboxEvent.objects.get(name="workflows.process_advanced")
    assert event.aggregate_id == key
    assert event.payload["commands"] == [
        {"name": "notify", "element_id": "remind_verify", "data": {"kind": "task_reminder", "task": "verify"}}
    ]
