"""A one-stop desk for tests: three desks, two lines, slots on every working day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import uuid4

from django.conf import settings

from lienthong.accounts import api as accounts
from lienthong.accounts.api import SYSTEM_PRINCIPAL, Principal
from lienthong.accounts.tests.factories import make_account, make_person
from lienthong.counters import api as counters
from lienthong.organisations.models import Agency
from lienthong.organisations.tests.factories import make_agency, make_area, make_national_calendar, make_official

# Friday 20 November 2026, 09:00 in Vietnam.
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
FIRST_DAY = date(2020, 1, 1)


@dataclass
class Hall:
    """The hall of a one-stop desk.

    :ivar general: line A of desks 1 and 2; :ivar land: line B of desks 2 and 3.
    """

    agency: Agency
    general: counters.ServiceLine
    land: counters.ServiceLine
    desks: list[counters.Desk]
    clerk: Principal
    second_clerk: Principal
    kiosk: counters.Kiosk

    def slots(
        self, on: date, now: datetime = NOW, line: counters.ServiceLine | None = None
    ) -> tuple[counters.Slot, ...]:
        return counters.slots_on(line=line or self.general, on=on, now=now)

    def slot(self, on: date, clock: str, now: datetime = NOW) -> counters.Slot:
        found = {f"{slot.starts_at:%H:%M}": slot for slot in self.slots(on, now)}
        return found[clock]

    def book(self, who: Principal, on: date, clock: str, *, now: datetime = NOW, **more) -> counters.Appointment:
        return counters.book(
            principal=who, line_uuid=self.general.uuid, starts_at=self.slot(on, clock, now).starts_at, now=now, **more
        )

    def take(self, *, line: counters.ServiceLine | None = None, now: datetime = NOW, priority: str = ""):
        return counters.take_number(
            kiosk=self.kiosk,
            line_uuid=(line or self.general).uuid,
            request_id=uuid4(),
            priority_key=priority,
            now=now,
        )


def make_clerk(agency: Agency, name: str, now: datetime = NOW) -> Principal:
    account = make_account(official=make_official(name, agency=agency, kind="receptionist"))
    return accounts.principal_for_account(account, now, mfa=True)


def make_hall(*, capacity: int = 3, slot_minutes: int = 30, agency: Agency | None = None, now: datetime = NOW) -> Hall:
    if agency is None:
        city = make_area("Thành phố Đà Nẵng", code="48", level="province", kind="thanh_pho")
        ward = make_area("Phường Hải Châu", code="20242", parent=city)
        agency = make_agency(
            "UBND phường Hải Châu", level="commune", kind="people_committee", area=ward, is_one_stop=True
        )
        make_national_calendar()
        accounts.seed_position_rights(folder=settings.SEEDS / "accounts", now=now)
    common = {"principal": SYSTEM_PRINCIPAL, "agency_id": agency.pk, "now": datetime(2020, 1, 1, tzinfo=UTC)}
    general = counters.add_line(letter="A", name="Hộ tịch, chứng thực", valid_from=FIRST_DAY, **common)
    land = counters.add_line(letter="B", name="Đất đai, xây dựng", valid_from=FIRST_DAY, sector_codes=["DD"], **common)
    desks = [
        counters.add_desk(number=number, name="", line_uuids=lines, valid_from=FIRST_DAY, **common)
        for number, lines in ((1, [general.uuid]), (2, [general.uuid, land.uuid]), (3, [land.uuid]))
    ]
    counters.set_hours(
        weekdays=range(5),
        spans=[(time(7, 30), time(11, 30)), (time(13, 30), time(17, 0))],
        slot_minutes=slot_minutes,
        capacity=capacity,
        valid_from=FIRST_DAY,
        **common,
    )
    kiosk = counters.add_kiosk(name="Cửa chính", **common)
    return Hall(
        agency, general, land, desks, make_clerk(agency, "Hoàng Thanh Sơn"), make_clerk(agency, "Lê Thu Hà"), kiosk
    )


def make_citizen(name: str = "Nguyễn Thị Lan", *, now: datetime = NOW) -> Principal:
    person = make_person(name, phone="0905123456")
    return accounts.principal_for_account(make_account(person=person), now)


def make_priorities() -> None:
    import yaml

    rows = yaml.safe_load((settings.SEEDS / "counters" / "priorities.yaml").read_text(encoding="utf-8"))
    counters.load_priorities(rows=rows, now=NOW)
