"""``lienthong restore``: an archive into an empty installation."""

import argparse
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection

from lienthong.cli.backup import DATABASE_DUMP, FILES, client_environment, client_program
from lienthong.kernel import chain

HELP = """Bring an archive of `lienthong backup` into an empty database and data folder.

Refuses a database that has tables. Stop servers and workers first; run `lienthong migrate` afterwards
if the program is newer than the archive."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("archive", type=Path, help="file written by lienthong backup")


def run(options: argparse.Namespace) -> int:
    """Restore everything, then prove the audit trail."""
    if connection.introspection.table_names():
        print(
            "lienthong restore: the database is not empty; give it a new DATA folder or DATABASE_URL", file=sys.stderr
        )
        return 1
    try:
        with tempfile.TemporaryDirectory(prefix="lienthong-restore-") as folder:
            return _restore(options.archive, Path(folder))
    except (OSError, tarfile.TarError) as error:
        print(f"lienthong restore: {options.archive} cannot be read: {error}", file=sys.stderr)
        return 1


def _restore(archive: Path, folder: Path) -> int:
    with tarfile.open(archive) as tar:
        names = tar.getnames()
        if DATABASE_DUMP not in names:
            print(f"lienthong restore: {archive} was not written by lienthong backup", file=sys.stderr)
            return 1
        tar.extractall(folder, filter="data")
    command = [client_program("pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    name = str(connection.settings_dict["NAME"])
    subprocess.run(  # noqa: S603 - PostgreSQL's own program
        [*command, f"--dbname={name}", str(folder / DATABASE_DUMP)], env=client_environment(), check=True
    )
    for path in sorted((folder / FILES).rglob("*")):
        target = settings.DATA / path.relative_to(folder / FILES)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.write_bytes(path.read_bytes())
            target.chmod(path.stat().st_mode & 0o777)
    proof = chain.verify()
    print(f"restored; audit trail: {proof.verified} links, head {proof.head}")
    if proof.broken is not None:
        print(f"lienthong restore: the audit trail breaks: {proof.broken.reason}", file=sys.stderr)
        return 1
    return 0
