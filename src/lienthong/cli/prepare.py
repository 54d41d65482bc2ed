"""Bringing an installation up to its program and seeds, and skipping it when nothing changed."""

import hashlib
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError

from lienthong.cli import migrate, seed
from lienthong.cli.environment import PACKAGE
from lienthong.kernel.models import Mark

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


def prepare_database() -> bool:
    """Migrate and seed unless this database saw the same program and seeds; say whether it was done."""
    current = f"{fingerprint(_program_and_seeds())} demo={settings.DEMO}"
    try:
        if Mark.objects.filter(key=_MARK, value=current).exists():
            return False
    except DatabaseError:
        pass  # a new database has no marks yet
    migrate.run(Namespace(quiet=True))
    if seed.seeders():
        seed.run(Namespace(only=None))
    Mark.objects.update_or_create(key=_MARK, defaults={"value": current})
    return True


def prepare_static() -> bool:
    """Collect the built assets into the folder that is served, unless it holds them already."""
    sources = [path for path in PACKAGE.glob("*/static/**/*") if path.is_file()]
    current = fingerprint(sources)
    mark = settings.STATIC_ROOT / ".made-from"
    if mark.exists() and mark.read_text(encoding="ascii") == current:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=False)
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    mark.write_text(current, encoding="ascii")
    return True
