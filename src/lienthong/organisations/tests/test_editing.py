"""Editing the calendar, posts, absences and identifiers: what is written, refused and recorded."""

from datetime import date, datetime, time

import pytest
from django.db import IntegrityError, transaction

from lienthong.kernel import audit
from lienthong.kernel.clock import VIETNAM
from lienthong.kernel.models import AuditEntry, OutboxEvent
from lienthong.organisations import api
from lienthong.organisations.models import CalendarDay, WorkingHours
from lienthong.organisations.tests.factories import REFORM, START, make_agency, make_office_hours, make_official

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=VIETNAM)
WHO = {"actor": audit.SYSTEM, "now": NOW}
FRIDAY, SATURDAY = date(2027, 1, 8), date(2027, 1, 16)


@pytest.fixture(autouse=True)
def _office_hours():
    make_office_hours()


def is_working(on, agency_id=None):
    return api.get_calendar(agency_id=agency_id, start=on).is_working_day(on)


def test_a_day_off_is_seen_at_once_and_recorded():
    assert is_working(FRIDAY)
    day = api.add_day_off(on=FRIDAY, name="Ngày hội", legal_basis="QĐ 1/2027", **WHO)
    assert not is_working(FRIDAY)
    entry = AuditEntry.objects.get(action="organisations.calendar_day.added")
    assert "QĐ 1/2027" in entry.content
    assert OutboxEvent.objects.get(name="organisations.calendar_changed").payload["first_date"] == "2027-01-08"
    with pytest.raises(api.CalendarDayExistsError, match="08/01/2027"):
        api.add_day_off(on=FRIDAY, name="Ngày hội", legal_basis="QĐ 1/2027", **WHO)
    with pytest.raises(api.InvalidCalendarDayError):
        api.remove_calendar_day(uuid=day.uuid, reason=" ", **WHO)
    api.remove_calendar_day(uuid=day.uuid, reason="Bãi bỏ", **WHO)
    assert is_working(FRIDAY)
    with pytest.raises(api.CalendarDayNotFoundError):
        api.remove_calendar_day(uuid=day.uuid, reason="Bãi bỏ", **WHO)


def test_a_local_day_off_and_half_a_day():
    city = make_agency("UBND thành phố")
    api.add_day_off(
        on=FRIDAY,
        name="Cắt điện",
        legal_basis="",
        agency_id=city.pk,
        closed_from=time(13),
        closed_until=time(17),
        **WHO,
    )
    assert is_working(FRIDAY, city.pk)
    day = api.get_calendar(agency_id=city.pk, start=FRIDAY).day(FRIDAY)
    assert day.closing == datetime(2027, 1, 8, 11, 30, tzinfo=VIETNAM)
    assert api.get_calendar(agency_id=None, start=FRIDAY).day(FRIDAY).closing.hour == 17


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"legal_basis": " "}, "legal_basis"),
        ({"closed_from": time(13)}, "closed_until"),
        ({"closed_from": time(13), "closed_until": time(12)}, "closed_until"),
    ],
)
def test_an_incomplete_day_is_refused_at_its_field(values, field):
    with pytest.raises(api.InvalidCalendarDayError) as caught:
        api.add_day_off(**{"on": FRIDAY, "name": "Lễ", "legal_basis": "QĐ", **values}, **WHO)
    assert list(caught.value.field_errors) == [field]


def test_a_swap_moves_the_work_and_goes_as_one():
    _off, worked = api.add_swap(off=FRIDAY, worked=SATURDAY, name="Nghỉ dài", legal_basis="QĐ", **WHO)
    assert (is_working(FRIDAY), is_working(SATURDAY)) == (False, True)
    api.remove_calendar_day(uuid=worked.uuid, reason="Bãi bỏ", **WHO)
    assert (is_working(FRIDAY), is_working(SATURDAY)) == (True, False)
    off, _worked = api.add_swap(off=FRIDAY, worked=SATURDAY, name="Nghỉ dài", legal_basis="QĐ", **WHO)
    api.remove_calendar_day(uuid=off.uuid, reason="Bãi bỏ", **WHO)
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize(("off", "worked", "field"), [(SATURDAY, SATURDAY, "off"), (FRIDAY, FRIDAY, "worked")])
def test_a_swap_needs_a_working_day_and_a_free_one(off, worked, field):
    with pytest.raises(api.InvalidCalendarDayError) as caught:
        api.add_swap(off=off, worked=worked, name="Nghỉ dài", legal_basis="QĐ", **WHO)
    assert field in caught.value.field_errors


TABLE = """ngày,loại,tên,thay cho ngày,căn cứ,độ tin cậy
08/01/2027,nghỉ,Nghỉ hoán đổi,,QĐ 9,
16/01/2027,làm bù,Làm bù,08/01/2027,QĐ 9,
2027-02-04,nghỉ,"Tết, ngày đầu",,QĐ 9,dự kiến
"""


def test_a_table_is_imported_once_and_comes_out_again():
    assert api.import_calendar(content=TABLE.encode(), **WHO) == api.CalendarImport(3, 0, 0)
    assert (is_working(FRIDAY), is_working(SATURDAY)) == (False, True)
    assert api.import_calendar(content=TABLE.encode(), **WHO) == api.CalendarImport(0, 0, 3)
    out = api.export_calendar(year=2027)
    assert '04/02/2027,nghỉ,"Tết, ngày đầu",,QĐ 9,dự kiến' in out
    assert api.import_calendar(content=b"\xef\xbb\xbf" + out.encode(), **WHO) == api.CalendarImport(0, 0, 3)
    decided = TABLE.replace("dự kiến", "").replace(",", ";").replace('"Tết; ngày đầu"', "Tết")
    assert api.import_calendar(content=decided.encode(), **WHO) == api.CalendarImport(0, 1, 2)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("31/02/2027,nghỉ,Lễ,,QĐ,", "“31/02/2027” không phải ngày"),
        (",nghỉ,Lễ,,QĐ,", "không phải ngày"),
        ("08/01/2027,nghĩ mát,Lễ,,QĐ,", "phải là “nghỉ” hoặc “làm bù”"),
        ("08/01/2027,nghỉ,,,QĐ,", "Cột “tên”"),
        ("08/01/2027,nghỉ," + "x" * 121 + ",,QĐ,", "tối đa 120"),
        ("08/01/2027,nghỉ,Lễ,,,", "phải có căn cứ"),
        ("08/01/2027,nghỉ,Lễ,,QĐ,có lẽ", "Cột “độ tin cậy”"),
        ("08/01/2027,nghỉ,Lễ,,QĐ,,thừa", "Nhiều ô hơn"),
        ("16/01/2027,làm bù,Bù,,QĐ,", "phải nói bù cho ngày nào"),
        ("16/01/2027,làm bù,Bù,mai,QĐ,", "“mai” không phải ngày"),
        ("16/01/2027,làm bù,Bù,08/01/2027,QĐ,", "không phải ngày nghỉ"),
        ("15/01/2027,làm bù,Bù,11/01/2027,QĐ,", "đã là ngày làm việc"),
        ("11/01/2027,nghỉ,Lễ khác,,QĐ,", "đã có ở dòng 2"),
    ],
)
def test_a_faulty_line_is_named_and_nothing_is_written(line, said):
    table = f"ngày,loại,tên,thay cho ngày,căn cứ,độ tin cậy\n11/01/2027,nghỉ,Lễ,,QĐ,\n{line}\n"
    with pytest.raises(api.CalendarTableError) as caught:
        api.import_calendar(content=table.encode(), **WHO)
    (messages,) = (caught.value.field_errors[key] for key in caught.value.field_errors if key == "3")
    assert any(said in message for message in messages), messages
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "trống"),
        (b" \n\n", "trống"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"PK\x00\x03", "CSV"),
        (b"a,b\n1,2\n", "thiếu cột"),
        ("ngày,loại,tên\n".encode(), "không có dòng nào"),
        (b"x" * (256 * 1024 + 1), "quá lớn"),
    ],
)
def test_what_is_no_table_is_refused(content, said):
    with pytest.raises(api.CalendarTableError, match=said):
        api.import_calendar(content=content, **WHO)


def test_hours_change_from_a_date_on():
    ward = make_agency("UBND phường")
    api.set_working_hours(
        weekdays=[5], spans=[(time(7, 30), time(11))], valid_from=REFORM, legal_basis="", agency_id=ward.pk, **WHO
    )
    assert not is_working(date(2025, 6, 28), ward.pk)
    assert is_working(date(2025, 7, 5), ward.pk)
    api.set_working_hours(weekdays=[5], spans=[], valid_from=date(2026, 1, 1), legal_basis="", agency_id=ward.pk, **WHO)
    assert is_working(date(2025, 7, 5), ward.pk)
    assert not is_working(date(2026, 1, 3), ward.pk)
    assert WorkingHours.objects.filter(agency=ward).count() == 1
    shown = api.list_working_hours(on=REFORM, agency_id=ward.pk)
    assert [(row.opens, row.closes) for row in shown] == [(time(7, 30), time(11))]


@pytest.mark.parametrize(
    ("weekdays", "spans"),
    [([7], []), ([], []), ([0], [(time(9), time(8))]), ([0], [(time(8), time(12)), (time(11), time(15))])],
)
def test_impossible_hours_are_refused(weekdays, spans):
    with pytest.raises(api.InvalidCalendarDayError):
        api.set_working_hours(weekdays=weekdays, spans=spans, valid_from=START, legal_basis="", **WHO)


def test_overlapping_hours_are_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkingHours.objects.create(weekday=0, opens=600, closes=700, valid_from=REFORM)


def test_a_rule_replaces_the_one_before():
    common = {"first_day": "next_working_day", **WHO}
    api.set_counting_rule(valid_from=START, cutoff=time(15), legal_basis="NĐ 61/2018", **common)
    api.set_counting_rule(valid_from=REFORM, cutoff=time(16), legal_basis="NĐ 118/2025", **common)
    assert api.get_counting_rules(agency_id=None, on=date(2025, 6, 30)).cutoff == time(15)
    assert api.get_counting_rules(agency_id=None, on=REFORM).cutoff == time(16)
    for values in ({"valid_from": START, "legal_basis": "x"}, {"valid_from": date(2027, 1, 1), "legal_basis": ""}):
        with pytest.raises(api.InvalidCalendarDayError):
            api.set_counting_rule(cutoff=None, **values, **common)


def test_absence_and_substitutes():
    city = make_agency("UBND thành phố")
    an, binh, chi = (make_official(name, agency=city) for name in ("An", "Bình", "Chi"))
    day = {"valid_from": date(2026, 11, 23), "valid_to": date(2026, 11, 30)}

    def away(official, substitute, **period):
        return api.record_absence(
            official_id=official.pk,
            substitute_id=substitute and substitute.pk,
            reason="Nghỉ phép",
            **(period or day),
            **WHO,
        )

    absence = away(an, binh)
    assert api.substitutes_for(official_id=an.pk, on=date(2026, 11, 25)) == (binh,)
    assert api.substitutes_for(official_id=an.pk, on=date(2026, 11, 30)) == ()
    assert api.substitutions_by(official_id=binh.pk, on=date(2026, 11, 25)) == (an,)
    with pytest.raises(api.AbsenceOverlapsError):
        away(an, chi)
    with pytest.raises(api.InvalidAbsenceError, match="Chưa ghi"):
        away(binh, an)
    away(binh, chi)
    assert api.substitutes_for(official_id=an.pk, on=date(2026, 11, 25)) == (chi,)
    assert len(api.list_absences(agency_ids=[city.pk], on=date(2026, 11, 25))) == 2
    for substitute, period in (
        (chi, day),
        (make_official("Không vị trí"), day),
        (None, {"valid_from": REFORM, "valid_to": REFORM}),
    ):
        with pytest.raises(api.InvalidAbsenceError):
            away(chi, substitute, **period)
    api.end_absence(uuid=absence.uuid, on=date(2026, 11, 25), **WHO)
    assert api.substitutes_for(official_id=an.pk, on=date(2026, 11, 25)) == ()
    with pytest.raises(api.AbsenceNotFoundError):
        api.end_absence(uuid=absence.uuid, on=date(2026, 11, 26), **WHO)
    assert AuditEntry.objects.filter(action__startswith="organisations.absence").count() == 3


def test_posts_are_given_and_ended():
    ward = make_agency("UBND phường", valid_from=REFORM)
    official = api.register_official(full_name="Lý Thị  Ánh", staff_number="X1", official_email="", **WHO)
    assert official.full_name == "Lý Thị Ánh"
    with pytest.raises(api.PostOverlapsError):
        api.register_official(full_name="Khác", staff_number="X1", official_email="", **WHO)
    post = {"official_id": official.pk, "agency_id": ward.pk, "kind": "clerk", "title": "Văn thư"}
    assignment = api.appoint(**post, valid_from=REFORM, **WHO)
    assert api.official_at(official_id=official.pk, on=REFORM) == assignment
    with pytest.raises(api.PostOverlapsError):
        api.appoint(**post, valid_from=date(2026, 1, 1), **WHO)
    for wrong in ({"kind": "vua"}, {"title": ""}, {"valid_from": START}):
        with pytest.raises(api.InvalidPostError):
            api.appoint(**{**post, "valid_from": REFORM, **wrong}, **WHO)
    with pytest.raises(api.InvalidPostError):
        api.end_assignment(uuid=assignment.uuid, on=REFORM, reason="", **WHO)
    api.end_assignment(uuid=assignment.uuid, on=date(2026, 6, 1), reason="Chuyển công tác", **WHO)
    assert api.assignments_of_many(official_ids=[official.pk], on=date(2026, 6, 1)) == {official.pk: ()}
    with pytest.raises(api.AssignmentNotFoundError):
        api.end_assignment(uuid=assignment.uuid, on=date(2026, 7, 1), reason="", **WHO)


def test_an_uncertain_identifier_is_replaced_by_the_real_one():
    ward = make_agency("UBND phường Hải Châu", codes_=("H17.110",))
    make_agency("UBND phường khác", codes_=("H17.111",))
    api.set_identifier(agency_id=ward.pk, code=" h17.130 ", valid_from=REFORM, **WHO)
    assert api.agency_code(agency_id=ward.pk, on=REFORM) == "H17.130"
    assert api.agency_code(agency_id=ward.pk, on=date(2025, 6, 30)) == "H17.110"
    with pytest.raises(api.IdentifierTakenError):
        api.set_identifier(agency_id=ward.pk, code="H17.111", valid_from=REFORM, **WHO)
    for code, on in (("17", REFORM), ("H17.1.", REFORM), ("H17.9", date(2019, 1, 1))):
        with pytest.raises(api.InvalidIdentifierError):
            api.set_identifier(agency_id=ward.pk, code=code, valid_from=on, **WHO)
    updated = api.update_contact(agency_id=ward.pk, address=" 1  Lê Lợi ", phone="", email="", **WHO)
    assert updated.address == "1 Lê Lợi"
