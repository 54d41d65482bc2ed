"""Agencies at a date: their place, their codes and what became of them."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from lienthong.kernel import reference
from lienthong.kernel.errors import NotFoundError
from lienthong.kernel.text import search_key
from lienthong.organisations import codes
from lienthong.organisations.models import Agency, AgencyIdentifier, AgencySuccession
from lienthong.organisations.queries import public_ids

_MOST_STEPS = 8


class AgencyNotFoundError(NotFoundError):
    """No such agency."""

    code = "organisations.agency_not_found"


def _surest_first(identifiers: QuerySet[AgencyIdentifier]) -> QuerySet[AgencyIdentifier]:
    order = ("high", "medium", "low")
    rank = Case(
        *(When(confidence=value, then=Value(index)) for index, value in enumerate(order)), output_field=IntegerField()
    )
    return identifiers.order_by(rank, "-valid_from", "id")


def get_agency(*, uuid: UUID | str) -> Agency:
    """Find an agency by its public id, whatever its period.

    :raises AgencyNotFoundError: when there is none.
    """
    agency: Agency | None = Agency.objects.select_related("area").filter(uuid=public_ids.parse(uuid)).first()
    if agency is None:
        raise AgencyNotFoundError(_("Không tìm thấy cơ quan."))
    return agency


@reference.kept("organisations")
def get_agency_by_id(*, agency_id: int) -> Agency:
    """Find an agency by its number inside, whatever its period.

    :raises AgencyNotFoundError: when there is none.
    """
    agency: Agency | None = Agency.objects.filter(pk=agency_id).first()
    if agency is None:
        raise AgencyNotFoundError(_("Không tìm thấy cơ quan."))
    return agency


def get_agencies(*, ids: Iterable[int]) -> dict[int, Agency]:
    """Read several agencies by number, for lists that hold only ids."""
    return Agency.objects.in_bulk(list(set(ids)))


def find_agency_by_code(*, code: str, on: date) -> Agency | None:
    """Find the agency that bears an identifier on a date, in either form, padded or not.

    An exact spelling wins over a lenient one, a surer source over a less sure one.
    """
    cleaned = codes.clean(code)
    if not cleaned:
        return None
    matches = AgencyIdentifier.objects.in_force(on).filter(Q(code=cleaned) | Q(match_key=codes.match_key(cleaned)))
    candidates = list(_surest_first(matches).select_related("agency__area"))
    candidates.sort(key=lambda identifier: identifier.code != cleaned)
    return next((found.agency for found in candidates if found.agency.is_in_force(on)), None)


def route_agency_code(*, code: str, on: date) -> Agency | None:
    """Find who answers on a date to a code that may have ended: its bearer, or the bearer's successor.

    Messages to old codes are accepted in a transition and follow the succession (``domain.md`` 8.5).
    """
    agency = find_agency_by_code(code=code, on=on)
    if agency is not None:
        return agency
    cleaned = codes.clean(code)
    former = (
        AgencyIdentifier.objects.filter(Q(code=cleaned) | Q(match_key=codes.match_key(cleaned)), valid_from__lte=on)
        .order_by("-valid_from", "id")
        .first()
        if cleaned
        else None
    )
    return successor_of(agency_id=former.agency_id, on=on) if former else None


@reference.kept("organisations")
def agency_code(*, agency_id: int, on: date) -> str:
    """Give an agency's identifier on a date, the form of QĐ 20/2020 before that of QCVN 102; empty if none."""
    known = AgencyIdentifier.objects.in_force(on).filter(agency_id=agency_id)
    by_scheme = {identifier.scheme: identifier.code for identifier in reversed(_surest_first(known))}
    return next((by_scheme[scheme] for scheme in ("qd20", "qcvn102", "other") if scheme in by_scheme), "")


def list_identifiers(*, agency_id: int) -> tuple[AgencyIdentifier, ...]:
    """List all identifiers an agency ever bore, newest first."""
    return tuple(AgencyIdentifier.objects.filter(agency_id=agency_id).order_by("-valid_from", "scheme", "id"))


def agency_path(*, agency_id: int, on: date) -> tuple[Agency, ...]:
    """List an agency and those above it on a date, the root first, in one query."""
    return tuple(
        Agency.objects.raw(
            """
            WITH RECURSIVE path AS (
                SELECT %(agency)s::bigint AS id, 0 AS depth
                UNION ALL
                SELECT up.parent_id, path.depth + 1
                FROM organisations_agencyparent up JOIN path ON up.agency_id = path.id
                WHERE up.valid_from <= %(on)s AND (up.valid_to IS NULL OR up.valid_to > %(on)s)
                  AND path.depth < 20
            )
            SELECT agency.* FROM organisations_agency agency JOIN path USING (id) ORDER BY path.depth DESC
            """,
            {"agency": agency_id, "on": on},
        )
    )


def parent_of(*, agency_id: int, on: date) -> Agency | None:
    """Find the agency directly above on a date."""
    return Agency.objects.filter(
        Q(children__valid_to__isnull=True) | Q(children__valid_to__gt=on),
        children__agency_id=agency_id,
        children__valid_from__lte=on,
    ).first()


def descendant_ids(*, agency_id: int, on: date, units_only: bool = False) -> frozenset[int]:
    """Collect an agency and everything below it on a date, in one query.

    :param units_only: follow only inner units (``is_unit``), not agencies with their own competence.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE below AS (
                SELECT %(agency)s::bigint AS id
                UNION
                SELECT agency.id
                FROM organisations_agencyparent up
                JOIN below ON up.parent_id = below.id
                JOIN organisations_agency agency ON agency.id = up.agency_id
                WHERE up.valid_from <= %(on)s AND (up.valid_to IS NULL OR up.valid_to > %(on)s)
                  AND agency.valid_from <= %(on)s AND (agency.valid_to IS NULL OR agency.valid_to > %(on)s)
                  AND (agency.is_unit OR NOT %(units_only)s)
            )
            SELECT id FROM below
            """,
            {"agency": agency_id, "on": on, "units_only": units_only},
        )
        return frozenset(row[0] for row in cursor.fetchall())


def successors_of(*, agency_id: int, on: date) -> tuple[Agency, ...]:
    """List the agencies of a date that took over an agency's work, the default one first.

    An agency in force on the date is its own answer; chains of succession are followed.
    """
    agency = Agency.objects.filter(pk=agency_id).first()
    if agency is None or agency.is_in_force(on):
        return (agency,) if agency else ()
    found: dict[int, tuple[bool, Agency]] = {}
    frontier = {agency_id: True}
    for _step in range(_MOST_STEPS):
        if not frontier:
            break
        links = AgencySuccession.objects.filter(predecessor_id__in=list(frontier), effective_date__lte=on)
        following: dict[int, bool] = {}
        for link in links.select_related("successor").order_by("id"):
            default = frontier[link.predecessor_id] and link.is_default
            reached = link.successor
            if reached.is_in_force(on):
                known = found.get(reached.pk)
                found[reached.pk] = (default or bool(known and known[0]), reached)
            else:
                following[reached.pk] = default
        frontier = following
    ordered = sorted(found.values(), key=lambda entry: (not entry[0], entry[1].sort_key))
    return tuple(reached for _default, reached in ordered)


def successor_of(*, agency_id: int, on: date) -> Agency | None:
    """Find the agency of a date that carries on an agency's work by default."""
    return next(iter(successors_of(agency_id=agency_id, on=on)), None)


def list_agencies(
    *,
    on: date,
    parent_id: int | None = None,
    level: str | None = None,
    area_id: int | None = None,
    kind: str | None = None,
    query: str = "",
    limit: int | None = None,
) -> tuple[Agency, ...]:
    """List the agencies of a date in Vietnamese order.

    :param parent_id: only those directly below this agency on the date.
    :param query: words of a name in any order, with or without accents, or an identifier.
    """
    agencies = Agency.objects.in_force(on).select_related("area")
    if parent_id is not None:
        agencies = agencies.filter(
            Q(parents__valid_to__isnull=True) | Q(parents__valid_to__gt=on),
            parents__parent_id=parent_id,
            parents__valid_from__lte=on,
        )
    if level is not None:
        agencies = agencies.filter(level=level)
    if area_id is not None:
        agencies = agencies.filter(area_id=area_id)
    if kind is not None:
        agencies = agencies.filter(kind=kind)
    if query.strip():
        words = Q()
        for word in search_key(query).split():
            words &= Q(search_key__contains=word)
        bearers = AgencyIdentifier.objects.in_force(on).filter(match_key=codes.match_key(query)).values("agency_id")
        agencies = agencies.filter(words | Q(pk__in=bearers))
    return tuple(agencies.order_by("sort_key", "id")[:limit])
