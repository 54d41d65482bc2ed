"""The exclusion constraint that keeps two periods of one thing from overlapping."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce


class DateRange(Func):
    """``daterange(valid_from, valid_to)``: half-open, as every period here."""

    function = "DATERANGE"
    output_field = DateRangeField()


def one_at_a_time(name: str, *same: str | Coalesce, condition: Q | None = None) -> ExclusionConstraint:
    """Forbid two rows that agree in ``same`` from being valid on one date."""
    keys = [(key if isinstance(key, Coalesce) else F(key), RangeOperators.EQUAL) for key in same]
    return ExclusionConstraint(
        name=name,
        expressions=[*keys, (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS)],
        condition=condition,
    )
