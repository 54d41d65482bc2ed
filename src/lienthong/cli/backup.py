"""``lienthong backup``: everything in one file."""

import argparse
import contextlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection

from lienthong.cli.environment import postgres_binaries
from lienthong.kernel import chain, clock
from lienthong.kernel.postgres import EmbeddedError, find_binaries, major_of

HELP = """Write the database, the file store and the secrets of the data folder into one .tar file.

The platform may keep running: the database is dumped as of one instant, and the file store only ever
grows. The archive holds personal data and secret keys: keep it as you keep those."""

DATABASE_DUMP = "database.dump"
FILES = "data"
#: What is made again by itself, or belongs to the running server.
LEFT_OUT = ("postgres", "postgres.url", "static", "test")


def client_program(name: str) -> str:
    """Find pg_dump or pg_restore that is not older than the server.

    :raises EmbeddedError: none is found.
    """
    server = connection.pg_version // 10_000  # type: ignore[attr-defined]
    candidates = [shutil.which(name)]
    with contextlib.suppress(EmbeddedError):
        candidates.insert(0, str(find_binaries(postgres_binaries()) / name))
    for candidate in candidates:
        if candidate and Path(candidate).exists() and major_of(Path(candidate)) >= server:
            return candidate
    raise EmbeddedError(f"no {name} of PostgreSQL {server} or later found; install postgresql-client-{server}")


def client_environment() -> dict[str, str]:
    """Tell the client programs the database, its password not on the command line."""
    known = connection.settings_dict
    values = {
        "PGDATABASE": known["NAME"],
        "PGUSER": known["USER"],
        "PGPASSWORD": known["PASSWORD"],
        "PGHOST": known["HOST"],
        "PGPORT": str(known["PORT"]),
    }
    return {**os.environ, **{name: value for name, value in values.items() if value}}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("archive", type=Path, nargs="?", help="file to write (lienthong-DATE.tar)")


def _wanted(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    parts = Path(member.name).parts
    return None if len(parts) > 1 and parts[1] in LEFT_OUT else member


def run(options: argparse.Namespace) -> int:
    """Write the archive, complete or not at all."""
    archive: Path = options.archive or Path(f"lienthong-{clock.now():%Y%m%d-%H%M%S}.tar")
    if archive.exists():
        print(f"lienthong backup: {archive} exists already")
        return 1
    unfinished = archive.with_name(archive.name + ".unfinished")
    with tempfile.TemporaryDirectory(prefix="lienthong-backup-") as folder:
        dump = Path(folder) / DATABASE_DUMP
        command = [client_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}"]
        subprocess.run(command, env=client_environment(), check=True)  # noqa: S603 - PostgreSQL's own program
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
            tar.add(dump, arcname=DATABASE_DUMP)
            tar.add(settings.DATA, arcname=FILES, filter=_wanted)
            file.flush()
    unfinished.rename(archive)
    print(f"{archive}  {archive.stat().st_size // 1024} kB, audit head {chain.head()}")
    return 0
