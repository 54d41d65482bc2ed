"""The desk in the hall: sitting down, calling, letting people with appointments in, opening what is scanned."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from lienthong.accounts.api import ANONYMOUS
from lienthong.accounts.tests.factories import sign_in
from lienthong.counters import api as counters
from lienthong.counters.models import QueueTicket
from lienthong.counters.tests.factories import NOW, Hall, make_hall
from lienthong.dossiers.tests.factories import World, make_dossier
from lienthong.kernel import clock
from lienthong.workspace import scanning
from lienthong.workspace.tests.conftest import Desk


@pytest.fixture
def hall(world: World, monkeypatch: pytest.MonkeyPatch) -> Hall:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return make_hall(agency=world.office("ward"))


@pytest.fixture
def seated(hall: Hall, desk: Desk) -> Client:
    client = desk("receptionist")
    assert client.post(reverse("workspace:queue_desk"), {"desk": str(hall.desks[0].uuid)}).status_code == 302
    return client


def act(client: Client, ticket: QueueTicket, do: str, **more: str):
    return client.post(reverse("workspace:queue_act", args=[ticket.uuid]), {"do": do, **more}, follow=True)


def test_without_a_desk_one_is_asked_for(hall: Hall, desk: Desk):
    answer = desk("receptionist").get(reverse("workspace:queue"))
    assert answer.url == reverse("workspace:queue_desk")


def test_a_desk_of_another_agency_is_not_found(hall: Hall, desk: Desk):
    stranger = desk("receptionist", "other_ward")
    assert stranger.post(reverse("workspace:queue_desk"), {"desk": str(hall.desks[0].uuid)}).status_code == 404


def test_only_who_serves_the_public_has_a_desk(hall: Hall, desk: Desk):
    assert desk("clerk").get(reverse("workspace:queue_desk")).status_code == 403


def test_a_number_is_called_served_and_the_next_follows(hall: Hall, seated: Client):
    first, second = hall.take(), hall.take(now=NOW + timedelta(seconds=1))
    page = seated.post(reverse("workspace:queue_call"), follow=True).content.decode()
    assert "A001" in page
    # A second press finds the desk taken and calls nobody else.
    seated.post(reverse("workspace:queue_call"))
    second.refresh_from_db()
    assert second.state == "waiting"
    assert "Đang phục vụ" in act(seated, first, "start").content.decode()
    act(seated, first, "next")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("done", "called")
    assert "không làm được việc này nữa" in act(seated, first, "finish").content.decode()
    act(seated, second, "no_show")
    assert "Xếp lại" in act(seated, second, "unknown").content.decode()
    act(seated, second, "put_back")
    second.refresh_from_db()
    assert second.state == "waiting"


def test_nobody_waits_is_said(hall: Hall, seated: Client):
    assert "Không còn ai chờ" in seated.post(reverse("workspace:queue_call"), follow=True).content.decode()


def test_a_number_is_sent_to_another_desk(hall: Hall, seated: Client):
    ticket = hall.take()
    seated.post(reverse("workspace:queue_call"))
    act(seated, ticket, "transfer", to=str(hall.desks[2].uuid))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.desk_id) == ("transferred", hall.desks[2].pk)


def test_an_official_gives_a_number_once(hall: Hall, seated: Client):
    given = {"line": str(hall.general.uuid), "request_id": str(uuid4()), "priority": ""}
    for _press in range(2):
        assert "Đã phát số A001" in seated.post(reverse("workspace:queue_give"), given, follow=True).content.decode()
    assert QueueTicket.objects.count() == 1


def test_somebody_with_an_appointment_is_let_in_or_told_why_not(hall: Hall, seated: Client):
    guest = {"guest_name": "Võ Thị Sáu Em", "guest_phone": "0905111222"}
    booked = hall.book(ANONYMOUS, date(2026, 11, 20), "10:00", **guest)
    later = hall.book(ANONYMOUS, date(2026, 11, 23), "10:00", procedure_code="1.004873", **guest)
    page = seated.get(reverse("workspace:appointments")).content.decode()
    assert booked.code in page
    assert later.code not in page
    url = reverse("workspace:appointment", args=[booked.uuid])
    assert "Đã phát số A001" in seated.post(url, {"do": "arrive"}, follow=True).content.decode()
    other = reverse("workspace:appointment", args=[later.uuid])
    assert seated.post(other, {"do": "cancel", "reason": " "}).status_code == 409
    told = seated.post(other, {"do": "cancel", "reason": "Bảo trì"}, follow=True)
    assert "Đã hủy lịch hẹn. Không có cách báo tự động: hãy gọi cho người hẹn." in told.content.decode()
    assert told.redirect_chain == [(other, 302)]
    later.refresh_from_db()
    assert (later.state, later.cancel_reason) == ("cancelled", "Bảo trì")


@pytest.mark.parametrize(
    ("email", "before", "after"),
    [
        ("sau.em@vidu.example", "Hủy lịch hẹn và báo", "Đã hủy lịch hẹn và báo cho người hẹn."),
        ("", "hãy gọi 0905111222 để báo", "hãy gọi cho người hẹn"),
    ],
    ids=["with a mail", "no way"],
)
def test_the_desk_knows_whether_a_guest_is_told(hall: Hall, seated: Client, email: str, before: str, after: str):
    booked = hall.book(
        ANONYMOUS, date(2026, 11, 23), "10:00", guest_name="Sáu Em", guest_phone="0905111222", guest_email=email
    )
    url = reverse("workspace:appointment", args=[booked.uuid])
    assert before in seated.get(url).content.decode()
    assert after in seated.post(url, {"do": "cancel", "reason": "Bảo trì"}, follow=True).content.decode()


def test_appointments_of_another_agency_are_not_found(hall: Hall, desk: Desk):
    booked = hall.book(ANONYMOUS, date(2026, 11, 23), "10:00", guest_name="Sáu Em", guest_phone="0905111222")
    answer = desk("receptionist", "other_ward").get(reverse("workspace:appointment", args=[booked.uuid]))
    assert answer.status_code == 404


def test_a_scanned_code_opens_what_it_names(hall: Hall, seated: Client, world: World):
    dossier = make_dossier(world, now=NOW)
    ticket = hall.take()
    booked = hall.book(ANONYMOUS, date(2026, 11, 23), "10:00", guest_name="Sáu Em", guest_phone="0905111222")
    site = "https://mot-cua.example"
    for scanned, route, uuid in (
        (dossier.code.lower(), "workspace:dossier", dossier.uuid),
        (f"{site}/tra-cuu/?code={dossier.code}", "workspace:dossier", dossier.uuid),
        (f"{site}/ho-so/{dossier.uuid}/", "workspace:dossier", dossier.uuid),
        (booked.code.replace("-", ""), "workspace:appointment", booked.uuid),
        ("a1", "workspace:queue_ticket", ticket.uuid),
        (f"{site}/quay/so/{ticket.uuid}/", "workspace:queue_ticket", ticket.uuid),
    ):
        answer = seated.get(reverse("workspace:scan"), {"ma": scanned})
        assert answer.status_code == 302, scanned
        assert answer.url == reverse(route, args=[uuid])
        assert seated.get(answer.url).status_code == 200
    for nothing in ("KHONG-CO", f"{site}/khong/co/", "A999", "x" * 400):
        assert seated.get(reverse("workspace:scan"), {"ma": nothing}).status_code == 404


def test_a_foreign_code_opens_nothing(hall: Hall, desk: Desk, world: World):
    ticket = hall.take()
    stranger = world.official("other_ward", "receptionist", now=NOW)
    assert scanning.address_of(principal=stranger, scanned=str(ticket.uuid), now=NOW) is None


@pytest.mark.parametrize("count", [1, 10])
def test_the_desk_takes_the_same_statements_for_one_and_for_many(
    hall: Hall, seated: Client, count: int, django_assert_max_num_queries
):
    for _number in range(count):
        hall.take()
    with django_assert_max_num_queries(20):
        assert seated.get(reverse("workspace:queue")).status_code == 200


def test_the_display_of_a_signed_in_desk_does_not_prolong_its_session(hall: Hall, seated: Client):
    ticket = hall.take()
    address = reverse("portal:display", args=[hall.agency.uuid])
    page = Client().get(address).content.decode()
    mark = page.split("?da=")[1][:16]
    quiet = {"HX-Request": "true", "X-Background": "1"}
    assert Client().get(address, {"da": mark}, headers=quiet).status_code == 204
    counters.call_next(principal=hall.clerk, desk=hall.desks[0], now=NOW)
    changed = Client().get(address, {"da": mark}, headers=quiet)
    assert changed.status_code == 200
    assert f"Mời số {ticket.label} đến quầy 1" in changed.content.decode()


def test_the_keeper_of_the_agency_sets_up_the_hall(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    from lienthong.accounts.tests.factories import make_account
    from lienthong.organisations.tests.factories import make_official

    ward = world.office("ward")
    client = Client()
    sign_in(client, make_account(official=make_official("Mai Xuân Trí", agency=ward, kind="administrator")))

    def at(name: str, *more: object) -> str:
        return reverse(f"administration:counters_{name}", args=[ward.uuid, *more])

    assert client.get(reverse("administration:counters"), follow=True).status_code == 200
    client.post(at("line"), {"letter": "a", "name": "Hộ tịch", "valid_from": "2026-11-20"})
    (line,) = counters.list_lines(agency_id=ward.pk, on=date(2026, 11, 20))
    assert client.post(at("line"), {"letter": "A", "name": "Khác", "valid_from": "2026-11-20"}).status_code == 422
    wrong = client.post(at("desk"), {"number": "1", "valid_from": "2026-11-20"})
    assert wrong.status_code == 422
    client.post(at("desk"), {"number": "1", "name": "Tổng hợp", "lines": [str(line.uuid)], "valid_from": "2026-11-20"})
    hours = {
        "weekdays": ["0", "1"], "morning_from": "07:30", "morning_until": "09:30",
        "slot_minutes": "30", "capacity": "2", "lead_minutes": "60", "horizon_days": "14",
        "grace_minutes": "15", "valid_from": "2026-11-20", "line": "",
    }  # fmt: skip
    assert client.post(at("hours"), hours).status_code == 302
    assert len(counters.slots_on(line=line, on=date(2026, 11, 23), now=NOW)) == 4
    assert client.post(at("close"), {"on": "2026-11-23", "reason": "Mất điện", "line": ""}).status_code == 302
    assert counters.slots_on(line=line, on=date(2026, 11, 23), now=NOW) == ()
    (closure,) = counters.list_closures(agency_id=ward.pk, first=date(2026, 11, 20))
    client.post(at("kiosk"), {"name": "Cửa chính"})
    (kiosk,) = counters.list_kiosks(agency_id=ward.pk)
    assert Client().get(reverse("portal:kiosk", args=[kiosk.secret])).status_code == 200
    page = client.get(at("agency")).content.decode()
    for text in ("Hộ tịch", "Quầy 1", "07:30–09:30", "Mất điện", "Cửa chính"):
        assert text in page
    (shown,) = counters.list_desks(agency_id=ward.pk, on=date(2026, 11, 20))
    assert client.get(at("desk_edit", shown.uuid)).status_code == 200
    client.post(at("reopen", closure.uuid))
    client.post(at("kiosk_close", kiosk.uuid))
    assert Client().get(reverse("portal:kiosk", args=[kiosk.secret])).status_code == 404
    client.post(at("line_end", line.uuid))
    assert counters.list_lines(agency_id=ward.pk, on=date(2026, 11, 21)) == ()


def test_somebody_elses_hall_is_closed_to_other_keepers(hall: Hall, world: World):
    from lienthong.accounts.tests.factories import make_account
    from lienthong.organisations.tests.factories import make_official

    client = Client()
    other = world.office("other_ward")
    sign_in(client, make_account(official=make_official("Phan Văn Lạ", agency=other, kind="administrator")))
    for name in ("agency", "line", "desk", "hours", "close", "kiosk"):
        assert client.get(reverse(f"administration:counters_{name}", args=[hall.agency.uuid])).status_code == 403
