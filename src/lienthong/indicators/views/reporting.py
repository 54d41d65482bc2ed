"""Report II.06a/VPCP/KSTT: on the screen and on paper, as CSV and as a workbook; every cell opens its list."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lienthong.accounts.api import official_required
from lienthong.indicators import exports
from lienthong.indicators.measures import CARRIED
from lienthong.indicators.queries import report as filled
from lienthong.indicators.views.chosen import Chosen, choose
from lienthong.indicators.views.desk import frame, own_first
from lienthong.kernel import reference
from lienthong.organisations import api as organisations

#: Which list opens behind each column.
_BEHIND = {**filled.COLUMNS, "received_all": ("received", CARRIED), "carried": (CARRIED,)}


@official_required
@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Show the report of a period by sector or agency."""
    if moved := own_first(request):
        return moved
    with reference.remembered():
        chosen, found = _found(request)
        views = ((_("Theo lĩnh vực"), "linh-vuc", "sector"), (_("Theo cơ quan"), "co-quan", "agency"))
        agencies = (
            organisations.get_agencies(ids=[row.key for row in found.rows if row.key]) if found.by == "agency" else {}
        )
        lines = [{"name": row.name, "cells": list(_cells(chosen, row, found.by, agencies))} for row in found.rows]
        context = {
            "report": found,
            "lines": lines,
            "total": list(_cells(chosen, found.total, found.by, {})),
            "by_options": [
                {"label": label, "url": f"?{chosen.query(theo=word)}", "current": found.by == by}
                for label, word, by in views
            ],
            "export_query": chosen.query(theo="co-quan" if found.by == "agency" else "linh-vuc"),
        }
        return render(request, "indicators/report.html", frame(request, chosen) | context)


def _found(request: HttpRequest) -> tuple[Chosen, filled.Report]:
    chosen = choose(request)
    by: filled.By = "agency" if request.GET.get("theo") == "co-quan" else "sector"
    return chosen, filled.report(scope=chosen.scope, period=chosen.period, by=by, now=chosen.now)


def _cells(
    chosen: Chosen, row: filled.ReportRow, by: filled.By, agencies: dict[int, organisations.Agency]
) -> Iterator[dict[str, Any]]:
    more: dict[str, Any] = {}
    if row.key is not None and by == "sector":
        more["linh-vuc"] = str(row.key)
    elif row.key is not None:
        more = {"co-quan": agencies[row.key].uuid, "rieng": 1}
    for column, value in row.cells.items():
        yield {
            "value": value,
            "label": filled.LABELS[column],
            "url": chosen.list_url(*_BEHIND[column], **more) if value else "",
        }


def _table(request: HttpRequest) -> tuple[str, list[str], list[list[Any]]]:
    chosen, found = _found(request)
    first = _("Cơ quan") if found.by == "agency" else _("Lĩnh vực")
    head = [_("STT"), first, *(str(label) for label in filled.LABELS.values())]
    rows: list[list[Any]] = [[at, row.name, *row.cells.values()] for at, row in enumerate(found.rows, start=1)]
    rows.append(["", _("Tổng số"), *found.total.cells.values()])
    return f"ii06a-{chosen.period.key}", head, rows


@official_required  # type: ignore[arg-type]  # a file is streamed
@require_safe
def report_csv(request: HttpRequest) -> HttpResponseBase:
    """Send the report as CSV."""
    with reference.remembered():
        return exports.csv_response(*_table(request))


@official_required  # type: ignore[arg-type]  # a file is streamed
@require_safe
def report_xlsx(request: HttpRequest) -> HttpResponseBase:
    """Send the report as a workbook."""
    with reference.remembered():
        name, head, rows = _table(request)
        return exports.xlsx_response(name, "II.06a", head, rows)
