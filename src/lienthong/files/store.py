"""Where contents are kept: a store that names each content by its SHA-256."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Received:
    """A content received but not yet kept; ``path`` is a private temporary file."""

    path: Path
    sha256: str
    size: int


class TooLongError(Exception):
    """The stream is longer than the caller allows."""


class BlobStore(Protocol):
    """What a place for contents must do."""

    def receive(self, chunks: Iterable[bytes], *, max_bytes: int) -> Received:
        """Write a stream to a private temporary file while hashing it.

        :raises TooLongError: after ``max_bytes``; nothing is left behind.
        """

    def keep(self, received: Received) -> None:
        """Move a received content to its name, durably; keeping what is there already is free."""

    def discard(self, received: Received) -> None:
        """Forget a received content that was not kept."""

    def open(self, sha256: str) -> BinaryIO:
        """Open a content for reading.

        :raises FileNotFoundError: when the store does not hold it.
        """

    def holds(self, sha256: str) -> bool:
        """Say whether the content is there."""

    def quarantine(self, sha256: str) -> None:
        """Move an infected content out of reach; it can no longer be opened."""

    def forget(self, sha256: str) -> None:
        """Delete a content; deleting an absent one is no error."""


@cache
def store_at(folder: Path) -> BlobStore:
    """Give the store of a data folder."""
    from lienthong.files.plugins.filesystem import FilesystemStore  # noqa: PLC0415 - the plugin imports this module

    return FilesystemStore(folder)


def get_store() -> BlobStore:
    """Give the store of this node."""
    return store_at(Path(settings.DATA) / "files")
