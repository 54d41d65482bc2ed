"""Forms by date, control sheets, tracking books, hand-over lists, and the due date on trial."""

import io
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import openpyxl
import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lienthong.dossiers import api
from lienthong.dossiers.api import (
    Dossier,
    DossierNotFoundError,
    DossierStateError,
    DossierStatus,
    HandOverDirection,
    HandOverNotFoundError,
    NotAllowedError,
    SubmissionInvalidError,
)
from lienthong.dossiers.models import HistoryEntry, Paper, PaperForm, TrackingBook
from lienthong.dossiers.services import books, control_sheets, paper_forms, papers_out
from lienthong.dossiers.tests.factories import (
    NOW,
    REASON,
    World,
    do,
    make_citizen,
    make_dossier,
    make_procedure,
    text_of,
    work,
)
from lienthong.files import api as files
from lienthong.kernel.clock import VIETNAM
from lienthong.kernel.errors import DomainError

S = DossierStatus
TO_UNIT, TO_DESK = HandOverDirection.TO_UNIT, HandOverDirection.TO_DESK


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("kind", "on", "number", "basis"),
    [
        ("receipt", "2024-05-06", "Mẫu số 01", "Thông tư 01/2018/TT-VPCP"),
        ("receipt", "2025-06-30", "Mẫu số 01", "Thông tư 01/2018/TT-VPCP"),
        ("receipt", "2025-07-01", "Mẫu số 01", "Thông tư 03/2025/TT-VPCP"),
        ("control", "2024-05-06", "Mẫu số 05", "Thông tư 01/2018/TT-VPCP"),
        ("control", "2026-05-06", "Mẫu số 06", "Thông tư 03/2025/TT-VPCP"),
        ("book", "2024-05-06", "Mẫu số 06", "Thông tư 01/2018/TT-VPCP"),
        ("book", "2026-05-06", "Mẫu số 07", "Thông tư 03/2025/TT-VPCP"),
        ("stop", "2026-05-06", "Mẫu số 05", "Thông tư 03/2025/TT-VPCP"),
    ],
)
def test_each_paper_has_the_form_of_its_day(world: World, kind: str, on: str, number: str, basis: str) -> None:
    """TT 01/2018/TT-VPCP had six forms, TT 03/2025/TT-VPCP has seven."""
    form = paper_forms.form_for(kind=kind, at=at(f"{on}T00:30"))
    assert (form.number, form.legal_basis) == (number, basis)


def test_in_2024_there_was_no_notice_of_stopping(world: World) -> None:
    assert paper_forms.find_form(kind="stop", at=at("2024-05-06T09:00")) is None


def test_a_dossier_of_2024_prints_the_older_receipt(world: World) -> None:
    now = at("2024-05-06T09:00")
    dossier = make_dossier(world, status=S.STOPPED, version=make_procedure(now=now), now=now)
    papers = [
        paper
        for entry in HistoryEntry.objects.filter(dossier=dossier).order_by("id")
        if (paper := papers_out.issue_for(entry_uuid=entry.uuid, now=NOW)) is not None
    ]
    assert [paper.kind for paper in papers] == ["receipt"], "nothing prints where the law of the day had no form"
    text = text_of(files.read_file(file=papers[0].file))
    assert "Mẫu số 01, Thông tư 01/2018/TT-VPCP" in text
    assert "Vào Sổ theo dõi hồ sơ, Quyển số" in text
    assert Paper.objects.count() == 1


def test_every_form_prints_on_the_size_it_names(world: World) -> None:
    widths = {"a5": 420, "a4": 595}
    dossier = make_dossier(world, status=S.SUPPLEMENT)
    for entry in HistoryEntry.objects.filter(dossier=dossier).order_by("id"):
        paper = papers_out.issue_for(entry_uuid=entry.uuid, now=NOW)
        if paper is not None:
            page = pypdf.PdfReader(io.BytesIO(files.read_file(file=paper.file))).pages[0]
            form = PaperForm.objects.get(kind=paper.kind, valid_to=None)
            assert round(page.mediabox.width) == widths[form.size]


def test_the_supplement_says_until_when(world: World) -> None:
    dossier = make_dossier(world, status=S.SUPPLEMENT)
    entry = HistoryEntry.objects.get(dossier=dossier, kind="supplement_requested")
    paper = papers_out.issue_for(entry_uuid=entry.uuid, now=NOW)
    assert paper is not None
    assert "trước: 17 giờ 00 phút, ngày 05 tháng 01 năm 2027" in text_of(files.read_file(file=paper.file))


# The control sheet.


def test_the_control_sheet_follows_each_hand(world: World) -> None:
    """TT 03/2025/TT-VPCP, form 06: giving and receiving unit, in, out, early, on time or late."""
    lan = make_citizen()
    start = at("2026-11-09T09:00")
    dossier = make_dossier(
        world, applicant=lan, version=make_procedure(limit=(3, "working_days"), now=start), now=start
    )
    do(world, dossier, "check", "accept", now=at("2026-11-09T10:00"))
    do(world, dossier, "verify", "supplement", note=REASON, now=at("2026-11-09T16:00"))
    api.supplement(
        principal=lan, dossier=dossier, documents=(), answers=None, note="Đây", version=None, now=at("2026-11-12T14:00")
    )
    do(world, dossier, "verify", "pass", now=at("2026-11-14T09:00"))
    do(world, dossier, "sign", "sign", now=at("2026-11-20T09:00"))
    found = Dossier.objects.get(pk=dossier.pk)
    rows = control_sheets.rows_of(dossier=found)
    told = [(row["receiver"].split("\n")[-1], row["result"]) for row in rows]
    assert told == [
        ("Hoàng Thanh Sơn", ""),
        ("Trịnh Thanh Phong", "early"),
        ("Người nộp hồ sơ", ""),
        ("Trịnh Thanh Phong", "on_time"),
        ("Ngô Ngọc Bình", "late"),
        ("Ủy ban nhân dân phường Hải Châu", "open"),
    ]
    assert rows[0]["giver"] == "Người nộp hồ sơ"
    assert rows[3]["giver"] == "Người nộp hồ sơ", "it comes back from the applicant"
    assert rows[2]["time_in"] == "16:00\n09/11/2026"
    pdf = api.print_control_sheet(principal=world.official("ward", "specialist"), dossier=found, now=NOW)
    text = text_of(pdf)
    for words in ("PHIẾU KIỂM SOÁT", dossier.code, "Trịnh Thanh Phong", "QUÁ HẠN", "Trước hạn", REASON, "Mẫu số 06"):
        assert words in text, words


def test_the_control_sheet_is_for_officials_of_the_dossier(world: World) -> None:
    lan = make_citizen()
    dossier = make_dossier(world, applicant=lan)
    for principal in (lan, world.official("other_ward", "specialist")):
        with pytest.raises(DossierNotFoundError):
            api.print_control_sheet(principal=principal, dossier=dossier, now=NOW)


@pytest.mark.parametrize(
    ("done", "due", "result"),
    [
        ("2026-11-12T17:00", "2026-11-12T17:00", "on_time"),
        ("2026-11-12T17:01", "2026-11-12T17:00", "late"),
        ("2026-11-11T23:59", "2026-11-12T17:00", "early"),
        ("2026-11-12T00:30", "2026-11-12T17:00", "on_time"),
        ("2025-12-31T16:00", "2026-01-05T17:00", "early"),
    ],
)
def test_early_on_time_late(done: str, due: str, result: str) -> None:
    assert control_sheets.result_of(done_at=at(done), due_at=at(due)) == result


# Tracking books.


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


# Hand-overs.


def give(world: World, dossiers: list[Dossier], *, direction: str = TO_UNIT, by: str = "receptionist", **more: Any):
    values: dict[str, Any] = {"receiver_id": world.office("ward").pk, "note": "Ca sáng", "now": NOW, **more}
    return api.hand_over(
        principal=world.official("ward", by),
        direction=direction,
        giver_id=world.office("ward").pk,
        dossier_uuids=[dossier.uuid for dossier in dossiers],
        **values,
    )


def test_papers_go_over_and_the_other_side_says_what_is_missing(world: World) -> None:
    version = make_procedure()
    first, second = (make_dossier(world, status=S.PROCESSING, version=version) for _index in range(2))
    desk, unit = world.official("ward", "receptionist"), world.official("ward", "specialist")
    ward = world.office("ward").pk
    assert len(api.list_waiting(principal=desk, direction=TO_UNIT, giver_id=ward)) == 2
    made = give(world, [first, second])
    assert made.number == "01/BG"
    assert api.list_waiting(principal=desk, direction=TO_UNIT, giver_id=ward) == ()
    text = text_of(api.print_hand_over(principal=unit, uuid=made.uuid, now=NOW))
    assert first.code in text.replace(" ", "")
    assert second.code in text.replace(" ", "")
    for words in ("DANH SÁCH BÀN GIAO", "Hoàng Thanh Sơn", "Ca sáng", "NGƯỜI NHẬN"):
        assert words in text, words
    with pytest.raises(NotAllowedError, match="không phải người lập"):
        api.confirm_hand_over(principal=desk, uuid=made.uuid, received=[first.uuid], notes={}, now=NOW)
    with pytest.raises(SubmissionInvalidError) as refused:
        api.confirm_hand_over(principal=unit, uuid=made.uuid, received=[first.uuid], notes={}, now=NOW)
    assert list(refused.value.field_errors) == [f"note-{second.uuid}"]
    api.confirm_hand_over(
        principal=unit, uuid=made.uuid, received=[first.uuid], notes={second.uuid: "Không có trong túi"}, now=NOW
    )
    with pytest.raises(DossierStateError, match="Trịnh Thanh Phong đã xác nhận"):
        api.confirm_hand_over(principal=unit, uuid=made.uuid, received=[], notes={}, now=NOW)
    (row,) = api.list_hand_overs(principal=desk, cursor=None).items
    assert (row.lines, row.missing, row.confirmed_by) == (2, 1, "Trịnh Thanh Phong")
    text = text_of(api.print_hand_over(principal=desk, uuid=made.uuid, now=NOW))
    assert "Không có: Không có trong túi" in text
    assert "lệch 1 hồ sơ" in text
    left = api.list_waiting(principal=desk, direction=TO_UNIT, giver_id=ward)
    assert [dossier.pk for dossier in left] == [second.pk], "what was missing waits to go over again"
    told = HistoryEntry.objects.get(dossier=second, kind="papers_moved")
    assert (told.is_public, told.title) == (False, "Bàn giao thiếu giấy tờ")


def test_results_go_back_to_the_desk(world: World) -> None:
    dossier = make_dossier(world, status=S.DONE)
    ward = world.office("ward").pk
    clerk = world.official("ward", "clerk")
    assert [row.pk for row in api.list_waiting(principal=clerk, direction=TO_DESK, giver_id=ward)] == [dossier.pk]
    made = give(world, [dossier], direction=TO_DESK, by="clerk")
    api.confirm_hand_over(
        principal=world.official("ward", "receptionist"), uuid=made.uuid, received=[dossier.uuid], notes={}, now=NOW
    )
    assert api.list_waiting(principal=clerk, direction=TO_DESK, giver_id=ward) == ()


def test_a_dossier_is_on_one_open_list_and_a_second_click_says_so(world: World) -> None:
    dossier = make_dossier(world, status=S.PROCESSING)
    give(world, [dossier])
    with pytest.raises(SubmissionInvalidError) as refused:
        give(world, [dossier])
    assert "dossiers" in refused.value.field_errors
    with pytest.raises(SubmissionInvalidError):
        give(world, [])
    with pytest.raises(SubmissionInvalidError) as refused:
        give(world, [make_dossier(world, status=S.PROCESSING)], receiver_id=world.office("other_ward").pk)
    assert "receiver" in refused.value.field_errors


def test_a_list_of_others_is_not_found(world: World) -> None:
    made = give(world, [make_dossier(world, status=S.PROCESSING)])
    stranger = world.official("other_ward", "receptionist")
    with pytest.raises(HandOverNotFoundError):
        api.get_hand_over_for(principal=stranger, uuid=made.uuid)
    with pytest.raises(HandOverNotFoundError):
        api.print_hand_over(principal=stranger, uuid=made.uuid, now=NOW)
    assert api.list_hand_overs(principal=stranger, cursor=None).items == ()


def test_lists_cost_the_same_for_one_and_for_many(world: World) -> None:
    version = make_procedure()
    desk = world.official("ward", "receptionist")

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            api.list_hand_overs(principal=desk, cursor=None)
            api.list_books(principal=desk, cursor=None)
            api.list_waiting(principal=desk, direction=TO_UNIT, giver_id=world.office("ward").pk)
        return len(caught)

    give(world, [make_dossier(world, status=S.PROCESSING, version=version)])
    order(world, "2026-11-01", "2026-11-30")
    few = cost()
    for _index in range(4):
        give(world, [make_dossier(world, status=S.PROCESSING, version=version)])
        order(world, "2026-11-01", "2026-11-30")
        make_dossier(world, status=S.PROCESSING, version=version)
    assert cost() == few == 3


# The due date on trial.


def test_the_trial_is_what_a_real_dossier_gets(world: World) -> None:
    """The same supplement, by the same code: trial and dossier agree to the minute, step by step."""
    lan = make_citizen()
    start = at("2026-11-20T15:40")
    version = make_procedure(limit=(5, "working_days"), now=start)
    asked, answered = at("2026-11-26T09:00"), at("2026-11-30T16:00")
    question = api.Question(
        version=version, received_at=start, agency_id=world.office("ward").pk, asked_at=asked, answered_at=answered
    )
    answer = api.simulate(question=question, now=start)
    dossier = make_dossier(world, applicant=lan, status=S.PROCESSING, version=version, now=start)
    do(world, dossier, "verify", "supplement", note=REASON, now=asked)
    real = api.supplement(
        principal=lan, dossier=dossier, documents=(), answers=None, note="Đây", version=None, now=answered
    )
    assert answer is not None
    assert answer.due_at == real.due_at
    assert tuple(answer.moves[-1].steps) == real.due_steps
    assert [move.title for move in answer.moves] == ["Tính hạn khi tiếp nhận", "Tính lại từ đầu"]
    assert [(day.on, day.name) for day in answer.days] == [(date(2026, 11, 24), "Ngày Văn hóa Việt Nam")]
    assert Dossier.objects.count() == 1, "a trial stores nothing"


def test_the_trial_tells_of_a_new_appointment_and_refuses_a_day_off(world: World) -> None:
    start = at("2026-11-09T09:00")
    version = make_procedure(limit=(3, "working_days"), now=start)
    answer = api.simulate(
        question=api.Question(version=version, received_at=start, extended_to=date(2026, 11, 18)), now=NOW
    )
    assert answer is not None
    assert answer.due_at == at("2026-11-18T17:00")
    assert len(answer.moves[-1].steps) == 1
    for day in (date(2026, 11, 14), date(2026, 11, 10)):
        with pytest.raises(SubmissionInvalidError) as refused:
            api.simulate(question=api.Question(version=version, received_at=start, extended_to=day), now=NOW)
        assert "extended_to" in refused.value.field_errors


def test_the_trial_of_a_procedure_without_limit_and_of_a_pause_backwards(world: World) -> None:
    start = at("2026-11-09T09:00")
    unlimited = make_procedure(limit=None, now=start)
    assert api.simulate(question=api.Question(version=unlimited, received_at=start), now=NOW) is None
    version = make_procedure(now=start)
    with pytest.raises(SubmissionInvalidError) as refused:
        api.simulate(
            question=api.Question(
                version=version,
                received_at=start,
                asked_at=start - timedelta(days=1),
                answered_at=start - timedelta(days=2),
            ),
            now=NOW,
        )
    assert set(refused.value.field_errors) == {"asked_at", "answered_at"}
