"""``lienthong demo``: everything at once on this machine."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import django

from lienthong.cli import environment, logins, serve
from lienthong.kernel import launch
from lienthong.kernel.embedded import EmbeddedPostgres

HELP = """Run the whole platform with fictional people on http://127.0.0.1:PORT.

Starts the embedded PostgreSQL (or uses DATABASE_URL), brings tables and seeds up to date, then runs
the web server and a worker until Ctrl-C. Everything lives in the data folder (DATA, .data).

With --check it is the smoke test of an installation: in a data folder of its own (or the one DATA names) it
starts, takes one dossier over HTTP from the form to the verified result, prints each step with its time,
stops, and exits 0; or says which step failed and exits 1."""

READY_SECONDS = 60.0
STOP_SECONDS = 15.0
#: A part that dies this often within a minute is broken, not unlucky.
MAX_RESTARTS = 3
_TICK = 0.2


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--check", action="store_true", help="file one dossier end to end, then stop")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000), help="port (PORT, 8000)")


class Part:
    """One child process that is kept alive and ends with us."""

    def __init__(self, name: str, words: list[str]) -> None:
        self.name = name
        self._words = words
        self._starts: list[float] = []
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process, bound to our life."""
        self._starts.append(time.monotonic())
        program = [sys.executable, "-m", "lienthong.cli", *self._words]
        script = str(Path(launch.__file__))
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and program, without a shell
            [sys.executable, "-I", "-S", script, str(os.getpid()), "plain", *program], start_new_session=True
        )

    def died(self) -> bool:
        """Say whether the process ended without being asked."""
        return self._process is not None and self._process.poll() is not None

    def is_hopeless(self) -> bool:
        """Say whether it was started too often within the last minute."""
        recent = [moment for moment in self._starts if moment > time.monotonic() - 60]
        return len(recent) > MAX_RESTARTS

    def stop(self) -> None:
        """Ask the process to end, and end it if it does not."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Platform:
    """Database, web server and worker under one supervisor.

    :param folder: the data folder.
    :param host: address of the web server.
    :param port: port of the web server.
    """

    def __init__(self, *, folder: Path, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._server: EmbeddedPostgres | None = None
        if not os.environ.get("DATABASE_URL"):
            self._server = EmbeddedPostgres(folder, binaries=environment.postgres_binaries())
        self._parts = [
            Part("web server", ["serve", "--host", host, "--port", str(port)]),
            Part("worker", ["worker"]),
        ]

    @property
    def address(self) -> str:
        """Where a browser finds the platform."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{shown}:{self.port}"

    def start(self) -> None:
        """Start the database, prepare it, start the parts and wait for the first answer."""
        os.environ["DEMO"] = "1"
        os.environ.setdefault("SITE_URL", self.address)
        if self._server is not None:
            os.environ["DATABASE_URL"] = self._server.start()
            say("database ready")
        self._prepare()
        for part in self._parts:
            part.start()
        self._wait_for_answer()

    def _prepare(self) -> None:
        from lienthong.cli import prepare  # noqa: PLC0415 - settings are read only now that the database is known

        has_database = prepare.is_database_ready(os.environ["DATABASE_URL"])
        has_static = prepare.is_static_ready()
        if has_database and has_static:
            return
        django.setup()
        from django.db import connections  # noqa: PLC0415 - Django is ready only now

        if not has_database:
            say("making tables and reference data (about half a minute, once)")
            prepare.prepare_database()
            say("tables and reference data ready")
        if not has_static:
            prepare.prepare_static()
            say("static files ready")
        connections.close_all()

    def watch(self, stopped: threading.Event) -> int:
        """Keep everything alive until told to stop; give the exit code."""
        while not stopped.wait(_TICK):
            if self._server is not None and not self._server.is_running():
                say("the database server was killed; starting it again")
                self._server.revive()
            for part in self._parts:
                if part.died():
                    if part.is_hopeless():
                        say(f"the {part.name} keeps dying; stopping")
                        return 1
                    say(f"the {part.name} died; starting it again")
                    part.start()
        return 0

    def stop(self) -> None:
        """Stop the parts, then the database."""
        for part in self._parts:
            part.stop()
        if self._server is not None:
            self._server.stop()

    def _wait_for_answer(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if any(part.died() for part in self._parts):
                raise environment.NotReadyError("a part did not start; its own message stands above")
            try:
                with urllib.request.urlopen(f"{self.address}/suc-khoe/", timeout=5):  # noqa: S310 - our own address
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(_TICK / 2)
        raise environment.NotReadyError(f"no answer on {self.address} within {READY_SECONDS:.0f} s")


def say(text: str) -> None:
    """Tell the operator what happened, at once."""
    print(f"lienthong: {text}", flush=True)


@contextmanager
def platform(*, host: str, port: int) -> Iterator[Platform]:
    """Run the whole platform for the block."""
    if not serve.port_is_free(host, port):
        raise environment.NotReadyError(f"port {port} is in use; choose another with --port (make demo PORT=…)")
    whole = Platform(folder=environment.prepare_folder(), host=host, port=port)
    try:
        whole.start()
        yield whole
    finally:
        whole.stop()


def _stopper(stopped: threading.Event) -> Callable[[int, FrameType | None], None]:
    def handle(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    return handle


def check(*, host: str) -> int:
    """Take one dossier through a platform on a free port; give the exit code."""
    from lienthong.cli import smoke  # noqa: PLC0415 - its HTTP client is needed for this alone

    with ExitStack() as stack:
        if not os.environ.get("DATA"):
            os.environ["DATA"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="lienthong-check-"))
        begun = time.monotonic()
        whole = stack.enter_context(platform(host=host, port=serve.free_port(host)))
        say(f"checking {whole.address} (ready in {time.monotonic() - begun:.1f} s)")
        try:
            smoke.Smoke(address=whole.address, say=say).run()
        except smoke.SmokeError as error:
            say(f"FAILED: {error}")
            return 1
        say(f"all is well ({time.monotonic() - begun:.1f} s)")
    return 0


def run(options: argparse.Namespace) -> int:
    """Run the demo until Ctrl-C, or only its check."""
    if options.check:
        return check(host=options.host)
    stopped = threading.Event()
    begun = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with platform(host=options.host, port=options.port) as whole:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _stopper(stopped))
        print("\n".join(logins.lines()), flush=True)
        say(f"Liên Thông is on {whole.address}  (ready in {time.monotonic() - begun:.1f} s, Ctrl-C stops it)")
        code = whole.watch(stopped)
        say("stopping")
    say("stopped")
    return code
