"""Rows for tests, with keys computed as the services compute them."""

from datetime import date
from functools import cache

import yaml
from django.conf import settings

from lienthong.kernel.text import search_key, sort_key
from lienthong.organisations import codes
from lienthong.organisations.models import (
    AdministrativeArea,
    Agency,
    AgencyIdentifier,
    AgencyParent,
    Assignment,
    CalendarDay,
    Official,
    Position,
    WorkingHours,
)

START = date(2020, 1, 1)
REFORM = date(2025, 7, 1)


def make_area(name, *, code, level="commune", kind="phuong", parent=None, valid_from=START, valid_to=None):
    return AdministrativeArea.objects.create(
        name=name,
        code=code,
        level=level,
        kind=kind,
        parent=parent,
        valid_from=valid_from,
        valid_to=valid_to,
        search_key=search_key(name),
        sort_key=sort_key(name),
    )


def make_agency(
    name,
    *,
    parent=None,
    level="province",
    kind="department",
    codes_=(),
    area=None,
    is_unit=False,
    is_one_stop=False,
    valid_from=START,
    valid_to=None,
):
    agency = Agency.objects.create(
        name=name,
        level=level,
        kind=kind,
        area=area,
        is_unit=is_unit,
        is_one_stop=is_one_stop,
        valid_from=valid_from,
        valid_to=valid_to,
        search_key=search_key(name),
        sort_key=sort_key(name),
    )
    if parent is not None:
        AgencyParent.objects.create(agency=agency, parent=parent, valid_from=valid_from, valid_to=valid_to)
    for code in codes_:
        AgencyIdentifier.objects.create(
            agency=agency,
            code=code,
            scheme=codes.scheme_of(code),
            match_key=codes.match_key(code),
            valid_from=valid_from,
            valid_to=valid_to,
        )
    return agency


def make_official(full_name, *, agency=None, kind="specialist", valid_from=START, valid_to=None):
    official = Official.objects.create(
        full_name=full_name, search_key=search_key(full_name), sort_key=sort_key(full_name)
    )
    if agency is not None:
        position = Position.objects.create(agency=agency, kind=kind, title=kind, valid_from=valid_from)
        Assignment.objects.create(official=official, position=position, valid_from=valid_from, valid_to=valid_to)
    return official


def make_office_hours(*, agency=None, valid_from=START):
    """07:30–11:30 and 13:30–17:00 from Monday to Friday."""
    return WorkingHours.objects.bulk_create(
        WorkingHours(agency=agency, weekday=weekday, opens=opens, closes=closes, valid_from=valid_from)
        for weekday in range(5)
        for opens, closes in ((450, 690), (810, 1020))
    )


@cache
def national_calendar():
    return yaml.safe_load((settings.SEEDS / "organisations" / "calendar.yaml").read_text(encoding="utf-8"))


def make_national_calendar():
    """Office hours, and the days off and worked of 2024–2027 as they are seeded."""
    content = national_calendar()
    off = [(day, "off", entry["name"], None) for entry in content["days_off"] for day in entry["dates"]]
    worked = [(entry["date"], "working", "Làm bù", entry["replaces"]) for entry in content["days_worked"]]
    make_office_hours()
    CalendarDay.objects.bulk_create(
        CalendarDay(date=day, kind=kind, name=name, replaces=replaces) for day, kind, name, replaces in off + worked
    )
