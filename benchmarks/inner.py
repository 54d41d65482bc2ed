"""What is not a request: starting a process, one step of the process engine, importing the catalogue."""

import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from lienthong.catalogue import api as catalogue
from lienthong.kernel import clock
from lienthong.workflows import api as workflows
from lienthong.workflows.tests.factories import KEYS, NOW, make_parties, make_principal, start

_START = """
import resource, django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


@dataclass(frozen=True)
class Start:
    """CPU seconds and memory of a process that has loaded the platform."""

    cpu_seconds: float
    memory_mb: float


def start_up(times: int = 3) -> Start:
    """Load the platform in new processes; the median counts."""
    outputs = [
        subprocess.run([sys.executable, "-c", _START], check=True, capture_output=True, text=True).stdout.split()
        for _number in range(times)
    ]
    return Start(
        round(statistics.median(float(cpu) for cpu, _memory in outputs), 2),
        round(statistics.median(float(memory) for _cpu, memory in outputs), 1),
    )


@dataclass(frozen=True)
class Step:
    """One ``workflows.complete`` of a process: lock, load, move, save, tasks."""

    process: str
    steps: int
    cpu_ms: float
    statements: int


def steps(dossiers: int = 20) -> list[Step]:
    """Walk every seeded process along its main path, in a transaction that is thrown away."""
    found = []
    with transaction.atomic():
        parties = make_parties()
        principal = make_principal(agencies=parties.values())
        found = [_steps(key, principal, parties, dossiers) for key in KEYS]
        transaction.set_rollback(True)
    return found


def _steps(key: str, principal, parties, dossiers: int) -> Step:
    data = {"certification": "copy", "pages": 3, "copies": 1, "result_is_electronic": True, "delivery": "online"}
    spent: list[float] = []
    counts: list[int] = []
    for _number in range(dossiers):
        business_key, progress = start(key, parties=parties, data=data)
        opened = list(progress.opened)
        while not progress.finished:
            count = 0

            def counting(execute, sql, params, many, context):
                nonlocal count
                count += 1
                return execute(sql, params, many, context)

            begun = time.process_time()
            with connection.execute_wrapper(counting):
                if opened:
                    item = opened.pop(0)
                    progress = workflows.complete(
                        principal=principal,
                        task_uuid=item.uuid,
                        outcome=item.outcomes[0].key,
                        data={},
                        note="Đạt",
                        now=NOW,
                    )
                else:
                    progress = workflows.send_message(business_key=business_key, name="paid", data={}, now=NOW)
            spent.append((time.process_time() - begun) * 1000)
            counts.append(count)
            opened.extend(progress.opened)
    return Step(key, len(spent), round(statistics.median(spent), 2), int(statistics.median(counts)))


@dataclass(frozen=True)
class Import:
    """Reading a folder of procedures that are there already."""

    records: int
    seconds: float
    cpu_seconds: float


def catalogue_import() -> Import:
    """Import the seeded procedures again: every record is read, checked and compared."""
    path = Path(settings.SEEDS) / "catalogue" / "procedures"
    used, begun = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    report = catalogue.import_file(path=path, now=clock.now())
    after = resource.getrusage(resource.RUSAGE_SELF)
    return Import(
        records=report.created + report.updated + report.unchanged,
        seconds=round(time.perf_counter() - begun, 2),
        cpu_seconds=round(after.ru_utime - used.ru_utime, 2),
    )
