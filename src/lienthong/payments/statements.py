"""Reading statements as banks and gateways give them: CSV or XLSX, a table below some heading."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zipfile import BadZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from lienthong.kernel.text import search_key
from lienthong.payments.errors import StatementInvalidError

MAX_BYTES, MAX_ROWS = 5_000_000, 20_000
_HEAD_WITHIN = 30
_MOST = 10**15
# What banks call the columns; compared without marks and case.
_COLUMNS: Mapping[str, Sequence[str]] = {
    "day": ("ngay giao dich", "ngay hieu luc", "ngay gd", "ngay", "transaction date", "date"),
    "transaction": ("so tham chieu", "ma giao dich", "so giao dich", "so ct", "so but toan", "reference"),
    "amount": ("ghi co", "so tien ghi co", "phat sinh co", "so tien", "co", "credit", "amount"),
    "memo": ("noi dung giao dich", "noi dung", "dien giai", "mo ta", "description", "memo"),
}  # fmt: skip
_DAY = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})|(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Entry:
    """One sum that came in.

    :ivar row: its row in the file, for people.
    """

    row: int
    day: date
    transaction: str
    amount: int
    memo: str


def read_statement(*, name: str, content: bytes) -> tuple[Entry, ...]:
    """Read the sums that came in; what went out is passed over.

    :raises StatementInvalidError: the file is no table, a column is missing, or a row cannot be read.
    """
    if len(content) > MAX_BYTES:
        raise _refused(_("Tệp lớn hơn 5 MB. Hãy xuất sao kê của ít ngày hơn."))
    table = _workbook(content) if content[:4] == b"PK\x03\x04" or name.lower().endswith(".xlsx") else _text(content)
    rows = list(enumerate(table, start=1))
    for place, (_number, cells) in enumerate(rows[:_HEAD_WITHIN]):
        columns = _columns(cells)
        if columns is not None:
            return _entries(rows[place + 1 :], columns)
    raise _refused(_("Không thấy dòng tiêu đề có đủ cột ngày, số tham chiếu, ghi có và nội dung."))


def _refused(text: str) -> StatementInvalidError:
    return StatementInvalidError(_("Không đọc được sao kê."), field_errors={"file": [text]})


def _workbook(content: bytes) -> Iterable[Sequence[Any]]:
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = [list(row) for row in sheet.iter_rows(max_row=MAX_ROWS + 1, values_only=True)]
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError, IndexError) as error:
        raise _refused(_("Tệp không phải bảng tính Excel (XLSX) đọc được.")) from error
    if len(rows) > MAX_ROWS:
        raise _refused(_("Sao kê dài hơn 20.000 dòng. Hãy chia nhỏ theo ngày."))
    return rows


def _text(content: bytes) -> Iterable[Sequence[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(_("Tệp CSV phải ở bảng mã UTF-8. Hãy lưu lại dạng “CSV UTF-8” hoặc XLSX.")) from error
    separator = max(",;\t", key=text[:4096].count)
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    if len(rows) > MAX_ROWS:
        raise _refused(_("Sao kê dài hơn 20.000 dòng. Hãy chia nhỏ theo ngày."))
    return rows


def _columns(cells: Sequence[Any]) -> Mapping[str, int] | None:
    titles = [re.sub(r"[^a-z ]", " ", search_key(str(cell))).strip() if cell is not None else "" for cell in cells]
    titles = [" ".join(title.split()) for title in titles]
    found: dict[str, int] = {}
    for column, names in _COLUMNS.items():
        for name in names:
            place = next((at for at, title in enumerate(titles) if title == name or title.startswith(f"{name} ")), None)
            if place is not None and place not in found.values():
                found[column] = place
                break
    return found if len(found) == len(_COLUMNS) else None


def _entries(rows: Iterable[tuple[int, Sequence[Any]]], columns: Mapping[str, int]) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    for number, cells in rows:
        given = {name: cells[at] if at < len(cells) else None for name, at in columns.items()}
        if all(value in (None, "") for value in given.values()) or _empty(given["transaction"]):
            continue  # blank lines, and the sums at the end that carry no number
        amount = _amount(given["amount"], number)
        if amount <= 0:
            continue
        transaction = str(given["transaction"]).strip()[:64]
        if transaction in seen:
            raise _refused(
                _("Dòng %(row)s: số tham chiếu trùng với dòng %(first)s.") % {"row": number, "first": seen[transaction]}
            )
        seen[transaction] = number
        memo = " ".join(str(given["memo"] or "").split())[:255]
        entries.append(Entry(number, _day(given["day"], number), transaction, amount, memo))
    return tuple(entries)


def _empty(value: Any) -> bool:
    return value is None or not str(value).strip()


def _day(value: Any, row: int) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = _DAY.search(str(value))
    parts = [part for part in found.groups() if part] if found is not None else []
    year, month, day = parts if parts and len(parts[0]) == 4 else parts[::-1] or ("0", "0", "0")  # noqa: PLR2004 - a year
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise _refused(_("Dòng %(row)s: không đọc được ngày.") % {"row": row}) from error


def _amount(value: Any, row: int) -> int:
    """Read an amount: a number, or text with points or commas between thousands and perhaps two decimals of zero."""
    if _empty(value):
        return 0
    text = str(value).strip().lstrip("+").replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    text = re.sub(r"(?i)(vnd|đ|₫)$", "", text)
    if not isinstance(value, (int, float, Decimal)):
        text = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", text).replace(",", ".")
    try:
        amount = Decimal(text)
        whole = int(amount)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise _not_whole(row) from error
    if amount != whole or abs(whole) > _MOST:
        raise _not_whole(row)
    return whole


def _not_whole(row: int) -> StatementInvalidError:
    return _refused(_("Dòng %(row)s: số tiền không phải số nguyên đồng.") % {"row": row})
