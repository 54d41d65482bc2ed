"""Loading the national calendar from ``calendar.yaml``."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from lienthong.organisations.models import Agency, CalendarDay, CountingRule, WorkingHours
from lienthong.organisations.services.seed_files import SeedError, read_yaml, seed_uuid

_FILE = "calendar.yaml"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def load_calendar(folder: Path, agencies: Mapping[str, Agency]) -> int:
    """Add hours and rules that are missing, and the days of years that have none yet.

    :returns: the number of days added.
    :raises SeedError: when an entry cannot be understood.
    """
    content = read_yaml(folder, _FILE)
    try:
        hours = [row for entry in content["hours"] for row in _hours(entry, agencies)]
        rules = [_rule(entry) for entry in content["rules"]]
        days = [row for entry in content["days_off"] for row in _days_off(entry)]
        days += [_working_day(entry) for entry in content["days_worked"]]
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        message = _("%(file)s: mục không hiểu được (%(error)s).") % {"file": _FILE, "error": error}
        raise SeedError(message) from error
    WorkingHours.objects.bulk_create(hours, ignore_conflicts=True)
    CountingRule.objects.bulk_create(rules, ignore_conflicts=True)
    known = set(CalendarDay.objects.filter(agency=None).values_list("date__year", flat=True).distinct())
    fresh = [day for day in days if day.date.year not in known]
    CalendarDay.objects.bulk_create(fresh)
    return len(fresh)


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _hours(entry: dict[str, Any], agencies: Mapping[str, Agency]) -> list[WorkingHours]:
    agency = agencies[entry["agency"]] if "agency" in entry else None
    rows = []
    for weekday in entry["days"]:
        for span in entry["spans"]:
            opens, closes = span.split("-")
            key = f"{entry.get('agency', '')}/{weekday}/{span}/{entry['valid_from']}"
            rows.append(
                WorkingHours(
                    uuid=seed_uuid("hours", key),
                    agency=agency,
                    weekday=_WEEKDAYS.index(weekday),
                    opens=_minute(opens),
                    closes=_minute(closes),
                    counts=entry.get("counts", True),
                    valid_from=entry["valid_from"],
                    valid_to=entry.get("valid_to"),
                    legal_basis=entry.get("legal_basis", ""),
                )
            )
    return rows


def _rule(entry: dict[str, Any]) -> CountingRule:
    return CountingRule(
        **{**entry, "cutoff": _minute(entry["cutoff"])}, uuid=seed_uuid("rule", str(entry["valid_from"]))
    )


def _days_off(entry: dict[str, Any]) -> list[CalendarDay]:
    return [
        CalendarDay(
            date=day,
            kind=CalendarDay.Kind.OFF,
            name=entry["name"],
            legal_basis=entry.get("legal_basis", "Bộ luật Lao động 45/2019/QH14, Điều 112"),
            confidence=entry.get("confidence", "high"),
        )
        for day in entry["dates"]
    ]


def _working_day(entry: dict[str, Any]) -> CalendarDay:
    replaces: date = entry["replaces"]
    return CalendarDay(
        date=entry["date"],
        kind=CalendarDay.Kind.WORKING,
        name=f"Làm bù cho ngày {replaces:%d/%m/%Y}",
        replaces=replaces,
        legal_basis=entry.get("legal_basis", ""),
        confidence=entry.get("confidence", "high"),
    )
