"""The content of a procedure version as plain values: what drafts, seeds and imports all become."""

import re
from dataclasses import dataclass, fields
from datetime import date
from functools import cache

from django.utils.translation import gettext as _

from lienthong.catalogue.models import (
    Applicant,
    Channel,
    FeeKind,
    LegalBasis,
    Level,
    LinkedProcedure,
    OnlineLevel,
    ProcedureResult,
    ProcedureStep,
    ProcedureVersion,
    RequiredDocument,
    Requirement,
    TimeUnit,
)

# Six digits by rule; the national catalogue also holds longer ones and records marked "-Xoa" (deleted).
CODE = re.compile(r"\d\.\d{6,10}(?:-Xoa)?")
LONG_CODE = re.compile(r"(\d\.\d{6})(\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2})")

MAX_FEE = 1_000_000_000_000
MAX_AMOUNT = {TimeUnit.IMMEDIATE: 0, TimeUnit.HOURS: 24_000, TimeUnit.DAYS: 3_650, TimeUnit.WORKING_DAYS: 2_500}
MAX_COPIES = 50
MAX_NAME = 2_000


@dataclass(frozen=True, slots=True)
class TimeLimitContent:
    """A time limit; ``amount`` is 0 exactly when the unit is ``immediate``."""

    amount: int
    unit: str
    condition: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class FeeContent:
    """A fee line in whole đồng; ``amount`` None means that the provincial council sets it."""

    kind: str
    amount: int | None
    purpose: str = ""
    condition: str = ""
    channel: str = ""
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """A paper of the dossier."""

    key: str
    name: str
    originals: int
    copies: int
    requirement: str
    condition: str = ""
    case: str = ""
    code: str = ""
    form_code: str = ""


@dataclass(frozen=True, slots=True)
class StepContent:
    """A step in plain words; ``time_share`` in percent of the limit, illustrative only."""

    action_vi: str
    action_en: str = ""
    role: str = ""
    unit: str = ""
    time_share: int | None = None


@dataclass(frozen=True, slots=True)
class ResultContent:
    """What the applicant gets."""

    name: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class BasisContent:
    """A legal text."""

    symbol: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class LinkContent:
    """A linked procedure; ``code`` may be empty when only its name is known."""

    relation: str
    code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class CompetenceContent:
    """A rule of competence: level and, in order of preference, how the agency's name begins."""

    level: str
    agency_names: tuple[str, ...] = ()
    agency_id: int | None = None
    area_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything a version says. The first time limit is the main one."""

    code: str
    name_vi: str
    name_en: str = ""
    everyday_names: tuple[str, ...] = ()
    sector_code: str = ""
    sector_name: str = ""
    promulgator_code: str = ""
    promulgator_name: str = ""
    decision: str = ""
    decided_on: date | None = None
    effective_on: date | None = None
    publicised_on: date | None = None
    levels: tuple[str, ...] = ()
    levels_before: tuple[str, ...] = ()
    applicants: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    online_level: str = OnlineLevel.NONE
    life_events: tuple[str, ...] = ()
    is_nonterritorial: bool = False
    is_reconstructed: bool = False
    form_key: str = ""
    process_key: str = "standard"
    summary: str = ""
    agency_text: str = ""
    conditions: str = ""
    time_note: str = ""
    fee_kind: str = FeeKind.NONE
    fee_note: str = ""
    note: str = ""
    source: str = ""
    time_limits: tuple[TimeLimitContent, ...] = ()
    fees: tuple[FeeContent, ...] = ()
    documents: tuple[DocumentContent, ...] = ()
    steps: tuple[StepContent, ...] = ()
    results: tuple[ResultContent, ...] = ()
    legal_basis: tuple[BasisContent, ...] = ()
    links: tuple[LinkContent, ...] = ()
    competences: tuple[CompetenceContent, ...] = ()


SCALARS = tuple(
    field.name
    for field in fields(Content)
    if field.name
    not in (
        "code",
        "sector_code",
        "sector_name",
        "time_limits",
        "fees",
        "documents",
        "steps",
        "results",
        "legal_basis",
        "links",
        "competences",
    )
)


def split_code(code: str) -> tuple[str, str]:
    """Split a procedure code from the agency suffix of its old long form (domain 2.3).

    ``1.001193.000.00.00.H56`` gives ``("1.001193", "000.00.00.H56")``; unknown shapes give themselves.
    """
    text = code.strip()
    match = LONG_CODE.fullmatch(text)
    return (match[1], match[2].lstrip(".")) if match else (text, "")


def problems(content: Content) -> dict[str, list[str]]:
    """List what is wrong with a content, by path; empty when it may be published."""
    found: dict[str, list[str]] = {}

    def add(path: str, message: str) -> None:
        found.setdefault(path, []).append(message)

    if not CODE.fullmatch(content.code):
        add("code", _("Mã thủ tục phải có dạng 1.001193 (một chữ số, dấu chấm, sáu chữ số)."))
    if not content.name_vi:
        add("name_vi", _("Thiếu tên thủ tục."))
    elif len(content.name_vi) > MAX_NAME:
        add("name_vi", _("Tên thủ tục dài quá %(max)s ký tự.") % {"max": MAX_NAME})
    if not content.levels:
        add("levels", _("Thiếu cấp thực hiện."))
    for path, values, known in (
        ("levels", content.levels, Level.values),
        ("levels_before", content.levels_before, Level.values),
        ("applicants", content.applicants, Applicant.values),
        ("channels", content.channels, Channel.values),
        ("online_level", (content.online_level,), OnlineLevel.values),
        ("fee_kind", (content.fee_kind,), FeeKind.values),
    ):
        for value in values:
            if value not in known:
                add(path, _("Giá trị không có trong danh mục: %(value)s.") % {"value": value})
    _length_problems(content, add)
    _time_problems(content, add)
    _fee_problems(content, add)
    _document_problems(content, add)
    return found


def _length_problems(content, add):
    """Compare every text with the column that will hold it."""
    for path, model, parts in (
        ("", ProcedureVersion, (content,)),
        ("results", ProcedureResult, content.results),
        ("documents", RequiredDocument, content.documents),
        ("legal_basis", LegalBasis, content.legal_basis),
        ("links", LinkedProcedure, content.links),
        ("steps", ProcedureStep, content.steps),
    ):
        limits = _lengths(model)
        for index, part in enumerate(parts):
            prefix = f"{path}.{index}." if path else ""
            for name, most in limits.items():
                value = getattr(part, name, "")
                if isinstance(value, str) and len(value) > most:
                    add(f"{prefix}{name}", _("dài quá %(max)s ký tự.") % {"max": most})
    for path, value, most in (("sector_code", content.sector_code, 40), ("sector_name", content.sector_name, 200)):
        if len(value) > most:
            add(path, _("dài quá %(max)s ký tự.") % {"max": most})


@cache
def _lengths(model):
    fields_of = model._meta.get_fields()  # noqa: SLF001 - Django's documented door to fields
    return {field.name: field.max_length for field in fields_of if getattr(field, "max_length", None)}


def _time_problems(content, add):
    for index, limit in enumerate(content.time_limits):
        path = f"time_limits.{index}"
        if limit.unit not in TimeUnit.values:
            add(f"{path}.unit", _("Đơn vị thời gian không có trong danh mục: %(value)s.") % {"value": limit.unit})
        elif (limit.unit == TimeUnit.IMMEDIATE) != (limit.amount == 0) or limit.amount < 0:
            add(f"{path}.amount", _("Thời hạn phải lớn hơn 0, trừ trường hợp giải quyết ngay."))
        elif limit.amount > MAX_AMOUNT[TimeUnit(limit.unit)]:
            add(f"{path}.amount", _("Thời hạn %(value)s lớn bất thường.") % {"value": limit.amount})


def _fee_problems(content, add):
    for index, fee in enumerate(content.fees):
        if fee.kind not in FeeKind.values:
            add(f"fees.{index}.kind", _("Loại phí không có trong danh mục: %(value)s.") % {"value": fee.kind})
        if fee.amount is not None and not 0 <= fee.amount <= MAX_FEE:
            add(f"fees.{index}.amount", _("Mức thu %(value)s đồng là bất thường.") % {"value": fee.amount})


def _document_problems(content, add):
    seen = set()
    for index, document in enumerate(content.documents):
        path = f"documents.{index}"
        if not document.name:
            add(f"{path}.name", _("Thiếu tên giấy tờ."))
        if document.requirement not in Requirement.values:
            add(
                f"{path}.requirement",
                _("Giá trị không có trong danh mục: %(value)s.") % {"value": document.requirement},
            )
        if not (0 <= document.originals <= MAX_COPIES and 0 <= document.copies <= MAX_COPIES):
            add(path, _("Số bản chính hoặc bản sao không hợp lý."))
        if document.key in seen:
            add(f"{path}.key", _("Khóa giấy tờ bị trùng: %(value)s.") % {"value": document.key})
        seen.add(document.key)
