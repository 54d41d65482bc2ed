"""The platform as in production: one granian process, two threads, persistent connections; and its client."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from benchmarks import machine

ROOT = Path(__file__).resolve().parents[1]
_READY_SECONDS = 60
_IDLE_SECONDS = 3


@dataclass
class Answer:
    """One answer and its cost."""

    status: int
    body: Any
    statements: int
    savepoints: int
    cpu_ms: float


@dataclass
class Client:
    """One connection of one caller."""

    port: int
    token: str
    _connection: http.client.HTTPConnection = field(init=False, repr=False)
    _used: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self._used = time.monotonic()

    def ask(self, method: str, path: str, payload: Any = None, **headers: str) -> Answer:
        """Send one request and read its answer.

        :raises RuntimeError: when the platform refuses: a benchmark measures successes.
        """
        if time.monotonic() - self._used > _IDLE_SECONDS:
            self._connection.close()  # the server ends idle connections; the next request opens another
        body = None if payload is None else json.dumps(payload)
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        self._connection.request(method, path, body, sent)
        response = self._connection.getresponse()
        content = response.read()
        self._used = time.monotonic()
        if response.status >= 400:
            raise RuntimeError(f"{method} {path}: {response.status} {content.decode()[:500]}")
        statements, _, savepoints = response.headers["X-Statements"].partition("+")
        return Answer(
            response.status, json.loads(content), int(statements), int(savepoints), float(response.headers["X-Cpu-Ms"])
        )


@dataclass
class Server:
    """A running platform."""

    port: int
    pid: int

    def client(self, token: str) -> Client:
        """Open a connection."""
        return Client(self.port, token)

    def cpu_seconds(self) -> float:
        """Give the CPU time of the web processes so far."""
        return machine.cpu_seconds(machine.family(self.pid))

    def memory(self) -> float:
        """Give the resident memory of the largest web process, in MB."""
        return max(machine.resident_megabytes(pid) for pid in machine.family(self.pid))


def database_cpu_seconds() -> float:
    """Give the CPU time of this database's own backends so far; what autovacuum and WAL writer do is left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return machine.cpu_seconds([pid for (pid,) in cursor.fetchall()])


@contextmanager
def running(*, port: int, workers: int = 1) -> Iterator[Server]:
    """Run the platform for the block."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "LOG_LEVEL": "WARNING",
    }
    words = ["-m", "lienthong.cli", "serve", "--port", str(port), "--workers", str(workers), "--threads", "2"]
    log = (Path(os.environ.get("TMPDIR", "/tmp")) / f"bench-server-{port}.log").open("wb")
    process = subprocess.Popen([sys.executable, *words], env=environment, stdout=log, stderr=log)
    try:
        _wait(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            probe = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            probe.request("GET", "/api/v1/procedures?size=1")
            if probe.getresponse().status < 500:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError("the platform did not start")
