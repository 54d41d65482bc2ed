"""Open data: the cells of the index, without anything about a person, described in the words of DCAT (W3C)."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import F, Max, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from lienthong.indicators import measures
from lienthong.indicators.models import Figure
from lienthong.kernel import clock

HEAD = ("agency", "agency_name", "procedure", "month", *measures.MEASURES)
#: Free to use with the source named; the State's open data are given under this condition.
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_CHUNK = 2_000


def years(*, now: datetime) -> tuple[int, ...]:
    """List the years that have figures, the newest first; those to come are left out."""
    found = Figure.objects.filter(month__lte=clock.local_date(now)).aggregate(first=Min("month"), last=Max("month"))
    if found["first"] is None:
        return ()
    return tuple(range(found["last"].year, found["first"].year - 1, -1))


def rows(*, year: int) -> Iterator[tuple[Any, ...]]:
    """Give the cells of a year one by one from a cursor of the database."""
    cells = (
        Figure.objects.filter(month__gte=date(year, 1, 1), month__lt=date(year + 1, 1, 1))
        .annotate(agency_uuid=F("agency__uuid"), agency_name=F("agency__name"), procedure_code=F("procedure__code"))
        .order_by("pk")
        .values_list("agency_uuid", "agency_name", "procedure_code", "month", *measures.MEASURES)
    )
    for uuid, name, code, month, *sums in cells.iterator(chunk_size=_CHUNK):
        yield (str(uuid), name, code, f"{month:%Y-%m}", *sums)


def json_lines(*, year: int) -> Iterator[str]:
    """Write the same as one JSON array, in pieces."""
    pieces: list[str] = []
    opening = "[\n"
    for row in rows(year=year):
        pieces.append(opening + json.dumps(dict(zip(HEAD, row, strict=True)), ensure_ascii=False))
        opening = ",\n"
        if len(pieces) >= _CHUNK:
            yield "".join(pieces)
            pieces = []
    yield "".join(pieces) + ("\n]\n" if opening != "[\n" else "[]\n")


def describe(*, now: datetime) -> dict[str, Any]:
    """Describe the catalogue and each year's data set."""
    return {
        "@context": "https://www.w3.org/ns/dcat.jsonld",
        "@type": "Catalog",
        "title": _("Chất lượng phục vụ người dân, doanh nghiệp"),
        "description": _("Số liệu giải quyết thủ tục hành chính theo cơ quan, thủ tục, tháng (QĐ 766/QĐ-TTg)."),
        "license": LICENCE,
        "modified": clock.local_date(now).isoformat(),
        "columns": {key: str(measure.label) for key, measure in measures.MEASURES.items()},
        "dataset": [_dataset(year) for year in years(now=now)],
    }


def _dataset(year: int) -> dict[str, Any]:
    kinds = {"csv": "text/csv", "json": "application/json"}
    return {
        "@type": "Dataset",
        "identifier": f"lienthong-chi-so-{year}",
        "title": _("Chỉ số phục vụ năm %(year)s") % {"year": year},
        "temporal": f"{year}-01-01/{year}-12-31",
        "accrualPeriodicity": "http://publications.europa.eu/resource/authority/frequency/CONT",
        "distribution": [
            {
                "@type": "Distribution",
                "mediaType": media,
                "downloadURL": settings.SITE_URL + reverse("indicators:open_data_file", args=[year, kind]),
            }
            for kind, media in kinds.items()
        ],
    }
