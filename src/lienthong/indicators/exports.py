"""Tables as files, streamed: CSV row by row, XLSX through a file on disk; memory does not grow with the rows."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from openpyxl import Workbook

_CHUNK = 64 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A cell that begins like this is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """What csv writes into: keeps one line."""

    def write(self, value: str) -> str:
        return value


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Write a table as CSV for spreadsheets of any country: UTF-8 with its mark, in pieces of some kilobytes."""
    writer = csv.writer(_Line())
    pieces, size = ["\ufeff", writer.writerow(head)], 0
    for row in rows:
        piece = writer.writerow([_plain(value) for value in row])
        pieces.append(piece)
        size += len(piece)
        if size > _CHUNK:
            yield "".join(pieces)
            pieces, size = [], 0
    yield "".join(pieces)


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    """Answer with a CSV file that is sent while it is read."""
    response = StreamingHttpResponse(csv_lines(head, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_response(name: str, title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    """Answer with a workbook of one sheet; its rows go to disk as they come."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title=title[:31])
    sheet.freeze_panes = "A2"
    sheet.append(list(head))
    for row in rows:
        sheet.append([_plain(value) for value in row])
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it is sent
    book.save(target)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
