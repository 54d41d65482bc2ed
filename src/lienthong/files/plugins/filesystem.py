"""Contents on a disk: ``<folder>/ab/cd/<sha256>``, written whole or not at all."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from lienthong.files.store import Received, TooLongError


class FilesystemStore:
    """A content-addressed store in one folder of a local or mounted disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Give the place of a content; the two levels of folders keep each below a few thousand entries."""
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def receive(self, chunks: Iterable[bytes], *, max_bytes: int) -> Received:
        incoming = self.folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=incoming)
        path = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as target:
                sha256, size = _copy(chunks, target, max_bytes)
                target.flush()
                os.fsync(target.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Received(path=path, sha256=sha256, size=size)

    def keep(self, received: Received) -> None:
        target = self.path(received.sha256)
        if target.exists():
            received.path.unlink(missing_ok=True)
            return
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        received.path.replace(target)
        for folder in (target.parent, target.parent.parent, self.folder):
            _sync_folder(folder)

    def discard(self, received: Received) -> None:
        received.path.unlink(missing_ok=True)

    def open(self, sha256: str) -> BinaryIO:
        return self.path(sha256).open("rb")

    def holds(self, sha256: str) -> bool:
        return self.path(sha256).exists()

    def quarantine(self, sha256: str) -> None:
        jail = self.folder / "quarantine"
        jail.mkdir(parents=True, exist_ok=True, mode=0o700)
        source = self.path(sha256)
        if source.exists():
            source.replace(jail / sha256)
            (jail / sha256).chmod(0o400)
            _sync_folder(jail)

    def forget(self, sha256: str) -> None:
        self.path(sha256).unlink(missing_ok=True)


def _copy(chunks: Iterable[bytes], target: BinaryIO, max_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise TooLongError
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    """Make a rename durable: on POSIX the folder's own entry must reach the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
