"""The tracking book of an agency: printed over a period, kept as a PDF and as a spreadsheet."""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font

from lienthong.accounts.api import Principal
from lienthong.dossiers import policies
from lienthong.dossiers.errors import NotAllowedError, SubmissionInvalidError
from lienthong.dossiers.models import BookState, Dossier, PaperKind, ReturnMethod, TrackingBook
from lienthong.dossiers.services import content, paper_forms
from lienthong.files import api as files
from lienthong.kernel import audit, clock, jobs
from lienthong.organisations import api as organisations

#: A book of more rows is printed by a job; a smaller one while its reader waits.
AT_ONCE = 150
#: Longest period of one book; the year's last day is included.
LONGEST = timedelta(days=366)
MOST_ROWS = 20_000
OWNER = "dossiers.book"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COLUMNS: Sequence[tuple[str, str, int]] = (
    ("code", "Mã hồ sơ", 30),
    ("procedure", "Tên thủ tục", 40),
    ("sets", "Số bộ", 8),
    ("owner", "Tên cá nhân, tổ chức", 28),
    ("address", "Địa chỉ", 34),
    ("phone", "Số điện thoại", 16),
    ("agency", "Cơ quan giải quyết", 32),
    ("received", "Nhận hồ sơ", 18),
    ("due", "Hẹn trả kết quả", 18),
    ("done", "Nhận kết quả từ nơi giải quyết", 18),
    ("returned", "Trả kết quả", 18),
    ("method", "Phương thức nhận kết quả", 20),
)


def order_book(*, principal: Principal, agency_id: int, first_day: date, last_day: date, now: datetime) -> TrackingBook:
    """Have a book printed: at once when it is short, else by a job.

    :raises NotAllowedError: when the person does not work at the agency's dossiers.
    :raises SubmissionInvalidError: when the period runs backwards, is longer than a year or has too many dossiers.
    """
    if agency_id not in policies.agencies_of(principal):
        raise NotAllowedError(_("Bạn chỉ lập sổ theo dõi của cơ quan mình."))
    problems: dict[str, list[str]] = {}
    if last_day < first_day:
        problems["last_day"] = [_("Ngày cuối phải từ ngày đầu trở đi.")]
    elif last_day - first_day >= LONGEST:
        problems["last_day"] = [_("Mỗi sổ dài nhất một năm.")]
    if problems:
        raise SubmissionInvalidError(_("Chưa lập được sổ."), field_errors=problems)
    count = _dossiers(agency_id, first_day, last_day).count()
    if count > MOST_ROWS:
        message = _("Kỳ này có %(count)s hồ sơ, nhiều hơn một sổ chứa được. Hãy chọn kỳ ngắn hơn.")
        raise SubmissionInvalidError(_("Chưa lập được sổ."), field_errors={"last_day": [message % {"count": count}]})
    with transaction.atomic():
        book = TrackingBook.objects.create(
            agency_id=agency_id,
            first_day=first_day,
            last_day=last_day,
            requested_by=principal.name,
            requested_at=now,
            rows=count,
        )
        audit.record(
            actor=principal.actor(agency_id),
            action="dossiers.book.ordered",
            subject_type=OWNER,
            subject_id=book.uuid,
            at=now,
            facts={"first_day": first_day.isoformat(), "last_day": last_day.isoformat(), "rows": count},
        )
        if count > AT_ONCE:
            jobs.queue("dossiers.print_book", book_id=book.pk)
        else:
            print_book(book_id=book.pk, now=now)
            book.refresh_from_db()
    return book


def print_book(*, book_id: int, now: datetime) -> None:
    """Print an ordered book; one that is printed already stays as it is."""
    with transaction.atomic(), override("vi"):
        book = (
            TrackingBook.objects.select_for_update(no_key=True, of=("self",))
            .select_related("agency__area")
            .get(pk=book_id)
        )
        if book.state == BookState.READY:
            return
        rows = list(_rows(book))
        form = paper_forms.form_for(
            kind=PaperKind.BOOK, at=datetime.combine(book.last_day, time(12), tzinfo=clock.VIETNAM)
        )
        pdf = files.render_pdf(
            template=form.template,
            data={
                **content.heading(book.agency, at=now, path="/tra-cuu/"),
                "first_day": book.first_day.isoformat(),
                "last_day": book.last_day.isoformat(),
                "rows": rows,
                "form_note": form.note,
            },
            now=now,
        )
        name = f"so-theo-doi-{book.first_day:%Y%m%d}-{book.last_day:%Y%m%d}"
        book.pdf = _store(book, f"{name}.pdf", pdf, "application/pdf", now)
        book.sheet = _store(book, f"{name}.xlsx", _sheet(book, rows), XLSX, now)
        book.rows = len(rows)
        book.state = BookState.READY
        book.made_at = now
        book.save()


def _store(book: TrackingBook, name: str, body: bytes, media_type: str, now: datetime) -> files.File:
    file = files.store_bytes(
        actor=audit.SYSTEM, name=name, content=body, media_type=media_type, purpose="book", now=now
    )
    files.attach(file_id=file.pk, owner_type=OWNER, owner_id=str(book.uuid))
    return file


def _dossiers(agency_id: int, first_day: date, last_day: date) -> QuerySet[Dossier]:
    """Choose the dossiers that an agency received in a period of whole days on Vietnam's clock."""
    begin = datetime.combine(first_day, time(), tzinfo=clock.VIETNAM)
    end = datetime.combine(last_day + timedelta(days=1), time(), tzinfo=clock.VIETNAM)
    return Dossier.objects.filter(receiving_agency_id=agency_id, received_at__gte=begin, received_at__lt=end)


def _rows(book: TrackingBook) -> Iterator[dict[str, Any]]:
    chosen = _dossiers(book.agency_id, book.first_day, book.last_day)
    rows = chosen.select_related("procedure_version", "competent_agency", "applicant").order_by("received_at", "id")
    for dossier in rows.iterator(chunk_size=1000):
        yield {
            "code": dossier.code,
            "procedure": dossier.procedure_version.name_vi,
            "sets": 1,
            "owner": dossier.owner_name,
            "address": content.address_text(dossier.applicant.address),
            "phone": dossier.phone,
            "agency": dossier.competent_agency.name,
            "received": _show(dossier.received_at),
            "due": _show(dossier.due_at),
            "done": _show(dossier.done_at),
            "returned": _show(dossier.returned_at),
            "method": str(ReturnMethod(dossier.return_method).label),
        }


def _show(at: datetime | None) -> str:
    return date_format(clock.local(at), "H:i d/m/Y") if at is not None else ""


def _sheet(book: TrackingBook, rows: Sequence[dict[str, Any]]) -> bytes:
    """Write the spreadsheet; what people typed stays text and is never taken for a formula."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("So theo doi")
    sheet.freeze_panes = "A4"
    for number, (_key, _title, width) in enumerate((("", "TT", 6), *_COLUMNS)):
        sheet.column_dimensions[chr(ord("A") + number)].width = width

    def cell(value: str | int, *, strong: bool = False) -> Cell:
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"
        made.font = Font(bold=strong)
        made.alignment = Alignment(wrap_text=True, vertical="top")
        return made

    sheet.append([cell(f"Sổ theo dõi hồ sơ: {book.agency.name}", strong=True)])
    sheet.append([cell(f"Từ {book.first_day:%d/%m/%Y} đến {book.last_day:%d/%m/%Y}")])
    sheet.append([cell(title, strong=True) for title in ("TT", *(title for _key, title, _width in _COLUMNS))])
    for number, row in enumerate(rows, start=1):
        sheet.append([cell(number), *(cell(row[key]) for key, _title, _width in _COLUMNS)])
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def agencies_for(*, principal: Principal) -> tuple[organisations.Agency, ...]:
    """List the agencies whose books a person may have printed, by name."""
    known = organisations.get_agencies(ids=policies.agencies_of(principal))
    return tuple(sorted(known.values(), key=lambda agency: (agency.is_unit, agency.sort_key)))
