"""Lines, desks, rules, kiosks and priorities at a date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from lienthong.counters.errors import DeskNotFoundError, KioskNotFoundError, LineNotFoundError
from lienthong.counters.models import Closure, Desk, Kiosk, PriorityRule, ServiceLine, SlotRule
from lienthong.organisations import api as organisations


@dataclass(frozen=True, slots=True)
class Weekly:
    """The slot rules of one stretch that several weekdays share, as an editor shows them."""

    line: ServiceLine | None
    weekdays: tuple[int, ...]
    rule: SlotRule

    @property
    def opens(self) -> str:
        """Give the beginning as a clock shows it."""
        return clock_text(self.rule.opens)

    @property
    def closes(self) -> str:
        """Give the end as a clock shows it."""
        return clock_text(self.rule.closes)


def clock_text(minute: int) -> str:
    """Write minutes after midnight as ``07:30``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def list_lines(*, agency_id: int, on: date) -> tuple[ServiceLine, ...]:
    """List the service lines of an agency on a date, by letter."""
    return tuple(ServiceLine.objects.in_force(on).filter(agency_id=agency_id).order_by("letter", "id"))


def lines_for_procedure(*, agency_id: int, sector_code: str, on: date) -> tuple[ServiceLine, ...]:
    """List the lines of an agency that take a procedure of a sector; those that name the sector come first."""
    lines = list_lines(agency_id=agency_id, on=on)
    named = tuple(line for line in lines if sector_code in line.sector_codes)
    return named or tuple(line for line in lines if not line.sector_codes)


def get_line(*, uuid: UUID, on: date) -> ServiceLine:
    """Fetch a line in force with its agency.

    :raises LineNotFoundError: when there is none.
    """
    line: ServiceLine | None = ServiceLine.objects.in_force(on).select_related("agency").filter(uuid=uuid).first()
    if line is None:
        raise LineNotFoundError(_("Nhóm việc này không còn ở bộ phận một cửa. Hãy chọn lại."))
    return line


def list_desks(*, agency_id: int, on: date) -> tuple[Desk, ...]:
    """List the desks of an agency on a date with the lines each serves, by number."""
    lines = Prefetch("lines", ServiceLine.objects.in_force(on).order_by("letter"), to_attr="served")
    return tuple(Desk.objects.in_force(on).filter(agency_id=agency_id).prefetch_related(lines).order_by("number", "id"))


def get_desk(*, uuid: UUID, agency_ids: Iterable[int], on: date) -> Desk:
    """Fetch a desk of some agencies with its agency.

    :raises DeskNotFoundError: when there is none, or it stands elsewhere.
    """
    desk: Desk | None = (
        Desk.objects.in_force(on).select_related("agency").filter(uuid=uuid, agency_id__in=list(agency_ids)).first()
    )
    if desk is None:
        raise DeskNotFoundError(_("Không tìm thấy quầy này. Hãy chọn lại quầy."))
    return desk


def agencies_with_desks(*, on: date, agency_ids: Iterable[int] | None = None) -> tuple[organisations.Agency, ...]:
    """List the agencies that have a line in force on a date, by name; of some agencies only if given."""
    lines = ServiceLine.objects.in_force(on)
    if agency_ids is not None:
        lines = lines.filter(agency_id__in=list(agency_ids))
    found = organisations.get_agencies(ids=lines.values_list("agency_id", flat=True).distinct())
    return tuple(sorted(found.values(), key=lambda agency: (agency.sort_key, agency.pk)))


def agencies_in_area(*, area_id: int, on: date) -> tuple[organisations.Agency, ...]:
    """List the agencies with desks that serve an area, the nearest level first.

    Basis: NĐ 118/2025/NĐ-CP: any one-stop desk of the province receives, whatever the address.
    """
    path = [area.pk for area in organisations.area_path(area_id=area_id)]
    found = agencies_with_desks(on=on)
    near = [agency for agency in found if agency.area_id in path]
    return tuple(sorted(near, key=lambda agency: (-path.index(agency.area_id), agency.sort_key)))  # type: ignore[arg-type]


def rules_of(*, agency_id: int, line_id: int | None = None) -> tuple[SlotRule, ...]:
    """List slot rules of an agency, of all periods; with a line, its own and the general ones."""
    rules = SlotRule.objects.filter(agency_id=agency_id)
    if line_id is not None:
        rules = rules.filter(Q(line_id=line_id) | Q(line__isnull=True))
    return tuple(rules.order_by("weekday", "opens", "valid_from", "id"))


def list_weekly(*, agency_id: int, on: date) -> tuple[Weekly, ...]:
    """List the slot rules in force on a date, equal ones of several weekdays on one line."""
    rules = SlotRule.objects.in_force(on).filter(agency_id=agency_id).select_related("line")
    groups: dict[tuple[object, ...], list[SlotRule]] = {}
    for rule in rules.order_by("line__letter", "opens", "weekday", "id"):
        key = (rule.line_id, rule.opens, rule.closes, rule.slot_minutes, rule.capacity, rule.lead_minutes,
               rule.horizon_days, rule.grace_minutes)  # fmt: skip
        groups.setdefault(key, []).append(rule)
    return tuple(Weekly(rows[0].line, tuple(row.weekday for row in rows), rows[0]) for rows in groups.values())


def list_closures(*, agency_id: int, first: date, last: date | None = None) -> tuple[Closure, ...]:
    """List the closures of an agency from a date on."""
    closures = Closure.objects.filter(agency_id=agency_id, date__gte=first).select_related("line")
    if last is not None:
        closures = closures.filter(date__lte=last)
    return tuple(closures.order_by("date", "opens", "id"))


def list_kiosks(*, agency_id: int) -> tuple[Kiosk, ...]:
    """List the kiosks of an agency that are open."""
    return tuple(Kiosk.objects.filter(agency_id=agency_id, closed_at__isnull=True).order_by("id"))


def get_kiosk(*, secret: str) -> Kiosk:
    """Fetch an open kiosk with its agency.

    :raises KioskNotFoundError: when there is none.
    """
    kiosk = Kiosk.objects.select_related("agency").filter(secret=secret, closed_at__isnull=True).first()
    if kiosk is None:
        raise KioskNotFoundError(_("Máy lấy số này đã đóng. Hãy hỏi cán bộ hướng dẫn."))
    return kiosk


def list_priorities(*, on: date) -> tuple[PriorityRule, ...]:
    """List who goes before others on a date."""
    return tuple(PriorityRule.objects.in_force(on).order_by("rank", "id"))


def is_receiving(*, agency_id: int, now: datetime, today: date) -> bool:
    """Say whether an agency's desks receive at an instant, by its working calendar."""
    return organisations.get_calendar(agency_id=agency_id, start=today, end=today).is_open(now)
