"""How far the procedures in force are publicised and offered online, for statistics."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q

from lienthong.catalogue.models import (
    Competence,
    FeeKind,
    OnlineLevel,
    ProcedureResult,
    ProcedureStep,
    ProcedureVersion,
    TimeLimit,
    VersionState,
)
from lienthong.kernel import reference


@dataclass(frozen=True, slots=True)
class ServiceCoverage:
    """One procedure in force.

    :ivar levels: the levels of government that decide it.
    :ivar is_online: a dossier may be filed online; ``is_full`` in the full process.
    :ivar has_fee: a fee or charge is set, be it by the provincial council.
    :ivar has_decision_dates: it is known when it was decided on and when its law took effect.
    :ivar has_portal_dates: it is known when it was decided on and when it was put on the portal.
    :ivar is_complete: the parts that NĐ 63/2010/NĐ-CP, Điều 8.2 asks for are all there, and its result.
    """

    procedure_id: int
    code: str
    name: str
    sector_id: int | None
    levels: tuple[str, ...]
    is_online: bool
    is_full: bool
    is_complete: bool
    has_fee: bool
    has_decision_dates: bool
    has_portal_dates: bool


@reference.kept("catalogue")
def service_coverage(*, on: date) -> tuple[ServiceCoverage, ...]:
    """List the procedures in force on a day, in the order of their codes; one statement.

    Complete means: name, steps, ways of filing, dossier, time limit, subjects, competent body, result. A procedure
    may ask for no paper and set no fee, so their absence is no gap.
    """
    rows = (
        ProcedureVersion.objects.in_force(on)
        .annotate(
            has_steps=Exists(ProcedureStep.objects.filter(version=OuterRef("pk"))),
            has_limit=Exists(TimeLimit.objects.filter(version=OuterRef("pk"))) | ~Q(time_note=""),
            has_result=Exists(ProcedureResult.objects.filter(version=OuterRef("pk"))),
            has_body=~Q(agency_text="") | Exists(Competence.objects.filter(version=OuterRef("pk"))),
            code=F("procedure__code"),
        )
        .values_list(
            "procedure_id", "code", "name_vi", "sector_id", "levels", "online_level", "channels", "applicants",
            "fee_kind", "decided_on", "effective_on", "publicised_on",
            "has_steps", "has_limit", "has_result", "has_body",
        )
        .order_by("code")
    )  # fmt: skip
    return tuple(
        ServiceCoverage(
            procedure_id=number,
            code=code,
            name=name,
            sector_id=sector_id,
            levels=tuple(levels),
            is_online=online != OnlineLevel.NONE,
            is_full=online == OnlineLevel.FULL,
            is_complete=all((name, channels, applicants, *parts)),
            has_fee=fee_kind != FeeKind.NONE,
            has_decision_dates=decided_on is not None and effective_on is not None,
            has_portal_dates=decided_on is not None and publicised_on is not None,
        )
        for (
            number,
            code,
            name,
            sector_id,
            levels,
            online,
            channels,
            applicants,
            fee_kind,
            decided_on,
            effective_on,
            publicised_on,
            *parts,
        ) in rows
    )


@dataclass(frozen=True, slots=True)
class Publication:
    """One published version and the days that tell whether it was published in time; None where no source tells."""

    procedure_id: int
    code: str
    name: str
    levels: tuple[str, ...]
    promulgator_code: str
    decided_on: date | None
    effective_on: date | None
    publicised_on: date | None


@reference.kept("catalogue")
def publications(*, first: date, last: date) -> tuple[Publication, ...]:
    """List the versions decided on, or put on the national portal, between two days (both included); one statement."""
    rows = (
        ProcedureVersion.objects.exclude(state=VersionState.DRAFT)
        .filter(Q(decided_on__range=(first, last)) | Q(publicised_on__range=(first, last)))
        .order_by("procedure__code", "number")
        .values_list(
            "procedure_id", "procedure__code", "name_vi", "levels", "promulgator_code", "decided_on", "effective_on",
            "publicised_on",
        )
    )  # fmt: skip
    return tuple(
        Publication(number, code, name, tuple(levels), promulgator, *days)
        for number, code, name, levels, promulgator, *days in rows
    )


@reference.kept("catalogue")
def sectors_by_procedure() -> dict[int, int | None]:
    """Give the sector of each procedure by its newest published version, those no longer in force included."""
    rows = ProcedureVersion.objects.exclude(state=VersionState.DRAFT).order_by("procedure_id", "-valid_from", "-number")
    return dict(rows.distinct("procedure_id").values_list("procedure_id", "sector_id"))
