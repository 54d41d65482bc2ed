"""The costs of requests, through HTTP, and what 64 people do to each other at once."""

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connection

from benchmarks import people, server
from lienthong.dossiers.models import Dossier
from lienthong.workflows.models import Task

CITIZEN = "lan@lienthong.example"
RECEPTIONIST = "dn0023@lienthong.example"
SPECIALIST = "dn0021@lienthong.example"
WARM_UP = 10


@dataclass(frozen=True)
class Cost:
    """What one kind of request costs.

    :ivar statements: SQL statements of a typical request (median), without transaction control.
    :ivar savepoints: SAVEPOINT and RELEASE among the rest; BEGIN and COMMIT come on top.
    :ivar web_ms: CPU of the web process a request, all included.
    :ivar thread_ms: the part of it inside Django, median.
    :ivar database_ms: CPU of the database's backends a request.
    :ivar per_second: requests one after the other on one connection.
    """

    name: str
    requests: int
    statements: int
    savepoints: int
    web_ms: float
    thread_ms: float
    database_ms: float
    per_second: float
    p95_ms: float


Request = Callable[[], server.Answer]


def measure(name: str, running: server.Server, requests: Iterator[Request]) -> Cost:
    """Send requests one after the other and sum up what they cost after the warm-up."""
    for _number in range(WARM_UP):
        next(requests)()
    answers, walls = [], []
    web, database, begun = running.cpu_seconds(), server.database_cpu_seconds(), time.perf_counter()
    for request in requests:
        start = time.perf_counter()
        answers.append(request())
        walls.append((time.perf_counter() - start) * 1000)
    spent = time.perf_counter() - begun
    web, database = running.cpu_seconds() - web, server.database_cpu_seconds() - database
    count = len(answers)
    return Cost(
        name=name,
        requests=count,
        statements=int(statistics.median(answer.statements for answer in answers)),
        savepoints=int(statistics.median(answer.savepoints for answer in answers)),
        web_ms=round(web * 1000 / count, 2),
        thread_ms=round(statistics.median(answer.cpu_ms for answer in answers), 2),
        database_ms=round(database * 1000 / count, 2),
        per_second=round(count / spent, 1),
        p95_ms=round(statistics.quantiles(walls, n=20)[-1], 1),
    )


def costs(running: server.Server, count: int) -> list[Cost]:
    """Measure filing, reading, listing, steps and searching."""
    citizen = running.client(people.token(CITIZEN))
    desk = running.client(people.token(RECEPTIONIST))
    specialist = running.client(people.token(SPECIALIST))
    payload = people.application()
    total = count + WARM_UP
    filed: list[str] = []

    def file() -> server.Answer:
        answer = citizen.ask("POST", "/api/v1/dossiers", payload, **people.fresh_key())
        filed.append(answer.body["id"])
        return answer

    return [
        measure("yardstick: the smallest answer", running, iter([_get(desk, "/suc-khoe/")] * max(total, 110))),
        measure("file a dossier", running, iter([file] * max(total, 110))),
        measure("receive it (due date)", running, _steps(desk, filed[:total], "accept")),
        measure("a step behind the desk", running, _steps(specialist, filed[:total], "pass")),
        measure(
            "read a dossier",
            running,
            iter([_get(desk, f"/api/v1/dossiers/{uuid}") for uuid in filed[:total]]),
        ),
        measure("list 100 dossiers", running, iter([_get(desk, "/api/v1/dossiers?size=100")] * total)),
        measure("list 50 tasks", running, iter([_get(desk, "/api/v1/tasks?size=50")] * total)),
        measure("search procedures", running, _searches(citizen, total)),
    ]


def _get(client: server.Client, path: str) -> Request:
    return lambda: client.ask("GET", path)


def _searches(client: server.Client, total: int) -> Iterator[Request]:
    words = ("khai+sinh", "giay+xac+nhan+hon+nhan", "dang+ky+kinh+doanh", "chung+thuc", "dat+dai", "khai+sihn")
    for number in range(total):
        yield _get(client, f"/api/v1/procedures?query={words[number % len(words)]}")


def _steps(client: server.Client, uuids: list[str], outcome: str) -> Iterator[Request]:
    open_tasks = Task.objects.filter(business_key__in=uuids, state="OPEN").order_by("id")
    for uuid in list(open_tasks.values_list("uuid", flat=True)):
        yield lambda uuid=uuid: client.ask("POST", f"/api/v1/tasks/{uuid}/complete", {"outcome": outcome})


@dataclass(frozen=True)
class Crowd:
    """What happened when many filed at the same instant."""

    filed: int
    duplicate_codes: int
    missing_numbers: int
    per_second: float


def crowd(running: server.Server, *, people_at_once: int = 64, each: int = 4) -> Crowd:
    """Let many clients file at once, and look for codes given twice or left out."""
    secret = people.token(CITIZEN)
    payload = people.application()
    last = Dossier.objects.order_by("-id").values_list("pk", flat=True).first() or 0

    def file_several(_number: int) -> None:
        client = running.client(secret)
        for _again in range(each):
            client.ask("POST", "/api/v1/dossiers", payload, **people.fresh_key())

    begun = time.perf_counter()
    with ThreadPoolExecutor(people_at_once) as pool:
        list(pool.map(file_several, range(people_at_once)))
    spent = time.perf_counter() - begun
    connection.close()
    codes = list(Dossier.objects.filter(pk__gt=last).values_list("code", flat=True))
    numbers = sorted({int(code.rpartition("-")[2]) for code in codes})
    return Crowd(
        filed=len(codes),
        duplicate_codes=len(codes) - len(set(codes)),
        missing_numbers=numbers[-1] - numbers[0] + 1 - len(numbers),
        per_second=round(len(codes) / spent, 1),
    )
