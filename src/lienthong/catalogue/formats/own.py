"""Our own YAML: one file a procedure, described by ``seeds/catalogue/procedure.schema.json``."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from lienthong.catalogue.content import (
    BasisContent,
    CompetenceContent,
    Content,
    DocumentContent,
    FeeContent,
    LinkContent,
    ResultContent,
    StepContent,
    TimeLimitContent,
)
from lienthong.catalogue.formats.fields import RecordError

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

Version = tuple[Content, date, date | None]


def parse(record: Mapping[str, Any]) -> list[Version]:
    """Turn a file into one or two versions: the earlier period first, where the file tells one.

    :raises RecordError: where the file does not follow the schema.
    """
    plain = _dates_as_text(record)
    error = min(_validator().iter_errors(plain), key=lambda found: (len(found.absolute_path), str(found)), default=None)
    if error is not None:
        path = ".".join(str(part) for part in error.absolute_path)
        raise RecordError(path, _("không đúng mẫu: %(error)s") % {"error": error.message[:300]})
    current = _content(plain)
    valid_from = date.fromisoformat(plain["valid_from"])
    earlier = plain.get("earlier")
    if earlier is None:
        return [(current, valid_from, None)]
    start = date.fromisoformat(earlier["valid_from"])
    if start >= valid_from:
        raise RecordError("earlier.valid_from", _("phải trước ngày bắt đầu của phiên bản hiện hành."))
    return [(_earlier(current, earlier, valid_from), start, valid_from), (current, valid_from, None)]


def _earlier(current: Content, earlier: Mapping[str, Any], until: date) -> Content:
    """Rebuild the earlier period from what is known of it: levels, competence, time limit, older laws."""
    limits = _limits(earlier["time_limits"]) if "time_limits" in earlier else current.time_limits
    return replace(
        current,
        is_reconstructed=True,
        levels=tuple(earlier["levels"]),
        levels_before=(),
        competences=_rules(earlier["competence"]),
        time_limits=limits,
        legal_basis=tuple(basis for basis in current.legal_basis if _year(basis.symbol) < until.year),
        decision="",
        decided_on=None,
        effective_on=None,
        publicised_on=None,
        note=_("Nội dung trước %(date)s được dựng lại từ cấp giải quyết và thời hạn đã biết.")
        % {"date": f"{until:%d/%m/%Y}"},
    )


def _year(symbol: str) -> int:
    parts = symbol.split("/")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0


def _content(plain: Mapping[str, Any]) -> Content:
    sector = plain.get("sector", {})
    fees = plain["fees"]
    return Content(
        code=plain["code"],
        name_vi=plain["name"]["vi"],
        name_en=plain["name"].get("en", ""),
        everyday_names=tuple(plain.get("everyday_names", ())),
        sector_code=sector.get("code", ""),
        sector_name=sector.get("name", ""),
        promulgator_code=plain["promulgated_by"]["code"],
        promulgator_name=plain["promulgated_by"].get("name", ""),
        decision=plain.get("decision", ""),
        decided_on=_day(plain.get("decided_on")),
        effective_on=_day(plain.get("effective_on")),
        publicised_on=_day(plain.get("publicised_on")),
        levels=tuple(plain["levels"]),
        levels_before=tuple(plain.get("earlier", {}).get("levels", ())),
        applicants=tuple(plain["applicants"]),
        channels=tuple(plain["channels"]),
        online_level=plain["online"],
        life_events=tuple(plain.get("life_events", ())),
        is_nonterritorial=plain.get("nonterritorial", False),
        form_key=plain.get("form", ""),
        process_key=plain.get("process", "standard"),
        summary=plain["summary"],
        agency_text=plain["agency"],
        conditions=plain.get("conditions", ""),
        time_note=plain.get("time_note", ""),
        fee_kind=fees["kind"],
        fee_note=fees.get("note", ""),
        note=plain.get("note", ""),
        source=plain.get("source", ""),
        time_limits=_limits(plain["time_limits"]),
        fees=tuple(
            FeeContent(
                kind=fees["kind"],
                amount=item["amount"],
                purpose=item.get("for", ""),
                condition=item.get("when", ""),
                channel=item.get("channel", ""),
            )
            for item in fees.get("items", ())
        ),
        documents=tuple(
            DocumentContent(
                key=item["key"],
                name=item["name"],
                originals=item["originals"],
                copies=item["copies"],
                requirement=item["need"],
                condition=item.get("when", ""),
                form_code=item.get("form", ""),
            )
            for item in plain["documents"]
        ),
        steps=tuple(
            StepContent(
                action_vi=item["vi"],
                action_en=item.get("en", ""),
                role=item.get("who", ""),
                unit=item.get("unit", ""),
                time_share=item.get("share"),
            )
            for item in plain.get("steps", ())
        ),
        results=tuple(ResultContent(name=item["name"], code=item.get("code", "")) for item in plain["results"]),
        legal_basis=tuple(BasisContent(symbol) for symbol in plain["legal_basis"]),
        links=tuple(
            LinkContent(relation=item["relation"], code=item.get("code", ""), name=item.get("name", ""))
            for item in plain.get("links", ())
        ),
        competences=_rules(plain.get("competence", ())),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _limits(entries: Any) -> tuple[TimeLimitContent, ...]:
    return tuple(
        TimeLimitContent(item["amount"], item["unit"], item.get("when", ""), item.get("channel", ""))
        for item in entries
    )


def _rules(entries: Any) -> tuple[CompetenceContent, ...]:
    return tuple(CompetenceContent(level=item["level"], agency_names=tuple(item["agencies"])) for item in entries)


def _dates_as_text(value: Any) -> Any:
    """YAML reads ``2025-07-01`` as a date; the schema, like JSON, knows it as text."""
    match value:
        case date():
            return value.isoformat()
        case dict():
            return {str(key): _dates_as_text(entry) for key, entry in value.items()}
        case list():
            return [_dates_as_text(entry) for entry in value]
    return value


@lru_cache(maxsize=1)
def _validator() -> "Draft202012Validator":
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415 - takes a second to load

    schema = Path(settings.SEEDS) / "catalogue" / "procedure.schema.json"
    return Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")), format_checker=FormatChecker())
