"""The rules of the index on a day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lienthong.indicators.models import IndicatorDefinition, NoData, RatingBand, ScoringRule


@dataclass(frozen=True, slots=True)
class Index:
    """Definitions, bands (the highest first) and the rule for missing data, as they hold on a day."""

    on: date
    definitions: tuple[IndicatorDefinition, ...]
    bands: tuple[RatingBand, ...]
    no_data: str

    def band(self, total: Decimal | None) -> RatingBand | None:
        """Give the word for a total."""
        if total is None:
            return None
        return next((band for band in self.bands if total >= band.lowest), None)


def index_on(*, on: date) -> Index:
    """Read the rules in force on a day; three statements."""
    rule = ScoringRule.objects.in_force(on).order_by("-valid_from").first()
    return Index(
        on=on,
        definitions=tuple(IndicatorDefinition.objects.in_force(on).order_by("order", "code")),
        bands=tuple(RatingBand.objects.in_force(on).order_by("-lowest")),
        no_data=rule.no_data if rule else NoData.SKIP,
    )


def history_of(*, code: str) -> tuple[IndicatorDefinition, ...]:
    """List every row an indicator ever had, the newest first."""
    return tuple(IndicatorDefinition.objects.filter(code=code).order_by("-valid_from"))
