"""Administrative areas at a date, and where an area went."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from lienthong.kernel import reference
from lienthong.kernel.errors import NotFoundError
from lienthong.kernel.text import search_key
from lienthong.organisations.models import AdministrativeArea, AreaSuccession
from lienthong.organisations.queries import public_ids

_MOST_STEPS = 8


class AreaNotFoundError(NotFoundError):
    """No such administrative area."""

    code = "organisations.area_not_found"


@dataclass(frozen=True, slots=True)
class AreaOption:
    """One area into which another was converted.

    :ivar is_default: the one to propose first; exactly one option of a conversion is.
    :ivar is_certain: the whole area went there, so nobody needs to be asked.
    """

    area: AdministrativeArea
    is_default: bool
    is_certain: bool


@reference.kept("organisations")
def get_area(*, uuid: UUID | str) -> AdministrativeArea:
    """Find an area by its public id, whatever its period.

    :raises AreaNotFoundError: when there is none.
    """
    area: AdministrativeArea | None = AdministrativeArea.objects.filter(uuid=public_ids.parse(uuid)).first()
    if area is None:
        raise AreaNotFoundError(_("Không tìm thấy đơn vị hành chính."))
    return area


def find_area_by_code(*, level: str, code: str, on: date) -> AdministrativeArea | None:
    """Find the area that bore a code on a date; codes change their meaning with time."""
    return AdministrativeArea.objects.in_force(on).filter(level=level, code=code).first()


def list_areas(
    *, on: date, level: str | None = None, parent_id: int | None = None, query: str = "", limit: int | None = None
) -> tuple[AdministrativeArea, ...]:
    """List the areas of a date in Vietnamese order, found without accents."""
    areas = AdministrativeArea.objects.in_force(on)
    if level is not None:
        areas = areas.filter(level=level)
    if parent_id is not None:
        areas = areas.filter(parent_id=parent_id)
    for word in search_key(query).split():
        areas = areas.filter(search_key__contains=word)
    return tuple(areas.order_by("sort_key", "id")[:limit])


@reference.kept("organisations")
def area_path(*, area_id: int) -> tuple[AdministrativeArea, ...]:
    """List an area and those above it, the largest first, in one query."""
    return tuple(
        AdministrativeArea.objects.raw(
            """
            WITH RECURSIVE path AS (
                SELECT id, parent_id, 0 AS depth FROM organisations_administrativearea WHERE id = %s
                UNION ALL
                SELECT area.id, area.parent_id, path.depth + 1
                FROM organisations_administrativearea area JOIN path ON area.id = path.parent_id
            )
            SELECT area.* FROM organisations_administrativearea area JOIN path USING (id) ORDER BY path.depth DESC
            """,
            [area_id],
        )
    )


def convert_area(*, area_id: int, on: date) -> tuple[AreaOption, ...]:
    """Tell which areas of a date an area corresponds to, forwards or backwards in time.

    An area in force on the date is its own answer. A split area gives every part, the default
    first: only a village or a street could decide. Going back always gives all origins. Empty when
    nothing is known.

    :raises AreaNotFoundError: when there is no such area.
    """
    area = AdministrativeArea.objects.filter(pk=area_id).first()
    if area is None:
        raise AreaNotFoundError(_("Không tìm thấy đơn vị hành chính."))
    if area.is_in_force(on):
        return (AreaOption(area, is_default=True, is_certain=True),)
    forwards = area.valid_from <= on
    found: dict[int, tuple[AdministrativeArea, bool, bool]] = {}
    frontier = {area.pk: (True, True)}
    for _step in range(_MOST_STEPS):
        if not frontier:
            break
        ends = "predecessor_id" if forwards else "successor_id"
        links = AreaSuccession.objects.filter(Q(**{f"{ends}__in": list(frontier)}))
        following: dict[int, tuple[bool, bool]] = {}
        for link in links.select_related("successor" if forwards else "predecessor").order_by("id"):
            reached = link.successor if forwards else link.predecessor
            default, certain = frontier[getattr(link, ends)]
            default = default and (link.is_default or not forwards)
            certain = certain and not link.is_partial and forwards
            if reached.is_in_force(on):
                known = found.get(reached.pk)
                found[reached.pk] = (reached, default or bool(known and known[1]), certain or bool(known and known[2]))
            elif reached.pk not in following:
                following[reached.pk] = (default, certain)
        frontier = following
    ordered = sorted(found.values(), key=lambda entry: (not entry[1], entry[0].sort_key))
    return tuple(
        AreaOption(reached, is_default=index == 0, is_certain=certain or len(ordered) == 1)
        for index, (reached, _default, certain) in enumerate(ordered)
    )
