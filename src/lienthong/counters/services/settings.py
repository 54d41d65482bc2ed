"""Setting up lines, desks, hours, closures and kiosks of an agency."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lienthong.accounts import api as accounts
from lienthong.accounts.api import Principal
from lienthong.counters.errors import DeskNotFoundError, InvalidSettingError, KioskNotFoundError, NotServingError
from lienthong.counters.models import Closure, Desk, DeskLine, Kiosk, PriorityRule, ServiceLine, SlotRule
from lienthong.counters.queries.appointments import day_start
from lienthong.counters.services import booking
from lienthong.kernel import audit, clock
from lienthong.kernel.text import normalise

_LAST_DESK = 99
_SECRET_BYTES = 32


@transaction.atomic
def add_line(
    *, principal: Principal, agency_id: int, letter: str, name: str, valid_from: date, now: datetime,
    sector_codes: Sequence[str] = (),
) -> ServiceLine:  # fmt: skip
    """Let people queue for a group of matters under a letter, from a date on.

    :raises InvalidSettingError: letter or name wrong, or the letter is taken.
    """
    _require_keeper(principal, agency_id, now)
    letter, name = letter.strip().upper(), normalise(name)
    faults: dict[str, list[str]] = {}
    if len(letter) != 1 or not letter.isascii() or not letter.isalpha():
        faults["letter"] = [_("Nhập một chữ cái từ A đến Z.")]
    if not name:
        faults["name"] = [_("Nhập tên nhóm việc.")]
    _refuse(faults)
    row = ServiceLine(
        agency_id=agency_id, letter=letter, name=name, sector_codes=sorted(set(sector_codes)), valid_from=valid_from
    )
    _insert(row, {"letter": [_("Chữ cái này đang dùng cho nhóm việc khác.")]})
    _record(principal, "line.added", row, agency_id, now, letter=letter, name=name)
    return row


@transaction.atomic
def end_line(*, principal: Principal, line: ServiceLine, now: datetime) -> None:
    """End a line from tomorrow on; what was booked on it later is cancelled and told.

    :raises NotServingError: who does not administer the agency.
    """
    _require_keeper(principal, line.agency_id, now)
    tomorrow = clock.local_date(now) + timedelta(days=1)
    ServiceLine.objects.filter(pk=line.pk).update(valid_to=max(tomorrow, line.valid_from + timedelta(days=1)))
    booking.cancel_in_closure(
        principal=principal, agency_id=line.agency_id, line_id=line.pk, starts=day_start(tomorrow),
        ends=day_start(date(9999, 1, 1)), reason=_("Quầy không còn nhận nhóm việc này."), now=now,
    )  # fmt: skip
    _record(principal, "line.ended", line, line.agency_id, now)


@transaction.atomic
def add_desk(
    *, principal: Principal, agency_id: int, number: int, name: str, line_uuids: Sequence[UUID | str],
    valid_from: date, now: datetime,
) -> Desk:  # fmt: skip
    """Open a numbered desk that serves some lines, from a date on.

    :raises InvalidSettingError: number taken or out of range, or no line.
    """
    _require_keeper(principal, agency_id, now)
    lines = _lines(agency_id, line_uuids, valid_from)
    faults: dict[str, list[str]] = {}
    if not 0 < number <= _LAST_DESK:
        faults["number"] = [_("Số quầy từ 1 đến 99.")]
    if not lines:
        faults["lines"] = [_("Chọn ít nhất một nhóm việc.")]
    _refuse(faults)
    desk = Desk(agency_id=agency_id, number=number, name=normalise(name), valid_from=valid_from)
    _insert(desk, {"number": [_("Đã có quầy mang số này.")]})
    DeskLine.objects.bulk_create(DeskLine(desk=desk, line=line) for line in lines)
    _record(principal, "desk.added", desk, agency_id, now, number=number, lines=[line.letter for line in lines])
    return desk


@transaction.atomic
def change_desk(
    *, principal: Principal, desk: Desk, name: str, line_uuids: Sequence[UUID | str], now: datetime
) -> Desk:
    """Set what a desk is called and which lines it serves, from now on.

    :raises InvalidSettingError: no line.
    """
    _require_keeper(principal, desk.agency_id, now)
    lines = _lines(desk.agency_id, line_uuids, clock.local_date(now))
    _refuse({} if lines else {"lines": [_("Chọn ít nhất một nhóm việc.")]})
    held: Desk = Desk.objects.select_for_update(no_key=True).get(pk=desk.pk)
    held.name = normalise(name)
    held.save(update_fields=["name"])
    DeskLine.objects.filter(desk=held).exclude(line__in=lines).delete()
    DeskLine.objects.bulk_create((DeskLine(desk=held, line=line) for line in lines), ignore_conflicts=True)
    _record(principal, "desk.changed", held, held.agency_id, now, lines=[line.letter for line in lines])
    return held


@transaction.atomic
def end_desk(*, principal: Principal, desk: Desk, now: datetime) -> None:
    """Close a desk for good from tomorrow on.

    :raises NotServingError: who does not administer the agency.
    """
    _require_keeper(principal, desk.agency_id, now)
    tomorrow = clock.local_date(now) + timedelta(days=1)
    changed = Desk.objects.filter(pk=desk.pk, valid_to__isnull=True).update(
        valid_to=max(tomorrow, desk.valid_from + timedelta(days=1))
    )
    if not changed:
        raise DeskNotFoundError(_("Quầy này đã đóng."))
    _record(principal, "desk.ended", desk, desk.agency_id, now)


@transaction.atomic
def set_hours(
    *,
    principal: Principal,
    agency_id: int,
    weekdays: Sequence[int],
    spans: Sequence[tuple[time, time]],
    slot_minutes: int,
    capacity: int,
    valid_from: date,
    now: datetime,
    line_uuid: UUID | str | None = None,
    lead_minutes: int = 60,
    horizon_days: int = 14,
    grace_minutes: int = 15,
) -> tuple[SlotRule, ...]:
    """Offer slots on some weekdays (0 is Monday) from a date on, ending what was offered then.

    :param spans: beginnings and ends in order; none stops booking on these weekdays.
    :raises InvalidSettingError: numbers out of range, or spans that overlap.
    """
    _require_keeper(principal, agency_id, now)
    edges = [edge for span in spans for edge in span]
    faults: dict[str, list[str]] = {}
    if not weekdays or any(weekday not in range(7) for weekday in weekdays):
        faults["weekdays"] = [_("Chọn ngày trong tuần.")]
    if edges != sorted(set(edges)):
        faults["morning_from"] = [_("Các khoảng giờ phải theo thứ tự và không trùng nhau.")]
    for name, value, least, most in (
        ("slot_minutes", slot_minutes, 5, 240),
        ("capacity", capacity, 1, 200),
        ("lead_minutes", lead_minutes, 0, 7 * 24 * 60),
        ("horizon_days", horizon_days, 1, 90),
        ("grace_minutes", grace_minutes, 0, 120),
    ):
        if not least <= value <= most:
            faults[name] = [_("Nhập số từ %(least)s đến %(most)s.") % {"least": least, "most": most}]
    if valid_from < clock.local_date(now):
        faults["valid_from"] = [_("Chỉ đổi được từ hôm nay trở đi.")]
    _refuse(faults)
    lines = _lines(agency_id, [line_uuid], valid_from) if line_uuid else []
    line = lines[0] if lines else None
    current = SlotRule.objects.select_for_update(no_key=True).filter(
        agency_id=agency_id, line=line, weekday__in=list(weekdays)
    )
    current.filter(valid_from__gte=valid_from).delete()
    current.in_force(valid_from).update(valid_to=valid_from)
    rules = SlotRule.objects.bulk_create(
        SlotRule(
            agency_id=agency_id,
            line=line,
            weekday=weekday,
            opens=opens.hour * 60 + opens.minute,
            closes=closes.hour * 60 + closes.minute,
            slot_minutes=slot_minutes,
            capacity=capacity,
            lead_minutes=lead_minutes,
            horizon_days=horizon_days,
            grace_minutes=grace_minutes,
            valid_from=valid_from,
        )
        for weekday in sorted(set(weekdays))
        for opens, closes in spans
    )
    audit.record(
        actor=principal.actor(agency_id),
        action="counters.hours.set",
        subject_type="organisations.agency",
        subject_id=agency_id,
        at=now,
        facts={
            "weekdays": sorted(set(weekdays)),
            "spans": [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in spans],
            "slot_minutes": slot_minutes,
            "capacity": capacity,
            "from": valid_from.isoformat(),
        },
    )
    return tuple(rules)


@transaction.atomic
def close(
    *, principal: Principal, agency_id: int, on: date, reason: str, now: datetime,
    closed_from: time | None = None, closed_until: time | None = None, line_uuid: UUID | str | None = None,
) -> tuple[Closure, int]:  # fmt: skip
    """Take no appointments in a stretch of a day; those there are get cancelled, and the people told.

    :return: the closure and how many appointments were cancelled.
    :raises InvalidSettingError: reason missing, half a stretch, or closed already.
    """
    _require_keeper(principal, agency_id, now)
    reason = normalise(reason)[:200]
    faults: dict[str, list[str]] = {}
    if not reason:
        faults["reason"] = [_("Nêu lý do, người hẹn sẽ đọc.")]
    if (closed_from is None) != (closed_until is None):
        faults["closed_until"] = [_("Cần cả giờ bắt đầu và giờ kết thúc.")]
    elif closed_from is not None and closed_until is not None and closed_from >= closed_until:
        faults["closed_until"] = [_("Giờ kết thúc phải sau giờ bắt đầu.")]
    if on < clock.local_date(now):
        faults["on"] = [_("Ngày này đã qua.")]
    _refuse(faults)
    lines = _lines(agency_id, [line_uuid], on) if line_uuid else []
    opens = closed_from.hour * 60 + closed_from.minute if closed_from else 0
    closes = closed_until.hour * 60 + closed_until.minute if closed_until else 24 * 60
    closure = Closure(
        agency_id=agency_id, line=lines[0] if lines else None, date=on, opens=opens, closes=closes, reason=reason
    )
    _insert(closure, {"on": [_("Khoảng này đã đóng rồi.")]})
    start = day_start(on)
    cancelled = booking.cancel_in_closure(
        principal=principal, agency_id=agency_id, line_id=closure.line_id, starts=start + timedelta(minutes=opens),
        ends=start + timedelta(minutes=closes), reason=reason, now=now,
    )  # fmt: skip
    _record(principal, "closure.added", closure, agency_id, now, date=on.isoformat(), cancelled=cancelled)
    return closure, cancelled


@transaction.atomic
def reopen(*, principal: Principal, agency_id: int, closure_uuid: UUID, now: datetime) -> None:
    """Take a closure back; who was cancelled has to book again.

    :raises InvalidSettingError: there is no such closure here.
    """
    _require_keeper(principal, agency_id, now)
    closure = Closure.objects.select_for_update(no_key=True).filter(agency_id=agency_id, uuid=closure_uuid).first()
    if closure is None:
        raise InvalidSettingError(_("Không còn ngày đóng này."))
    _record(principal, "closure.removed", closure, agency_id, now, date=closure.date.isoformat())
    closure.delete()


@transaction.atomic
def add_kiosk(*, principal: Principal, agency_id: int, name: str, now: datetime) -> Kiosk:
    """Make the secret address of a touch screen that gives out numbers.

    :raises InvalidSettingError: without a name.
    """
    _require_keeper(principal, agency_id, now)
    name = normalise(name)[:120]
    _refuse({} if name else {"name": [_("Đặt tên cho máy, ví dụ “Cửa chính”.")]})
    kiosk = Kiosk.objects.create(agency_id=agency_id, name=name, secret=secrets.token_urlsafe(_SECRET_BYTES))
    _record(principal, "kiosk.added", kiosk, agency_id, now, name=name)
    return kiosk


@transaction.atomic
def close_kiosk(*, principal: Principal, agency_id: int, kiosk_uuid: UUID, now: datetime) -> None:
    """Make a kiosk's address worthless.

    :raises KioskNotFoundError: no such kiosk here.
    """
    _require_keeper(principal, agency_id, now)
    kiosk = (
        Kiosk.objects.select_for_update(no_key=True)
        .filter(agency_id=agency_id, uuid=kiosk_uuid, closed_at=None)
        .first()
    )
    if kiosk is None:
        raise KioskNotFoundError(_("Máy lấy số này đã đóng."))
    kiosk.closed_at = now
    kiosk.save(update_fields=["closed_at"])
    _record(principal, "kiosk.closed", kiosk, agency_id, now)


@transaction.atomic
def load_priorities(*, rows: Sequence[Mapping[str, Any]], now: datetime) -> int:
    """Load who goes before others from the seeds; give how many rows are new. Repeating it changes nothing."""
    made = 0
    for row in rows:
        _rule, is_new = PriorityRule.objects.get_or_create(
            key=row["key"],
            valid_from=row["valid_from"],
            defaults={
                "name": row["name"],
                "rank": row["rank"],
                "legal_basis": row["legal_basis"],
                "confidence": row.get("confidence", "high"),
                "valid_to": row.get("valid_to"),
            },
        )
        made += is_new
    if made:
        audit.record(
            actor=audit.SYSTEM,
            action="counters.priorities.loaded",
            subject_type="counters.priorityrule",
            subject_id="",
            at=now,
            facts={"new": made},
        )
    return made


def _require_keeper(principal: Principal, agency_id: int, now: datetime) -> None:
    on = clock.local_date(now)
    if principal.kind != "system" and not accounts.may_administer(principal, agency_id=agency_id, on=on):
        raise NotServingError(_("Chỉ quản trị của cơ quan này hoặc của cơ quan cấp trên được thay đổi."))


def _lines(agency_id: int, uuids: Sequence[UUID | str | None], on: date) -> list[ServiceLine]:
    wanted = {str(uuid) for uuid in uuids}
    rows = ServiceLine.objects.in_force(on).filter(agency_id=agency_id).order_by("letter", "id")
    return [line for line in rows if str(line.uuid) in wanted]


def _refuse(faults: Mapping[str, list[str]]) -> None:
    if faults:
        raise InvalidSettingError(_("Chưa lưu được: còn chỗ chưa đúng."), field_errors=faults)


def _insert(row: ServiceLine | Desk | Closure, faults: Mapping[str, list[str]]) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise InvalidSettingError(_("Chưa lưu được: còn chỗ chưa đúng."), field_errors=faults) from error


def _record(principal: Principal, verb: str, row: Any, agency_id: int, now: datetime, **facts: object) -> None:
    audit.record(
        actor=principal.actor(agency_id),
        action=f"counters.{verb}",
        subject_type=f"counters.{type(row).__name__.lower()}",
        subject_id=row.uuid,
        at=now,
        facts={"agency": agency_id, **facts},
    )
