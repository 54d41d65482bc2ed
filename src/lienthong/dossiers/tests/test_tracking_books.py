"""Tracking books: which dossiers they hold, who may order one, and long ones printed by a job."""

import io
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import openpyxl
import pypdf
import pytest

from lienthong.dossiers import api
from lienthong.dossiers.api import Dossier, DossierStatus, NotAllowedError, SubmissionInvalidError
from lienthong.dossiers.models import TrackingBook
from lienthong.dossiers.services import books
from lienthong.dossiers.tests.factories import NOW, World, at, make_citizen, make_dossier, make_procedure, text_of, work
from lienthong.files import api as files
from lienthong.kernel.errors import DomainError

S = DossierStatus


def order(world: World, first: str, last: str, **more: Any) -> TrackingBook:
    values: dict[str, Any] = {"principal": world.official("ward", "receptionist"), "now": NOW, **more}
    return api.order_book(
        agency_id=world.office("ward").pk,
        first_day=date.fromisoformat(first),
        last_day=date.fromisoformat(last),
        **values,
    )


def test_a_book_holds_the_dossiers_of_its_days_on_our_clock(world: World) -> None:
    """TT 03/2025/TT-VPCP, form 07; 00:30 on the first and 23:30 on the last day are in, a minute outside is not."""
    version = make_procedure()
    moments = ("2025-12-31T23:59", "2026-01-01T00:30", "2026-12-31T23:30", "2027-01-01T00:01")
    made = [make_dossier(world, status=S.PROCESSING, version=version, now=at(moment)) for moment in moments]
    now = at("2027-01-04T09:00")
    book = order(world, "2026-01-01", "2026-12-31", now=now)
    assert (book.state, book.rows) == ("ready", 2)
    assert book.pdf is not None
    assert book.sheet is not None
    text = text_of(files.read_file(file=book.pdf))
    for index, dossier in enumerate(made):
        assert (dossier.code in text.replace(" ", "")) == (index in (1, 2)), moments[index]
    for words in ("SỔ THEO DÕI HỒ SƠ", "Mẫu số 07, Thông tư 03/2025/TT-VPCP", "Trang 1 / 1", "ỦY BAN NHÂN DÂN"):
        assert words in text, words
    sheet = openpyxl.load_workbook(io.BytesIO(files.read_file(file=book.sheet))).active
    assert [row[1].value for row in sheet.iter_rows(min_row=4)] == [made[1].code, made[2].code]


def test_what_people_type_is_never_a_formula(world: World) -> None:
    make_dossier(world, applicant=make_citizen("=HYPERLINK(1)"), status=S.PROCESSING)
    book = order(world, "2026-11-01", "2026-11-30")
    assert book.sheet is not None
    sheet = openpyxl.load_workbook(io.BytesIO(files.read_file(file=book.sheet))).active
    (cell,) = [cell for cell in next(sheet.iter_rows(min_row=4, max_row=4)) if cell.value == "=HYPERLINK(1)"]
    assert cell.data_type == "s"


def test_an_empty_book_says_so_and_who_may_order_one(world: World) -> None:
    book = order(world, "2026-03-01", "2026-03-31")
    assert book.pdf is not None
    assert "Không có hồ sơ nào" in text_of(files.read_file(file=book.pdf))
    with pytest.raises(NotAllowedError):
        order(world, "2026-03-01", "2026-03-31", principal=world.official("other_ward", "receptionist"))
    for first, last in (("2026-03-02", "2026-03-01"), ("2024-01-01", "2026-01-01")):
        with pytest.raises(SubmissionInvalidError) as refused:
            order(world, first, last)
        assert "last_day" in refused.value.field_errors
    mine = api.list_books(principal=world.official("ward", "leader"), cursor=None)
    assert [row.pk for row in mine.items] == [book.pk]
    assert api.list_books(principal=world.official("other_ward", "leader"), cursor=None).items == ()
    with pytest.raises(DomainError):
        files.get_file_for(principal=world.official("other_ward", "leader"), uuid=book.pdf.uuid)


@pytest.mark.django_db(transaction=True)
def test_a_long_book_is_printed_by_a_job_over_many_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    version = make_procedure()
    made = [make_dossier(world, status=S.PROCESSING, version=version) for _index in range(3)]
    template = Dossier.objects.get(pk=made[0].pk)
    copies = []
    for number in range(240):
        values = {field.attname: getattr(template, field.attname) for field in Dossier._meta.concrete_fields}
        values |= {"id": None, "uuid": uuid4(), "submission_key": uuid4(), "code": f"H17.50-20261120-9{number:06d}"}
        copies.append(Dossier(**values))
    Dossier.objects.bulk_create(copies)
    book = order(world, "2026-11-01", "2026-11-30")
    assert (book.state, book.rows) == ("queued", 243)
    work()
    book.refresh_from_db()
    assert book.state == "ready"
    assert book.pdf is not None
    reader = pypdf.PdfReader(io.BytesIO(files.read_file(file=book.pdf)))
    pages = len(reader.pages)
    assert pages > 5
    assert round(reader.pages[0].mediabox.width) == 842
    for index, page in enumerate(reader.pages):
        text = " ".join(page.extract_text().split())
        assert f"Trang {index + 1} / {pages}" in text
        assert "Mã hồ sơ" in text, "the heading row stands on every page"
    books.print_book(book_id=book.pk, now=NOW + timedelta(days=1))
    again = TrackingBook.objects.get(pk=book.pk)
    assert (again.pdf_id, again.made_at) == (book.pdf_id, book.made_at)


def test_the_list_of_books_costs_the_same_for_one_and_for_many(world: World, django_assert_num_queries) -> None:
    desk = world.official("ward", "receptionist")
    for last in range(1, 5):
        order(world, "2026-11-01", f"2026-11-{last:02}")
        with django_assert_num_queries(1):
            assert len(api.list_books(principal=desk, cursor=None).items) == last
