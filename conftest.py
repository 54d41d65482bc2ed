"""What every test shares: a database, a clock, and a plain word about missing programs."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent

# A program may have several names; the first that is found counts.
PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
}


def _start_database() -> None:
    """Give the tests their own embedded server, once for all parallel processes, when none is named."""
    if os.environ.get("DATABASE_URL"):
        return
    from django.conf import settings

    from lienthong.kernel.embedded import THROWAWAY, EmbeddedPostgres
    from lienthong.settings import database_from

    server = EmbeddedPostgres(ROOT / ".data" / "test", options=THROWAWAY)
    url = server.start()
    _SERVERS.append(server)
    os.environ["DATABASE_URL"] = url  # parallel processes and started programs inherit it
    settings.DATABASES["default"].update(database_from(url))


_SERVERS: list[object] = []
_start_database()


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
