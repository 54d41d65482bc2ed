"""Figures and lists as files, and as open data anybody may use."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lienthong.indicators import exports, measures, opendata
from lienthong.indicators.queries import lists
from lienthong.indicators.views.chosen import choose, keys_of
from lienthong.indicators.views.public import narrowed
from lienthong.kernel import clock
from lienthong.kernel.errors import NotFoundError


def _list_head() -> list[str]:
    return [
        _("Mã hồ sơ"), _("Mã thủ tục"), _("Cơ quan giải quyết"), _("Hình thức nộp"), _("Ngày nộp"), _("Ngày tiếp nhận"),
        _("Hẹn trả"), _("Ngày giải quyết xong"), _("Kết cục"), _("Tiến độ"), _("Số lần bổ sung"),
    ]  # fmt: skip


def _list_rows(request: HttpRequest) -> Iterator[tuple[Any, ...]]:
    chosen = choose(request)
    wanted = lists.Wanted(narrowed(request, chosen), chosen.period, keys_of(request))
    channels = {1: _("trực tiếp"), 2: _("trực tuyến"), 3: _("bưu chính")}
    for row in lists.stream_behind(wanted=wanted, now=chosen.now):
        yield (
            row.code, row.procedure_code, row.agency, channels.get(row.channel, ""), _day(row.submitted_at),
            _day(row.received_at), _day(row.due_at), _day(row.ended_at), row.outcome_label, row.timing_label,
            row.rounds,
        )  # fmt: skip


def _day(moment: Any) -> str:
    return "" if moment is None else f"{clock.local(moment):%Y-%m-%d %H:%M}"


@require_safe
def list_csv(request: HttpRequest) -> HttpResponseBase:
    """Send the list behind a figure as CSV, row by row."""
    _checked(request)
    return exports.csv_response("ho-so", _list_head(), _list_rows(request))


@require_safe
def list_xlsx(request: HttpRequest) -> HttpResponseBase:
    """Send the list behind a figure as a workbook."""
    _checked(request)
    return exports.xlsx_response("ho-so", _("Hồ sơ"), _list_head(), _list_rows(request))


def _checked(request: HttpRequest) -> None:
    """Refuse a wrong address before the first byte is sent."""
    narrowed(request, choose(request))
    keys_of(request)


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """Say which open data there are, under which licence, what each column means."""
    columns = [(key, measure.label) for key, measure in measures.MEASURES.items()]
    years = opendata.years(now=clock.now())
    return render(request, "indicators/open_data.html", {"columns": columns, "years": years, "level": "central"})


@require_safe
def catalogue_json(_request: HttpRequest) -> HttpResponse:
    """Describe the data sets for machines, in the words of DCAT."""
    return JsonResponse(opendata.describe(now=clock.now()), json_dumps_params={"ensure_ascii": False, "indent": 2})


@require_safe
def year_file(_request: HttpRequest, year: str, kind: str) -> HttpResponseBase:
    """Send the cells of a year: agency, procedure, month, and each measure.

    :raises NotFoundError: a year without figures.
    """
    number = int(year)
    if number not in opendata.years(now=clock.now()):
        raise NotFoundError(_("Chưa có số liệu của năm này."))
    if kind == "csv":
        return exports.csv_response(f"chi-so-{year}", opendata.HEAD, opendata.rows(year=number))
    return StreamingHttpResponse(opendata.json_lines(year=number), content_type="application/json")
