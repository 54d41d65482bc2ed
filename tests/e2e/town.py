"""The installation a story happens in: seeded database, web server, worker, and a clock that can be set."""

import asyncio
import faulthandler
import sys
import threading
import traceback
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.management import call_command
from django.core.signals import got_request_exception
from django.db import connection, connections
from psycopg import sql
from pytest_django.live_server_helper import LiveServer

from lienthong.cli import migrate, seed
from lienthong.kernel import clock, jobs

MORNING = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
WORK_SECONDS = 60.0
_MAX_ROUNDS = 20


class Clock:
    """The platform's clock: starts on a working morning, runs as ours does, and can be moved on."""

    def __init__(self) -> None:
        self._ahead = MORNING - datetime.now(UTC)

    def now(self) -> datetime:
        """Give the instant inside the story."""
        return datetime.now(UTC) + self._ahead

    def advance(self, **delta: float) -> None:
        """Let time pass."""
        self._ahead += timedelta(**delta)


class Town:
    """One running installation.

    :ivar url: where a browser finds it.
    :ivar failures: what broke pages.
    """

    def __init__(self, *, url: str, time: Clock) -> None:
        self.url = url
        self.clock = time
        self.failures: list[str] = []

    def note_failure(self, **_signal: object) -> None:
        """Keep what broke a page, for the end of the story."""
        self.failures.append(traceback.format_exc())
        sys.stderr.write(self.failures[-1])

    def work(self) -> None:
        """Run a worker until no job is left, nor one that a job queued: papers are made, people are told."""
        for _round in range(_MAX_ROUNDS):
            _run_worker()
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT task_name, args, status::text, attempts FROM procrastinate_jobs WHERE status <> 'succeeded'"
                    " AND (attempts > 0 OR scheduled_at IS NULL OR scheduled_at <= now())"
                )
                waiting = cursor.fetchall()
            broken = [job for job in waiting if job[2] == "failed" or job[3]]
            if broken:
                pytest.fail(f"jobs that did not succeed: {broken}"[:2_000])
            if not waiting:
                return
        pytest.fail(f"the worker does not come to an end: {waiting}"[:2_000])

    def letters_to(self, address: str) -> list[str]:
        """List subjects and texts of the mail somebody got."""
        return [f"{letter.subject}\n{letter.body}" for letter in mail.outbox if address in letter.to]


async def _work_once() -> None:
    # The thread that serves the queue outlives a loop; its connection must not outlive a story's database.
    await sync_to_async(connections.close_all)()
    # What is due by the wall clock, at whatever minute the story happens to be told, stays out.
    with patch.dict(jobs.app.periodic_registry.periodic_tasks, clear=True):
        await jobs.run_worker(wait=False, concurrency=1, signals=False)
    await sync_to_async(connections.close_all)()


def _run_worker() -> None:
    """Work off what is queued now, in a thread of its own: Playwright keeps an event loop in the test's."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(_work_once())
        except BaseException as error:  # noqa: BLE001 - raised again in the test's own thread
            failed.append(error)
        finally:
            connections.close_all()

    worker = threading.Thread(target=run, name="worker", daemon=True)
    worker.start()
    worker.join(WORK_SECONDS)
    if failed:
        raise failed[0]
    if worker.is_alive():
        faulthandler.dump_traceback(file=sys.__stderr__)
        pytest.fail("a job does not come to an end; what every thread does is on the terminal")


def _administer(*statements: sql.Composable) -> None:
    """Execute statements outside every database of ours."""
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    known = {"dbname", "user", "password", "host", "port"}
    with psycopg.connect(**{k: v for k, v in parameters.items() if k in known}, autocommit=True) as server:
        for statement in statements:
            server.execute(statement)


def _copy(source: str, target: str) -> None:
    name = sql.Identifier(target)
    _administer(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name),
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(name, sql.Identifier(source)),
    )


def exists(name: str) -> bool:
    """Say whether the server has a database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def drop(name: str) -> None:
    """Remove a database and whoever still uses it."""
    _administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _using(name: str) -> Iterator[None]:
    """Let every thread of this process work on another database of the same server."""
    known = connection.settings_dict
    before = known["NAME"]
    connections.close_all()
    known["NAME"] = name
    _forget()
    try:
        yield
    finally:
        connections.close_all()
        known["NAME"] = before
        _forget()


def _forget() -> None:
    """Empty what the program remembers of a database."""
    ContentType.objects.clear_cache()
    for name, module in tuple(sys.modules.items()):
        if name.startswith("lienthong."):
            for value in tuple(vars(module).values()):
                if callable(forget := getattr(value, "cache_clear", None)):
                    forget()


@contextmanager
def _platform(folder: Path, time: Clock) -> Iterator[None]:
    """Set the demo's settings, its data folder and its clock."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "DEMO", True)
        patch.setattr(settings, "DATA", folder)
        patch.setattr(clock, "now", time.now)
        yield


def make_seeded(*, name: str, folder: Path) -> None:
    """Make the database every story starts from: the real seeds and the demo's people."""
    _copy("template0", name)
    with _using(name), _platform(folder, Clock()):
        migrate.run(Namespace(quiet=True))
        for command in seed.seeders():
            if not command.endswith("_demo"):  # stories bring their own dossiers
                call_command(command, verbosity=0)


@contextmanager
def open_town(*, source: str, name: str, folder: Path) -> Iterator[Town]:
    """Open an installation on a fresh copy of the seeded database."""
    _copy(source, name)
    time = Clock()
    with _using(name), _platform(folder, time):
        server = LiveServer("localhost")
        server._live_server_modified_settings.enable()
        mail.outbox = []
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(settings, "SITE_URL", server.url)
                town = Town(url=server.url, time=time)
                got_request_exception.connect(town.note_failure)
                yield town
        finally:
            server._live_server_modified_settings.disable()
            server.stop()


def path_of(url: str) -> str:
    """Give an address without its server."""
    return urlsplit(url).path
