"""The command line as an operator meets it: words, exit codes, and a whole installation."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from lienthong import settings
from lienthong.cli import environment, main, serve
from lienthong.cli import settings as settings_verb

ROOT = environment.ROOT


def lienthong(*words: str, data: Path, database: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "lienthong.cli", *words],
        env=environ(data=data, database=database),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def environ(*, data: Path, database: str = "") -> dict[str, str]:
    """Give a child the program and nothing of this test's own database."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DATA", "PORT", "DEMO")}
    kept |= {"PYTHONPATH": str(ROOT / "src"), "DATA": str(data)}
    return kept | ({"DATABASE_URL": database} if database else {})


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one migrated installation for the whole module."""
    data = tmp_path_factory.mktemp("installation")
    done = lienthong("migrate", "--quiet", data=data)
    assert done.returncode == 0, done.stderr
    return data


def test_the_overview_names_every_verb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA", str(tmp_path))
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    for verb in ("demo", "serve", "worker", "doctor", "backup", "restore", "audit verify", "outbox replay"):
        assert verb in shown
    assert not (tmp_path / "postgres").exists(), "help needs no database"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["no-such-thing"], 2),
        (["audit", "nonsense"], 2),
        (["serve", "--port", "x"], 2),
        (["audit"], 2),
        (["audit", "--help"], 0),
        (["audit", "verify", "--help"], 0),
        (["doctor", "--help"], 0),
        (["--version"], 0),
    ],
)
def test_exit_codes_of_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int) -> None:
    monkeypatch.setenv("DATA", str(tmp_path))
    assert main(words) == code


def test_an_unreachable_database_is_told_with_code_3(tmp_path: Path) -> None:
    done = lienthong("audit", "verify", data=tmp_path, database="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 3
    assert "the database does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_secret_is_made_once_and_private(installation: Path) -> None:
    secret = installation / "secret-key"
    assert len(secret.read_text()) > 40
    assert secret.stat().st_mode & 0o077 == 0


def test_settings_hide_secrets(tmp_path: Path) -> None:
    done = lienthong("settings", data=tmp_path, database="postgresql://u:hush@/x")
    assert "DATABASE_URL=postgresql://u:…@/x" in done.stdout
    assert "hush" not in done.stdout


def test_doctor_finds_what_is_missing_and_what_is_well(installation: Path) -> None:
    done = lienthong("doctor", "--json", data=installation)
    findings = {finding["subject"]: finding["state"] for finding in json.loads(done.stdout)}
    assert findings["database"] == findings["extensions"] == findings["migrations"] == findings["clock"] == "ok"
    assert findings["worker"] == "warning"
    assert done.returncode == (1 if "broken" in findings.values() else 0)


def test_backup_and_restore_keep_rows_files_and_the_chain(installation: Path, tmp_path: Path) -> None:
    entry = (
        "from django.db import transaction; from datetime import datetime, UTC; from lienthong.kernel import audit\n"
        "with transaction.atomic():\n"
        "    audit.record(actor=audit.SYSTEM, action='a.b.c', subject_type='t', subject_id='1', at=datetime.now(UTC))\n"
    )
    assert lienthong("shell", "-v", "0", "-c", entry, data=installation).returncode == 0
    stored = installation / "files" / "ab" / "abc"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"a paper")
    archive = tmp_path / "all.tar"
    done = lienthong("backup", str(archive), data=installation)
    assert done.returncode == 0, done.stderr
    assert archive.stat().st_mode & 0o077 == 0
    assert lienthong("backup", str(archive), data=installation).returncode == 1, "an archive is never overwritten"

    copy = tmp_path / "copy"
    done = lienthong("restore", str(archive), data=copy)
    assert done.returncode == 0, done.stderr
    assert "1 links" in done.stdout
    assert (copy / "files/ab/abc").read_bytes() == b"a paper"
    assert (copy / "secret-key").read_text() == (installation / "secret-key").read_text()
    assert lienthong("audit", "verify", data=copy).stdout == lienthong("audit", "verify", data=installation).stdout
    assert lienthong("restore", str(archive), data=copy).returncode == 1, "a filled installation is refused"
    wrong = tmp_path / "wrong.tar"
    wrong.write_bytes(b"not an archive")
    assert lienthong("restore", str(wrong), data=tmp_path / "other").returncode == 1


def test_audit_verify_names_the_broken_entry(tmp_path: Path, installation: Path) -> None:
    tamper = (
        "from django.db import connection, transaction; from datetime import datetime, UTC\n"
        "from lienthong.kernel import audit\n"
        "with transaction.atomic():\n"
        "    now = datetime.now(UTC)\n"
        "    row = audit.record(actor=audit.SYSTEM, action='a', subject_type='t', subject_id='1', at=now)\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute('ALTER TABLE kernel_auditentry DISABLE TRIGGER USER')\n"
        "    cursor.execute('UPDATE kernel_auditentry SET subject_id = 2 WHERE id = %s', [row.pk])\n"
        "    cursor.execute('ALTER TABLE kernel_auditentry ENABLE TRIGGER USER')\n"
        "print(row.pk)\n"
    )
    done = lienthong("shell", "-v", "0", "-c", tamper, data=installation)
    assert done.returncode == 0, done.stderr
    verified = lienthong("audit", "verify", data=installation)
    assert verified.returncode == 1
    assert f"entry {done.stdout.strip()}:" in verified.stderr
    assert "subject_id" in verified.stderr


def start_demo(data: Path, port: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "lienthong.cli", "demo", "--port", str(port)],
        env=environ(data=data),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def wait_for(process: "subprocess.Popen[str]", text: str) -> list[str]:
    """Read what the demo says up to a text, and give it."""
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if text in line:
            return said
    raise AssertionError(f"the demo ended before it said {text!r}")


def finish(process: "subprocess.Popen[str]", number: int) -> int:
    process.send_signal(number)
    code = process.wait(60)
    assert process.stdout is not None
    process.stdout.close()
    return code


@pytest.fixture
def demo_of() -> Iterator[Callable[[Path, int], "subprocess.Popen[str]"]]:
    """Start demos that end with the test, whatever happens."""
    started: list[subprocess.Popen[str]] = []

    def start(data: Path, port: int) -> "subprocess.Popen[str]":
        started.append(start_demo(data, port))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give one data folder to the tests of the whole demo, since filling it takes a while."""
    return tmp_path_factory.mktemp("demo")


def test_the_demo_serves_survives_stops_and_starts_again(
    demo_folder: Path, demo_of: Callable[[Path, int], "subprocess.Popen[str]"]
) -> None:
    port = serve.free_port("127.0.0.1")
    demo = demo_of(demo_folder, port)
    assert "tables and reference data ready" in "".join(wait_for(demo, "Liên Thông is on"))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/suc-khoe/", timeout=10) as answer:
        assert json.load(answer) == {"status": "ok"}
        assert answer.headers["X-Request-ID"]

    leader = int((demo_folder / "postgres/data/postmaster.pid").read_text().split()[0])
    os.kill(leader, signal.SIGKILL)
    wait_for(demo, "starting it again")
    url = (demo_folder / "postgres.url").read_text()
    wait_until(lambda: answers(url), "the database did not come back")
    assert finish(demo, signal.SIGINT) == 0
    assert not answers(url)

    demo = demo_of(demo_folder, port)
    again = "".join(wait_for(demo, "Liên Thông is on"))
    assert "tables and reference data ready" not in again, "a second start prepares nothing"
    assert "static files ready" not in again
    finish(demo, signal.SIGKILL)
    wait_until(lambda: serve.port_is_free("127.0.0.1", port), "the web server outlived the demo")
    wait_until(lambda: not answers(url), "the database outlived the demo")


def test_the_check_takes_a_dossier_from_the_form_to_the_verified_result(demo_folder: Path) -> None:
    done = lienthong("demo", "--check", data=demo_folder)
    assert done.returncode == 0, done.stdout + done.stderr
    for step in ("citizen files the dossier", "signs in", "Cấp số, đóng dấu", "verifies it by the file", "all is well"):
        assert step in done.stdout


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = lienthong("demo", "--port", str(port), data=tmp_path)
    assert done.returncode == 3
    assert "is in use" in done.stderr


def test_the_data_folder_is_the_one_of_the_settings() -> None:
    assert environment.data_folder() == settings.DATA


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    documented = set(re.findall(r"^\| `([A-Z0-9_]+)`", (ROOT / "docs/settings.md").read_text("utf-8"), re.MULTILINE))
    read = set(settings_verb.names()) | {"PORT"}
    assert documented == read
