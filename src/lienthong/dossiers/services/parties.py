"""Who stands on a dossier: the agencies that receive, decide and are asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lienthong.catalogue import api as catalogue
from lienthong.dossiers.models import ConsultedParty
from lienthong.kernel import reference
from lienthong.kernel.errors import DomainError
from lienthong.kernel.text import search_key
from lienthong.organisations import api as organisations


@dataclass(frozen=True, slots=True)
class Parties:
    """The agencies of a dossier (numbers inside).

    :ivar is_commune: whether a commune decides.
    :ivar consulted: further roles of the process by name: ``consulted_1``, ``police``…
    """

    receiving: int
    competent: int
    consulted: Mapping[str, int]
    is_commune: bool


def find_parties(*, version: catalogue.ProcedureVersion, area_id: int, on: date) -> Parties | None:
    """Find the agencies for an applicant's area; ``None`` when nobody is competent there.

    A commune receives what it decides. What the province decides is received by the commune's desk when the
    applicant chose a commune (NĐ 118/2025/NĐ-CP: any desk of the province), else by the deciding agency.
    """
    try:
        competent = catalogue.competent_agency(version_id=version.pk, area_id=area_id, on=on)
    except DomainError:
        return None
    receiving = competent
    if version.process_key == "commune_to_province":
        desks = catalogue.receiving_agencies(version_id=version.pk, area_id=area_id, on=on)
        receiving = next((agency for agency in desks if agency.level == organisations.AgencyLevel.COMMUNE), competent)
    return Parties(
        receiving=receiving.pk,
        competent=competent.pk,
        consulted=_consulted(process_key=version.process_key, procedure_code=version.code, area_id=area_id, on=on),
        is_commune=competent.level == organisations.AgencyLevel.COMMUNE,
    )


@reference.kept("dossiers", "organisations")
def _consulted(*, process_key: str, procedure_code: str, area_id: int, on: date) -> Mapping[str, int]:
    rules = ConsultedParty.objects.in_force(on).filter(process_key=process_key)
    own = [rule for rule in rules if rule.procedure_code == procedure_code]
    chosen = {rule.party: rule for rule in [*(rule for rule in rules if not rule.procedure_code), *own]}
    if not chosen:
        return {}
    path = organisations.area_path(area_id=area_id)
    found: dict[str, int] = {}
    for party, rule in chosen.items():
        for area in reversed(path):
            agencies = organisations.list_agencies(on=on, level=rule.level, area_id=area.pk)
            agency = next((one for one in agencies if _is_named(one, rule.agency_names)), None)
            if agency is not None:
                found[party] = agency.pk
                break
    return found


def _is_named(agency: organisations.Agency, names: list[str]) -> bool:
    return not agency.is_unit and any(agency.search_key.startswith(search_key(name)) for name in names)


def pinned_limit(*, version: catalogue.ProcedureVersion, key: str | None = None) -> tuple[int, str]:
    """Give amount and unit of the limit to pin to a dossier; ``(0, "")`` where the law sets none."""
    limit = catalogue.time_limit(version=version, condition_key=key)
    return (limit.amount, limit.unit) if limit is not None else (0, "")
