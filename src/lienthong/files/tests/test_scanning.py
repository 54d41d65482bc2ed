import socketserver
import struct
import threading
from collections.abc import Iterator

import pytest

from lienthong.files import api as files
from lienthong.files import clamd, tasks
from lienthong.files.models import ScanState
from lienthong.files.store import get_store
from lienthong.files.tests.factories import make_pdf, make_picture, store

pytestmark = pytest.mark.django_db

MARK = b"mark of the test virus"


class FakeClamd(socketserver.ThreadingTCPServer):
    """A small fake of clamd: speaks INSTREAM as published, and finds only our own mark."""

    allow_reuse_address = True
    daemon_threads = True


class FakeSession(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zVERSION\0":
            self.wfile.write(b"ClamAV 1.4.6/27000/Fri Nov 20 08:00:00 2026\0")
            return
        assert command == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        if b"too large" in content:
            answer = b"INSTREAM size limit exceeded. ERROR\0"
        else:
            answer = b"stream: Test-Mark FOUND\0" if MARK in content else b"stream: OK\0"
        self.wfile.write(answer)


@pytest.fixture
def scanner(settings) -> Iterator[str]:
    with FakeClamd(("127.0.0.1", 0), FakeSession) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMD = f"127.0.0.1:{server.server_address[1]}"
        yield settings.CLAMD
        server.shutdown()


def test_without_a_scanner_a_file_is_called_not_scanned():
    file = store(make_pdf())
    assert file.blob.scan_state == ScanState.NOT_SCANNED
    assert files.read_file(file=file)


def test_a_file_waits_for_the_scanner_and_is_then_served(scanner):
    file = store(make_pdf())
    assert file.blob.scan_state == ScanState.PENDING
    with pytest.raises(files.FileNotServedError, match="đang chờ quét"):
        files.read_file(file=file)
    tasks.scan(blob_id=file.blob_id)
    assert files.read_file(file=files.get_file(uuid=file.uuid))


def test_an_infected_file_is_quarantined_never_served_and_not_taken_again(scanner, data_folder):
    infected = make_pdf() + b"\n%" + MARK
    file = store(infected)
    tasks.scan(blob_id=file.blob_id)
    found = files.get_file(uuid=file.uuid)
    assert (found.blob.scan_state, found.blob.threat) == (ScanState.INFECTED, "Test-Mark")
    assert not get_store().holds(found.blob.sha256)
    assert (data_folder / "files" / "quarantine" / found.blob.sha256).exists()
    with pytest.raises(files.FileNotServedError, match="mã độc"):
        files.read_file(file=found)
    with pytest.raises(files.FileNotServedError):
        files.preview(file=found, page=1)
    with pytest.raises(files.UploadRefusedError, match="mã độc"):
        store(infected)
    assert not get_store().holds(found.blob.sha256)


def test_content_known_from_before_the_scanner_is_scanned_when_it_comes_again(settings):
    assert store(make_picture(), "a.jpg").blob.scan_state == ScanState.NOT_SCANNED
    settings.CLAMD = "127.0.0.1:1"
    assert store(make_picture(), "b.jpg").blob.scan_state == ScanState.PENDING


def test_a_silent_scanner_leaves_the_file_waiting(settings):
    settings.CLAMD = "127.0.0.1:1"
    file = store(make_pdf())
    with pytest.raises(clamd.ScannerError):
        tasks.scan(blob_id=file.blob_id)
    assert files.get_file(uuid=file.uuid).blob.scan_state == ScanState.PENDING


def test_an_error_of_the_scanner_is_no_clean_answer(scanner):
    file = store(make_pdf() + b"\n%too large")
    with pytest.raises(clamd.ScannerError, match="size limit"):
        tasks.scan(blob_id=file.blob_id)


def test_the_doctor_tells_whether_the_scanner_answers(scanner, settings):
    def state() -> tuple[str, str]:
        return next((fact.state, fact.text) for fact in files.doctor_facts() if fact.name == "files.scanner")

    assert state() == ("ok", "ClamAV 1.4.6/27000/Fri Nov 20 08:00:00 2026")
    settings.CLAMD = "127.0.0.1:1"
    assert state()[0] == "broken"
    settings.CLAMD = ""
    assert state()[0] == "warning"
