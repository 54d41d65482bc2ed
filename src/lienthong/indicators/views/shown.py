"""From figures to what pages show: numbers with their lists, charts with their tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from lienthong.indicators import charts
from lienthong.indicators.queries.scorecard import MonthPoint, RankedAgency, Scorecard
from lienthong.indicators.views.chosen import Chosen
from lienthong.kernel import clock
from lienthong.organisations import api as organisations
from lienthong.ui import formats

MONTHS = 12
RANKS = 30


def percent(value: Decimal | float | None) -> str:
    """Write a share: ``97,5 %``; nothing where there is no data."""
    if value is None:
        return ""
    return f"{formats.number(value, 0 if value == int(value) else 1)} %"


def last_month(chosen: Chosen) -> date:
    """Give the month a trend ends with: the period's last, or this one while the period runs."""
    return min(chosen.period.last, clock.local_date(chosen.now))


@dataclass(frozen=True, slots=True)
class Number:
    """One figure in large letters, with the list behind it."""

    value: str
    name: str
    url: str = ""


def numbers(chosen: Chosen, card: Scorecard) -> tuple[Number, ...]:
    """Say the progress of all dossiers in a few numbers."""
    sums = card.sums
    on_time = card.line("on_time")
    found = [
        Number(formats.number(sums["received"]), _("hồ sơ tiếp nhận trong kỳ"), chosen.list_url("received")),
        Number(formats.number(sums["ended"]), _("hồ sơ đã giải quyết"), chosen.list_url("ended")),
        Number(formats.number(sums["open"]), _("hồ sơ đang giải quyết"), chosen.list_url("open")),
        Number(formats.number(sums["open_late"]), _("hồ sơ đang quá hạn"), chosen.list_url("open_late")),
    ]
    if on_time is not None and on_time.share.has_data:
        found.insert(2, Number(percent(on_time.share.percent), _("giải quyết đúng hạn"), chosen.list_url("ended_well")))
    if card.days is not None:
        found.append(Number(formats.number(card.days, 1), _("ngày giải quyết trung bình"), chosen.list_url("ended")))
    return tuple(found)


def trend(points: Sequence[MonthPoint], chosen: Chosen) -> dict[str, Any]:
    """Draw the trend, and give the table that says the same."""
    bars = [charts.Bars(f"{point.month.month}", point.sums["received"], point.sums["ended"]) for point in points]
    shares = [(f"{point.month.month}", point.on_time.percent) for point in points]
    rows = [
        {
            "period": point.period,
            "received": point.sums["received"],
            "ended": point.sums["ended"],
            "open_late": point.sums["open_late"],
            "on_time": percent(point.on_time.percent),
            "urls": {key: _of_month(chosen, point, key) for key in ("received", "ended", "open_late", "ended_well")},
        }
        for point in reversed(points)
    ]
    return {
        "bars": charts.pairs(bars, title=_("Hồ sơ tiếp nhận và đã giải quyết theo tháng; số liệu ở bảng bên dưới")),
        "line": charts.line(shares, title=_("Tỷ lệ giải quyết đúng hạn theo tháng; số liệu ở bảng bên dưới")),
        "rows": rows,
        "is_empty": not any(point.sums["received"] or point.sums["ended"] for point in points),
    }


def _of_month(chosen: Chosen, point: MonthPoint, key: str) -> str:
    return Chosen(chosen.agency, point.period, chosen.scope, chosen.now).list_url(key)


def first_of(ranked: Sequence[RankedAgency], request: HttpRequest) -> Sequence[RankedAgency]:
    """Keep the first ranks, unless the address asks for all."""
    return ranked if "tat-ca" in request.GET else ranked[:RANKS]


def named(ranked: Iterable[RankedAgency]) -> list[dict[str, Any]]:
    """Name the ranked agencies; one statement."""
    rows = list(ranked)
    known = organisations.get_agencies(ids=[row.agency_id for row in rows])
    return [
        {
            "agency": known[row.agency_id],
            "rank": row.rank,
            "points": formats.number(row.percent, 1) if row.percent is not None else "",
            "percent": row.percent,
            "on_time": percent(row.on_time.percent),
            "sums": row.sums,
        }
        for row in rows
    ]
