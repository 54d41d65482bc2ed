"""Bringing an installation up to its program and seeds, and skipping it when nothing changed.

What is needed to see that nothing changed is read without Django, so that a second start costs no more.
"""

import hashlib
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

import psycopg

from lienthong import settings
from lienthong.cli import logins
from lienthong.cli.environment import PACKAGE

_MARK = "cli.prepared"


def fingerprint(files: Iterable[Path]) -> str:
    """Hash names, sizes and times of files: enough to see that something may have changed."""
    digest = hashlib.sha256()
    for path in sorted(files):
        state = path.stat()
        digest.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _program_and_seeds() -> list[Path]:
    program = [path for path in PACKAGE.rglob("*.py") if "tests" not in path.parts]
    return program + [path for path in settings.SEEDS.rglob("*") if path.is_file()]


def _current() -> str:
    return f"{fingerprint(_program_and_seeds())} demo={settings.DEMO}"


def is_database_ready(url: str) -> bool:
    """Say whether this database was prepared with this very program and these seeds."""
    try:
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT value FROM kernel_mark WHERE key = %s", [_MARK]).fetchone()
    except psycopg.Error:
        return False  # a new database has no marks yet
    return row is not None and row[0] == _current() and logins.are_known()


def prepare_database() -> None:
    """Migrate, seed, and note the demo's logins; Django must be ready."""
    from lienthong.cli import migrate, seed  # noqa: PLC0415 - they need Django
    from lienthong.kernel.models import Mark  # noqa: PLC0415

    migrate.run(Namespace(quiet=True))
    if seed.seeders():
        seed.run(Namespace(only=None))
    logins.note()
    Mark.objects.update_or_create(key=_MARK, defaults={"value": _current()})


def _static_mark() -> Path:
    return settings.STATIC_ROOT / ".made-from"


def _static_sources() -> str:
    return fingerprint(path for path in PACKAGE.glob("*/static/**/*") if path.is_file())


def is_static_ready() -> bool:
    """Say whether the folder that is served holds the assets as they were built last."""
    mark = _static_mark()
    return mark.exists() and mark.read_text(encoding="ascii") == _static_sources()


def prepare_static() -> None:
    """Collect the built assets into the folder that is served; Django must be ready."""
    from django.core.management import call_command  # noqa: PLC0415

    current = _static_sources()
    call_command("collectstatic", interactive=False, verbosity=0, clear=False)
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    _static_mark().write_text(current, encoding="ascii")
