"""REST operations on procedures, and on the areas in which they are asked for."""

from datetime import date
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from lienthong.accounts.api import BearerToken
from lienthong.catalogue import api as catalogue
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError, NotFoundError
from lienthong.kernel.rest import Text
from lienthong.organisations import api as organisations

_READ = BearerToken("procedures:read")
router = Router(tags=["procedures"], auth=_READ)
areas_router = Router(tags=["areas"], auth=_READ)

_On = Query(None, description="date of validity, today when absent")
Code = Path(max_length=40, description="procedure code, for example 1.001193")
_AREA_LIMIT = 1000


class ProcedureLine(Schema):
    """A procedure as a list shows it."""

    id: UUID = Field(description="id of the version in force")
    code: str
    name: str
    name_en: str
    summary: str
    sector: str
    levels: list[str] = Field(description="levels of government that decide")
    online: str = Field(description="extent of the online service: full, partial or none")
    has_form: bool
    limit_amount: int | None = Field(description="main time limit, counted in limit_unit")
    limit_unit: str | None
    fee_kind: str


class FacetOut(Schema):
    """A value to narrow the list to."""

    value: str
    label: str
    count: int


class ProcedurePage(Schema):
    """One page of procedures, best first."""

    items: list[ProcedureLine]
    total: int
    page: int
    pages: int
    corrected: str = Field(description="what was searched instead of a mistyped text")
    facets: dict[str, list[FacetOut]]


class TimeLimitOut(Schema):
    """A time limit; ``key`` is given as ``time_limit`` when filing under its condition."""

    key: str
    amount: int
    unit: str
    condition: str
    is_main: bool


class FeeOut(Schema):
    """A fee in whole đồng; null where the provincial council sets it."""

    kind: str
    amount: int | None
    purpose: str
    condition: str


class RequiredDocumentOut(Schema):
    """A paper of the dossier; ``key`` names it when filing."""

    key: str
    name: str
    requirement: str = Field(description="required, conditional, present_only or optional")
    condition: str
    originals: int
    copies: int


class ProcedureStepOut(Schema):
    """A step as applicants picture it."""

    order: int
    unit: str
    action: str


class NamedOut(Schema):
    """A result or a legal text."""

    code: str
    name: str


class LinkedOut(Schema):
    """A procedure that goes before, after or together with this one."""

    code: str
    name: str
    relation: str


class ProcedureOut(Schema):
    """A procedure in force, whole."""

    id: UUID
    code: str
    name: str
    name_en: str
    summary: str
    sector: str
    levels: list[str]
    applicants: list[str]
    channels: list[str]
    online: str
    form: str | None = Field(description="key of its form; null means the form general-application")
    valid_from: date
    valid_to: date | None
    agency: str
    conditions: str
    fee_kind: str
    fee_note: str
    decision: str = Field(description="the decision that publishes it")
    decided_on: date | None
    effective_on: date | None = Field(description="when the law behind it takes effect")
    publicised_on: date | None = Field(description="when the national portal shows it")
    time_limits: list[TimeLimitOut]
    fees: list[FeeOut]
    documents: list[RequiredDocumentOut]
    steps: list[ProcedureStepOut]
    results: list[NamedOut]
    legal_basis: list[NamedOut]
    linked: list[LinkedOut]


class AgencyOut(Schema):
    """An agency."""

    id: UUID
    name: str
    level: str


class CompetenceOut(Schema):
    """Who decides in an area, and where the dossier may be handed in."""

    competent: AgencyOut
    receiving: list[AgencyOut]


class AreaOut(Schema):
    """An administrative area."""

    id: UUID
    code: str
    name: str
    level: str


class AreaList(Schema):
    """Areas in Vietnamese order."""

    items: list[AreaOut]


@router.get("", response=ProcedurePage, summary="Search procedures")
def list_procedures(
    request: HttpRequest,
    query: Text = Query("", max_length=200, description="words, with or without accents"),
    sector: Text = Query("", max_length=40, description="code of the sector"),
    level: Literal["", "central", "province", "district", "commune", "other"] = "",
    applicant: Literal["", "citizen", "business", "agency", "foreigner", "official"] = "",
    online: Literal["", "full", "partial", "none"] = "",
    life_event: Text = Query("", max_length=40),
    agency: UUID | None = Query(None, description="agency that decides"),
    on: date | None = _On,
    page: int = Query(1, ge=1, le=500),
    size: int = Query(20, ge=1, le=100),
) -> ProcedurePage:
    """Search the procedures in force, best first; an empty text lists all by name."""
    found = catalogue.search(
        query=query,
        sector=sector,
        level=level,
        applicant=applicant,
        online=online,
        life_event=life_event,
        agency_id=organisations.get_agency(uuid=agency).pk if agency else None,
        on=on or clock.local_date(clock.now()),
        page=page,
        size=size,
    )
    return ProcedurePage(
        items=[
            ProcedureLine(
                id=UUID(hit.uuid),
                code=hit.code,
                name=hit.name_vi,
                name_en=hit.name_en,
                summary=hit.summary,
                sector=hit.sector_name,
                levels=list(hit.levels),
                online=hit.online_level,
                has_form=hit.has_form,
                limit_amount=hit.amount,
                limit_unit=hit.unit,
                fee_kind=hit.fee_kind,
            )
            for hit in found.hits
        ],
        total=found.total,
        page=found.page,
        pages=found.pages,
        corrected=found.corrected,
        facets={
            name: [FacetOut(value=facet.value, label=facet.label, count=facet.count) for facet in facets]
            for name, facets in found.facets.items()
        },
    )


@router.get("/{code}", response=ProcedureOut, summary="Read a procedure")
def read_procedure(request: HttpRequest, code: Text = Code, on: date | None = _On) -> ProcedureOut:
    """Read a procedure as it is in force on a date: papers, time limits, fees, steps, legal basis."""
    version = catalogue.get_details(code=code, on=on or clock.local_date(clock.now()))
    return ProcedureOut(
        id=version.uuid,
        code=version.code,
        name=version.name_vi,
        name_en=version.name_en,
        summary=version.summary,
        sector=version.sector.name if version.sector else "",
        levels=version.levels,
        applicants=version.applicants,
        channels=version.channels,
        online=version.online_level,
        form=version.form_key or None,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        agency=version.agency_text,
        conditions=version.conditions,
        fee_kind=version.fee_kind,
        fee_note=version.fee_note,
        decision=version.decision,
        decided_on=version.decided_on,
        effective_on=version.effective_on,
        publicised_on=version.publicised_on,
        time_limits=[
            TimeLimitOut(key=row.key, amount=row.amount, unit=row.unit, condition=row.condition, is_main=row.is_main)
            for row in catalogue.time_limits(version=version)
        ],
        fees=[
            FeeOut(kind=row.kind, amount=row.amount, purpose=row.purpose, condition=row.condition)
            for row in catalogue.fees(version=version)
        ],
        documents=[
            RequiredDocumentOut(
                key=row.key,
                name=row.name,
                requirement=row.requirement,
                condition=row.condition,
                originals=row.originals,
                copies=row.copies,
            )
            for row in catalogue.required_documents(version=version)
        ],
        steps=[ProcedureStepOut(order=row.order, unit=row.unit, action=row.action_vi) for row in version.steps.all()],
        results=[NamedOut(code=row.code, name=row.name) for row in version.results.all()],
        legal_basis=[NamedOut(code=row.symbol, name=row.title) for row in version.legal_basis.all()],
        linked=[
            LinkedOut(code=row.code, name=row.name, relation=row.relation) for row in version.linked_procedures.all()
        ],
    )


def _agency(agency: organisations.Agency) -> AgencyOut:
    return AgencyOut(id=agency.uuid, name=agency.name, level=agency.level)


@router.get("/{code}/agencies", response=CompetenceOut, summary="Find who decides in an area")
def read_agencies(
    request: HttpRequest,
    area: UUID = Query(description="id of the applicant's area (GET /areas)"),
    code: Text = Code,
    on: date | None = _On,
) -> CompetenceOut:
    """Find the agency that decides the procedure for an area, and the desks that take the dossier."""
    day = on or clock.local_date(clock.now())
    version = catalogue.get_procedure(code=code, on=day)
    area_id = organisations.get_area(uuid=area).pk
    agencies = catalogue.receiving_agencies(version_id=version.pk, area_id=area_id, on=day)
    return CompetenceOut(competent=_agency(agencies[0]), receiving=[_agency(agency) for agency in agencies])


@areas_router.get("", response=AreaList, summary="List administrative areas")
def list_areas(
    request: HttpRequest,
    level: Literal["province", "district", "commune"] = Query("province"),
    parent: UUID | None = Query(None, description="id of the area above"),
    query: Text = Query("", max_length=120, description="part of the name, with or without accents"),
    on: date | None = _On,
) -> AreaList:
    """List at most 1000 areas in force on a date; below the province, name the area above or a part of the name."""
    if level != "province" and parent is None and not query.strip():
        raise InvalidError("Hãy cho biết đơn vị cấp trên (parent) hoặc một phần tên (query).")
    try:
        parent_id = organisations.get_area(uuid=parent).pk if parent else None
    except NotFoundError:
        return AreaList(items=[])
    areas = organisations.list_areas(
        on=on or clock.local_date(clock.now()), level=level, parent_id=parent_id, query=query, limit=_AREA_LIMIT
    )
    return AreaList(items=[AreaOut(id=row.uuid, code=row.code, name=row.name, level=row.level) for row in areas])
