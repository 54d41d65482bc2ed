"""Reading ``seeds/organisations``: rows with their file and line, so that a fault can be named."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID, uuid5

import yaml
from django.utils.translation import gettext as _

from lienthong.kernel.errors import InvalidError

_NAMESPACE = UUID("6f3a8a0e-2f5b-5b0e-9c38-6d1f6c9f2c11")
FILES = (
    "areas.csv",
    "area_successions.csv",
    "agencies.csv",
    "agency_successions.csv",
    "officials.csv",
    "calendar.yaml",
)


class SeedError(InvalidError):
    """A seed file is missing or one of its lines cannot be understood."""

    code = "organisations.seed_invalid"


def seed_uuid(kind: str, key: str) -> UUID:
    """Give the public id of a seeded row: the same on every node, because it follows from its key.

    :param kind: ``area``, ``agency``, ``official``, ``position``, ``assignment``, ``hours`` or ``rule``.
    """
    return uuid5(_NAMESPACE, f"{kind}:{key}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a seed table."""

    file: str
    number: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def day(self, column: str) -> date:
        """Read a required date.

        :raises SeedError: when it is not one.
        """
        try:
            return date.fromisoformat(self.values[column])
        except ValueError as error:
            raise self.fault(column, _("“%(value)s” không phải ngày") % {"value": self.values[column]}) from error

    def day_or_none(self, column: str) -> date | None:
        """Read a date that may be empty."""
        return self.day(column) if self.values[column] else None

    def fault(self, column: str, what: str) -> SeedError:
        """Make an error that names file, line and column."""
        place = {"file": self.file, "line": self.number, "column": column, "what": what}
        return SeedError(_("%(file)s, dòng %(line)s, cột %(column)s: %(what)s.") % place)


def digest(folder: Path) -> str:
    """Fingerprint the seed files, to know whether anything changed since the last load.

    :raises SeedError: when a file is missing.
    """
    total = hashlib.sha256()
    for name in FILES:
        path = folder / name
        if not path.is_file():
            raise SeedError(_("Thiếu tệp dữ liệu gốc %(file)s.") % {"file": name})
        total.update(name.encode() + path.read_bytes())
    return total.hexdigest()


def read_table(folder: Path, name: str) -> Iterator[Line]:
    """Read a CSV file with a header."""
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        for number, values in enumerate(csv.DictReader(stream), 2):
            yield Line(name, number, values)


def read_yaml(folder: Path, name: str) -> dict[str, list[dict[str, object]]]:
    """Read a YAML file of lists.

    :raises SeedError: when it is not valid YAML.
    """
    try:
        content = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise SeedError(_("%(file)s không phải YAML hợp lệ.") % {"file": name}) from error
    if not isinstance(content, dict):
        raise SeedError(_("%(file)s không phải YAML hợp lệ.") % {"file": name})
    return content
