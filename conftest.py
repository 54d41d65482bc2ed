"""What every test shares: a database, a clock, and a plain word about missing programs."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from tests.sharing import SharedRows, ShareRows

ROOT = Path(__file__).resolve().parent
T = TypeVar("T")

# A program may have several names; the first that is found counts.
PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
}

BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# How quick an example is says something of the machine, nothing of the code.
hypothesis.settings.register_profile(
    "lienthong", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("lienthong")


def _start_database() -> None:
    """Give the tests their own embedded server, once for all parallel processes, when none is named."""
    from django.conf import settings

    # Threads of workers and live servers end with their test, and so must their connections.
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    if os.environ.get("DATABASE_URL"):
        return
    from lienthong.kernel.embedded import THROWAWAY, EmbeddedPostgres
    from lienthong.settings import database_from

    server = EmbeddedPostgres(ROOT / ".data" / "test", options=THROWAWAY)
    url = server.start()
    _SERVERS.append(server)
    os.environ["DATABASE_URL"] = url  # parallel processes and started programs inherit it
    settings.DATABASES["default"].update(database_from(url) | {"CONN_MAX_AGE": 0})


_SERVERS: list[object] = []
_start_database()


def pytest_configure() -> None:
    """Serve the built assets as they lie, so that no test needs ``collectstatic``."""
    from django.conf import settings

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True


def pytest_unconfigure() -> None:
    """Stop the server this process started."""
    while _SERVERS:
        _SERVERS.pop().stop()  # type: ignore[attr-defined]


def find_program(name: str) -> str | None:
    """Find a program of the machine under one of its names."""
    return next((path for known in PROGRAMS.get(name, (name,)) if (path := shutil.which(known))), None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose program is missing, or fail it when everything is required."""
    for marker in item.iter_markers("program"):
        name = marker.args[0]
        if find_program(name) is None:
            reason = f"the program {name} is not installed"
            if os.environ.get("REQUIRE_ALL") == "1":
                pytest.fail(f"{reason}, and REQUIRE_ALL=1 forbids to skip", pytrace=False)
            pytest.skip(reason)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let transactional tests empty the audit tables: only here, and only the guard against TRUNCATE.

    At the end whoever is still connected is sent away: the thread that serves the queue outlives the last worker.
    """
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("kernel_auditentry", "kernel_auditlink"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _commits(item: pytest.Item) -> bool:
    """Say whether a test works with real commits instead of one transaction that is rolled back."""
    marker = item.get_closest_marker("django_db")
    names = getattr(item, "fixturenames", ())
    return bool({"transactional_db", "live_server"} & set(names) or (marker and marker.kwargs.get("transaction")))


@pytest.fixture(scope="module")
def share_rows(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[ShareRows]:
    """Keep rows for the tests of one module, until the module ends or one of its tests is about to commit."""
    from django.db import connection, transaction

    here = [item for item in request.session.items if item.getparent(pytest.Module) is request.node]

    def share(make: Callable[[], T]) -> SharedRows[T]:
        # Beside a browser's event loop Django opens a connection of its own, which would not see the shared rows.
        if all(map(_commits, here)) or any("browser" in item.fixturenames for item in here):
            return SharedRows(None)
        with django_db_blocker.unblock():
            around = transaction.atomic()
            around.__enter__()
            made = SharedRows[T](make())
            with connection.cursor() as cursor:  # settle what waits for the commit now, not at the end of every test
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")

        def drop() -> None:
            made.value = None
            with django_db_blocker.unblock():
                transaction.set_rollback(True)
                around.__exit__(None, None, None)

        _SHARED.append(drop)
        return made

    yield share
    _drop_shared_rows()


_SHARED: list[Callable[[], None]] = []


def _drop_shared_rows() -> None:
    while _SHARED:
        _SHARED.pop()()


@pytest.fixture(autouse=True)
def _empty_queue(request: pytest.FixtureRequest) -> None:
    """Start a committing test without the rows its module shares, and without the jobs of the one before.

    Django does not empty the tables of the queue.
    """
    if _commits(request.node):
        from django.db import connection

        _drop_shared_rows()
        request.getfixturevalue("transactional_db")
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_periodic_defers, procrastinate_workers CASCADE")


@pytest.fixture(scope="session", autouse=True)
def plain_static_files() -> None:
    """Let pages name their assets without a collected and hashed copy."""
    from django.conf import settings

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    """Begin every test in the program's own language, whatever page the one before opened last."""
    from django.utils import translation

    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture
def now() -> datetime:
    """Friday 20 November 2026, 09:00 in Vietnam: a working hour of a working day."""
    return datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Give the path of the browser."""
    found = find_program("chromium")
    if found is None:
        pytest.skip("the program chromium is not installed")
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Start a browser for the tests of one module; mark them ``browser`` and ``program("chromium")``.

    HEADED=1 shows it, SLOW=400 slows every action down by so many milliseconds.
    """
    from lienthong.ui import build

    build.build()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, which Django would take for an asynchronous program.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = playwright.chromium.launch(
            executable_path=chromium,
            args=list(BROWSER_ARGUMENTS),
            headless=not os.environ.get("HEADED"),
            slow_mo=float(os.environ.get("SLOW", "0")),
        )
        yield started
        started.close()
