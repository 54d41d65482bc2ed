"""What one step of a process costs: CPU, wall clock, SQL statements and bytes of state.

Run ``python benchmarks/workflow_step.py [dossiers]``; it works in a database of its own and removes it.
Every step is a whole ``complete``: lock, load, move, save, tasks, commit. Prints one JSON line per process.
"""

import json
import statistics
import sys
import time

import django

django.setup()

from django.db import connection, reset_queries  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from lienthong.workflows import api  # noqa: E402
from lienthong.workflows.models import Instance  # noqa: E402
from lienthong.workflows.tests.factories import (  # noqa: E402
    FOLDER,
    KEYS,
    NOW,
    make_parties,
    make_principal,
    start,
)

DATA = {"certification": "copy", "pages": 3, "copies": 1, "result_is_electronic": True, "delivery": "online"}
FORM = {f"field_{number}": f"Giá trị thứ {number}" for number in range(30)}


def walk(principal, key, parties):
    """Take one dossier along its main path; yields the CPU seconds and statements of each step."""
    business_key, progress = start(key, parties=parties, data={**DATA, **FORM})
    opened = list(progress.opened)
    while not progress.finished:
        reset_queries()
        begun = time.process_time()
        if opened:
            item = opened.pop(0)
            outcome = item.outcomes[0].key
            progress = api.complete(
                principal=principal, task_uuid=item.uuid, outcome=outcome, data={}, note="Đạt", now=NOW
            )
        else:
            progress = api.send_message(business_key=business_key, name="paid", data={}, now=NOW)
        yield business_key, time.process_time() - begun, len(connection.queries)
        opened.extend(progress.opened)


def measure(principal, key, parties, dossiers):
    """Walk many dossiers of one process and sum up."""
    connection.force_debug_cursor = True
    statements = [count for _key, _cpu, count in walk(principal, key, parties)]
    connection.force_debug_cursor = False
    cpu, sizes, begun = [], [], time.perf_counter()
    for _ in range(dossiers):
        steps = list(walk(principal, key, parties))
        cpu.extend(seconds * 1_000 for _key, seconds, _count in steps)
        business_key = steps[0][0]
        sizes.append(len(Instance.objects.values_list("state", flat=True).get(business_key=business_key)))
    wall = time.perf_counter() - begun
    return {
        "process": key,
        "steps": len(cpu),
        "cpu_ms_median": round(statistics.median(cpu), 2),
        "cpu_ms_p95": round(statistics.quantiles(cpu, n=20)[-1], 2),
        "steps_per_second": round(len(cpu) / wall),
        "statements": [min(statements), max(statements)],
        "state_bytes_at_end": round(statistics.median(sizes)),
    }


def main():
    dossiers = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        api.publish_folder(folder=FOLDER, now=NOW)
        parties = make_parties()
        principal = make_principal(agencies=parties.values())
        for key in KEYS:
            print(json.dumps(measure(principal, key, parties, dossiers)))
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
