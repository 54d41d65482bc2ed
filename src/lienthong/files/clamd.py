"""Ask a ClamAV daemon about a content by its INSTREAM command (clamd protocol, ``man clamd``)."""

import socket
import struct
from typing import BinaryIO

_PIECE = 1 << 16
_TIMEOUT = 60.0
_MAX_ANSWER = 4096


class ScannerError(Exception):
    """The scanner cannot be reached or did not answer the question; the job tries again."""


def scan(address: str, content: BinaryIO) -> str:
    """Send a content to the daemon.

    :param address: ``host:port`` or the path of a Unix socket.
    :return: the name of the malware found, empty for a clean content.
    :raises ScannerError: no connection, no answer, or an error of the daemon (for one, content over its limit).
    """
    try:
        with _connect(address) as connection:
            connection.sendall(b"zINSTREAM\0")
            while piece := content.read(_PIECE):
                connection.sendall(struct.pack("!I", len(piece)) + piece)
            connection.sendall(struct.pack("!I", 0))
            answer = _read_answer(connection)
    except OSError as error:
        raise ScannerError(str(error)) from error
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerError(answer or "no answer")


def version(address: str) -> str:
    """Ask the daemon for its version and the age of its signatures.

    :raises ScannerError: no connection or no answer.
    """
    try:
        with _connect(address) as connection:
            connection.sendall(b"zVERSION\0")
            answer = _read_answer(connection)
    except OSError as error:
        raise ScannerError(str(error)) from error
    if not answer:
        raise ScannerError("no answer")
    return answer


def _connect(address: str) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_TIMEOUT)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=_TIMEOUT)


def _read_answer(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _MAX_ANSWER:
        piece = connection.recv(_MAX_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
