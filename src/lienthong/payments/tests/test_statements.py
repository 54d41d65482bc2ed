"""Statements of banks: read, tried, imported, and compared day by day."""

import io
from datetime import date, datetime, timedelta

import pytest
from openpyxl import Workbook

from lienthong.payments import api
from lienthong.payments.models import ChargeState, Payment, PaymentState, StatementLine
from lienthong.payments.services.statements import codes_in
from lienthong.payments.statements import read_statement
from lienthong.payments.tests.factories import NOW, Town, begin, line, make_charge, notification, tell

DAY = date(2026, 11, 20)
HEAD = "SAO KÊ TÀI KHOẢN 1026806174;;;;\n;;;;\nNgày giao dịch;Số tham chiếu;Ghi nợ;Ghi có;Nội dung giao dịch\n"


def csv(*rows: tuple[str, str, str], day: str = "20/11/2026") -> bytes:
    body = "".join(f"{day};{number};;{amount};{memo}\n" for number, amount, memo in rows)
    return (HEAD + body + ";;;Cộng;\n").encode("utf-8-sig")


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Ngân hàng X"])
    sheet.append(["STT", "Ngày GD", "Mã giao dịch", "Số tiền ghi có (VND)", "Diễn giải"])
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_csv_with_a_heading_and_vietnamese_numbers_is_read() -> None:
    rows = (("FT1", "16.000", "LTABC  nop tien"), ("FT2", "1.234.567,00 VND", "khac"), ("FT3", "", "chi"))
    (first, second) = read_statement(name="sao-ke.csv", content=csv(*rows))
    assert (first.row, first.day, first.transaction, first.amount) == (4, DAY, "FT1", 16_000)
    assert first.memo == "LTABC nop tien"
    assert second.amount == 1_234_567


def test_a_workbook_is_read() -> None:
    content = workbook(
        (1, datetime(2026, 11, 20, 8, 30), "FT1", 16000, "nop"),  # noqa: DTZ001 - workbooks know no zones
        (2, "2026-11-21", "FT2", -5, "chi"),
        (None, None, None, 16000, None),
    )
    entries = read_statement(name="sao-ke.xlsx", content=content)
    assert [(entry.day, entry.transaction, entry.amount) for entry in entries] == [(DAY, "FT1", 16_000)]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.csv", b"\xff\xfe\x00", "UTF-8"),
        ("x.csv", b"a;b\n1;2\n", "dòng tiêu đề"),
        ("x.xlsx", b"khong phai", "bảng tính"),
        ("x.csv", b"x" * 5_000_001, "5 MB"),
        ("x.csv", csv(("FT1", "16.000,5", "x")), "Dòng 4: số tiền"),
        ("x.csv", csv(("FT1", "NaN", "x")), "Dòng 4: số tiền"),
        ("x.csv", csv(("FT1", "1", "x"), day="31/02/2026"), "Dòng 4: không đọc được ngày"),
        ("x.csv", csv(("FT1", "1", "x"), ("FT1", "2", "y")), "trùng với dòng 4"),
    ],
)
def test_what_cannot_be_read_says_where(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(api.StatementInvalidError) as refused:
        read_statement(name=name, content=content)
    assert reason in str(refused.value.field_errors["file"])


def test_codes_are_found_however_the_bank_joins_words() -> None:
    assert codes_in("MBVCB.123.lt 23456789A. nop tien") == ("LT23456789A",)
    assert codes_in("khong co ma LT2345") == ()


def give(town: Town, content: bytes, *, source: api.Source = api.Source.BANK, now: datetime = NOW) -> api.Report:
    return api.import_statement(
        principal=town.treasurer, agency_id=town.agency.pk, source=source, name="sao-ke.csv", content=content, now=now
    )


@pytest.mark.django_db
def test_a_transfer_settles_the_charge_whose_code_it_carries(town: Town) -> None:
    charge, other = make_charge(town), make_charge(town, line(5_000, 1))
    content = csv(
        ("FT1", "16.000", f"{charge.code} nop tien"),
        ("FT2", "16.000", f"{charge.code} nop lan hai"),
        ("FT3", "4.000", f"{other.code} thieu"),
        ("FT4", "9.000", "khong ro"),
    )
    tried = api.examine(
        principal=town.treasurer, agency_id=town.agency.pk, source=api.Source.BANK, name="x.csv", content=content
    )
    assert [finding.fate for finding in tried.findings] == ["settles", "surplus", "surplus", "unknown"]
    assert not Payment.objects.exists()
    done = give(town, content)
    assert [finding.fate for finding in done.findings] == ["settles", "surplus", "surplus", "unknown"]
    charge.refresh_from_db()
    other.refresh_from_db()
    assert (charge.state, other.state) == (ChargeState.SETTLED, ChargeState.OPEN)
    assert len(api.list_surplus(principal=town.treasurer)) == 2
    with pytest.raises(api.StatementInvalidError):
        give(town, content)
    wider = give(town, content + b"20/11/2026;FT5;;7.000;them\n")
    assert wider.statement is not None
    assert (wider.statement.known_count, wider.count(api.Fate.UNKNOWN)) == (4, 1)
    assert StatementLine.objects.count() == 5


@pytest.mark.django_db
def test_only_the_agency_imports_and_compares(town: Town) -> None:
    for stranger in (town.second, town.payer):
        with pytest.raises(api.NotAllowedError):
            api.import_statement(
                principal=stranger, agency_id=town.agency.pk, source=api.Source.BANK, name="x.csv",
                content=csv(("FT1", "1", "x")), now=NOW,
            )  # fmt: skip
        with pytest.raises(api.NotAllowedError):
            api.reconcile(principal=stranger, agency_id=town.agency.pk, day=DAY, now=NOW)


def compare(town: Town) -> tuple[api.Reconciliation, list[tuple[str, int | None, int | None]]]:
    made = api.reconcile(principal=town.treasurer, agency_id=town.agency.pk, day=DAY, now=NOW + timedelta(days=1))
    rows = [
        (str(row.kind), row.payment.amount if row.payment else None, row.line.amount if row.line else None)
        for row in api.differences_of(made=made)
    ]
    return made, rows


@pytest.mark.django_db
def test_a_day_that_agrees_shows_no_difference(town: Town) -> None:
    charge, online = make_charge(town), make_charge(town)
    api.collect_cash(principal=town.treasurer, charge_uuid=make_charge(town).uuid, now=NOW)
    payment = begin(town, online)
    tell(notification(payment))
    payment.refresh_from_db()
    give(town, csv(("FT1", "16.000", charge.code)))
    gateway = give(town, csv((payment.transaction, "16.000", "VNPAY")), source=api.Source.GATEWAY)
    assert gateway.count(api.Fate.CONFIRMS) == 1
    made, rows = compare(town)
    assert rows == []
    assert (made.cash_amount, made.here_amount, made.there_amount, made.matched_count) == (16_000, 32_000, 32_000, 2)


@pytest.mark.django_db
def test_each_kind_of_difference_is_found_and_explained(town: Town) -> None:
    lost = begin(town, make_charge(town))
    tell(notification(lost))
    other = begin(town, make_charge(town))
    tell(notification(other))
    other.refresh_from_db()
    give(town, csv((other.transaction, "15.000", "thieu")), source=api.Source.GATEWAY)
    give(town, csv(("FT9", "70.000", "khong ro cua ai")))
    made, rows = compare(town)
    assert sorted(rows, key=str) == [
        ("only_here", 16_000, None), ("only_there", None, 70_000), ("other_amount", 16_000, 15_000),
    ]  # fmt: skip
    assert made.matched_count == 0
    row = next(row for row in api.differences_of(made=made) if row.kind == "only_there")
    with pytest.raises(api.PaymentInvalidError):
        api.explain(principal=town.treasurer, difference_uuid=row.uuid, text=" ", now=NOW)
    with pytest.raises(api.ChargeNotFoundError):
        api.explain(principal=town.second, difference_uuid=row.uuid, text="x", now=NOW)
    api.explain(principal=town.treasurer, difference_uuid=row.uuid, text="Tiền thuê hội trường", now=NOW)
    again, _rows = compare(town)
    kept = {str(row.kind): row.explanation for row in api.differences_of(made=again)}
    assert kept == {"only_here": "", "only_there": "Tiền thuê hội trường", "other_amount": ""}
    (day,) = api.list_reconciliations(agency_id=town.agency.pk)
    assert (day.difference_count, day.open_count) == (3, 2)


@pytest.mark.django_db
def test_a_line_of_a_later_day_meets_its_payment(town: Town) -> None:
    payment = begin(town, make_charge(town))
    tell(notification(payment))
    payment.refresh_from_db()
    assert payment.state == PaymentState.PAID
    give(town, csv((payment.transaction, "16.000", "VNPAY"), day="22/11/2026"), source=api.Source.GATEWAY)
    made, rows = compare(town)
    assert (rows, made.matched_count) == ([], 1)


@pytest.mark.django_db
def test_a_day_ahead_is_not_compared(town: Town) -> None:
    with pytest.raises(api.PaymentInvalidError):
        api.reconcile(principal=town.treasurer, agency_id=town.agency.pk, day=DAY + timedelta(days=1), now=NOW)
