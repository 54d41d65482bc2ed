"""Check a PDF: whole, readable, not encrypted, without active content or a second file hidden in it."""

from pathlib import Path
from threading import Lock

import pypdf
import pypdfium2
from django.utils.translation import gettext as _
from pypdf.generic import DictionaryObject

from lienthong.files.inspection.kinds import Limits, UploadRefusedError

# PDFium keeps global state and is not safe for threads.
PDFIUM_LOCK = Lock()
_TAIL = 65_536
_MAX_TRAILING = 1024
_ACTIVE_ACTIONS = ("/JavaScript", "/Launch", "/ImportData")


def check(path: Path, limits: Limits) -> int:
    """Check a PDF and count its pages.

    :raises UploadRefusedError: see the module.
    """
    _check_end(path)
    _check_structure(path)
    with PDFIUM_LOCK:
        try:
            document = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            raise _corrupt() from error
        try:
            pages = len(document)
            if pages == 0:
                raise _corrupt()
            if pages > limits.max_pages:
                raise UploadRefusedError(
                    _("Tệp có %(pages)d trang, nhiều hơn mức nhận là %(limit)d trang. Hãy chia thành nhiều tệp.")
                    % {"pages": pages, "limit": limits.max_pages},
                    code="files.upload.too_many_pages",
                )
            for index in (0, pages - 1):
                document[index].close()
        except pypdfium2.PdfiumError as error:
            raise _corrupt() from error
        finally:
            document.close()
    return pages


def _check_end(path: Path) -> None:
    with path.open("rb") as source:
        size = source.seek(0, 2)
        source.seek(max(0, size - _TAIL))
        tail = source.read()
    end = tail.rfind(b"%%EOF")
    if end < 0:
        raise UploadRefusedError(
            _("Tệp PDF bị cắt cụt (thiếu phần cuối), có thể do tải lên hoặc sao chép dở dang. Hãy gửi lại tệp gốc."),
            code="files.upload.truncated",
        )
    trailing = tail[end + 5 :].strip(b"\r\n\t \x00")
    if len(trailing) > _MAX_TRAILING or b"PK\x05\x06" in trailing:
        raise UploadRefusedError(
            _("Tệp PDF có gắn thêm dữ liệu lạ ở cuối. Hãy xuất lại PDF từ chương trình gốc."),
            code="files.upload.polyglot",
        )


def _check_structure(path: Path) -> None:
    try:
        is_encrypted, is_active = _read_structure(path)
    except Exception as error:
        # pypdf raises many kinds on broken files; each means "cannot be read".
        raise _corrupt() from error
    if is_encrypted:
        raise UploadRefusedError(
            _(
                "Tệp PDF có đặt mật khẩu hoặc hạn chế quyền nên cơ quan không xem và ký được. "
                "Hãy bỏ mật khẩu, hoặc in lại thành PDF mới, rồi gửi lại."
            ),
            code="files.upload.encrypted",
        )
    if is_active:
        raise UploadRefusedError(
            _("Tệp PDF có gắn mã lệnh chạy khi mở. Hãy in lại thành PDF thường rồi gửi lại."),
            code="files.upload.active_content",
        )


def _read_structure(path: Path) -> tuple[bool, bool]:
    """Say whether a PDF is encrypted, and whether it acts by itself when opened."""
    with path.open("rb") as source:
        reader = pypdf.PdfReader(source, strict=False)
        return (True, False) if reader.is_encrypted else (False, _has_active_content(reader))


def _has_active_content(reader: pypdf.PdfReader) -> bool:
    root = reader.root_object
    opening = root.get("/OpenAction")
    opening = opening.get_object() if opening is not None else None
    if isinstance(opening, DictionaryObject) and opening.get("/S") in _ACTIVE_ACTIONS:
        return True
    names = root.get("/Names")
    names = names.get_object() if names is not None else None
    if isinstance(names, DictionaryObject) and "/JavaScript" in names:
        return True
    return any(action.get("/S") in _ACTIVE_ACTIONS for action in _additional_actions(root))


def _additional_actions(holder: DictionaryObject) -> list[DictionaryObject]:
    actions = holder.get("/AA")
    actions = actions.get_object() if actions is not None else None
    if not isinstance(actions, DictionaryObject):
        return []
    values = (value.get_object() for value in actions.values())
    return [value for value in values if isinstance(value, DictionaryObject)]


def _corrupt() -> UploadRefusedError:
    return UploadRefusedError(
        _("Tệp PDF bị hỏng, không mở được. Hãy mở thử trên máy của bạn, xuất lại PDF rồi gửi lại."),
        code="files.upload.corrupt",
    )
