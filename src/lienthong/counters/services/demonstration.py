"""The demo's hall: two lines, three desks, slots, a kiosk, people with appointments and people waiting."""

from datetime import date, datetime, time
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lienthong.accounts.api import ANONYMOUS, SYSTEM_PRINCIPAL
from lienthong.counters.models import ServiceLine
from lienthong.counters.queries import appointments as queries
from lienthong.counters.services import booking, queue, settings
from lienthong.kernel import clock
from lienthong.organisations.api import Agency

_OPEN_SINCE = date(2025, 7, 1)
_GUESTS = (("Đinh Thị Mơ", "0905000901"), ("Phan Văn Hòa", "0905000902"), ("Võ Thị Sáu Em", "0905000903"))
_WAITING = 4


def seed_hall(*, agency: Agency, now: datetime) -> bool:
    """Open a hall at an agency through the services; False when there is one already."""
    if ServiceLine.objects.filter(agency=agency).exists():
        return False
    common: dict[str, Any] = {"principal": SYSTEM_PRINCIPAL, "agency_id": agency.pk, "now": now}
    general = settings.add_line(letter="A", name="Hộ tịch, chứng thực, cư trú", valid_from=_OPEN_SINCE, **common)
    land = settings.add_line(letter="B", name="Đất đai, xây dựng, kinh doanh", valid_from=_OPEN_SINCE, **common)
    for number, name, lines in (
        (1, "Hộ tịch, chứng thực", [general.uuid]),
        (2, "Tổng hợp", [general.uuid, land.uuid]),
        (3, "Đất đai, xây dựng", [land.uuid]),
    ):
        settings.add_desk(number=number, name=name, line_uuids=lines, valid_from=_OPEN_SINCE, **common)
    settings.set_hours(
        weekdays=range(5),
        spans=[(time(7, 30), time(11, 30)), (time(13, 30), time(17, 0))],
        slot_minutes=30,
        capacity=3,
        valid_from=clock.local_date(now),
        **common,
    )
    settings.add_kiosk(name="Cửa chính", **common)
    _book_some(general, now)
    for number in range(_WAITING):
        request = uuid5(NAMESPACE_URL, f"{agency.uuid}/{number}")
        line = general if number % 2 == 0 else land
        priority = "elderly" if number == _WAITING - 1 else ""
        queue.give_number(
            principal=SYSTEM_PRINCIPAL, line_uuid=line.uuid, request_id=request, priority_key=priority, now=now
        )
    return True


def _book_some(line: ServiceLine, now: datetime) -> None:
    """Book one guest into each of the next free slots."""
    free = iter(_GUESTS)
    for day in queries.bookable_days(line=line, now=now):
        for slot in queries.slots_on(line=line, on=day.date, now=now):
            if slot.is_bookable:
                guest = next(free, None)
                if guest is None:
                    return
                booking.book(
                    principal=ANONYMOUS,
                    line_uuid=line.uuid,
                    starts_at=slot.starts_at,
                    guest_name=guest[0],
                    guest_phone=guest[1],
                    now=now,
                )
