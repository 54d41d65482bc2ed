"""Reading an older system's table row by row: CSV in UTF-8 or a workbook, in bounded memory."""

import csv
import io
from collections.abc import Generator
from contextlib import closing
from datetime import date, datetime
from itertools import islice
from typing import BinaryIO

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from lienthong.kernel.errors import InvalidError
from lienthong.kernel.text import normalise

CSV = "text/csv"
MAX_ROWS = 100_000
MAX_COLUMNS = 100
_MAX_CELL = 2_000
_SNIFF = 64_000
#: Bytes that Vietnamese text in windows-1258 or TCVN3 has, and UTF-8 never has alone.
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

Row = tuple[int, tuple[str, ...]]


class TableError(InvalidError):
    """The table cannot be read; the message says why and what to do."""

    code = "dossiers.import_unreadable"


def rows_of(source: BinaryIO, *, media_type: str) -> Generator[Row, None, None]:
    """Give each row with its number as people see it (the header is row 1), its cells as text.

    Whoever stops midway closes the generator before the source.

    :raises TableError: for another encoding, a damaged workbook, or too long a table; also midway.
    """
    with closing(_csv_rows(source) if media_type == CSV else _workbook_rows(source)) as found:
        for number, cells in enumerate(found, start=1):
            if number > MAX_ROWS + 1:
                raise TableError(_("Tệp có hơn %(most)s dòng. Hãy chia thành nhiều tệp.") % {"most": MAX_ROWS})
            if any(cells):
                yield number, cells


def header_of(source: BinaryIO, *, media_type: str) -> tuple[str, ...]:
    """Read the names of the columns.

    :raises TableError: see :func:`rows_of`; also for a table without names or without rows.
    """
    with closing(rows_of(source, media_type=media_type)) as rows:
        first = list(islice(rows, 2))
    if len(first) < 2:  # noqa: PLR2004 - a header and a row
        raise TableError(_("Tệp phải có một dòng tên cột và ít nhất một dòng hồ sơ."))
    header = first[0][1]
    named = [name for name in header if name]
    if len(named) != len(set(named)):
        raise TableError(_("Có hai cột trùng tên. Hãy đặt tên khác nhau cho từng cột."))
    return header


def _csv_rows(source: BinaryIO) -> Generator[tuple[str, ...], None, None]:
    start = source.read(_SNIFF)
    source.seek(0)
    if start.startswith(_UTF16):
        raise TableError(_("Tệp CSV ở dạng UTF-16. Hãy lưu lại dạng “CSV UTF-8” rồi tải lên."))
    if b"\x00" in start:
        raise TableError(_("Đây không phải tệp CSV. Hãy chọn tệp CSV hoặc Excel (.xlsx)."))
    delimiter = max((";", "\t", ","), key=lambda sign: start.split(b"\n", 1)[0].count(sign.encode()))
    text = io.TextIOWrapper(source, encoding="utf-8-sig", newline="")
    try:
        for cells in csv.reader(text, delimiter=delimiter, strict=True):
            yield _clean(cells)
    except UnicodeDecodeError as error:
        raise TableError(
            _(
                "Tệp không ở dạng UTF-8 (có thể là windows-1258 hoặc TCVN3). Mở bằng Excel rồi lưu dạng “CSV UTF-8”, "
                "hoặc lưu thành .xlsx."
            )
        ) from error
    except csv.Error as error:
        raise TableError(_("Tệp CSV sai cấu trúc ở gần dòng %(line)s.") % {"line": _line(error)}) from error
    finally:
        text.detach()


def _line(error: csv.Error) -> str:
    return "".join(char for char in str(error) if char.isdigit()) or "?"


def _workbook_rows(source: BinaryIO) -> Generator[tuple[str, ...], None, None]:
    try:
        book = openpyxl.load_workbook(source, read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, OSError) as error:
        raise TableError(_("Không mở được bảng tính. Hãy lưu lại dạng .xlsx rồi tải lên.")) from error
    try:
        sheet = book.worksheets[0]
        for cells in sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS):
            yield _clean([_text(value) for value in cells])
    finally:
        book.close()


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.strftime("%d/%m/%Y %H:%M") if value.hour or value.minute else value.strftime("%d/%m/%Y")
        case date():
            return value.strftime("%d/%m/%Y")
        case float() if value.is_integer():
            return str(int(value))
    return str(value)


def _clean(cells: list[str]) -> tuple[str, ...]:
    """Trim each cell; empty cells at the end are dropped, so that equal rows read equal."""
    cleaned = [normalise(cell.replace("\x00", ""))[:_MAX_CELL].strip() for cell in cells[:MAX_COLUMNS]]
    while cleaned and not cleaned[-1]:
        cleaned.pop()
    return tuple(cleaned)
