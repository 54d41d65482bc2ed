"""Running dossiers of an older system: tried, corrected, imported once, and going on at the right step."""

import csv
import io
import tracemalloc
from collections.abc import Sequence
from datetime import date, datetime

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lienthong.accounts.tests.factories import sign_in
from lienthong.dossiers import api, legacy_tables
from lienthong.dossiers.api import DossierFilter, DossierStatus, batches
from lienthong.dossiers.models import Dossier, ImportProblem, LegacyDossier, SupplementRequest
from lienthong.dossiers.services import importing
from lienthong.dossiers.tests.factories import NOW, do, make_procedure, open_task, pay, publish_process
from lienthong.files import api as files
from lienthong.kernel import clock
from lienthong.kernel.errors import NotFoundError
from lienthong.notifications.models import Notification
from lienthong.payments import api as payments

HEADER = ("Mã hồ sơ", "Mã thủ tục", "Họ và tên", "Số định danh", "Điện thoại", "Ngày tiếp nhận", "Ngày hẹn trả",
          "Trạng thái", "Nội dung", "Số tiền")  # fmt: skip


@pytest.fixture
def keeper(world, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return world.official("ward", "administrator")


@pytest.fixture
def version(world):
    return make_procedure()


def row(version, code="HS-1", **changed: str) -> tuple[str, ...]:
    values = {
        "Mã hồ sơ": code, "Mã thủ tục": version.code, "Họ và tên": "Lê Thị Hoa", "Số định danh": "048190000123",
        "Điện thoại": "0905123456", "Ngày tiếp nhận": "16/11/2026", "Ngày hẹn trả": "27/11/2026",
        "Trạng thái": "Đang giải quyết", "Nội dung": "Xác nhận cư trú",
        "Số tiền": "",
    } | changed  # fmt: skip
    return tuple(values[name] for name in HEADER)


def table(*rows: Sequence[str], encoding: str = "utf-8-sig", delimiter: str = ",") -> SimpleUploadedFile:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([HEADER, *rows])
    return SimpleUploadedFile("ho-so-cu.csv", text.getvalue().encode(encoding), "text/csv")


def give(world, keeper, upload) -> batches.ImportBatch:
    return batches.upload_table(principal=keeper, agency_id=world.office("ward").pk, upload=upload, now=NOW)


def reread(batch):
    return batches.ImportBatch.objects.get(pk=batch.pk)


def run(batch):
    while importing.work(batch_uuid=batch.uuid, now=NOW):
        pass
    return reread(batch)


def tried(world, keeper, *rows, statuses=None) -> batches.ImportBatch:
    batch = give(world, keeper, table(*rows))
    batches.choose_columns(principal=keeper, batch=batch, columns=batch.columns, statuses=statuses or {}, now=NOW)
    return run(batch)


def imported(world, keeper, *rows) -> batches.ImportBatch:
    batch = tried(world, keeper, *rows)
    batches.start_import(principal=keeper, batch=batch, now=NOW)
    return run(batch)


def test_the_columns_are_found_by_their_names_and_remembered(world, keeper, version) -> None:
    batch = give(world, keeper, table(row(version)))
    assert batch.columns == {
        "code": "Mã hồ sơ", "procedure": "Mã thủ tục", "applicant": "Họ và tên", "identity": "Số định danh",
        "phone": "Điện thoại", "received": "Ngày tiếp nhận", "due": "Ngày hẹn trả", "status": "Trạng thái",
        "subject": "Nội dung", "amount": "Số tiền",
    }  # fmt: skip
    chosen = {**batch.columns, "subject": "Điện thoại"}
    del chosen["phone"]
    batches.choose_columns(principal=keeper, batch=batch, columns=chosen, statuses={"Đang treo": 8}, now=NOW)
    again = give(world, keeper, table(row(version)))
    assert again.columns["subject"] == "Điện thoại"
    assert again.statuses == {"dang treo": 8}


def test_trying_writes_no_dossier_and_names_every_wrong_cell(world, keeper, version) -> None:
    batch = tried(
        world,
        keeper,
        row(version, "HS-1"),
        row(version, "HS-2", **{"Ngày tiếp nhận": "31/02/2026"}),
        row(version, "HS-3", **{"Trạng thái": "Đã trả kết quả", "Số định danh": "12345"}),
        row(version, "HS-1"),
        row(version, "", **{"Họ và tên": ""}),
        row(version, "HS-6", **{"Mã thủ tục": "9.999999"}),
        row(version, "HS-7", **{"Ngày hẹn trả": "01/11/2026"}),
        row(version, "HS-8", **{"Ngày tiếp nhận": "01/12/2026", "Ngày hẹn trả": ""}),
    )
    assert not Dossier.objects.exists()
    assert (batch.state, batch.good, batch.wrong) == ("checked", 1, 7)
    found = set(ImportProblem.objects.values_list("row", "column"))
    assert found == {
        (3, "Ngày tiếp nhận"), (4, "Trạng thái"), (4, "Số định danh"), (5, "Mã hồ sơ"), (6, "Mã hồ sơ"),
        (6, "Họ và tên"), (7, "Mã thủ tục"), (8, "Ngày hẹn trả"), (9, "Ngày tiếp nhận"),
    }  # fmt: skip


def test_an_imported_dossier_keeps_its_code_and_dates_and_goes_on(world, keeper, version) -> None:
    batch = imported(world, keeper, row(version))
    assert (batch.state, batch.good) == ("done", 1)
    dossier = Dossier.objects.get()
    zone = clock.local(NOW).tzinfo
    assert dossier.received_at == datetime(2026, 11, 16, 8, tzinfo=zone)
    assert dossier.due_at == datetime(2026, 11, 27, 17, tzinfo=zone)
    assert dossier.due_steps == ("Theo hệ thống cũ: nhận 16/11/2026, hẹn trả 17:00 27/11/2026.",)
    assert dossier.code.startswith("H17.50-20261120-")
    found = api.list_dossiers(
        principal=world.official("ward", "specialist"), wanted=DossierFilter(query="hs-1"), cursor=None, size=5, now=NOW
    )
    assert [item.uuid for item in found.items] == [dossier.uuid]
    assert open_task(dossier).element_id == "verify"
    for element, outcome in (("verify", "pass"), ("sign", "sign"), ("issue", "issue")):
        dossier = do(world, dossier, element, outcome)
    assert dossier.status == DossierStatus.DONE
    assert not Notification.objects.filter(kind="dossiers.received").exists()


@pytest.mark.parametrize(
    ("words", "status", "element", "waits_for"),
    [
        ("Mới đăng ký", DossierStatus.SUBMITTED, "check", "reception"),
        ("2", DossierStatus.PROCESSING, "verify", ""),
        ("ĐANG XỬ LÝ", DossierStatus.PROCESSING, "verify", ""),
        ("Chờ bổ sung", DossierStatus.SUPPLEMENT, None, "supplement"),
        ("Tạm dừng", DossierStatus.STOPPED, None, "stop"),
    ],
)
def test_each_status_stands_at_its_step_with_a_next_date(
    world, keeper, version, words, status, element, waits_for
) -> None:
    imported(world, keeper, row(version, **{"Trạng thái": words}))
    dossier = Dossier.objects.get()
    assert (dossier.status, dossier.waits_for) == (status, waits_for)
    assert (dossier.waits_until or dossier.due_at) > NOW
    if element:
        assert open_task(dossier).element_id == element
    assert SupplementRequest.objects.exists() is (status == DossierStatus.SUPPLEMENT)


@pytest.mark.parametrize(
    ("written", "amount"),
    [("150000", 150_000), ("150.000", 150_000), ("1,500,000 VND", 1_500_000), ("2 000 000 đồng", 2_000_000)],
)
def test_who_waits_for_money_is_asked_for_it_and_goes_on_when_it_comes(
    world, keeper, version, written: str, amount: int
) -> None:
    publish_process("financial_duty")
    batch = imported(world, keeper, row(version, **{"Trạng thái": "Chờ nộp tiền", "Số tiền": written}))
    assert (batch.good, batch.wrong) == (1, 0)
    dossier = Dossier.objects.get()
    zone = clock.local(NOW).tzinfo
    assert (dossier.status, dossier.paused_at, dossier.waits_for) == (DossierStatus.PAYMENT, NOW, "payment")
    assert (dossier.received_at.day, dossier.due_at) == (16, datetime(2026, 11, 27, 17, tzinfo=zone))
    charge = payments.open_demand(subject_type="dossiers.dossier", subject_id=dossier.uuid)
    assert (charge.amount, charge.asked_at, charge.is_blocking) == (amount, NOW, True)
    assert "HS-1" in charge.reason
    paid = pay(world, dossier)
    assert (paid.status, open_task(paid).element_id) == (DossierStatus.PROCESSING, "check_payment")
    for element, outcome in (("check_payment", "pass"), ("sign", "sign"), ("issue", "issue")):
        paid = do(world, paid, element, outcome)
    assert paid.status == DossierStatus.DONE


@pytest.mark.parametrize("written", ["", "0", "-5", "1.500,000", "12.50", "miễn", "1" * 20])
def test_who_waits_for_money_names_how_much(world, keeper, version, written: str) -> None:
    batch = tried(world, keeper, row(version, **{"Trạng thái": "6", "Số tiền": written}))
    assert (batch.good, batch.wrong) == (0, 1)
    assert ImportProblem.objects.get().column == "Số tiền"


def test_an_amount_is_nobody_s_business_in_another_status(world, keeper, version) -> None:
    assert imported(world, keeper, row(version, **{"Số tiền": "miễn"})).good == 1
    assert payments.charges_of(subject_type="dossiers.dossier", subject_id=Dossier.objects.get().uuid) == ()


def test_the_same_old_code_is_imported_once_whatever_the_file(world, keeper, version) -> None:
    imported(world, keeper, row(version, "HS-1"), row(version, "HS-2", **{"Trạng thái": "?"}))
    batch = imported(world, keeper, row(version, "HS-1"), row(version, "HS-2"), row(version, "HS-3"))
    assert (batch.good, batch.known, batch.wrong) == (2, 1, 0)
    assert sorted(LegacyDossier.objects.values_list("code", flat=True)) == ["HS-1", "HS-2", "HS-3"]


def test_an_interrupted_import_goes_on_where_it_was(world, keeper, version, monkeypatch) -> None:
    batch = tried(world, keeper, *(row(version, f"HS-{n}") for n in range(5)))
    batches.start_import(principal=keeper, batch=batch, now=NOW)
    made, original = [], importing.take_over

    def fall(given, number, *more):
        if number == 4 and not made:
            made.append(number)
            raise RuntimeError("the worker is killed")
        return original(given, number, *more)

    monkeypatch.setattr(importing, "take_over", fall)
    with pytest.raises(RuntimeError):
        importing.work(batch_uuid=batch.uuid, now=NOW)
    assert reread(batch).next_row == 3
    assert Dossier.objects.count() == 2
    assert run(batch).good == 5
    assert Dossier.objects.count() == 5


def test_chunks_hand_on_to_each_other(world, keeper, version, monkeypatch) -> None:
    monkeypatch.setattr(importing, "CHUNKS", {"checking": 2, "running": 2})
    batch = tried(world, keeper, *(row(version, f"HS-{n}") for n in range(4)), row(version, "HS-0"))
    assert (batch.good, batch.wrong) == (4, 1)
    batches.start_import(principal=keeper, batch=batch, now=NOW)
    assert importing.work(batch_uuid=batch.uuid, now=NOW)
    assert reread(batch).next_row == 3
    assert run(batch).good == 4


def test_a_second_start_is_refused(world, keeper, version) -> None:
    batch = imported(world, keeper, row(version))
    with pytest.raises(api.DossierStateError):
        batches.start_import(principal=keeper, batch=batch, now=NOW)
    with pytest.raises(api.DossierStateError):
        batches.choose_columns(principal=keeper, batch=batch, columns=batch.columns, statuses={}, now=NOW)


def test_columns_must_be_whole_and_different(world, keeper, version) -> None:
    batch = give(world, keeper, table(row(version)))
    wrong = {**batch.columns, "phone": "Mã hồ sơ"}
    del wrong["procedure"]
    with pytest.raises(api.SubmissionInvalidError) as refused:
        batches.choose_columns(principal=keeper, batch=batch, columns=wrong, statuses={}, now=NOW)
    assert set(refused.value.field_errors) == {"procedure", "code", "phone"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_utf8_with_any_delimiter(world, keeper, version, encoding: str, delimiter: str) -> None:
    batch = give(world, keeper, table(row(version), encoding=encoding, delimiter=delimiter))
    assert tuple(batch.header) == HEADER


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Mã hồ sơ,Tên\n1,Lê".encode("utf-16"), "UTF-16"),
        (b"M\xe3 h\xf4\xec s\xf5,T\xean\n1,L\xea", "windows-1258"),
        (b"PK\x03\x04\x00\x00", "không phải tệp CSV"),
        ("Mã hồ sơ,Tên".encode(), "ít nhất một dòng"),
        (b"A,A\n1,2", "trùng tên"),
        (b'A,B\n"1,2', "sai cấu trúc"),
    ],
)
def test_an_unreadable_table_says_why(world, keeper, content: bytes, said: str) -> None:
    with pytest.raises(batches.TableError, match=said):
        give(world, keeper, SimpleUploadedFile("a.csv", content, "text/csv"))


def test_a_workbook_is_read_with_its_own_dates(world, keeper, version) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    cells = list(row(version))
    cells[5], cells[6] = date(2026, 11, 16), datetime(2026, 11, 27, 16, 30)  # noqa: DTZ001 - as a workbook has it
    book.active.append(cells)
    content = io.BytesIO()
    book.save(content)
    batch = give(world, keeper, SimpleUploadedFile("a.xlsx", content.getvalue(), files.XLSX))
    batches.choose_columns(principal=keeper, batch=batch, columns=batch.columns, statuses={}, now=NOW)
    batches.start_import(principal=keeper, batch=run(batch), now=NOW)
    assert run(batch).good == 1
    assert clock.local(Dossier.objects.get().due_at).strftime("%H:%M %d/%m") == "16:30 27/11"


def test_ten_thousand_rows_are_read_in_bounded_memory() -> None:
    content = io.BytesIO(
        "\n".join(["Mã hồ sơ;Tên", *(f"HS-{n};{'Nguyễn Thị Lan ' * 20}" for n in range(10_000))]).encode()
    )
    size = len(content.getvalue())
    tracemalloc.start()
    count = sum(1 for _row in legacy_tables.rows_of(content, media_type=legacy_tables.CSV))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 10_001
    assert peak < size / 4


def test_only_the_agency_s_own_keepers_import(world, keeper, version) -> None:
    batch = give(world, keeper, table(row(version)))
    for stranger in (world.official("ward", "specialist"), world.official("other_ward", "administrator")):
        with pytest.raises(api.NotAllowedError):
            batches.upload_table(
                principal=stranger, agency_id=world.office("ward").pk, upload=table(row(version)), now=NOW
            )
        with pytest.raises(NotFoundError):
            batches.get_batch_for(principal=stranger, uuid=batch.uuid)
        with pytest.raises(NotFoundError):
            batches.start_import(principal=stranger, batch=batch, now=NOW)


def test_the_report_is_safe_for_spreadsheets(world, keeper, version, client) -> None:
    batch = tried(world, keeper, row(version, "=cmd()", **{"Trạng thái": "?"}))
    sign_in(client, world.account("ward", "administrator"))
    answer = client.get(reverse("administration:import_report", args=[batch.uuid]))
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}Dòng,")
    assert "'=cmd()" in text
    page = client.get(reverse("administration:import_batch", args=[batch.uuid])).content.decode()
    assert "Tải bảng lỗi" in page
