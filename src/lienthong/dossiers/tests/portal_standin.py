"""A stand-in for the national portal: a real HTTP server that goes down, is slow, repeats itself and loses replies.

It does not recognise repeated requests: whatever it is asked twice it does twice, so that a test sees it.
"""

import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "stand-in-token"
SLOW_SECONDS = 0.5
#: What may go wrong with one request: before it is done (down, error), or after it was (the others).
BEFORE = ("down", "error")
AFTER = ("lost", "slow", "garbage", "failed_after", "twice")


class StandIn:
    """The portal's memory and its plan of faults, one for each request."""

    def __init__(self) -> None:
        self.plan: deque[str] = deque()
        self.refusals: dict[str, str] = {}
        self.created: list[dict[str, Any]] = []
        self.progress: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.statuses: dict[str, list[int]] = defaultdict(list)
        self.ratings: dict[str, int] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.operations: list[str] = []
        self.expired_tokens = 0
        self.codes = 0
        self.guard = threading.Lock()
        self.url = ""

    def do(self, operation: str, body: dict[str, Any], content: bytes) -> Any:  # noqa: PLR0911 - one for each operation
        """Do what is asked and give the result."""
        match operation:
            case "GetNextValue":
                self.codes += 1
                return {"MaHoSo": f"G22.99-20261120-{self.codes:07d}"}
            case "UploadFile":
                self.files[body["IdTepTin"]] = (body["HashTepTin"], content)
                return {}
            case "NoiHoSo":
                self.created.append(body)
                self.statuses[body["MaHoSo"]].append(1)
                return {"IDHoSo": f"ID-{len(self.created)}"}
            case "CapNhatTienTrinh":
                self.progress[body["MaHoSo"]].append(body)
                return {}
            case "CapNhatTrangThai":
                if self.statuses[body["MaHoSo"]][-1:] != [body["TrangThai"]]:
                    self.statuses[body["MaHoSo"]].append(body["TrangThai"])
                return {}
            case "CapNhatDanhGia":
                self.ratings[body["MaHoSo"]] = body["MucDo"]
                return {}
            case "TraCuuHoSo":
                code = body["MaHoSo"]
                at = next((index for index, row in enumerate(self.created) if row["MaHoSo"] == code), None)
                if at is None:
                    return None
                return {
                    "IDHoSo": f"ID-{at + 1}",
                    "TrangThai": self.statuses[code][-1],
                    "SoTienTrinh": len(self.progress[code]),
                }
        raise AssertionError(f"the stand-in knows no {operation}")


class _Handler(BaseHTTPRequestHandler):
    portal: StandIn
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.path.strip("/")
        portal = self.portal
        with portal.guard:
            portal.operations.append(operation)
            if operation == "GetToken":
                self._say(200, {"error_code": 0, "result": {"Token": TOKEN}})
                return
            if portal.expired_tokens:
                portal.expired_tokens -= 1
                self._say(401, {"error_code": 401, "message": "token expired"})
                return
            assert self.headers["Authorization"] == f"Bearer {TOKEN}"
            fault = portal.plan.popleft() if portal.plan else ""
            if fault == "down":
                self.close_connection = True
                return
            if fault == "error":
                self._say(503, {"error_code": 503, "message": "down"})
                return
            if operation in portal.refusals:
                self._say(200, {"error_code": "E12", "message": portal.refusals[operation]})
                return
            body, content = self._read(raw)
            answer = {"error_code": 0, "message": "", "result": portal.do(operation, body, content)}
        self._answer(fault, answer)

    def _answer(self, fault: str, answer: dict[str, Any]) -> None:
        match fault:
            case "lost":
                self.close_connection = True
            case "slow":
                time.sleep(SLOW_SECONDS)
                self._say(200, answer)
            case "garbage":
                self._write(200, b"<html>proxy</html>")
            case "failed_after":
                self._say(500, {"error_code": 500})
            case "twice":
                self._say(200, answer)
                self._say(200, answer)
            case _:
                self._say(200, answer)

    def _read(self, raw: bytes) -> tuple[dict[str, Any], bytes]:
        kind = self.headers["Content-Type"]
        if kind == "application/json":
            return json.loads(raw), b""
        boundary = kind.partition("boundary=")[2].encode()
        body: dict[str, Any] = {}
        content = b""
        for part in raw.split(b"--" + boundary)[1:-1]:
            head, _sep, value = part.strip(b"\r\n").partition(b"\r\n\r\n")
            name = head.split(b'name="')[1].split(b'"')[0].decode()
            if b"filename" in head:
                content = value
            else:
                body[name] = value.decode()
        return body, content

    def _say(self, status: int, answer: dict[str, Any]) -> None:
        self._write(status, json.dumps(answer).encode())

    def _write(self, status: int, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client did not wait

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def open_stand_in() -> Iterator[StandIn]:
    """Run the stand-in on a free port of this machine."""
    portal = StandIn()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"portal": portal}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    portal.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
