"""Which agency decides a procedure in an area at a date, and which may receive the dossier."""

from collections.abc import Iterable, Sequence
from datetime import date

from lienthong.catalogue.errors import AreaTooWideError, CompetentAgencyNotFoundError
from lienthong.catalogue.models import Competence, Level
from lienthong.kernel import reference
from lienthong.kernel.text import search_key
from lienthong.organisations import api as organisations

_COMMITTEE = "uy ban nhan dan"
_ABBREVIATIONS = {"ubnd": _COMMITTEE, "ca ": "cong an "}


@reference.kept("catalogue", "organisations")
def competent_agency(*, version_id: int, area_id: int | None, on: date) -> organisations.Agency:
    """Give the agency that decides the procedure for an applicant in an area on a date.

    The first rule of the version that finds an agency wins; a rule with an agency of its own
    (delegation, special zone) comes before the general ones. The area may lie below the level that
    decides: a commune leads to its province.

    Basis: duties of the district level moved to commune or province on 1 July 2025 (domain 8.5 (8)).

    :param area_id: the applicant's area, in force on the date; None only for central procedures.
    :raises AreaTooWideError: when the area lies above the level that decides.
    :raises CompetentAgencyNotFoundError: when no rule finds an agency.
    """
    rules = _rules(version_id)
    path = organisations.area_path(area_id=area_id) if area_id is not None else ()
    too_wide: str | None = None
    for rule in rules:
        if rule.agency_id is not None:
            if _covers(rule, path) and rule.agency is not None and rule.agency.is_in_force(on):
                return rule.agency
            continue
        area = next((area for area in path if area.level == rule.level), None)
        if area is None and rule.level != Level.CENTRAL:
            too_wide = too_wide or rule.level
            continue
        found = _find(rule, area_id=area.pk if area else None, on=on)
        if found is not None:
            return found
    if too_wide is not None:
        raise AreaTooWideError(level=str(Level(too_wide).label).lower())
    raise CompetentAgencyNotFoundError


@reference.kept("catalogue", "organisations")
def receiving_agencies(*, version_id: int, area_id: int | None, on: date) -> tuple[organisations.Agency, ...]:
    """Give the agencies where the dossier may be handed in, the competent one first.

    Since NĐ 118/2025/NĐ-CP a dossier may be handed in at any one-stop desk of the province,
    whatever the applicant's address: the commune's desk and the province's service centre are named.

    :raises CompetentAgencyNotFoundError: when nobody is competent.
    """
    competent = competent_agency(version_id=version_id, area_id=area_id, on=on)
    found = {competent.pk: competent}
    if area_id is not None:
        for area in reversed(organisations.area_path(area_id=area_id)):
            agencies = organisations.list_agencies(on=on, area_id=area.pk)
            desks = [agency for agency in agencies if agency.is_one_stop and not agency.is_unit]
            if not desks and area.level == Level.COMMUNE:
                desks = [agency for agency in agencies if _begins(agency, [_COMMITTEE])][:1]
            found |= {agency.pk: agency for agency in desks}
    return tuple(found.values())


def _rules(version_id: int) -> list[Competence]:
    rules = Competence.objects.filter(version_id=version_id).select_related("agency").order_by("order", "id")
    return sorted(rules, key=lambda rule: (rule.agency_id is None, rule.area_id is None, rule.order))


def _covers(rule: Competence, path: Iterable[organisations.AdministrativeArea]) -> bool:
    return rule.area_id is None or any(area.pk == rule.area_id for area in path)


def _find(rule: Competence, *, area_id: int | None, on: date) -> organisations.Agency | None:
    agencies = [
        agency for agency in organisations.list_agencies(on=on, level=rule.level, area_id=area_id) if not agency.is_unit
    ]
    for name in rule.agency_names:
        for agency in agencies:
            if _begins(agency, [search_key(name)]):
                return agency
    return None


def _begins(agency: organisations.Agency, keys: Sequence[str]) -> bool:
    name = agency.search_key
    for short, full in _ABBREVIATIONS.items():
        if name.startswith(short):
            name = full + name[len(short) :]
    return any(name.startswith(key) for key in keys)
