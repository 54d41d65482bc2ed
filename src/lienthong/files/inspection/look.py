"""Recognise a content and send it to the check of its type."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import filetype
from django.utils.translation import gettext as _

from lienthong.files.inspection import images, office
from lienthong.files.inspection.kinds import (
    DOCX,
    EXTENSIONS,
    JPEG,
    LABELS,
    PDF,
    PNG,
    WEBP,
    XLSX,
    Inspection,
    Limits,
    UploadRefusedError,
)

_HEAD = 8192
_HTML = (b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml", b"<body", b"<head")
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC = ("image/heic", "image/heif", "image/avif")


def inspect(path: Path, *, name: str, declared: str, accept: Sequence[str] | None, limits: Limits) -> Inspection:
    """Find out what a received content is and check it whole.

    :param name: as sent; its ending must agree with the content.
    :param declared: the type the sender claims; empty or ``application/octet-stream`` claims nothing.
    :param accept: media types the caller takes; None takes every type the platform knows.
    :raises UploadRefusedError: empty, unknown, disguised, damaged, encrypted, too large, or dangerous.
    """
    with path.open("rb") as source:
        head = source.read(_HEAD)
    if not head:
        raise UploadRefusedError(_("Tệp rỗng (0 byte). Hãy kiểm tra lại tệp rồi gửi lại."), code="files.upload.empty")
    media_type = _recognise(path, head)
    _compare_with_claims(media_type, name=name, declared=declared)
    if accept is not None and media_type not in accept:
        raise UploadRefusedError(
            _("Ở đây chỉ nhận: %(accepted)s. Tệp đã gửi là %(found)s.")
            % {"accepted": ", ".join(str(LABELS.get(kind, kind)) for kind in accept), "found": LABELS[media_type]},
            code="files.upload.type_not_accepted",
        )
    match media_type:
        case "application/pdf":
            from lienthong.files.inspection import pdf  # noqa: PLC0415 - the readers of PDF take long to load

            return Inspection(media_type, pdf.check(path, limits))
        case "image/jpeg" | "image/png" | "image/webp":
            images.check(path, media_type, limits)
            return Inspection(media_type, 1)
        case _:
            office.check(path, media_type)
            return Inspection(media_type, None)


def _recognise(path: Path, head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _recognise_office(path)
    if start.startswith(_HTML):
        raise _unknown(_("một trang web hoặc tệp XML, không phải giấy tờ"))
    if head.startswith(_PROGRAMS):
        raise _unknown(_("một chương trình, không phải giấy tờ"))
    if head.startswith(_OLE):
        raise _unknown(
            _("tài liệu Office kiểu cũ (.doc, .xls) hoặc có mật khẩu; hãy lưu lại thành .docx, .xlsx hoặc PDF")
        )
    if b"%PDF-" in head[:1024]:
        raise _unknown(_("tệp PDF có dữ liệu lạ ở đầu; hãy xuất lại PDF từ chương trình gốc"))
    guess = filetype.guess(head)
    found = guess.mime if guess else ""
    if found in (JPEG, PNG, WEBP):
        return found
    if found in _HEIC:
        raise UploadRefusedError(
            _(
                "Ảnh HEIC/AVIF chưa đọc được ở đây. Trên iPhone: Cài đặt › Camera › Định dạng › Tương thích nhất, "
                "rồi chụp lại; hoặc lưu ảnh thành JPEG."
            ),
            code="files.upload.heic",
        )
    raise _unknown(found or _("không nhận ra được"))


def _recognise_office(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = frozenset(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise UploadRefusedError(
            _("Tệp nén bị hỏng hoặc bị cắt cụt, không mở được. Hãy gửi lại tệp gốc."), code="files.upload.corrupt"
        ) from error
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return DOCX
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return XLSX
    raise _unknown(_("tệp nén (ZIP); hãy gửi từng giấy tờ riêng"))


def _unknown(found: object) -> UploadRefusedError:
    return UploadRefusedError(
        _(
            "Không nhận được tệp này. Nội dung thật của tệp là: %(found)s. "
            "Hãy gửi PDF, ảnh JPEG, PNG, hoặc .docx, .xlsx."
        )
        % {"found": found},
        code="files.upload.type_unknown",
    )


def _compare_with_claims(media_type: str, *, name: str, declared: str) -> None:
    stem, dot, extension = name.rpartition(".")
    if stem and dot and extension.lower() not in EXTENSIONS[media_type]:
        raise UploadRefusedError(
            _("Tên tệp có đuôi “.%(extension)s” nhưng nội dung là %(found)s. Hãy đổi đuôi cho đúng hoặc gửi đúng tệp.")
            % {"extension": extension[:12], "found": LABELS[media_type]},
            code="files.upload.extension_mismatch",
        )
    claimed = declared.partition(";")[0].strip().lower()
    if claimed == "image/jpg":
        claimed = JPEG
    if claimed in EXTENSIONS and claimed != media_type:
        raise UploadRefusedError(
            _("Tệp được khai là %(claimed)s nhưng nội dung là %(found)s.")
            % {"claimed": LABELS[claimed], "found": LABELS[media_type]},
            code="files.upload.declared_mismatch",
        )
