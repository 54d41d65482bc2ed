"""Report II.06a/VPCP/KSTT: how dossiers were received and settled, by sector and agency (TT 01/2020/TT-VPCP)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext_lazy as _

from lienthong.catalogue import api as catalogue
from lienthong.indicators.periods import Period
from lienthong.indicators.queries import figures
from lienthong.indicators.queries.figures import Scope, Sums
from lienthong.organisations import api as organisations

By = Literal["sector", "agency"]
#: The columns of the form with the measures behind each; "carried" is asked for when the period begins.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "received_all": ("received", "carried"),
    "received_online": ("received_online",),
    "received_direct": ("received_direct",),
    "carried": ("carried",),
    "solved": ("ended",),
    "solved_early": ("ended_early",),
    "solved_on_time": ("ended_on_time",),
    "solved_late": ("ended_late",),
    "open": ("open",),
    "open_in_time": ("open_in_time",),
    "open_late": ("open_late",),
}
LABELS = {
    "received_all": _("Tiếp nhận: tổng số"),
    "received_online": _("Tiếp nhận: trực tuyến"),
    "received_direct": _("Tiếp nhận: trực tiếp, bưu chính"),
    "carried": _("Tiếp nhận: từ kỳ trước"),
    "solved": _("Đã giải quyết: tổng số"),
    "solved_early": _("Đã giải quyết: trước hạn"),
    "solved_on_time": _("Đã giải quyết: đúng hạn"),
    "solved_late": _("Đã giải quyết: quá hạn"),
    "open": _("Đang giải quyết: tổng số"),
    "open_in_time": _("Đang giải quyết: trong hạn"),
    "open_late": _("Đang giải quyết: quá hạn"),
}
_COUNTED = ("received", "received_online", "received_direct", "ended", "ended_early", "ended_on_time", "ended_late",
            "open", "open_late")  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of the form.

    :ivar key: number of the sector or agency; 0 for procedures without a sector, None for the sum.
    """

    key: int | None
    name: str
    cells: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """The form for one period; ``total`` is the sum of the lines."""

    period: Period
    by: By
    rows: tuple[ReportRow, ...]
    total: ReportRow


def report(*, scope: Scope, period: Period, by: By, now: datetime) -> Report:
    """Fill the form in; constant statements. What came before the period and was open then is carried over."""
    group = "procedure_id" if by == "sector" else "agency_id"
    current = figures.tally(scope=scope, period=period, keys=_COUNTED, by=(group,), now=now)
    before = figures.tally(scope=scope, period=carried_period(period), keys=("open",), by=(group,), now=now)
    sector_of = catalogue.sectors_by_procedure() if by == "sector" else {}
    lines: dict[int, Sums] = {}
    for (number,), sums in current.items():
        line = lines.setdefault((sector_of.get(number) or 0) if by == "sector" else number, dict.fromkeys(COLUMNS, 0))
        carried = before.get((number,), {}).get("open", 0)
        given = {**sums, "carried": carried, "open_in_time": sums["open"] - sums["open_late"]}
        for column, parts in COLUMNS.items():
            line[column] += sum(given[part] for part in parts)
    names = _names(by, lines)
    rows = [ReportRow(key, names[key], cells) for key, cells in lines.items() if any(cells.values())]
    rows.sort(key=lambda row: row.name)
    whole = {column: sum(row.cells[column] for row in rows) for column in COLUMNS}
    return Report(period, by, tuple(rows), ReportRow(None, "", whole))


def carried_period(period: Period) -> Period:
    """Give the period whose end is this one's beginning: what stands open then is carried over."""
    return Period(period.before().first, period.first)


def _names(by: By, keys: Iterable[int]) -> dict[int, str]:
    if by == "agency":
        return {number: agency.name for number, agency in organisations.get_agencies(ids=keys).items()}
    return {0: str(_("Chưa xếp lĩnh vực")), **{sector.pk: sector.name for sector in catalogue.list_sectors()}}


def procedures_of(*, sector_id: int) -> frozenset[int]:
    """Give the procedures of a sector (0: of none), for the list behind a line."""
    return frozenset(
        number for number, sector in catalogue.sectors_by_procedure().items() if (sector or 0) == sector_id
    )
