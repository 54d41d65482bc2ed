"""How things were before and became: parents, successions and posts over time, for those who keep them."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from lienthong.kernel.errors import NotFoundError
from lienthong.kernel.paging import Page, keyset
from lienthong.kernel.text import search_key
from lienthong.organisations.models import (
    Absence,
    Agency,
    AgencyParent,
    AgencySuccession,
    AreaSuccession,
    Assignment,
    Official,
    Position,
)
from lienthong.organisations.queries import public_ids


class PositionNotFoundError(NotFoundError):
    """No such post."""

    code = "organisations.position_not_found"


def list_roots(*, on: date) -> tuple[Agency, ...]:
    """List the agencies of a date that stand under no other, in Vietnamese order."""
    above = AgencyParent.objects.in_force(on).filter(agency_id=OuterRef("pk"))
    return tuple(Agency.objects.in_force(on).filter(~Exists(above)).order_by("level", "sort_key", "id"))


def count_children(*, agency_ids: Iterable[int], on: date) -> dict[int, int]:
    """Count how many agencies stand directly below each on a date; those with none are left out."""
    rows = AgencyParent.objects.in_force(on).filter(
        Q(agency__valid_to__isnull=True) | Q(agency__valid_to__gt=on),
        agency__valid_from__lte=on,
        parent_id__in=list(agency_ids),
    )
    return {row["parent_id"]: row["count"] for row in rows.values("parent_id").annotate(count=Count("id"))}


def list_parents(*, agency_id: int) -> tuple[AgencyParent, ...]:
    """List who stood above an agency over time, the latest first."""
    rows = AgencyParent.objects.filter(agency_id=agency_id).select_related("parent")
    return tuple(rows.order_by("-valid_from", "id"))


def list_agency_successions(*, agency_id: int) -> tuple[AgencySuccession, ...]:
    """List what an agency took over and what took it over, the earliest first."""
    rows = AgencySuccession.objects.filter(Q(predecessor_id=agency_id) | Q(successor_id=agency_id))
    return tuple(rows.select_related("predecessor", "successor").order_by("effective_date", "-is_default", "id"))


def list_area_successions(*, area_id: int) -> tuple[AreaSuccession, ...]:
    """List what an area was made from and what became of it, the earliest first and the default before others."""
    rows = AreaSuccession.objects.filter(Q(predecessor_id=area_id) | Q(successor_id=area_id))
    return tuple(rows.select_related("predecessor", "successor").order_by("effective_date", "-is_default", "id"))


def search_officials(*, query: str, cursor: str | None, size: int = 50) -> Page[Official]:
    """Find officials by words of their name, without accents, or by staff number."""
    rows = Official.objects.all()
    words = Q()
    for word in search_key(query).split():
        words &= Q(search_key__contains=word)
    if query.strip():
        rows = rows.filter(words | Q(staff_number__iexact=query.strip()))
    return keyset(rows, order=("sort_key", "id"), cursor=cursor, size=size)


def list_assignments(*, official_id: int) -> tuple[Assignment, ...]:
    """List every post an official ever held or will hold, the latest first."""
    rows = Assignment.objects.filter(official_id=official_id).select_related("position__agency")
    return tuple(rows.order_by("-valid_from", "id"))


def find_assignment(*, uuid: UUID | str) -> Assignment | None:
    """Find an assignment by public id, with post, agency and official read."""
    rows = Assignment.objects.select_related("position__agency", "official")
    return rows.filter(uuid=public_ids.parse(uuid)).first()


def list_absences_of(*, official_id: int) -> tuple[Absence, ...]:
    """List every absence of an official, the latest first."""
    rows = Absence.objects.filter(official_id=official_id).select_related("substitute")
    return tuple(rows.order_by("-valid_from", "id"))


def find_absence(*, uuid: UUID | str) -> Absence | None:
    """Find an absence by public id, with the official and the substitute read."""
    rows = Absence.objects.select_related("official", "substitute")
    return rows.filter(uuid=public_ids.parse(uuid)).first()


def get_position(*, uuid: UUID | str) -> Position:
    """Find a post by public id, with its agency read.

    :raises PositionNotFoundError: when there is none.
    """
    position: Position | None = Position.objects.select_related("agency").filter(uuid=public_ids.parse(uuid)).first()
    if position is None:
        raise PositionNotFoundError(_("Không tìm thấy vị trí công tác."))
    return position
