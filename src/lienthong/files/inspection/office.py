"""Check Word and Excel documents: readable, no macros, no bomb, not encrypted."""

import zipfile
import zlib
from pathlib import Path

from django.utils.translation import gettext as _

from lienthong.files.inspection.kinds import DOCX, UploadRefusedError

_MAX_ENTRIES = 2_000
_MAX_UNPACKED = 300_000_000
_MAX_RATIO = 120
_RATIO_FROM = 10_000_000
_PIECE = 1 << 20
_MACRO_NAMES = ("vbaproject.bin", "vbadata.xml")
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    RuntimeError,
    NotImplementedError,
    EOFError,
    ValueError,
    OSError,
)
_MAIN = {DOCX: "word/document.xml"}


def check(path: Path, media_type: str) -> None:
    """Check an Office Open XML document without trusting the sizes written in it.

    :raises UploadRefusedError: macros, bombs, damage.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_declared(entries, packed=path.stat().st_size)
            if any(entry.filename.rsplit("/", 1)[-1].lower() in _MACRO_NAMES for entry in entries):
                raise _macros()
            _read_all(archive, entries)
            if b"macroEnabled" in archive.read("[Content_Types].xml"):
                raise _macros()
            if not archive.read(_MAIN.get(media_type, "xl/workbook.xml")).lstrip(b"\xef\xbb\xbf").startswith(b"<"):
                raise _corrupt()
    except _UNREADABLE as error:
        raise _corrupt() from error


def _check_declared(entries: list[zipfile.ZipInfo], *, packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    is_bomb = unpacked > _RATIO_FROM and unpacked > _MAX_RATIO * packed
    if len(entries) > _MAX_ENTRIES or unpacked > _MAX_UNPACKED or is_bomb:
        raise _bomb()


def _read_all(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Unpack every part to nowhere: checks each CRC and stops at the real size limit."""
    total = 0
    for entry in entries:
        with archive.open(entry) as part:
            while piece := part.read(_PIECE):
                total += len(piece)
                if total > _MAX_UNPACKED:
                    raise _bomb()


def _bomb() -> UploadRefusedError:
    return UploadRefusedError(
        _("Tài liệu giải nén ra quá lớn, có thể là tệp phá hoại. Hãy xuất thành PDF rồi gửi lại."),
        code="files.upload.bomb",
    )


def _macros() -> UploadRefusedError:
    return UploadRefusedError(
        _("Tài liệu có macro (mã lệnh). Hãy lưu lại dạng .docx, .xlsx không macro, hoặc PDF, rồi gửi lại."),
        code="files.upload.macros",
    )


def _corrupt() -> UploadRefusedError:
    return UploadRefusedError(
        _("Tài liệu Office bị hỏng hoặc có mật khẩu, không đọc được. Hãy lưu lại rồi gửi lại."),
        code="files.upload.corrupt",
    )
