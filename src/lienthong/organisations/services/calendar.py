"""Editing the working calendar: days off, swapped days, weekly hours, counting rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lienthong.kernel import audit, events
from lienthong.kernel.errors import ConflictError, InvalidError, NotFoundError
from lienthong.kernel.text import normalise
from lienthong.organisations.calendar import DayKind, WorkingCalendar
from lienthong.organisations.calendar_table import CalendarTableError, TableDay, read_table, write_table
from lienthong.organisations.events import CalendarChanged
from lienthong.organisations.models import Agency, CalendarDay, Confidence, CountingRule, WorkingHours
from lienthong.organisations.queries import public_ids
from lienthong.organisations.queries.calendar import get_calendar, list_calendar_days

_NATIONAL = "national"


class InvalidCalendarDayError(InvalidError):
    """The day breaks a rule of the calendar; ``field_errors`` says which."""

    code = "organisations.calendar_day_invalid"


class CalendarDayExistsError(ConflictError):
    """The date already has an entry in this calendar."""

    code = "organisations.calendar_day_exists"


class CalendarDayNotFoundError(NotFoundError):
    """No such entry in a calendar."""

    code = "organisations.calendar_day_not_found"


@dataclass(frozen=True, slots=True)
class CalendarImport:
    """What an import did, in numbers of days."""

    created: int
    updated: int
    unchanged: int


@transaction.atomic
def add_day_off(
    *,
    actor: audit.Actor,
    on: date,
    name: str,
    legal_basis: str,
    now: datetime,
    agency_id: int | None = None,
    closed_from: time | None = None,
    closed_until: time | None = None,
    confidence: str = Confidence.HIGH,
) -> CalendarDay:
    """Make a date, or a stretch of it, a day off for the nation or for one agency and all below it.

    :raises InvalidCalendarDayError: name or legal basis missing, or half a stretch given.
    :raises CalendarDayExistsError: when the date has an entry already.
    """
    faults: dict[str, list[str]] = {}
    if (closed_from is None) != (closed_until is None):
        faults["closed_until"] = [_("Nghỉ một phần ngày thì phải có cả giờ bắt đầu và giờ kết thúc.")]
    elif closed_from is not None and closed_until is not None and closed_from >= closed_until:
        faults["closed_until"] = [_("Giờ kết thúc phải sau giờ bắt đầu.")]
    day = CalendarDay(
        agency=_agency(agency_id),
        date=on,
        kind=CalendarDay.Kind.OFF,
        name=normalise(name),
        legal_basis=normalise(legal_basis),
        opens=None if closed_from is None else _minute(closed_from),
        closes=None if closed_until is None else _minute(closed_until),
        confidence=confidence,
    )
    _check(day, faults)
    _insert(day)
    _record(actor, "added", day, now)
    return day


@transaction.atomic
def add_swap(
    *,
    actor: audit.Actor,
    off: date,
    worked: date,
    name: str,
    legal_basis: str,
    now: datetime,
    agency_id: int | None = None,
) -> tuple[CalendarDay, CalendarDay]:
    """Exchange a working day for a weekly day off: ``off`` becomes free, ``worked`` a working day with its hours.

    :raises InvalidCalendarDayError: ``off`` is no working day, or ``worked`` is one already.
    :raises CalendarDayExistsError: when one of the dates has an entry already.
    """
    agency = _agency(agency_id)
    calendar = get_calendar(agency_id=agency_id, start=min(off, worked), end=max(off, worked))
    faults: dict[str, list[str]] = {}
    if calendar.day(off).kind is not DayKind.ORDINARY:
        faults["off"] = [_("Ngày được nghỉ phải là ngày làm việc bình thường.")]
    if calendar.day(worked).kind is not DayKind.WEEKLY_OFF:
        faults["worked"] = [_("Ngày làm bù phải là ngày nghỉ hằng tuần.")]
    basis = normalise(legal_basis)
    free = CalendarDay(agency=agency, date=off, kind=CalendarDay.Kind.OFF, name=normalise(name), legal_basis=basis)
    made_up = CalendarDay(
        agency=agency,
        date=worked,
        kind=CalendarDay.Kind.WORKING,
        name=f"Làm bù cho ngày {off:%d/%m/%Y}",
        replaces=off,
        legal_basis=basis,
    )
    _check(free, faults)
    _insert(free)
    _insert(made_up)
    _record(actor, "added", free, now)
    _record(actor, "added", made_up, now)
    return free, made_up


@transaction.atomic
def remove_calendar_day(*, actor: audit.Actor, uuid: UUID | str, reason: str, now: datetime) -> None:
    """Take an entry out of the calendar; of a swap, both days go.

    :raises CalendarDayNotFoundError: when there is none.
    :raises InvalidCalendarDayError: without a reason.
    """
    if not normalise(reason):
        raise InvalidCalendarDayError(_("Cần nêu lý do."), field_errors={"reason": [_("Cần nêu lý do.")]})
    day = CalendarDay.objects.select_for_update(no_key=True).filter(uuid=public_ids.parse(uuid)).first()
    if day is None:
        raise CalendarDayNotFoundError(_("Không tìm thấy ngày này trong lịch."))
    entries = [day, *CalendarDay.objects.filter(agency=day.agency, replaces=day.date)]
    if day.replaces:
        entries += CalendarDay.objects.filter(agency=day.agency, date=day.replaces)
    for entry in entries:
        _record(actor, "removed", entry, now, reason=normalise(reason))
        entry.delete()


@transaction.atomic
def import_calendar(
    *, actor: audit.Actor, content: bytes, now: datetime, agency_id: int | None = None
) -> CalendarImport:
    """Bring the days of a CSV table into a calendar: all lines or none; dates not named stay as they are.

    :raises CalendarTableError: with the faults of each line.
    """
    agency = _agency(agency_id)
    table = read_table(content)
    existing = {
        day.date: day
        for day in CalendarDay.objects.select_for_update(no_key=True).filter(
            agency=agency, date__in=[entry.on for entry in table]
        )
    }
    _check_table(table, agency_id)
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    for entry in table:
        day = existing.get(entry.on) or CalendarDay(agency=agency, date=entry.on)
        fresh = entry.on not in existing
        changed = [
            field
            for field in ("kind", "name", "replaces", "legal_basis", "confidence")
            if getattr(day, field) != getattr(entry, field)
        ]
        if not fresh and not changed:
            counts["unchanged"] += 1
            continue
        for field in changed:
            setattr(day, field, getattr(entry, field))
        if day.kind == CalendarDay.Kind.WORKING:
            day.opens = day.closes = None
        day.save()
        counts["created" if fresh else "updated"] += 1
        _record(actor, "added" if fresh else "changed", day, now)
    return CalendarImport(**counts)


def export_calendar(*, year: int, agency_id: int | None = None) -> str:
    """Write one calendar's days of a year as the CSV table that :func:`import_calendar` reads."""
    return write_table(day for day in list_calendar_days(year=year, agency_id=agency_id) if day.agency_id == agency_id)


@transaction.atomic
def set_working_hours(
    *,
    actor: audit.Actor,
    weekdays: Sequence[int],
    spans: Sequence[tuple[time, time]],
    valid_from: date,
    legal_basis: str,
    now: datetime,
    agency_id: int | None = None,
    counts: bool = True,
) -> tuple[WorkingHours, ...]:
    """Set the hours of some weekdays (0 is Monday) from a date on, ending those that were in force.

    :param spans: opening and closing times in order; none leaves the weekday to the calendar above.
    :param counts: False for hours in which a desk only receives and no limit runs.
    :raises InvalidCalendarDayError: spans that overlap or run backwards, or an unknown weekday.
    """
    if not weekdays or any(weekday not in range(7) for weekday in weekdays):
        raise InvalidCalendarDayError(_("Ngày trong tuần không hợp lệ."))
    edges = [edge for span in spans for edge in span]
    if any(first >= second for first, second in pairwise(edges)):
        raise InvalidCalendarDayError(_("Các khoảng giờ phải theo thứ tự và không trùng nhau."))
    agency = _agency(agency_id)
    current = WorkingHours.objects.select_for_update(no_key=True).filter(agency=agency, weekday__in=list(weekdays))
    current.filter(valid_from__gte=valid_from).delete()
    current.in_force(valid_from).update(valid_to=valid_from)
    rows = WorkingHours.objects.bulk_create(
        WorkingHours(
            agency=agency,
            weekday=weekday,
            opens=_minute(opens),
            closes=_minute(closes),
            counts=counts,
            valid_from=valid_from,
            legal_basis=normalise(legal_basis),
        )
        for weekday in sorted(set(weekdays))
        for opens, closes in spans
    )
    shown = [f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in spans]
    _record_change(
        actor, "organisations.working_hours.set", agency, now, (valid_from, None),
        weekdays=sorted(set(weekdays)), spans=shown, legal_basis=normalise(legal_basis),
    )  # fmt: skip
    return tuple(rows)


@transaction.atomic
def set_counting_rule(
    *,
    actor: audit.Actor,
    valid_from: date,
    cutoff: time | None,
    first_day: str,
    legal_basis: str,
    now: datetime,
    agency_id: int | None = None,
    pause_for_supplement: str = "restart",
    pause_for_payment: str = "shift",
    pause_for_stop: str = "shift",
) -> CountingRule:
    """Set how limits are counted from a date on, ending the rule that was in force.

    :raises InvalidCalendarDayError: legal basis missing, or a later rule is already set.
    """
    agency = _agency(agency_id)
    if not normalise(legal_basis):
        message = _("Cần nêu căn cứ pháp lý.")
        raise InvalidCalendarDayError(message, field_errors={"legal_basis": [message]})
    rules = CountingRule.objects.select_for_update(no_key=True).filter(agency=agency)
    if rules.filter(valid_from__gte=valid_from).exists():
        message = _("Đã có quy tắc có hiệu lực từ ngày này hoặc muộn hơn.")
        raise InvalidCalendarDayError(message, field_errors={"valid_from": [message]})
    rules.in_force(valid_from).update(valid_to=valid_from)
    rule = CountingRule.objects.create(
        agency=agency,
        cutoff=None if cutoff is None else _minute(cutoff),
        first_day=first_day,
        pause_for_supplement=pause_for_supplement,
        pause_for_payment=pause_for_payment,
        pause_for_stop=pause_for_stop,
        valid_from=valid_from,
        legal_basis=normalise(legal_basis),
    )
    _record_change(
        actor, "organisations.counting_rule.set", agency, now, (valid_from, None),
        cutoff=f"{cutoff:%H:%M}" if cutoff else "", first_day=first_day, legal_basis=rule.legal_basis,
    )  # fmt: skip
    return rule


def _check_table(table: Iterable[TableDay], agency_id: int | None) -> None:
    """Refuse working days that replace no day off of the table or the calendar, or that are worked anyway."""
    days = {entry.on: entry for entry in table}
    calendar = get_calendar(agency_id=agency_id, start=min(days), end=max(days))
    faults: dict[str, list[str]] = {}
    for entry in days.values():
        wrong = _faults_of_working_day(entry, days, calendar) if entry.kind == CalendarDay.Kind.WORKING else []
        if agency_id is None and not entry.legal_basis:
            wrong.append(_("Cột “căn cứ”: lịch quốc gia phải có căn cứ pháp lý."))
        if wrong:
            faults[str(entry.line)] = wrong
    if faults:
        message = _("Có %(count)s dòng sai; chưa dòng nào được ghi.") % {"count": len(faults)}
        raise CalendarTableError(message, field_errors=faults)


def _faults_of_working_day(entry: TableDay, days: dict[date, TableDay], calendar: WorkingCalendar) -> list[str]:
    wrong = []
    if calendar.day(entry.on).kind is DayKind.ORDINARY:
        wrong.append(_("Cột “ngày”: đã là ngày làm việc, không thể làm bù."))
    replaced = entry.replaces
    if replaced is None:
        return wrong
    partner = days.get(replaced)
    if partner is not None:
        is_off = partner.kind == CalendarDay.Kind.OFF
    else:
        is_off = calendar.start <= replaced <= calendar.end and calendar.day(replaced).kind is DayKind.OFF
    if not is_off:
        wrong.append(_("Cột “thay cho ngày”: ngày ấy không phải ngày nghỉ trong bảng hay trong lịch."))
    return wrong


def _check(day: CalendarDay, faults: dict[str, list[str]]) -> None:
    if not day.name:
        faults["name"] = [_("Cần nêu tên ngày nghỉ.")]
    if day.agency is None and not day.legal_basis:
        faults["legal_basis"] = [_("Lịch quốc gia phải có căn cứ pháp lý.")]
    if faults:
        raise InvalidCalendarDayError(_("Ngày chưa ghi được vào lịch."), field_errors=faults)


def _insert(day: CalendarDay) -> None:
    try:
        with transaction.atomic():
            day.save()
    except IntegrityError as error:
        message = _("Ngày %(day)s đã có trong lịch.") % {"day": f"{day.date:%d/%m/%Y}"}
        raise CalendarDayExistsError(message) from error


def _agency(agency_id: int | None) -> Agency | None:
    return None if agency_id is None else Agency.objects.get(pk=agency_id)


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _record(actor: audit.Actor, verb: str, day: CalendarDay, now: datetime, **facts: str) -> None:
    _record_change(
        actor, f"organisations.calendar_day.{verb}", day.agency, now, (day.date, day.date),
        kind=day.kind, name=day.name, legal_basis=day.legal_basis, **facts,
    )  # fmt: skip


def _record_change(
    actor: audit.Actor,
    action: str,
    agency: Agency | None,
    now: datetime,
    period: tuple[date, date | None],
    **facts: object,
) -> None:
    whose = str(agency.uuid) if agency else _NATIONAL
    first, last = period
    audit.record(
        actor=actor,
        action=action,
        subject_type="organisations.Calendar",
        subject_id=whose,
        at=now,
        facts={"date": first.isoformat(), **facts},
    )
    events.publish(
        CalendarChanged(
            aggregate_id=whose,
            occurred_at=now,
            first_date=first.isoformat(),
            last_date=last.isoformat() if last else "",
        )
    )
