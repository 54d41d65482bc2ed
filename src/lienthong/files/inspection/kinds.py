"""The kinds of content the platform takes, their names for people, and the refusal."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext_lazy as _

from lienthong.kernel.errors import InvalidError

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

EXTENSIONS = {
    PDF: ("pdf",),
    JPEG: ("jpg", "jpeg", "jfif"),
    PNG: ("png",),
    WEBP: ("webp",),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
}
LABELS = {
    PDF: _("tệp PDF"),
    JPEG: _("ảnh JPEG"),
    PNG: _("ảnh PNG"),
    WEBP: _("ảnh WebP"),
    DOCX: _("tài liệu Word (.docx)"),
    XLSX: _("bảng tính Excel (.xlsx)"),
}
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]+')
MAX_NAME = 200
_LONGEST_ENDING = 10


class UploadRefusedError(InvalidError):
    """The content cannot be accepted; the message says what is wrong and what to do."""

    code = "files.upload_refused"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is accepted: bytes of the file, pages of a document, pixels of a picture."""

    max_bytes: int
    max_pages: int
    max_pixels: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a content was found to be; ``pages`` is None where the type has none."""

    media_type: str
    pages: int | None


def clean_name(name: str) -> str:
    """Make a sent file name fit to show and to save: last path part, NFC, no control or direction marks."""
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    cleaned = _UNSAFE.sub(" ", last).strip(" .")
    if len(cleaned) > MAX_NAME:
        stem, dot, extension = cleaned.rpartition(".")
        keep = MAX_NAME - len(extension) - 1
        cleaned = f"{stem[:keep]}{dot}{extension}" if dot and len(extension) <= _LONGEST_ENDING else cleaned[:MAX_NAME]
    return cleaned or "tep"


def with_extension(name: str, media_type: str) -> str:
    """Give a name the ending of its type, replacing the ending of another known type."""
    allowed = EXTENSIONS.get(media_type, ())
    stem, dot, extension = name.rpartition(".")
    if not allowed or (dot and extension.lower() in allowed):
        return name
    known = {known for endings in EXTENSIONS.values() for known in endings}
    base = stem if dot and extension.lower() in known else name
    return f"{base[: MAX_NAME - 5]}.{allowed[0]}"
