"""The calendar as a CSV table that officials edit in a spreadsheet: reading with errors per line, and writing."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from lienthong.kernel.errors import InvalidError
from lienthong.kernel.text import normalise, search_key
from lienthong.organisations.models import CalendarDay, Confidence

COLUMNS = ("ngày", "loại", "tên", "thay cho ngày", "căn cứ", "độ tin cậy")
LARGEST = 256 * 1024
_LONGEST = {"tên": 120, "căn cứ": 200}
_KINDS = {"nghi": CalendarDay.Kind.OFF, "lam bu": CalendarDay.Kind.WORKING}
_KIND_NAMES = {CalendarDay.Kind.OFF: "nghỉ", CalendarDay.Kind.WORKING: "làm bù"}
_CONFIDENCES = {
    "": Confidence.HIGH,
    "chac chan": Confidence.HIGH,
    "suy ra": Confidence.MEDIUM,
    "du kien": Confidence.LOW,
}
_CONFIDENCE_NAMES = {Confidence.HIGH: "chắc chắn", Confidence.MEDIUM: "suy ra", Confidence.LOW: "dự kiến"}


class CalendarTableError(InvalidError):
    """The table cannot be read; ``field_errors`` maps line numbers to what is wrong there."""

    code = "organisations.calendar_table_invalid"


@dataclass(frozen=True, slots=True)
class TableDay:
    """One line of the table, understood."""

    line: int
    on: date
    kind: str
    name: str
    replaces: date | None
    legal_basis: str
    confidence: str


def read_table(content: bytes) -> tuple[TableDay, ...]:
    """Read a table in UTF-8, separated by commas or semicolons, dates as ``20/11/2026`` or ``2026-11-20``.

    :raises CalendarTableError: with every fault of every line, in Vietnamese.
    """
    if len(content) > LARGEST:
        raise CalendarTableError(_("Tệp quá lớn: tối đa %(size)s kB.") % {"size": LARGEST // 1024})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CalendarTableError(_("Tệp phải ở bảng mã UTF-8.")) from error
    if not text.strip() or "\0" in text:
        raise CalendarTableError(_("Tệp trống hoặc không phải bảng CSV."))
    header = text.lstrip().splitlines()[0]
    rows = csv.reader(io.StringIO(text.lstrip()), delimiter=";" if header.count(";") > header.count(",") else ",")
    names = [search_key(name) for name in next(rows)]
    missing = [column for column in COLUMNS[:3] if search_key(column) not in names]
    if missing:
        columns = ", ".join(f"“{column}”" for column in missing)
        raise CalendarTableError(_("Dòng tiêu đề thiếu cột %(columns)s.") % {"columns": columns})
    try:
        return _read_rows(rows, names)
    except csv.Error as error:
        raise CalendarTableError(_("Tệp trống hoặc không phải bảng CSV.")) from error


def _read_rows(rows: Iterable[list[str]], names: list[str]) -> tuple[TableDay, ...]:
    days: list[TableDay] = []
    faults: dict[str, list[str]] = {}
    seen: dict[date, int] = {}
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        values = dict(zip(names, map(normalise, row), strict=False))
        wrong: list[str] = []
        day = _read_day(number, values, wrong)
        if len(row) > len(names):
            wrong.append(_("Nhiều ô hơn dòng tiêu đề; tên có dấu phân cách phải đặt trong ngoặc kép."))
        if day is not None and day.on in seen:
            wrong.append(_("Ngày đã có ở dòng %(line)s.") % {"line": seen[day.on]})
        if wrong:
            faults[str(number)] = wrong
        elif day is not None:
            seen[day.on] = number
            days.append(day)
    if faults:
        message = _("Có %(count)s dòng sai; chưa dòng nào được ghi.") % {"count": len(faults)}
        raise CalendarTableError(message, field_errors=faults)
    if not days:
        raise CalendarTableError(_("Bảng không có dòng nào."))
    return tuple(days)


def _read_day(line: int, values: dict[str, str], wrong: list[str]) -> TableDay | None:
    def cell(column: str) -> str:
        return values.get(search_key(column), "")

    on = _date_cell("ngày", cell("ngày"), wrong)
    replaces = _date_cell("thay cho ngày", cell("thay cho ngày"), wrong) if cell("thay cho ngày") else None
    kind = _KINDS.get(search_key(cell("loại")))
    if kind is None:
        wrong.append(_("Cột “loại”: phải là “nghỉ” hoặc “làm bù”, không phải “%(value)s”.") % {"value": cell("loại")})
    elif kind == CalendarDay.Kind.WORKING and not cell("thay cho ngày"):
        wrong.append(_("Cột “thay cho ngày”: ngày làm bù phải nói bù cho ngày nào."))
    if not cell("tên"):
        wrong.append(_("Cột “tên”: không được trống."))
    for column, longest in _LONGEST.items():
        if len(cell(column)) > longest:
            wrong.append(_("Cột “%(column)s”: tối đa %(longest)s ký tự.") % {"column": column, "longest": longest})
    confidence = _CONFIDENCES.get(search_key(cell("độ tin cậy")))
    if confidence is None:
        wrong.append(_("Cột “độ tin cậy”: phải là “chắc chắn”, “suy ra” hoặc “dự kiến”."))
    if on is None or kind is None or confidence is None:
        return None
    return TableDay(line, on, kind, cell("tên"), replaces, cell("căn cứ"), confidence)


def _date_cell(column: str, text: str, wrong: list[str]) -> date | None:
    on = _read_date(text)
    if on is None:
        message = _("Cột “%(column)s”: “%(value)s” không phải ngày, ví dụ 20/11/2026.")
        wrong.append(message % {"column": column, "value": text})
    return on


def _read_date(text: str) -> date | None:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar date has no zone
        except ValueError:
            continue
    return None


def write_table(days: Iterable[CalendarDay]) -> str:
    """Write days in the form that :func:`read_table` reads."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for day in days:
        replaces = f"{day.replaces:%d/%m/%Y}" if day.replaces else ""
        confidence = _CONFIDENCE_NAMES[Confidence(day.confidence)]
        kind = _KIND_NAMES[CalendarDay.Kind(day.kind)]
        writer.writerow([f"{day.date:%d/%m/%Y}", kind, day.name, replaces, day.legal_basis, confidence])
    return stream.getvalue()
