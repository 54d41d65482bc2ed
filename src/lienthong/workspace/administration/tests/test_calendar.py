"""The working calendar is edited by who may, and nothing typed is lost."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lienthong.kernel.models import AuditEntry
from lienthong.organisations.models import CalendarDay, CountingRule, WorkingHours

pytestmark = pytest.mark.django_db
EDITS = ("calendar_day_off", "calendar_swap", "calendar_import", "calendar_hours", "calendar_rule")
HOLIDAY = {
    "on": "2026-09-02", "name": "Quốc khánh", "legal_basis": "Bộ luật Lao động, Điều 112", "confidence": "low",
}  # fmt: skip


def at(name, *arguments, **query):
    return reverse(f"administration:{name}", args=arguments, query=query or None)


@pytest.fixture(autouse=True)
def hours(db):
    WorkingHours.objects.bulk_create(
        WorkingHours(weekday=weekday, opens=opens, closes=closes, valid_from=date(2020, 1, 1))
        for weekday in range(5)
        for opens, closes in ((450, 690), (810, 1050))
    )


def test_a_year_is_shown_with_its_days(keeper, specialist, client):
    keeper.client.post(at("calendar_day_off"), HOLIDAY)
    body = keeper.client.get(at("calendar", nam=2026)).content.decode()
    assert "Tháng 12" in body
    assert "Quốc khánh" in body
    assert "Chưa chắc" in body
    assert keeper.client.get(at("calendar", nam="99999")).status_code == 200
    assert keeper.client.get(at("calendar", **{"co-quan": "x"})).status_code == 404
    assert specialist.client.get(at("calendar")).status_code == 403
    assert client.get(at("calendar")).status_code == 302


@pytest.mark.parametrize("name", EDITS)
def test_the_nations_calendar_is_kept_from_the_province_up_and_an_agencys_by_its_own(name, keeper, local_keeper):
    assert keeper.client.get(at(name)).status_code == 200
    assert local_keeper.client.get(at(name)).status_code == 403
    own = {"co-quan": local_keeper.agency.uuid}
    assert local_keeper.client.get(at(name, **own)).status_code == 200
    assert keeper.client.get(at(name, **own)).status_code == 200, "the agency above may help"
    assert local_keeper.client.get(at(name, **{"co-quan": keeper.agency.uuid})).status_code == 403


def test_a_day_off_is_added_once_with_its_basis(keeper):
    missing = keeper.client.post(at("calendar_day_off"), HOLIDAY | {"legal_basis": "", "name": "Tên gõ dở"})
    assert missing.status_code == 422
    assert "Tên gõ dở" in missing.content.decode()
    assert "phải có căn cứ" in missing.content.decode()
    assert keeper.client.post(at("calendar_day_off"), HOLIDAY).status_code == 302
    again = keeper.client.post(at("calendar_day_off"), HOLIDAY)
    assert "đã có trong lịch" in again.content.decode()
    entry = AuditEntry.objects.get(action="organisations.calendar_day.added")
    assert entry.actor_id == str(keeper.account.uuid)
    nonsense = keeper.client.post(at("calendar_day_off"), HOLIDAY | {"on": "31/02/2026"})
    assert nonsense.status_code == 422


def test_a_swap_is_made_and_taken_back_whole(keeper, local_keeper):
    swap = {"off": "2026-01-02", "worked": "2026-01-10", "name": "Nghỉ Tết", "legal_basis": "QĐ 1/2026"}
    refused = keeper.client.post(at("calendar_swap"), swap | {"worked": "2026-01-12"})
    assert "ngày nghỉ hằng tuần" in refused.content.decode()
    keeper.client.post(at("calendar_swap"), swap)
    day = CalendarDay.objects.get(kind="off")
    assert local_keeper.client.get(at("calendar_remove", day.uuid)).status_code == 403
    assert keeper.client.post(at("calendar_remove", day.uuid), {"reason": ""}).status_code == 422
    keeper.client.post(at("calendar_remove", day.uuid), {"reason": "Nhập nhầm"})
    assert not CalendarDay.objects.exists()
    assert keeper.client.get(at("calendar_remove", day.uuid)).status_code == 404


def test_a_table_is_imported_whole_or_not_at_all_and_exported(keeper):
    head = "ngày,loại,tên,thay cho ngày,căn cứ,độ tin cậy\n"

    def send(text):
        table = SimpleUploadedFile("lich.csv", text if isinstance(text, bytes) else text.encode())
        return keeper.client.post(at("calendar_import"), {"table": table})

    wrong = send(head + "2026-04-30,nghỉ,Giải phóng,,Điều 112,\n32/13/2026,nghỉ,Sai,,Điều 112,\n").content.decode()
    assert "Dòng 3: " in wrong
    assert not CalendarDay.objects.exists()
    assert send(b"\xff\xfe\x00").status_code == 422
    assert send("").status_code == 422
    done = send(head + "2026-04-30,nghỉ,Giải phóng,,Điều 112,\n")
    assert done.status_code == 302
    exported = keeper.client.get(at("calendar_export", nam=2026))
    assert exported["Content-Type"].startswith("text/csv")
    assert "Giải phóng" in exported.content.decode("utf-8-sig")
    assert send(exported.content).status_code == 302
    assert CalendarDay.objects.count() == 1


def test_hours_and_rules_are_set(keeper, local_keeper):
    own = {"co-quan": local_keeper.agency.uuid}
    hours = {
        "weekdays": ["5"], "morning_from": "07:30", "morning_until": "11:30", "only_receives": "on",
        "valid_from": "2026-01-01", "legal_basis": "QĐ 5",
    }  # fmt: skip
    bad = local_keeper.client.post(at("calendar_hours", **own), hours | {"morning_until": "06:00"})
    assert "Giờ kết thúc phải sau" in bad.content.decode()
    bad = local_keeper.client.post(
        at("calendar_hours", **own), hours | {"afternoon_from": "11:00", "afternoon_until": "12:00"}
    )
    assert "sau buổi sáng" in bad.content.decode()
    local_keeper.client.post(at("calendar_hours", **own), hours)
    assert WorkingHours.objects.get(agency=local_keeper.agency).counts is False
    rule = {
        "valid_from": "2026-01-01", "cutoff": "16:00", "first_day": "same_day", "pause_for_supplement": "restart",
        "pause_for_payment": "shift", "pause_for_stop": "shift", "legal_basis": "NĐ 118",
    }  # fmt: skip
    keeper.client.post(at("calendar_rule"), rule)
    assert CountingRule.objects.get().cutoff == 16 * 60
    assert "muộn hơn" in keeper.client.post(at("calendar_rule"), rule).content.decode()
    assert "16:00" in keeper.client.get(at("calendar")).content.decode()


def test_a_limit_is_counted_for_trial_step_by_step(keeper):
    asked = {"received_at": "2026-11-20T15:40", "amount": 2, "unit": "working_days"}
    body = keeper.client.get(at("calendar_simulate", **asked)).content.decode()
    assert "sau 15:00" in body
    assert "thứ Tư 25/11/2026" in body
    far = keeper.client.get(at("calendar_simulate", **(asked | {"amount": 1000}))).content.decode()
    assert "ngoài các năm" in far
    wrong = keeper.client.get(at("calendar_simulate", **(asked | {"amount": "-3"})))
    assert wrong.status_code == 200
    assert "-3" in wrong.content.decode()


def test_the_year_costs_the_same_with_one_day_and_with_ten(keeper, django_assert_max_num_queries):
    for number in range(1, 11):
        CalendarDay.objects.create(date=date(2026, 3, number), kind="off", name="x", legal_basis="y")
    keeper.client.get(at("calendar", nam=2026))
    with django_assert_max_num_queries(13):
        keeper.client.get(at("calendar", nam=2026))
