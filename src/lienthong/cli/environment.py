"""What must be there before Django starts: the data folder, a database, a secret."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import lienthong
from lienthong.kernel import embedded


class NotReadyError(Exception):
    """Something around the program is missing or taken; the message says what to do."""


PACKAGE = Path(lienthong.__file__).resolve().parent
ROOT = PACKAGE.parents[1]


def data_folder() -> Path:
    """Give the data folder, as settings.py does (which cannot be read before the database is known)."""
    return Path(os.environ.get("DATA") or ROOT / ".data").resolve()


def postgres_binaries() -> str:
    """Give the folder of PostgreSQL's programs the operator prefers, empty for none."""
    return os.environ.get("POSTGRES_BIN", "")


def prepare_folder() -> Path:
    """Make the data folder and, where none is set, a secret key in it."""
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = folder / "secret-key"
    if not os.environ.get("SECRET_KEY") and not secret.exists():
        descriptor = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return folder


@contextmanager
def database() -> Iterator[str]:
    """Give the database's URL for the block: ``DATABASE_URL``, or the embedded server, started if need be."""
    configured = os.environ.get("DATABASE_URL", "")
    if configured:
        yield configured
        return
    with embedded.running(prepare_folder(), binaries=postgres_binaries()) as url:
        os.environ["DATABASE_URL"] = url
        try:
            yield url
        finally:
            del os.environ["DATABASE_URL"]
