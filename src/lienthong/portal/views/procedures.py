"""Procedures for the public: search, life events, and one page each that a citizen understands."""

import json
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from lienthong.catalogue import api as catalogue
from lienthong.kernel import clock
from lienthong.portal import wording

FILTERS = ("sector", "level", "applicant", "online", "life_event")
FILTER_PARAMETERS = {
    "sector": "linh-vuc",
    "level": "cap",
    "applicant": "doi-tuong",
    "online": "truc-tuyen",
    "life_event": "su-kien",
}
_CHOICES = {
    "level": catalogue.Level,
    "applicant": catalogue.Applicant,
    "online": catalogue.OnlineLevel,
}
COMMON_WORDS = ("khai sinh", "kết hôn", "căn cước", "sổ đỏ", "hộ kinh doanh", "giấy phép xây dựng")
_JSON_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@require_safe
@vary_on_headers("HX-Request")
def search(request: HttpRequest) -> HttpResponse:
    """Show the procedures found; a live request (HTMX) gets only the part that changes."""
    today = clock.local_date(clock.now())
    query = request.GET.get("q", "")[:200]
    chosen = {name: request.GET.get(parameter, "")[:60] for name, parameter in FILTER_PARAMETERS.items()}
    number = _page_number(request)
    page = catalogue.search(
        query=query,
        on=today,
        page=number,
        sector=chosen["sector"],
        level=chosen["level"],
        applicant=chosen["applicant"],
        online=chosen["online"],
        life_event=chosen["life_event"],
    )
    is_narrowed = bool(query.strip()) or any(chosen.values())
    context = {
        "query": query,
        "page": page,
        "hits": [_shown(hit) for hit in page.hits],
        "filters": [_filter(name, chosen[name], page.facets[name]) for name in FILTERS],
        "is_narrowed": is_narrowed,
        "is_filtered": any(chosen.values()),
        "common_words": COMMON_WORDS,
        "unfiltered_url": _url(query, {}, 1),
        "previous_url": _url(query, chosen, number - 1) if number > 1 and page.hits else "",
        "next_url": _url(query, chosen, number + 1) if number < page.pages else "",
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "portal/procedure_results.html", context)
    context["life_events"] = () if is_narrowed else catalogue.life_events(on=today)
    return render(request, "portal/procedure_search.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Give the few best hits for what is being typed, as a list to put under a search field."""
    today = clock.local_date(clock.now())
    hits = catalogue.suggest(query=request.GET.get("q", "")[:200], on=today, size=6)
    return render(request, "portal/procedure_suggestions.html", {"hits": [_shown(hit) for hit in hits]})


@require_safe
def life_event(request: HttpRequest, key: str) -> HttpResponse:
    """Show what to do at one moment of life."""
    today = clock.local_date(clock.now())
    events = catalogue.life_events(on=today)
    event = next((one for one in events if one.key == key), None)
    if event is None:
        raise Http404
    page = catalogue.search(life_event=key, on=today, size=100)
    hits = [_shown(hit) for hit in page.hits]
    return render(request, "portal/procedure_life_event.html", {"event": event, "events": events, "hits": hits})


@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Show one procedure as in force today, or on the day asked for with ``?ngay=``."""
    today = clock.local_date(clock.now())
    on = _asked_day(request) or today
    version = catalogue.get_details(code=code, on=on)
    fees = catalogue.fees(version=version)
    limit = catalogue.time_limit(version=version)
    links = [link for link in version.linked_procedures.all() if link.code]
    known = {one.code: one for one in catalogue.list_versions(codes=[link.code for link in links], on=today)}
    context: dict[str, Any] = {
        "version": version,
        "name": _name(version),
        "level_names": [catalogue.Level(level).label for level in version.levels],
        "applicant_names": [catalogue.Applicant(one).label for one in version.applicants],
        "channel_names": [catalogue.Channel(one).label for one in version.channels],
        "header_level": next((one for one in ("commune", "province", "central") if one in version.levels), "central"),
        "time": wording.time_words(limit.amount, limit.unit) if limit else "",
        "limits": [
            (wording.time_words(one.amount, one.unit), _limit_case(one))
            for one in catalogue.time_limits(version=version)
        ],
        "fee": wording.fee_summary(version.fee_kind, fees),
        "fees": [(wording.fee_words(item), item) for item in fees],
        "document_groups": _document_groups(version),
        "steps": _steps(version),
        "links": _links(version, known),
        "is_past": on != today,
        "on": on,
        "earlier_day": version.valid_from - timedelta(days=1) if version.levels_before else None,
        "json_ld": _json_ld(request, version, fees),
    }
    return render(request, "portal/procedure_detail.html", context)


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("trang", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) <= 4 else 1  # noqa: PLR2004


def _asked_day(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("ngay", ""))
    except ValueError:
        return None


def _url(query: str, chosen: dict[str, str], number: int) -> str:
    pairs = {"q": query} | {FILTER_PARAMETERS[name]: value for name, value in chosen.items()}
    if number > 1:
        pairs["trang"] = str(number)
    text = urlencode({name: value for name, value in pairs.items() if value})
    return reverse("portal:procedures") + (f"?{text}" if text else "")


def _filter(name: str, value: str, facets: tuple[catalogue.Facet, ...]) -> dict[str, Any]:
    """Describe one list of values to narrow by; a chosen value stays although nothing has it."""
    titles = {
        "sector": _("Lĩnh vực"),
        "level": _("Cấp giải quyết"),
        "applicant": _("Ai làm"),
        "online": _("Làm trực tuyến"),
        "life_event": _("Việc trong đời"),
    }
    choices = _CHOICES.get(name)
    options = [
        {
            "value": facet.value,
            "label": choices(facet.value).label if choices else facet.label,
            "count": facet.count,
            "chosen": facet.value == value,
        }
        for facet in facets
    ]
    if value and not any(option["chosen"] for option in options):
        known = dict(choices.choices) if choices else {}
        options.append({"value": value, "label": known.get(value, value), "count": 0, "chosen": True})
    return {"id": f"loc-{FILTER_PARAMETERS[name]}", "name": FILTER_PARAMETERS[name], "title": titles[name],
            "options": options}  # fmt: skip


def _shown(hit: catalogue.Hit) -> dict[str, Any]:
    # Only what was written here is sure enough to promise "free" in a list.
    fee = _("Miễn phí") if hit.fee_kind == catalogue.FeeKind.NONE and hit.summary else ""
    is_english = get_language() == "en"
    return {
        "code": hit.code,
        "name": hit.name_en if is_english and hit.name_en else hit.name_vi,
        "lang": "en" if is_english and hit.name_en else "vi",
        "summary": hit.summary,
        "sector": hit.sector_name,
        "levels": ", ".join(str(catalogue.Level(level).label) for level in hit.levels),
        "online": hit.online_level,
        "online_label": catalogue.OnlineLevel(hit.online_level).label,
        "has_form": hit.has_form,
        "time": wording.time_words(hit.amount, hit.unit),
        "fee": fee,
        "url": reverse("portal:procedure", args=[hit.code]),
    }


def _name(version: catalogue.ProcedureVersion) -> str:
    return version.name_en if get_language() == "en" and version.name_en else version.name_vi


def _limit_case(limit: catalogue.TimeLimit) -> str:
    parts = [limit.condition] if limit.condition else []
    if limit.channel:
        parts.append(str(catalogue.Channel(limit.channel).label).lower())
    return "; ".join(parts) or _("trường hợp thông thường")


def _document_groups(version: catalogue.ProcedureVersion) -> list[tuple[str, list[dict[str, Any]]]]:
    """Group the papers: by the source's cases where it has any, else by how far they are asked for."""
    titles = {
        catalogue.Requirement.REQUIRED: _("Phải nộp"),
        catalogue.Requirement.CONDITIONAL: _("Nộp khi thuộc trường hợp"),
        catalogue.Requirement.PRESENT_ONLY: _("Chỉ xuất trình để đối chiếu"),
        catalogue.Requirement.OPTIONAL: _("Lưu ý và giấy tờ không bắt buộc"),
    }
    documents = catalogue.required_documents(version=version)
    groups: dict[str, list[dict[str, Any]]] = {}
    if not any(document.case for document in documents):
        groups = {title: [] for title in titles.values()}
    for document in documents:
        title = document.case or titles[catalogue.Requirement(document.requirement)]
        groups.setdefault(title, []).append({"document": document, "copies": wording.copies_words(document)})
    return [(title, papers) for title, papers in groups.items() if papers]


def _steps(version: catalogue.ProcedureVersion) -> list[dict[str, Any]]:
    is_english = get_language() == "en"
    return [
        {
            "role": wording.ROLES.get(step.role, ""),
            "unit": step.unit,
            "action": step.action_en if is_english and step.action_en else step.action_vi,
            "is_applicant": step.role == "applicant",
        }
        for step in version.steps.all()
    ]


def _links(version: catalogue.ProcedureVersion, known: dict[str, catalogue.ProcedureVersion]) -> list[dict[str, Any]]:
    shown = []
    for link in version.linked_procedures.all():
        target = known.get(link.code)
        if target is None and not link.name:
            continue
        shown.append(
            {
                "relation": wording.RELATIONS.get(link.relation, wording.RELATIONS["related"]),
                "name": _name(target) if target else link.name,
                "url": reverse("portal:procedure", args=[link.code]) if target else "",
            }
        )
    return shown


def _json_ld(
    request: HttpRequest, version: catalogue.ProcedureVersion, fees: tuple[catalogue.FeeItem, ...]
) -> SafeString:
    """Write the procedure as schema.org ``GovernmentService``, safe inside a script element."""
    url = request.build_absolute_uri(reverse("portal:procedure", args=[version.code]))
    prices = [item for item in fees if item.amount is not None and not item.is_doubtful]
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": url,
        "url": url,
        "identifier": version.code,
        "name": version.name_vi,
        "alternateName": [name for name in (version.name_en, *version.everyday_names) if name],
        "description": version.summary or version.name_vi,
        "serviceType": version.sector.name if version.sector else "",
        "serviceOperator": {"@type": "GovernmentOrganization", "name": version.agency_text or version.promulgator_name},
        "areaServed": {"@type": "Country", "name": "Việt Nam"},
        "availableChannel": [
            {"@type": "ServiceChannel", "name": str(catalogue.Channel(channel).label), "serviceUrl": url}
            for channel in version.channels
        ],
        "audience": [
            {"@type": "Audience", "audienceType": str(catalogue.Applicant(one).label)} for one in version.applicants
        ],
        "serviceOutput": [{"@type": "Thing", "name": result.name} for result in version.results.all()],
        "offers": [
            {"@type": "Offer", "price": item.amount, "priceCurrency": "VND", "description": item.purpose}
            for item in prices
        ],
        "inLanguage": "vi",
    }
    text = json.dumps({key: value for key, value in data.items() if value}, ensure_ascii=False)
    return mark_safe(text.translate(_JSON_ESCAPES))  # noqa: S308 - JSON with <, > and & written as escapes
