"""Booking, moving, cancelling, missing, reminding."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from lienthong.accounts.api import ANONYMOUS, SYSTEM_PRINCIPAL
from lienthong.counters import api as counters
from lienthong.counters.models import Appointment
from lienthong.counters.tests.factories import NOW, Hall, make_citizen
from lienthong.kernel.models import AuditEntry
from lienthong.notifications.models import Delivery, Notification
from lienthong.notifications.services.addresses import forget_addresses

MONDAY = date(2026, 11, 23)
WEDNESDAY = date(2026, 11, 25)


def test_a_citizen_books_and_is_told(hall: Hall):
    lan = make_citizen()
    appointment = hall.book(lan, MONDAY, "08:00", procedure_code="1.001193", procedure_name="Đăng ký khai sinh")
    assert (appointment.seat, appointment.state) == (1, "booked")
    assert appointment.late_at - appointment.starts_at == timedelta(minutes=15)
    assert hall.slot(MONDAY, "08:00").free == 2
    assert [row.kind for row in Notification.objects.all()] == ["counters.booked"]
    assert appointment.code in Notification.objects.get().title
    assert AuditEntry.objects.filter(action="counters.appointment.booked").count() == 1


def test_a_second_press_gives_the_same_appointment_and_another_time_is_refused(hall: Hall):
    lan = make_citizen()
    first = hall.book(lan, MONDAY, "08:00")
    assert hall.book(lan, MONDAY, "08:00") == first
    with pytest.raises(counters.AlreadyBookedError) as refused:
        hall.book(lan, WEDNESDAY, "08:00")
    assert refused.value.facts["appointment"] == str(first.uuid)
    # Another matter is another appointment.
    assert hall.book(lan, WEDNESDAY, "08:00", procedure_code="1.004873").pk != first.pk


def test_a_full_slot_is_full_and_a_cancelled_seat_is_free_again(hall: Hall):
    people = [make_citizen(f"Người {number}") for number in range(4)]
    booked = [hall.book(who, MONDAY, "09:00") for who in people[:3]]
    with pytest.raises(counters.SlotFullError):
        hall.book(people[3], MONDAY, "09:00")
    counters.cancel(principal=people[1], appointment=booked[1], now=NOW)
    assert hall.book(people[3], MONDAY, "09:00").seat == 2
    assert counters.cancel(principal=people[1], appointment=booked[1], now=NOW).state == "cancelled"


@pytest.mark.parametrize(
    ("on", "clock"),
    [(date(2026, 11, 20), "09:30"), (date(2026, 12, 7), "08:00")],
    ids=["too near", "too far"],
)
def test_a_time_that_is_not_offered_is_refused(hall: Hall, on: date, clock: str):
    with pytest.raises(counters.SlotNotOfferedError):
        hall.book(make_citizen(), on, clock)


def test_a_time_on_no_slot_is_refused(hall: Hall):
    start = hall.slot(MONDAY, "08:00").starts_at + timedelta(minutes=7)
    with pytest.raises(counters.SlotNotOfferedError):
        counters.book(principal=make_citizen(), line_uuid=hall.general.uuid, starts_at=start, now=NOW)


@pytest.mark.parametrize(
    ("name", "phone", "wrong"),
    [("", "0905111222", "guest_name"), ("Võ Thị Sáu Em", "", "guest_phone"), ("Võ Thị Sáu Em", "12", "guest_phone")],
)
def test_a_guest_gives_name_and_telephone(hall: Hall, name: str, phone: str, wrong: str):
    with pytest.raises(counters.InvalidGuestError) as refused:
        hall.book(ANONYMOUS, MONDAY, "08:00", guest_name=name, guest_phone=phone)
    assert list(refused.value.field_errors) == [wrong]


def test_a_guest_finds_the_appointment_by_code_and_telephone_only(hall: Hall):
    booked = hall.book(ANONYMOUS, MONDAY, "08:00", guest_name="Võ Thị Sáu Em", guest_phone="0905 111 222")
    typed = booked.code.lower().replace("-", " ")
    assert counters.find_guest_appointment(code=typed, phone="0905111222") == booked
    assert counters.find_guest_appointment(code=typed, phone="0905111223") is None
    assert counters.find_guest_appointment(code=typed, phone="") is None
    with pytest.raises(counters.AlreadyBookedError):
        hall.book(ANONYMOUS, WEDNESDAY, "08:00", guest_name="Võ Thị Sáu Em", guest_phone="0905111222")


def test_a_foreign_appointment_is_not_found(hall: Hall):
    booked = hall.book(make_citizen(), MONDAY, "08:00")
    with pytest.raises(counters.AppointmentNotFoundError):
        counters.get_appointment_for(principal=make_citizen("Trần Văn Bình"), uuid=booked.uuid)
    assert counters.get_appointment_for(principal=hall.clerk, uuid=booked.uuid) == booked


def test_moving_frees_the_old_seat_and_keeps_the_code(hall: Hall):
    lan = make_citizen()
    booked = hall.book(lan, MONDAY, "08:00")
    moved = counters.move(principal=lan, appointment=booked, starts_at=hall.slot(WEDNESDAY, "14:00").starts_at, now=NOW)
    assert (moved.pk, moved.code) == (booked.pk, booked.code)
    assert hall.slot(MONDAY, "08:00").free == 3
    assert hall.slot(WEDNESDAY, "14:00").free == 2


def test_who_does_not_come_in_time_has_missed_it_and_may_book_again(hall: Hall):
    lan = make_citizen()
    booked = hall.book(lan, MONDAY, "08:00")
    assert counters.mark_missed(now=booked.late_at) == 0
    assert counters.mark_missed(now=booked.late_at + timedelta(seconds=1)) == 1
    booked.refresh_from_db()
    assert booked.state == "missed"
    later = booked.late_at + timedelta(minutes=1)
    assert hall.book(lan, WEDNESDAY, "08:00", now=later).state == "booked"
    with pytest.raises(counters.AppointmentStateError):
        counters.cancel(principal=lan, appointment=booked, now=later)


def test_the_day_before_people_are_reminded_once(hall: Hall):
    hall.book(make_citizen(), MONDAY, "08:00")
    hall.book(ANONYMOUS, MONDAY, "08:30", guest_name="Võ Thị Sáu Em", guest_phone="0905111222")
    assert counters.remind(now=NOW) == 0
    sunday = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    assert counters.remind(now=sunday) == 1
    assert counters.remind(now=sunday + timedelta(hours=1)) == 0
    assert Notification.objects.filter(kind="counters.reminder").count() == 1


SUNDAY = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
GUEST = {"guest_name": "Võ Thị Sáu Em", "guest_phone": "0905111222"}


@pytest.mark.parametrize(
    ("email", "providers", "way"),
    [
        ("sau.em@vidu.example", [], ("email", "sau.em@vidu.example")),
        ("sau.em@vidu.example", ["thu-muc=folder:"], ("email", "sau.em@vidu.example")),
        ("", ["thu-muc=folder:"], ("sms", "+84905111222")),
        ("", [], None),
    ],
    ids=["mail", "mail before SMS", "SMS", "no way"],
)
def test_a_guest_is_reminded_once_of_the_time_and_nothing_else(hall: Hall, settings, email, providers, way):
    settings.SMS_PROVIDERS = providers
    booked = hall.book(ANONYMOUS, MONDAY, "08:30", **GUEST, guest_email=email)
    assert counters.remind(now=SUNDAY) == (1 if way else 0)
    assert counters.remind(now=SUNDAY + timedelta(hours=1)) == 0
    assert [(row.channel, row.address) for row in Delivery.objects.all()] == ([way] if way else [])
    for message in Notification.objects.all():
        assert (message.title, message.link) == ("Nhắc lịch hẹn: 08:30 23/11/2026", reverse("portal:appointment_find"))
        said = message.title + message.body + message.link + message.dedupe_key
        assert not [
            word for word in ("Sáu", "0905", "vidu", booked.code, hall.agency.name, hall.general.name) if word in said
        ]


def test_a_guest_who_moves_the_appointment_is_reminded_of_the_new_time(hall: Hall):
    booked = hall.book(ANONYMOUS, MONDAY, "08:30", **GUEST, guest_email="sau.em@vidu.example")
    assert counters.remind(now=SUNDAY) == 1
    starts_at = hall.slot(MONDAY, "10:00").starts_at
    counters.move(principal=ANONYMOUS, appointment=booked, starts_at=starts_at, now=SUNDAY)
    assert counters.remind(now=SUNDAY + timedelta(hours=1)) == 1
    assert Notification.objects.latest("id").title == "Nhắc lịch hẹn: 10:00 23/11/2026"


def test_a_cancelled_appointment_reminds_no_guest(hall: Hall):
    booked = hall.book(ANONYMOUS, MONDAY, "08:30", **GUEST, guest_email="sau.em@vidu.example")
    counters.cancel(principal=ANONYMOUS, appointment=booked, now=NOW)
    assert counters.remind(now=SUNDAY) == 0


@pytest.mark.parametrize(
    ("email", "providers", "way"),
    [
        ("sau.em@vidu.example", ["thu-muc=folder:"], ("email", "sau.em@vidu.example")),
        ("", ["thu-muc=folder:"], ("sms", "+84905111222")),
        ("", [], None),
    ],
    ids=["mail", "SMS", "no way"],
)
@pytest.mark.parametrize("by", ["desk", "closed day", "ended line"])
def test_a_guest_is_told_once_that_the_agency_cancels_and_why(hall: Hall, settings, by, email, providers, way):
    settings.SMS_PROVIDERS = providers
    booked = hall.book(ANONYMOUS, MONDAY, "08:30", **GUEST, guest_email=email)
    assert counters.is_reachable(appointment=booked, now=NOW) == bool(way)
    for minute in range(2):
        now = NOW + timedelta(minutes=minute)
        match by:
            case "desk":
                counters.cancel(principal=hall.clerk, appointment=booked, reason="Mất điện cả phường.", now=now)
            case "closed day" if minute == 0:
                counters.close(
                    principal=SYSTEM_PRINCIPAL,
                    agency_id=hall.agency.pk,
                    on=MONDAY,
                    reason="Mất điện cả phường",
                    now=now,
                )
            case "ended line":
                counters.end_line(principal=SYSTEM_PRINCIPAL, line=hall.general, now=now)
    why = "Quầy không còn nhận nhóm việc này" if by == "ended line" else "Mất điện cả phường"
    assert [(row.channel, row.address) for row in Delivery.objects.all()] == ([way] if way else [])
    for message in Notification.objects.all():
        assert (message.kind, message.link) == ("counters.guest_cancelled", reverse("portal:book"))
        assert message.title == f"Lịch hẹn 08:30 23/11/2026 đã hủy: {why}"
        assert f"Lý do: {why}. Hãy đặt giờ khác." in message.body
        said = message.title + message.body + message.link + message.dedupe_key
        assert not [
            word for word in ("Sáu", "0905", "vidu", booked.code, hall.agency.name, hall.general.name) if word in said
        ]


def test_a_guest_who_cancels_themself_is_told_nothing_by_the_desk_either(hall: Hall, settings):
    settings.SMS_PROVIDERS = ["thu-muc=folder:"]
    booked = hall.book(ANONYMOUS, MONDAY, "08:30", **GUEST, guest_email="sau.em@vidu.example")
    counters.cancel(principal=ANONYMOUS, appointment=booked, now=NOW)
    counters.cancel(principal=hall.clerk, appointment=booked, reason="Mất điện", now=NOW)
    counters.close(principal=SYSTEM_PRINCIPAL, agency_id=hall.agency.pk, on=MONDAY, reason="Mất điện", now=NOW)
    assert not Notification.objects.exists()


def test_the_reminder_and_the_cancelling_both_reach_a_guest_and_are_forgotten_together(hall: Hall):
    booked = hall.book(ANONYMOUS, MONDAY, "08:30", **GUEST, guest_email="sau.em@vidu.example")
    counters.remind(now=SUNDAY)
    counters.cancel(principal=hall.clerk, appointment=booked, reason="Mất điện", now=SUNDAY)
    assert set(Notification.objects.values_list("kind", flat=True)) == {
        "counters.guest_reminder",
        "counters.guest_cancelled",
    }
    assert forget_addresses(now=datetime(2026, 11, 23, 17, 0, tzinfo=UTC)) == 2


def test_the_longest_reason_fits_the_message(hall: Hall):
    booked = hall.book(ANONYMOUS, MONDAY, "08:30", **GUEST, guest_email="sau.em@vidu.example")
    counters.cancel(principal=hall.clerk, appointment=booked, reason="ộ" * 250, now=NOW)
    assert "ộ" * 200 in Notification.objects.get().title


@pytest.mark.parametrize("email", ["sau.em", "a@b", "x" * 250 + "@vidu.example"])
def test_a_wrong_mail_address_is_refused_at_its_field(hall: Hall, email: str):
    with pytest.raises(counters.InvalidGuestError) as refused:
        hall.book(ANONYMOUS, MONDAY, "08:30", **GUEST, guest_email=email)
    assert list(refused.value.field_errors) == ["guest_email"]


def test_what_a_guest_left_for_the_reminder_is_gone_after_the_day(hall: Hall):
    gone = hall.book(ANONYMOUS, MONDAY, "08:30", **GUEST, guest_email="sau.em@vidu.example")
    kept = hall.book(
        ANONYMOUS, WEDNESDAY, "08:30", guest_name="Khách", guest_phone="0905111333", guest_email="khach@vidu.example"
    )
    counters.remind(now=SUNDAY)
    midnight = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert counters.forget_contacts(now=midnight - timedelta(seconds=1)) == 0
    assert forget_addresses(now=midnight - timedelta(seconds=1)) == 0
    assert (counters.forget_contacts(now=midnight), forget_addresses(now=midnight)) == (1, 1)
    assert (counters.forget_contacts(now=midnight), forget_addresses(now=midnight)) == (0, 0)
    gone.refresh_from_db()
    kept.refresh_from_db()
    assert (gone.guest_email, kept.guest_email) == ("", "khach@vidu.example")
    assert [(row.address, row.state) for row in Delivery.objects.all()] == [("", "expired")]
    assert "vidu" not in "".join(AuditEntry.objects.values_list("content", flat=True))


def test_closing_a_stretch_cancels_and_tells_why(hall: Hall):
    lan, binh = make_citizen(), make_citizen("Trần Văn Bình")
    hall.book(lan, WEDNESDAY, "14:00")
    kept = hall.book(binh, WEDNESDAY, "08:00")
    _closure, cancelled = counters.close(
        principal=SYSTEM_PRINCIPAL, agency_id=hall.agency.pk, on=WEDNESDAY, reason="Bảo trì điện", now=NOW,
        closed_from=datetime(2026, 1, 1, 13, 0).time(), closed_until=datetime(2026, 1, 1, 17, 0).time(),  # noqa: DTZ001
    )  # fmt: skip
    assert cancelled == 1
    told = Notification.objects.get(kind="counters.cancelled")
    assert (told.person_id, "Bảo trì điện" in told.body) == (lan.person_id, True)
    kept.refresh_from_db()
    assert kept.state == "booked"


def test_only_the_keeper_sets_up(hall: Hall):
    with pytest.raises(counters.NotServingError):
        counters.add_line(
            principal=hall.clerk, agency_id=hall.agency.pk, letter="C", name="Khác", valid_from=MONDAY, now=NOW
        )


@pytest.mark.parametrize("count", [1, 10])
def test_a_day_is_listed_in_the_same_number_of_statements(hall: Hall, count: int, django_assert_num_queries):
    starts = [slot.starts_at for slot in hall.slots(MONDAY)]
    for number in range(count):
        counters.book(
            principal=ANONYMOUS, line_uuid=hall.general.uuid, starts_at=starts[number], now=NOW,
            guest_name=f"Khách {number}", guest_phone=f"090511122{number}",
        )  # fmt: skip
    with django_assert_num_queries(1):
        rows = counters.list_day(principal=hall.clerk, agency_id=hall.agency.pk, on=MONDAY)
        assert [(row.line.letter, row.agency.name) for row in rows]
    assert len(rows) == count


def test_another_agency_sees_nothing(hall: Hall):
    from lienthong.counters.tests.factories import make_clerk
    from lienthong.organisations.tests.factories import make_agency

    hall.book(make_citizen(), MONDAY, "08:00")
    stranger = make_clerk(make_agency("UBND phường Sơn Trà"), "Phan Văn Lạ")
    assert counters.list_day(principal=stranger, agency_id=hall.agency.pk, on=MONDAY) == ()


def test_the_database_itself_keeps_a_slot_from_overflowing(hall: Hall):
    from django.db import IntegrityError, transaction

    booked = hall.book(make_citizen(), MONDAY, "08:00")
    for seat in (1, 4):  # given already; above the capacity
        with pytest.raises(IntegrityError), transaction.atomic():
            Appointment.objects.create(
                agency=booked.agency, line=booked.line, starts_at=booked.starts_at, ends_at=booked.ends_at,
                late_at=booked.late_at, capacity=3, seat=seat, guest_name="Ai đó", guest_phone="0905000999",
                code=f"ZZZZ-000{seat}", changed_at=NOW,
            )  # fmt: skip
