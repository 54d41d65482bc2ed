"""Booking on the portal, with and without account; the kiosk; one's number on the phone."""

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from lienthong.accounts.tests.factories import make_account, make_person, sign_in
from lienthong.counters import api as counters
from lienthong.counters.models import Appointment, QueueTicket
from lienthong.counters.tests.factories import NOW, Hall, make_hall
from lienthong.kernel import clock

MONDAY = date(2026, 11, 23)
GUEST = {"guest_name": "Võ Thị Sáu Em", "guest_phone": "0905111222"}


@pytest.fixture
def hall(db: None, monkeypatch: pytest.MonkeyPatch) -> Hall:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return make_hall()


def times(hall: Hall) -> str:
    return reverse("portal:book_time", args=[hall.general.uuid])


def chosen(hall: Hall, clock_text: str = "08:00") -> dict[str, str]:
    return {"starts_at": hall.slot(MONDAY, clock_text).starts_at.isoformat(), "ngay": MONDAY.isoformat()}


def test_the_area_leads_to_the_desks(hall: Hall, client: Client):
    area = hall.agency.area
    page = client.get(reverse("portal:book"), {"commune": str(area.uuid), "province": str(area.parent.uuid)})
    assert hall.agency.name in page.content.decode()
    lines = client.get(reverse("portal:book_line", args=[hall.agency.uuid])).content.decode()
    assert "Hộ tịch, chứng thực" in lines
    assert client.get(reverse("portal:book"), {"commune": "khong-co"}).status_code == 200


def test_a_guest_books_sees_moves_and_cancels_and_nobody_else_does(hall: Hall, client: Client):
    answer = client.post(times(hall), {**chosen(hall), **GUEST})
    booked = Appointment.objects.get()
    assert answer.url == reverse("portal:appointment", args=[booked.uuid])
    assert booked.code in client.get(answer.url).content.decode()
    assert Client().get(answer.url).status_code == 404
    moved = client.post(f"{times(hall)}?doi={booked.uuid}", chosen(hall, "09:00"))
    assert moved.url == answer.url
    booked.refresh_from_db()
    assert f"{clock.local(booked.starts_at):%H:%M}" == "09:00"
    stranger = reverse("portal:appointment_cancel", args=[booked.uuid])
    assert Client().post(stranger).status_code == 404
    assert client.post(stranger).status_code == 302
    booked.refresh_from_db()
    assert booked.state == "cancelled"


def test_a_guest_may_leave_a_mail_address_for_the_reminder_and_is_told_what_it_is_for(hall: Hall, client: Client):
    page = client.get(times(hall)).content.decode()
    assert "xóa sau ngày hẹn" in page
    wrong = client.post(times(hall), {**chosen(hall), **GUEST, "guest_email": "sau.em"})
    assert wrong.status_code == 422
    assert 'value="sau.em"' in wrong.content.decode()
    assert 'href="#guest_email"' in wrong.content.decode()
    answer = client.post(times(hall), {**chosen(hall), **GUEST, "guest_email": "sau.em@vidu.example"})
    booked = Appointment.objects.get()
    assert booked.guest_email == "sau.em@vidu.example"
    assert "sau.em" not in client.get(answer.url).content.decode()


def test_a_guest_finds_the_appointment_on_another_device(hall: Hall, client: Client):
    client.post(times(hall), {**chosen(hall), **GUEST})
    booked = Appointment.objects.get()
    other = Client()
    find = reverse("portal:appointment_find")
    assert other.post(find, {"code": booked.code, "phone": "0905111223"}).status_code == 422
    found = other.post(find, {"code": booked.code.lower(), "phone": "0905 111 222"})
    assert other.get(found.url).status_code == 200


def test_everything_that_is_wrong_is_told_at_once(hall: Hall, client: Client) -> None:
    told = client.post(times(hall), {"guest_email": "khong-phai-thu"}).content.decode()
    for text in ("Còn 4 chỗ cần sửa", "Hãy chọn một giờ", "Nhập họ và tên", "Nhập số điện thoại", "Nhập địa chỉ thư"):
        assert text in told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({**GUEST, "starts_at": ""}, "Hãy chọn một giờ"),
        ({**GUEST, "starts_at": "hôm qua"}, "Hãy chọn một giờ"),
        ({**GUEST, "starts_at": "2026-11-22T08:00:00+07:00"}, "quầy không nhận hẹn"),
        ({"guest_name": "", "guest_phone": "12"}, "Nhập họ và tên"),
    ],
    ids=["no time", "nonsense", "sunday", "no name"],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(hall: Hall, client: Client, given: dict[str, str], told: str):
    answer = client.post(times(hall), {**chosen(hall), **given})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert told in page
    assert f'value="{given["guest_name"]}"' in page
    assert not Appointment.objects.exists()


def test_a_citizen_books_and_lists_their_own(hall: Hall, client: Client):
    sign_in(client, make_account(person=make_person("Nguyễn Thị Lan")))
    assert client.post(times(hall), chosen(hall)).status_code == 302
    again = client.post(times(hall), chosen(hall, "09:00"))
    assert again.status_code == 422
    assert "đã có lịch hẹn" in again.content.decode()
    assert Appointment.objects.get().code in client.get(reverse("portal:appointments")).content.decode()
    other = Client()
    sign_in(other, make_account(person=make_person("Trần Văn Bình")))
    assert "chưa đặt lịch nào" in other.get(reverse("portal:appointments")).content.decode()


@pytest.mark.parametrize("count", [1, 10])
def test_my_appointments_take_the_same_statements(hall: Hall, client: Client, count: int, django_assert_num_queries):
    person = make_person("Nguyễn Thị Lan")
    sign_in(client, make_account(person=person))
    starts = [slot.starts_at for slot in hall.slots(MONDAY)]
    for number in range(count):
        Appointment.objects.create(
            agency=hall.agency, line=hall.general, starts_at=starts[number], ends_at=starts[number + 1],
            late_at=starts[number + 1], capacity=3, seat=1, person=person, procedure_code=f"1.{number}",
            code=f"ABCD-{number:04d}", changed_at=NOW,
        )  # fmt: skip
    client.get(reverse("portal:appointments"))
    with django_assert_num_queries(4):
        client.get(reverse("portal:appointments"))


def test_a_kiosk_gives_a_slip_and_the_phone_follows(hall: Hall, client: Client):
    address = reverse("portal:kiosk", args=[hall.kiosk.secret])
    request = {"line": str(hall.general.uuid), "request_id": str(uuid4()), "priority": ""}
    slip = client.post(address, request)
    assert client.post(address, request).url == slip.url
    ticket = QueueTicket.objects.get()
    assert slip.url == reverse("portal:kiosk_slip", args=[hall.kiosk.secret, ticket.uuid])
    assert "A001" in client.get(slip.url).content.decode()
    phone = reverse("portal:ticket", args=[ticket.uuid])
    assert "Sắp đến lượt bạn" in Client().get(phone).content.decode()
    counters.call_next(principal=hall.clerk, desk=hall.desks[0], now=NOW)
    assert "quầy 1" in Client().get(phone, headers={"HX-Request": "true"}).content.decode()


def test_a_kiosk_takes_an_appointment_by_its_code(hall: Hall, client: Client):
    guest = {"guest_name": "Sáu Em", "guest_phone": "0905111222"}
    from lienthong.accounts.api import ANONYMOUS

    booked = hall.book(ANONYMOUS, date(2026, 11, 20), "10:00", **guest)
    address = reverse("portal:kiosk", args=[hall.kiosk.secret])
    assert client.post(address, {"code": "KHON-GCO9"}).status_code == 404
    slip = client.post(address, {"code": booked.code.lower()})
    assert "Hẹn 10:00" in client.get(slip.url).content.decode()


def test_an_unknown_kiosk_gives_nothing(hall: Hall, client: Client):
    assert client.get(reverse("portal:kiosk", args=["khong-co"])).status_code == 404
    assert client.post(reverse("portal:kiosk", args=[hall.kiosk.secret]), {"line": "x"}).status_code == 404


def test_a_number_of_another_day_says_so(hall: Hall, client: Client, monkeypatch: pytest.MonkeyPatch):
    ticket = hall.take()
    from datetime import timedelta

    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=1))
    assert "không dùng được nữa" in client.get(reverse("portal:ticket", args=[ticket.uuid])).content.decode()


def test_an_agency_without_desks_has_no_display(hall: Hall, client: Client):
    from lienthong.organisations.tests.factories import make_agency

    other = make_agency("Sở Tư pháp")
    assert client.get(reverse("portal:display", args=[other.uuid])).status_code == 404
