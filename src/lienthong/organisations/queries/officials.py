"""Officials at a date: the posts they hold and who stands in for them."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from lienthong.kernel.errors import NotFoundError
from lienthong.organisations.models import Absence, Assignment, Official, Position
from lienthong.organisations.queries import public_ids


class OfficialNotFoundError(NotFoundError):
    """No such official."""

    code = "organisations.official_not_found"


def get_official(*, uuid: UUID | str) -> Official:
    """Find an official by public id.

    :raises OfficialNotFoundError: when there is none.
    """
    official = Official.objects.filter(uuid=public_ids.parse(uuid)).first()
    if official is None:
        raise OfficialNotFoundError(_("Không tìm thấy cán bộ, công chức."))
    return official


def find_official(*, staff_number: str) -> Official | None:
    """Find an official by staff number, which is unique where it is known."""
    return Official.objects.filter(staff_number=staff_number).first() if staff_number else None


def get_officials(*, ids: Iterable[int]) -> dict[int, Official]:
    """Read several officials by number, for lists that hold only ids."""
    return Official.objects.in_bulk(list(set(ids)))


def assignments_of(*, official_id: int, on: date) -> tuple[Assignment, ...]:
    """List the posts an official holds on a date, the main one first, with position and agency read."""
    return tuple(
        Assignment.objects.in_force(on)
        .filter(
            Q(position__valid_to__isnull=True) | Q(position__valid_to__gt=on),
            Q(position__agency__valid_to__isnull=True) | Q(position__agency__valid_to__gt=on),
            official_id=official_id,
            position__valid_from__lte=on,
            position__agency__valid_from__lte=on,
        )
        .select_related("position__agency")
        .order_by("-is_main", "valid_from", "id")
    )


def official_at(*, official_id: int, on: date) -> Assignment | None:
    """Find the main post of an official on a date."""
    return next(iter(assignments_of(official_id=official_id, on=on)), None)


def assignments_of_many(*, official_ids: Iterable[int], on: date) -> dict[int, tuple[Assignment, ...]]:
    """List the posts of several officials on a date, in one query."""
    found: dict[int, list[Assignment]] = {official_id: [] for official_id in official_ids}
    rows = Assignment.objects.in_force(on).filter(official_id__in=list(found)).select_related("position__agency")
    for assignment in rows.order_by("-is_main", "valid_from", "id"):
        if assignment.position.is_in_force(on) and assignment.position.agency.is_in_force(on):
            found[assignment.official_id].append(assignment)
    return {official_id: tuple(assignments) for official_id, assignments in found.items()}


def substitutes_for(*, official_id: int, on: date) -> tuple[Official, ...]:
    """List who stands in for an official on a date; empty when present or nobody was named.

    A substitute who is away on the date passes the work on to the next one, once round at most.
    """
    seen = {official_id}
    current = official_id
    while True:
        absence = Absence.objects.in_force(on).filter(official_id=current).select_related("substitute").first()
        if absence is None:
            return () if current == official_id else tuple(Official.objects.filter(pk=current))
        if absence.substitute is None or absence.substitute.pk in seen:
            return ()
        current = absence.substitute.pk
        seen.add(current)


def substitutions_by(*, official_id: int, on: date) -> tuple[Official, ...]:
    """List the officials for whom this one directly stands in on a date."""
    absences = Absence.objects.in_force(on).filter(substitute_id=official_id).select_related("official")
    return tuple(absence.official for absence in absences.order_by("official__sort_key", "id"))


def list_absences(*, agency_ids: Iterable[int], on: date) -> tuple[Absence, ...]:
    """List current and coming absences of those who hold posts in some agencies."""
    holders_here = Assignment.objects.in_force(on).filter(position__agency_id__in=list(agency_ids))
    return tuple(
        Absence.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on), official_id__in=holders_here.values("official_id")
        )
        .select_related("official", "substitute")
        .order_by("valid_from", "official__sort_key", "id")
    )


def holders(*, agency_id: int, kinds: Iterable[str] | None, on: date) -> tuple[Official, ...]:
    """List who holds posts of some kinds in an agency on a date, in Vietnamese order of given names kept as stored.

    :param kinds: values of ``PositionKind``; None for every kind.
    """
    assignments = Assignment.objects.in_force(on).filter(
        Q(position__valid_to__isnull=True) | Q(position__valid_to__gt=on),
        position__agency_id=agency_id,
        position__valid_from__lte=on,
    )
    if kinds is not None:
        assignments = assignments.filter(position__kind__in=list(kinds))
    return tuple(Official.objects.filter(pk__in=assignments.values("official_id")).order_by("sort_key", "id"))


def holders_in(*, agency_ids: Iterable[int], on: date) -> tuple[Official, ...]:
    """List who holds any post in some agencies on a date, in Vietnamese order."""
    held = Assignment.objects.in_force(on).filter(
        Q(position__valid_to__isnull=True) | Q(position__valid_to__gt=on),
        position__agency_id__in=list(agency_ids),
        position__valid_from__lte=on,
    )
    return tuple(Official.objects.filter(pk__in=held.values("official_id")).order_by("sort_key", "id"))


def list_positions(*, agency_id: int, on: date) -> tuple[tuple[Position, tuple[Official, ...]], ...]:
    """List the posts of an agency on a date with their holders, in two queries."""
    positions = list(Position.objects.in_force(on).filter(agency_id=agency_id).order_by("kind", "title", "id"))
    held: dict[int, list[Official]] = {position.pk: [] for position in positions}
    assignments = Assignment.objects.in_force(on).filter(position_id__in=list(held)).select_related("official")
    for assignment in assignments.order_by("official__sort_key", "id"):
        held[assignment.position_id].append(assignment.official)
    return tuple((position, tuple(held[position.pk])) for position in positions)
