"""Imports: three formats, idempotent, each refusal with its place and reason."""

import gzip
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lienthong.catalogue import api
from lienthong.catalogue.models import ProcedureVersion, RawRecord
from lienthong.catalogue.tests.factories import make_record

pytestmark = pytest.mark.django_db


def shared_data() -> Path | None:
    """Find the folder of shared facts: ``LIENTHONG_DATA`` or a sibling of the repository."""
    named = os.environ.get("LIENTHONG_DATA")
    places = [Path(named)] if named else [settings.ROOT.parent / "shared" / "data"]
    return next((place for place in places if place.is_dir()), None)


def write_lines(path, *records):
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in records), encoding="utf-8")
    return path


def test_a_line_of_the_national_catalogue_is_read(tmp_path, now):
    path = write_lines(tmp_path / "c.jsonl", make_record(), make_record("1.999002"))
    report = api.import_file(path=path, now=now)
    assert (report.created, report.rejected) == (2, [])
    version = api.get_procedure(code="1.999001", on=now.date())
    assert version.process_key == "standard"
    assert version.form_key == ""
    limits = api.time_limits(version=version)
    assert [(one.amount, one.unit) for one in limits] == [(60, "hours"), (3, "working_days")]
    (fee,) = api.fees(version=version)
    assert fee.is_doubtful, "700 đồng is a typing error for 700.000"
    assert version.legal_basis.get().symbol == "03/2023/TT-BTP"
    assert RawRecord.objects.get(procedure=version.procedure).body == json.dumps(make_record())


def test_importing_again_changes_nothing_and_a_change_makes_a_version(tmp_path, now):
    path = write_lines(tmp_path / "c.jsonl", make_record(), make_record("1.999002"))
    api.import_file(path=path, now=now)
    again = api.import_file(path=path, now=now)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    write_lines(path, make_record(name="Tên mới"), make_record("1.999002"))
    changed = api.import_file(path=path, now=now + timedelta(days=1))
    assert (changed.updated, changed.unchanged) == (1, 1)
    assert api.get_procedure(code="1.999001", on=now.date()).name_vi == "Cấp giấy phép thử nghiệm"
    assert api.get_procedure(code="1.999001", on=now.date() + timedelta(days=1)).name_vi == "Tên mới"
    write_lines(path, make_record(name="Tên mới nữa"), make_record("1.999002"))
    api.import_file(path=path, now=now + timedelta(days=1))
    assert api.get_procedure(code="1.999001", on=now.date() + timedelta(days=1)).name_vi == "Tên mới nữa"
    assert ProcedureVersion.objects.filter(procedure__code="1.999001").count() == 3


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"code": "1.999003", ', "JSON sai cú pháp"),
        ("[1, 2]", "một đối tượng"),
        (make_record(levels=["galaxy"]), "levels.0: giá trị không có trong danh mục: galaxy"),
        (make_record(levels=[]), "levels: Thiếu cấp thực hiện"),
        (make_record(name=""), "name: không được để trống"),
        (make_record(name=7), "name: phải là chuỗi ký tự, nhận được số"),
        (make_record("thủ tục"), "Mã thủ tục phải có dạng"),
        (make_record(methods="x"), "methods: phải là danh sách"),
        (
            make_record(methods=[{"channel": "DIRECT", "time": 99999, "unit": "DAY", "fees": []}]),
            "methods.0.time: thời hạn 99999 là bất thường",
        ),
        (
            make_record(
                methods=[{"channel": "DIRECT", "time": 1, "unit": "DAY", "fees": [{"type": "FEE", "vnd": -5}]}]
            ),
            "methods.0.fees.0.vnd: mức thu -5 đồng",
        ),
        (
            make_record(documents=[{"name": "Đơn", "case": "", "original": 900, "copy": 0}]),
            "documents.0.original: số bản 900",
        ),
        ({"hello": "world"}, "không nhận ra định dạng"),
        (make_record("1.999001"), "bị trùng"),
    ],
)
def test_a_bad_record_is_refused_alone_and_named(tmp_path, now, bad, reason):
    path = write_lines(tmp_path / "c.jsonl", make_record("1.999001"), bad, make_record("1.999009"))
    report = api.import_file(path=path, now=now)
    assert report.created == 2
    (rejection,) = report.rejected
    assert rejection.place == "c.jsonl, dòng 2"
    assert reason in rejection.reason


def test_broken_files_are_refused_with_their_name(tmp_path, now):
    whole = gzip.compress(json.dumps(make_record()).encode() * 50)
    (tmp_path / "a.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "b.yaml").write_text("a: [1", encoding="utf-8")
    (tmp_path / "c.json").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "d.json").write_text("", encoding="utf-8")
    report = api.import_file(path=tmp_path, now=now)
    assert report.created == 0
    assert {rejection.place for rejection in report.rejected} == {"a.jsonl.gz", "b.yaml", "c.json", "d.json"}
    with pytest.raises(api.BadFileError):
        api.import_file(path=tmp_path / "nothing", now=now)


def test_a_record_the_portal_deleted_never_comes_into_force(tmp_path, now):
    path = write_lines(tmp_path / "c.jsonl", make_record("1.999001-Xoa"), make_record("1.999002"))
    assert api.import_file(path=path, now=now).created == 2
    with pytest.raises(api.ProcedureNotFoundError):
        api.get_procedure(code="1.999001-Xoa", on=now.date())


def test_own_procedures_are_not_overwritten(seeded, tmp_path, now):
    path = write_lines(tmp_path / "c.jsonl", make_record("1.001193", name="Tên khác"), make_record("1.999002"))
    report = api.import_file(path=path, now=now)
    assert (report.created, report.unchanged, report.kept) == (1, 1, 1)
    version = api.get_procedure(code="1.001193", on=now.date())
    assert version.name_vi == "Thủ tục đăng ký khai sinh"
    assert version.procedure.raw_records.count() == 2


def test_statements_do_not_grow_with_records(tmp_path, now):
    def statements(count, first):
        codes = [f"1.{first + index:06}" for index in range(count)]
        path = write_lines(tmp_path / f"{first}.jsonl", *(make_record(code) for code in codes), "")
        with CaptureQueriesContext(connection) as queries:
            api.import_file(path=path, now=now)
        return len([one for one in queries if "kernel_outboxevent" not in one["sql"]])

    statements(2, 100)
    assert statements(30, 500) == statements(2, 900)


def test_portal_records_of_the_shared_folder(now):
    data = shared_data()
    if data is None:
        pytest.skip("the shared folder of facts is not here (set LIENTHONG_DATA)")
    report = api.import_file(path=data / "national-portal-records", now=now)
    assert (report.created, report.rejected) == (8, [])
    version = api.get_procedure(code="1.004222", on=now.date())
    assert version.steps.count() == 1
    assert {fee.amount for fee in api.fees(version=version)} == {10_000, 20_000}


def test_first_lines_of_the_whole_catalogue(tmp_path, now):
    data = shared_data()
    if data is None:
        pytest.skip("the shared folder of facts is not here (set LIENTHONG_DATA)")
    with gzip.open(data / "national-catalogue.jsonl.gz", "rt", encoding="utf-8") as lines:
        some = [line for index, line in zip(range(600), lines, strict=False) if index % 3 == 0]
    path = tmp_path / "some.jsonl"
    path.write_text("".join(some), encoding="utf-8")
    report = api.import_file(path=path, now=now)
    assert (report.created, report.rejected) == (200, [])


DAY_MS = 86_400_000
JULY = 1_783_209_600_000  # 5 July 2026, 00:00 UTC
EVENING = JULY + DAY_MS * 7 // 4  # 6 July, 18:00 UTC


@pytest.mark.parametrize(
    ("proposal", "entered", "days"),
    [
        ({"decisionDate": JULY, "publicationDate": JULY + 4 * DAY_MS}, JULY, ("2026-07-05", "2026-07-09")),
        # late in the evening it is already the next day in Vietnam
        ({"decisionDate": JULY - DAY_MS // 4, "publicationDate": EVENING}, 1, ("2026-07-05", "2026-07-07")),
        # the moment of the record's entry is no day of publication
        ({"decisionDate": JULY, "publicationDate": JULY + 9 * DAY_MS}, JULY + 9 * DAY_MS + 500, ("2026-07-05", None)),
        ({"decisionDate": None}, JULY, (None, None)),
        (None, None, (None, None)),
    ],
)  # fmt: skip
def test_the_days_of_a_portal_record(tmp_path, now, proposal, entered, days):
    detail = {
        "code": "1.999003", "name": "Cấp giấy phép", "isWard": True, "createdAt": entered,
        "procedureProposal": proposal,
    }  # fmt: skip
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"code": "1.999003", "detail": detail}), encoding="utf-8")
    report = api.import_file(path=path, now=now)
    assert report.rejected == []
    version = ProcedureVersion.objects.get(procedure__code="1.999003")
    told = (version.decided_on, version.publicised_on)
    assert tuple(day and day.isoformat() for day in told) == days
    assert version.effective_on is None


def test_a_day_that_no_record_can_bear_is_refused(tmp_path, now):
    detail = {"code": "1.999003", "name": "x", "isWard": True, "procedureProposal": {"decisionDate": "hôm qua"}}
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"code": "1.999003", "detail": detail}), encoding="utf-8")
    (refused,) = api.import_file(path=path, now=now).rejected
    assert "detail.procedureProposal.decisionDate" in refused.reason
