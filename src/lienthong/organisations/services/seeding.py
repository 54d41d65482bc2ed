"""Loading the reference data and the demo's fictional officials, once, in bulk, under one audit entry."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lienthong.kernel import audit
from lienthong.kernel.models import AuditEntry
from lienthong.kernel.text import search_key, sort_key
from lienthong.organisations import codes
from lienthong.organisations.models import (
    AdministrativeArea,
    Agency,
    AgencyIdentifier,
    AgencyParent,
    AgencySuccession,
    AreaSuccession,
    Assignment,
    Official,
    Position,
)
from lienthong.organisations.services.seed_files import Line, digest, read_table, seed_uuid
from lienthong.organisations.services.seeding_calendar import load_calendar

_ACTION = "organisations.seed.loaded"
_LOCK = 7_202_507_01
_BATCH = 2000
_AREA_FIELDS = ["level", "kind", "code", "name", "search_key", "sort_key", "parent"]
_AREA_FIELDS += ["has_nominal_start", "valid_from", "valid_to"]
_AGENCY_FIELDS = ["level", "kind", "name", "short_name", "search_key", "sort_key", "area", "is_unit", "is_one_stop"]
_AGENCY_FIELDS += ["valid_from", "valid_to"]
_PERIOD = ["valid_from", "valid_to"]


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What a load did: False and no counts when the files had not changed."""

    changed: bool
    counts: dict[str, int]


def load_seeds(*, folder: Path, actor: audit.Actor, now: datetime) -> SeedReport:
    """Bring areas, agencies, officials and the national calendar to the state of the seed files.

    Rows are recognised by their key and brought up to date; contact data, and days of a year that
    already has a calendar, stay as they were edited. Nothing is deleted. Unchanged files cost one query.

    :raises SeedError: naming file, line and column; nothing is written then.
    """
    fingerprint = digest(folder)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        last = AuditEntry.objects.filter(action=_ACTION, subject_id="organisations").order_by("-id").first()
        if last is not None and json.loads(last.content)["facts"].get("digest") == fingerprint:
            return SeedReport(changed=False, counts={})
        areas = _Areas()
        counts = {"areas": areas.load(folder), "area_successions": areas.load_successions(folder)}
        agencies = _Agencies(areas)
        counts["agencies"] = agencies.load(folder)
        counts["agency_successions"] = agencies.load_successions(folder)
        counts["officials"] = _load_officials(folder, agencies)
        counts["calendar_days"] = load_calendar(folder, agencies.by_key)
        audit.record(
            actor=actor,
            action=_ACTION,
            subject_type="organisations.Seed",
            subject_id="organisations",
            at=now,
            facts={"digest": fingerprint, **counts},
        )
    return SeedReport(changed=True, counts=counts)


class _Areas:
    """Areas by code and period."""

    def __init__(self) -> None:
        self._by_code: defaultdict[str, list[AdministrativeArea]] = defaultdict(list)

    def at(self, line: Line, column: str, on: date) -> AdministrativeArea:
        """Find the area that bears the code of a cell on a date."""
        for area in self._by_code[line[column]]:
            if area.is_in_force(on):
                return area
        what = _("không có đơn vị hành chính mã “%(code)s” vào ngày %(on)s") % {"code": line[column], "on": on}
        raise line.fault(column, what)

    def before(self, line: Line, column: str, on: date) -> AdministrativeArea:
        """Find the area that bore the code of a cell until a date."""
        for area in self._by_code[line[column]]:
            if area.valid_to == on:
                return area
        raise line.fault(column, _("không có đơn vị hành chính mã “%(code)s” kết thúc ngày này") % line.values)

    def load(self, folder: Path) -> int:
        levels: defaultdict[str, list[AdministrativeArea]] = defaultdict(list)
        lines = list(read_table(folder, "areas.csv"))
        for level in ("country", "province", "district", "commune"):
            for line in (line for line in lines if line["level"] == level):
                levels[level].append(self._area(line))
            AdministrativeArea.objects.bulk_create(
                levels[level], _BATCH, update_conflicts=True, unique_fields=["uuid"], update_fields=_AREA_FIELDS
            )
            for area in levels[level]:
                self._by_code[area.code].append(area)
        return len(lines)

    def _area(self, line: Line) -> AdministrativeArea:
        since = line.day("valid_from")
        return AdministrativeArea(
            uuid=seed_uuid("area", f"{line['level']}/{line['code']}/{since}"),
            level=line["level"],
            kind=line["kind"],
            code=line["code"],
            name=line["name"],
            search_key=search_key(line["name"]),
            sort_key=sort_key(line["name"]),
            parent=self.at(line, "parent", since) if line["parent"] else None,
            valid_from=since,
            valid_to=line.day_or_none("valid_to"),
            has_nominal_start=line["start"] == "nominal",
        )

    def load_successions(self, folder: Path) -> int:
        links = []
        for line in read_table(folder, "area_successions.csv"):
            on = line.day("effective_date")
            links.append(
                AreaSuccession(
                    predecessor=self.before(line, "predecessor", on),
                    successor=self.at(line, "successor", on),
                    effective_date=on,
                    is_partial=line["share"] == "part",
                    is_default=line["default"] == "yes",
                    legal_basis=line["legal_basis"],
                )
            )
        AreaSuccession.objects.bulk_create(links, _BATCH, ignore_conflicts=True)
        return len(links)


class _Agencies:
    """Agencies by the key of the seed files."""

    def __init__(self, areas: _Areas) -> None:
        self._areas = areas
        self.by_key: dict[str, Agency] = {}

    def at(self, line: Line, column: str, key: str | None = None) -> Agency:
        """Find the agency whose key stands in a cell."""
        wanted = line[column] if key is None else key
        if wanted not in self.by_key:
            raise line.fault(column, _("không có cơ quan “%(key)s”") % {"key": wanted})
        return self.by_key[wanted]

    def load(self, folder: Path) -> int:
        lines = list(read_table(folder, "agencies.csv"))
        self.by_key = {line["key"]: self._agency(line) for line in lines}
        Agency.objects.bulk_create(
            self.by_key.values(), _BATCH, update_conflicts=True, unique_fields=["uuid"], update_fields=_AGENCY_FIELDS
        )
        parents = [parent for line in lines for parent in self._parents(line)]
        AgencyParent.objects.bulk_create(parents, _BATCH, ignore_conflicts=True)
        identifiers = [identifier for line in lines for identifier in self._identifiers(line)]
        AgencyIdentifier.objects.bulk_create(identifiers, _BATCH, ignore_conflicts=True)
        return len(lines)

    def _agency(self, line: Line) -> Agency:
        since = line.day("valid_from")
        return Agency(
            uuid=seed_uuid("agency", line["key"]),
            level=line["level"],
            kind=line["kind"],
            name=line["name"],
            short_name=line["short_name"],
            search_key=search_key(f"{line['name']} {line['short_name']}"),
            sort_key=sort_key(line["name"]),
            area=self._areas.at(line, "area", since) if line["area"] else None,
            is_unit=line["unit"] == "yes",
            is_one_stop=line["one_stop"] == "yes",
            valid_from=since,
            valid_to=line.day_or_none("valid_to"),
        )

    def _parents(self, line: Line) -> list[AgencyParent]:
        """Read the agencies above, each while both are in force."""
        agency = self.by_key[line["key"]]
        links = []
        for key in line["parent"].split():
            parent = self.at(line, "parent", key)
            since = max(agency.valid_from, parent.valid_from)
            until = min(agency.valid_to or date.max, parent.valid_to or date.max)
            if since >= until:
                raise line.fault("parent", _("cấp trên “%(key)s” không có hiệu lực cùng lúc") % {"key": key})
            ends = None if until == date.max else until
            links.append(AgencyParent(agency=agency, parent=parent, valid_from=since, valid_to=ends))
        return links

    def _identifiers(self, line: Line) -> list[AgencyIdentifier]:
        agency = self.by_key[line["key"]]
        found = []
        for entry in line["codes"].split():
            code, _sign, confidence = entry.partition("=")
            if confidence not in AgencyIdentifier.Confidence.values:
                raise line.fault("codes", _("độ tin cậy của “%(code)s” không rõ") % {"code": code})
            found.append(
                AgencyIdentifier(
                    agency=agency,
                    scheme=codes.scheme_of(code),
                    code=code,
                    match_key=codes.match_key(code),
                    confidence=confidence,
                    valid_from=agency.valid_from,
                    valid_to=agency.valid_to,
                )
            )
        return found

    def load_successions(self, folder: Path) -> int:
        links = [
            AgencySuccession(
                predecessor=self.at(line, "predecessor"),
                successor=self.at(line, "successor"),
                effective_date=line.day("effective_date"),
                is_default=line["default"] == "yes",
                legal_basis=line["legal_basis"],
            )
            for line in read_table(folder, "agency_successions.csv")
        ]
        AgencySuccession.objects.bulk_create(links, _BATCH, ignore_conflicts=True)
        return len(links)


def _load_officials(folder: Path, agencies: _Agencies) -> int:
    officials: dict[str, Official] = {}
    positions: list[Position] = []
    assignments: list[Assignment] = []
    for line in read_table(folder, "officials.csv"):
        number = line["staff_number"]
        official = officials.setdefault(
            number,
            Official(
                uuid=seed_uuid("official", number),
                full_name=line["full_name"],
                search_key=search_key(line["full_name"]),
                sort_key=sort_key(line["full_name"]),
                form_of_address=line["form_of_address"],
                staff_number=number,
                official_email=f"{number.lower()}@lienthong.example",
            ),
        )
        agency = agencies.at(line, "agency")
        key = f"{number}/{line['agency']}"
        position = Position(
            uuid=seed_uuid("position", key),
            agency=agency,
            kind=line["kind"],
            title=line["title"],
            valid_from=agency.valid_from,
            valid_to=agency.valid_to,
        )
        positions.append(position)
        assignments.append(
            Assignment(
                uuid=seed_uuid("assignment", key),
                official=official,
                position=position,
                valid_from=line.day("valid_from"),
                valid_to=line.day_or_none("valid_to"),
            )
        )
    fields = ["full_name", "search_key", "sort_key", "form_of_address", "staff_number"]
    Official.objects.bulk_create(
        officials.values(), _BATCH, update_conflicts=True, unique_fields=["uuid"], update_fields=fields
    )
    Position.objects.bulk_create(
        positions, _BATCH, update_conflicts=True, unique_fields=["uuid"], update_fields=["kind", "title", *_PERIOD]
    )
    Assignment.objects.bulk_create(
        assignments, _BATCH, update_conflicts=True, unique_fields=["uuid"], update_fields=_PERIOD
    )
    return len(officials)
