"""Figures at size: loading dossiers, the page of the index, a streamed export, and what keeping the figures costs."""

import http.client
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db import connection, transaction

from benchmarks import server
from lienthong.dossiers.models import Dossier
from lienthong.indicators.models import DossierFact, Figure
from lienthong.indicators.services import keeping
from lienthong.kernel import clock

EXPORTED = 24_000
KEPT = 200
_WARM_UP = 3
_SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Page:
    """One page of the index, asked for again and again.

    :ivar web_ms: CPU of the web process a request; ``database_ms`` of the database's backends.
    """

    name: str
    statements: int
    web_ms: float
    database_ms: float


@dataclass(frozen=True)
class Export:
    """One list sent as CSV.

    :ivar peak_mb: the most memory that the web process held meanwhile, sampled twenty times a second.
    """

    rows: int
    seconds: float
    cpu_seconds: float
    peak_mb: float


@dataclass(frozen=True)
class Keeping:
    """Bringing the figures up to date after one change of one dossier, in the worker."""

    statements: int
    cpu_ms: float
    database_ms: float


@dataclass(frozen=True)
class Statistics:
    """All of it, with the size it was measured at; the load is that of this run, 0 where nothing was missing."""

    dossiers: int
    cells: int
    loaded: int
    load_seconds: float
    load_cpu_seconds: float
    pages: list[Page]
    export: Export
    keeping: Keeping


def load(wanted: int) -> tuple[int, float, float]:
    """Add the dossiers that are missing to a size; give how many, the seconds and the CPU seconds of the program."""
    missing = max(0, wanted - DossierFact.objects.count())
    if not missing:
        return 0, 0.0, 0.0
    begun, used = time.perf_counter(), _children()
    words = [sys.executable, "-m", "lienthong.cli", "demo-load", str(missing)]
    subprocess.run(words, check=True, env=os.environ.copy(), stdout=subprocess.DEVNULL)
    return missing, round(time.perf_counter() - begun, 1), round(_children() - used, 1)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(running: server.Server, *, loaded: tuple[int, float, float], count: int) -> Statistics:
    """Measure everything at the present size."""
    today = clock.local_date(clock.now())
    return Statistics(
        dossiers=DossierFact.objects.count(),
        cells=Figure.objects.count(),
        loaded=loaded[0],
        load_seconds=loaded[1],
        load_cpu_seconds=loaded[2],
        pages=[
            page(running, "index of all agencies, this month", "/chi-so/", count),
            page(running, "index of all agencies, this year", f"/chi-so/?ky={today.year}", count),
            page(running, "list behind a figure", "/chi-so/danh-sach/?dem=received", count),
        ],
        export=export(running),
        keeping=keep(),
    )


def _get(running: server.Server, path: str) -> tuple[http.client.HTTPResponse, bytes]:
    asking = http.client.HTTPConnection("127.0.0.1", running.port, timeout=600)
    asking.request("GET", path)
    answer = asking.getresponse()
    content = answer.read()
    if answer.status >= 400:
        raise RuntimeError(f"{path}: {answer.status}")
    return answer, content


def page(running: server.Server, name: str, path: str, count: int) -> Page:
    """Ask for one page several times."""
    for _number in range(_WARM_UP):
        answer, _content = _get(running, path)
    web, database = running.cpu_seconds(), server.database_cpu_seconds()
    for _number in range(count):
        answer, _content = _get(running, path)
    web, database = running.cpu_seconds() - web, server.database_cpu_seconds() - database
    statements = int((answer.headers["X-Statements"] or "0").partition("+")[0])
    return Page(name, statements, round(web * 1000 / count, 1), round(database * 1000 / count, 1))


def export(running: server.Server) -> Export:
    """Export the newest dossiers, about :data:`EXPORTED`, and watch the memory of the web process."""
    newest = DossierFact.objects.filter(received_at__isnull=False).order_by("-received_at")
    first = newest.values_list("received_at", flat=True)[EXPORTED : EXPORTED + 1].first() or clock.now()
    last = clock.local_date(clock.now()) + timedelta(days=1)
    path = f"/chi-so/danh-sach.csv?dem=received&tu={clock.local_date(first)}&den={last}"
    peak, stopped = [running.memory()], threading.Event()
    watcher = threading.Thread(target=_watch, args=(running.memory, peak, stopped))
    watcher.start()
    begun, used = time.perf_counter(), running.cpu_seconds()
    try:
        _answer, content = _get(running, path)
    finally:
        stopped.set()
        watcher.join()
    return Export(
        rows=content.count(b"\n") - 1,
        seconds=round(time.perf_counter() - begun, 1),
        cpu_seconds=round(running.cpu_seconds() - used, 2),
        peak_mb=round(max(peak), 1),
    )


def _watch(memory: Callable[[], float], peak: list[float], stopped: threading.Event) -> None:
    while not stopped.wait(_SAMPLE_SECONDS):
        peak.append(memory())


def keep() -> Keeping:
    """Change dossiers one by one and let each be counted anew, in a transaction that is thrown away."""
    spent, counts = [], []
    with transaction.atomic():
        chosen = list(Dossier.objects.filter(status=9).order_by("-id")[:KEPT])
        database = server.database_cpu_seconds()
        for dossier in chosen:
            Dossier.objects.filter(pk=dossier.pk).update(channel=1 + dossier.channel % 3)
            seen: list[str] = []

            def counting(execute, sql, params, many, context, seen=seen):
                seen.append(sql)
                return execute(sql, params, many, context)

            begun = time.process_time()
            with connection.execute_wrapper(counting):
                keeping.keep(dossier_uuids=[dossier.uuid])
            spent.append((time.process_time() - begun) * 1000)
            counts.append(sum("SAVEPOINT" not in sql[:20] for sql in seen))
        database = server.database_cpu_seconds() - database
        transaction.set_rollback(True)
    number = max(len(chosen), 1)
    return Keeping(int(median(counts or [0])), round(median(spent or [0]), 2), round(database * 1000 / number, 2))
