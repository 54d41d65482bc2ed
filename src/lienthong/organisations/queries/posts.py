"""Posts and inner units in bulk, for working out what somebody may do: one statement each."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, Value

from lienthong.organisations.models import Absence, Assignment


@dataclass(frozen=True, slots=True)
class Post:
    """A position held at a date.

    :ivar holder_id: the official who holds it.
    :ivar is_substituted: whether it belongs to an absent official whom the asker stands in for.
    """

    holder_id: int
    holder_name: str
    position_id: int
    kind: str
    title: str
    agency_id: int
    agency_name: str
    agency_level: str
    staff_number: str
    is_substituted: bool


_COLUMNS = (
    "official_id",
    "official__full_name",
    "position_id",
    "position__kind",
    "position__title",
    "position__agency_id",
    "position__agency__name",
    "position__agency__level",
    "official__staff_number",
)


def posts_for(*, official_id: int, others: Collection[int] = (), on: date) -> tuple[Post, ...]:
    """List the posts an official holds on a date, those of absent colleagues they stand in for, and of ``others``."""
    absent = Absence.objects.in_force(on).filter(substitute_id=official_id).values("official_id")
    rows: Iterable[tuple[Any, ...]] = (
        Assignment.objects.in_force(on)
        .filter(Q(official_id=official_id) | Q(official_id__in=absent) | Q(official_id__in=list(others)))
        .filter(Q(position__valid_to__isnull=True) | Q(position__valid_to__gt=on), position__valid_from__lte=on)
        .annotate(is_away=Q(official_id__in=absent))
        .order_by("-is_main", "id")
        .values_list(*_COLUMNS, "is_away")
    )
    return tuple(Post(*row) for row in rows)


def posts_in_force(*, on: date) -> tuple[Post, ...]:
    """List every post held on a date, by staff number; for seeding logins and printing them."""
    rows: Iterable[tuple[Any, ...]] = (
        Assignment.objects.in_force(on)
        .filter(Q(position__valid_to__isnull=True) | Q(position__valid_to__gt=on), position__valid_from__lte=on)
        .annotate(is_away=Value(value=False))
        .order_by("official__staff_number", "-is_main", "id")
        .values_list(*_COLUMNS, "is_away")
    )
    return tuple(Post(*row) for row in rows)


def units_under(*, agency_ids: Collection[int], on: date) -> dict[int, frozenset[int]]:
    """Give, for each agency, itself and the inner units below it in force on a date."""
    if not agency_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE below AS (
                SELECT id AS root, id FROM unnest(%(ids)s::bigint[]) AS wanted(id)
                UNION
                SELECT below.root, agency.id
                FROM organisations_agencyparent up
                JOIN below ON up.parent_id = below.id
                JOIN organisations_agency agency ON agency.id = up.agency_id
                WHERE agency.is_unit
                  AND up.valid_from <= %(on)s AND (up.valid_to IS NULL OR up.valid_to > %(on)s)
                  AND agency.valid_from <= %(on)s AND (agency.valid_to IS NULL OR agency.valid_to > %(on)s)
            )
            SELECT root, id FROM below
            """,
            {"ids": list(agency_ids), "on": on},
        )
        found: dict[int, set[int]] = {}
        for root, unit in cursor.fetchall():
            found.setdefault(root, set()).add(unit)
    return {root: frozenset(units) for root, units in found.items()}
