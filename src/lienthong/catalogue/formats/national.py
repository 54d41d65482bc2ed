"""The national catalogue's format: one JSON object a line, 5,665 lines in the copy of July 2026.

Oddities met in that copy and how they are read:

* ``OTHER`` as a unit holds 0 (at once), a text, or a number whose unit is told in ``cases``;
* months and years are counted as 30 and 365 days, half working days as working hours (8 a day);
* fees below 1,000 đồng are typing errors for thousands: kept, marked doubtful, never shown as a price;
* a case with an absurd limit is left out and told in the time note; an absurd main limit refuses the record;
* codes ending in ``-Xoa`` are records the portal has deleted: taken, but never in force.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from lienthong.catalogue.content import (
    MAX_AMOUNT,
    MAX_COPIES,
    MAX_FEE,
    BasisContent,
    CompetenceContent,
    Content,
    DocumentContent,
    FeeContent,
    ResultContent,
    TimeLimitContent,
    split_code,
)
from lienthong.catalogue.formats.fields import RecordError, flag, items, kind_of, mapping, mappings, text
from lienthong.catalogue.models import Applicant, Channel, FeeKind, Level, OnlineLevel, Requirement, TimeUnit
from lienthong.kernel.text import normalise

LEVELS = {"commune": Level.COMMUNE, "province": Level.PROVINCE, "ministry": Level.CENTRAL, "other": Level.OTHER}
CHANNELS = {"ONLINE": Channel.ONLINE, "DIRECT": Channel.COUNTER, "POSTAL": Channel.POSTAL}
FEES = {"FEE": FeeKind.SERVICE_FEE, "SERVICE_FEE": FeeKind.CHARGE, "PRICE_LEVEL": FeeKind.SERVICE_FEE}
APPLICANTS = {
    **dict.fromkeys(("ĐT1", "ĐT14"), Applicant.CITIZEN),
    **dict.fromkeys(("ĐT2", "ĐT8", "ĐT10", "DT11"), Applicant.BUSINESS),
    **dict.fromkeys(("ĐT6", "ĐT7", "ĐT9"), Applicant.AGENCY),
    **dict.fromkeys(("ĐT3", "ĐT4", "ĐT15", "DT12"), Applicant.FOREIGNER),
    **dict.fromkeys(("ĐT5", "DT13"), Applicant.OFFICIAL),
}
UNITS = {
    "WORKING_DAY": (TimeUnit.WORKING_DAYS, 1),
    "DAY": (TimeUnit.DAYS, 1),
    "HOUR": (TimeUnit.HOURS, 1),
    "MONTH": (TimeUnit.DAYS, 30),
    "YEAR": (TimeUnit.DAYS, 365),
}
HOURS_A_DAY = 8
SMALLEST_FEE = 1_000
MAX_TIME = 3_650
DELETED = "-Xoa"
_SYMBOL = re.compile(r"\d+(?:\.\d+)*/\d{4}/[\wĐ-]+")
_WRITTEN_TIME = re.compile(r"(\d{1,3})\s*(ngày làm việc|ngày|giờ làm việc|giờ)", re.IGNORECASE)
_WRITTEN_UNITS = {
    "ngày làm việc": TimeUnit.WORKING_DAYS,
    "ngày": TimeUnit.DAYS,
    "giờ làm việc": TimeUnit.HOURS,
    "giờ": TimeUnit.HOURS,
}
_BULLET = re.compile(r"^[-+*•–\s]+")


def parse(record: Mapping[str, Any]) -> Content:
    """Turn a line of the national catalogue into a content.

    :raises RecordError: naming the field that cannot be taken.
    """
    code, _agency = split_code(text(record, "code", required=True))
    sector = mapping(record.get("sector"), "sector")
    promulgator = mapping(record.get("promulgated_by"), "promulgated_by")
    methods = mappings(record, "methods")
    channels = _channels(methods)
    limits, time_note = _time_limits(methods, mappings(record, "cases"))
    fees = _fees(methods)
    levels = _unique(_known(level, LEVELS, f"levels.{i}") for i, level in enumerate(items(record, "levels")))
    executing = _texts(record, "executing")
    is_full = flag(record, "full_process")
    online = OnlineLevel.FULL if is_full else OnlineLevel.PARTIAL
    return Content(
        code=code,
        name_vi=text(record, "name", required=True).lstrip(" .-–"),
        sector_code=text(sector, "code", at="sector."),
        sector_name=text(sector, "name", at="sector."),
        promulgator_code=text(promulgator, "code", at="promulgated_by."),
        promulgator_name=text(promulgator, "name", at="promulgated_by."),
        decision=text(record, "decision")[:120],
        levels=levels,
        applicants=_applicants(record),
        channels=channels,
        online_level=online if Channel.ONLINE in channels or is_full else OnlineLevel.NONE,
        is_nonterritorial=flag(record, "non_territorial"),
        agency_text="; ".join(executing),
        time_note=time_note,
        fee_kind=next((fee.kind for fee in fees if fee.amount != 0), FeeKind.NONE),
        source=_("Danh mục thủ tục hành chính quốc gia"),
        time_limits=limits,
        fees=fees,
        documents=_documents(record),
        results=tuple(
            ResultContent(name=text(result, "name", at=f"results.{i}."), code=text(result, "code", at=f"results.{i}."))
            for i, result in enumerate(mappings(record, "results"))
        ),
        legal_basis=_bases(record),
        competences=competences(levels, executing, text(promulgator, "name")),
    )


def withdrawal(code: str) -> str:
    """Say why a record is not to come into force; empty for a live one."""
    return _("Cổng quốc gia đánh dấu đã xóa.") if code.endswith(DELETED) else ""


def competences(levels: Sequence[str], executing: Sequence[str], promulgator: str) -> tuple[CompetenceContent, ...]:
    """Derive rules of competence from the levels and the names of executing agencies."""
    names = tuple(name.rstrip(".")[:80] for name in executing if not name.lower().startswith(("ủy ban", "uỷ ban")))
    committee = ("Ủy ban nhân dân",)
    by_level = {
        Level.COMMUNE: (*(name for name in names if name.startswith("Công an")), *committee),
        Level.PROVINCE: (*names, *committee),
        Level.CENTRAL: (*names, promulgator[:80]),
    }
    order = (Level.COMMUNE, Level.PROVINCE, Level.CENTRAL)
    return tuple(
        CompetenceContent(level=level, agency_names=tuple(name for name in by_level[level] if name))
        for level in order
        if level in levels
    )


def _known(value: Any, known: Mapping[str, str], path: str) -> str:
    if not isinstance(value, str) or value not in known:
        raise RecordError(path, _("giá trị không có trong danh mục: %(value)s.") % {"value": value})
    return known[value]


def _channels(methods: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return _unique(_known(method.get("channel"), CHANNELS, f"methods.{i}.channel") for i, method in enumerate(methods))


def _unique(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _texts(record: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = []
    for index, value in enumerate(items(record, key)):
        if not isinstance(value, str):
            message = _("phải là chuỗi ký tự, nhận được %(type)s.") % {"type": kind_of(value)}
            raise RecordError(f"{key}.{index}", message)
        if normalise(value):
            found.append(normalise(value))
    return _unique(found)


def _applicants(record: Mapping[str, Any]) -> tuple[str, ...]:
    codes = [text(one, "code", at=f"applicants.{i}.") for i, one in enumerate(mappings(record, "applicants"))]
    return _unique(APPLICANTS[code] for code in codes if code in APPLICANTS)


def _time_limits(
    methods: Sequence[Mapping[str, Any]], cases: Sequence[Mapping[str, Any]]
) -> tuple[tuple[TimeLimitContent, ...], str]:
    found: dict[tuple[int, str], list[str]] = {}
    notes: list[str] = []
    for index, method in enumerate(methods):
        channel = CHANNELS.get(method.get("channel", ""), "")
        limit, note = _limit(method.get("time"), method.get("unit"), f"methods.{index}.time")
        if limit is not None:
            found.setdefault((limit.amount, limit.unit), []).append(channel)
        if note:
            notes.append(note)
    by_case: dict[tuple[int, str], str] = {}
    for index, case in enumerate(cases):
        limit, _note = _limit(case.get("days"), case.get("unit"), f"cases.{index}.days")
        if limit is not None and limit.amount > MAX_AMOUNT[TimeUnit(limit.unit)]:
            absurd = _("Nguồn còn ghi thời hạn bất thường (%(amount)s), không dùng.")
            notes.append(absurd % {"amount": case.get("days")})
        elif limit is not None:
            by_case.setdefault((limit.amount, limit.unit), text(case, "name", at=f"cases.{index}."))
    limits = [
        TimeLimitContent(amount, unit, channel=channels[0] if len(set(channels)) == 1 and len(found) > 1 else "")
        for (amount, unit), channels in sorted(found.items(), key=lambda entry: Channel.COUNTER not in entry[1])
    ]
    limits += [TimeLimitContent(*key, condition=name) for key, name in by_case.items() if key not in found]
    return tuple(limits), "\n".join(dict.fromkeys(notes))


def _limit(value: Any, unit: Any, path: str) -> tuple[TimeLimitContent | None, str]:
    """Read one amount with its unit: a limit, or a note when only words tell it."""
    if value is None or isinstance(value, str):
        return _written(value or "")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RecordError(path, _("phải là số hoặc chữ, nhận được %(type)s.") % {"type": kind_of(value)})
    if not math.isfinite(value) or not 0 <= value <= MAX_TIME:
        raise RecordError(path, _("thời hạn %(value)s là bất thường.") % {"value": value})
    if value == 0:
        return TimeLimitContent(0, TimeUnit.IMMEDIATE), ""
    if unit == "OTHER":
        return None, ""
    if unit not in UNITS:
        raise RecordError(path, _("đơn vị thời gian không có trong danh mục: %(value)s.") % {"value": unit})
    target, factor = UNITS[unit]
    amount = value * factor
    if amount != int(amount) and target == TimeUnit.WORKING_DAYS:
        return TimeLimitContent(math.ceil(amount * HOURS_A_DAY), TimeUnit.HOURS), ""
    return TimeLimitContent(math.ceil(amount), target), ""


def _written(words: str) -> tuple[TimeLimitContent | None, str]:
    note = normalise(words.replace("\x00", ""))
    matches = _WRITTEN_TIME.findall(note)
    if len(matches) == 1 and int(matches[0][0]) > 0:
        amount, unit = matches[0]
        return TimeLimitContent(int(amount), _WRITTEN_UNITS[unit.lower()]), note
    return None, note


def _fees(methods: Sequence[Mapping[str, Any]]) -> tuple[FeeContent, ...]:
    found: dict[tuple[str, int | None, str], list[str]] = {}
    for index, method in enumerate(methods):
        channel = CHANNELS.get(method.get("channel", ""), "")
        for place, fee in enumerate(mappings(method, "fees", at=f"methods.{index}.")):
            path = f"methods.{index}.fees.{place}."
            kind = _known(fee.get("type"), FEES, f"{path}type")
            amount = _amount(fee.get("vnd"), f"{path}vnd")
            purpose = text(fee, "note", at=path)
            found.setdefault((kind, amount, purpose), []).append(channel)
    everywhere = {channel for channels in found.values() for channel in channels}
    return tuple(
        FeeContent(
            kind=kind,
            amount=amount,
            purpose=purpose,
            channel="" if set(channels) == everywhere or len(set(channels)) > 1 else channels[0],
            is_doubtful=amount is not None and 0 < amount < SMALLEST_FEE,
        )
        for (kind, amount, purpose), channels in found.items()
    )


def _amount(value: Any, path: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise RecordError(path, _("phải là số nguyên (đồng), nhận được %(type)s.") % {"type": kind_of(value)})
    if not 0 <= value <= MAX_FEE:
        raise RecordError(path, _("mức thu %(value)s đồng là bất thường.") % {"value": value})
    return value


def _documents(record: Mapping[str, Any]) -> tuple[DocumentContent, ...]:
    found = []
    for index, document in enumerate(mappings(record, "documents")):
        path = f"documents.{index}."
        name = _BULLET.sub("", text(document, "name", at=path))
        if not name:
            continue
        case = _BULLET.sub("", text(document, "case", at=path)).rstrip(":")
        originals = _copies(document, "original", path)
        copies = _copies(document, "copy", path)
        found.append(
            DocumentContent(
                key=f"giay-to-{index + 1}",
                name=name,
                originals=originals,
                copies=copies,
                requirement=_requirement(document, name, case, originals + copies, path),
                case=case,
                code=text(document, "code", at=path)[:60],
            )
        )
    return tuple(found)


def _copies(document: Mapping[str, Any], key: str, path: str) -> int:
    value = document.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_COPIES:
        raise RecordError(f"{path}{key}", _("số bản %(value)s không hợp lý.") % {"value": value})
    return value


def _requirement(document: Mapping[str, Any], name: str, case: str, quantity: int, path: str) -> str:
    """Judge how far a paper is asked for; the source's own flag is false everywhere."""
    if flag(document, "required", at=path):
        return Requirement.REQUIRED
    if "xuất trình" in case.lower():
        return Requirement.PRESENT_ONLY
    if quantity == 0:
        return Requirement.OPTIONAL
    if "trường hợp" in f"{case} {name}".lower() or "nếu có" in name.lower():
        return Requirement.CONDITIONAL
    return Requirement.REQUIRED


def _bases(record: Mapping[str, Any]) -> tuple[BasisContent, ...]:
    found: dict[str, BasisContent] = {}
    for entry in _texts(record, "legal_basis"):
        symbol = _SYMBOL.search(entry)
        basis = BasisContent(symbol[0], "" if symbol[0] == entry else entry) if symbol else BasisContent(entry[:255])
        found.setdefault(basis.symbol, basis)
    return tuple(found.values())
