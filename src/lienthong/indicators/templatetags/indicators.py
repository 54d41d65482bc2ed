"""Tags of the figures' pages: ``{% load indicators %}``."""

from collections.abc import Collection
from decimal import Decimal

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from lienthong.indicators import charts
from lienthong.indicators.queries.scorecard import Line
from lienthong.indicators.views import shown
from lienthong.indicators.views.chosen import Chosen
from lienthong.ui import formats

_DAY = 24 * 60

register = template.Library()
register.filter("percent", shown.percent)


@register.simple_tag
def meter(value: Decimal | None) -> SafeString:
    """Draw a share as a strip."""
    return charts.meter(value)


@register.simple_tag
def list_url(chosen: Chosen, keys: str, **more: str) -> str:
    """Give the address of the list behind measures, ``"ended,open_late"``."""
    return chosen.list_url(*keys.split(","), **more)


@register.simple_tag
def part_url(chosen: Chosen, line: Line, part: str) -> str:
    """Give the address of the list above (``numerator``) or below (``denominator``) the line of an indicator."""
    if line.formula.subject == "procedures":
        query = chosen.query(phep=line.formula.key, phan="tu" if part == "numerator" else "mau")
        return f"{reverse('indicators:procedures')}?{query}"
    return chosen.list_url(*line.formula.part(part))


@register.filter
def meets(mine: Collection[int], theirs: Collection[int]) -> bool:
    """Say whether two collections have a member in common."""
    return not set(mine).isdisjoint(theirs)


@register.filter
def minutes(value: float | None) -> str:
    """Write a length of time of so many minutes in its largest unit, days with one decimal."""
    if value is None:
        return ""
    if value >= _DAY:
        days = value / _DAY
        return ngettext("%(count)s ngày", "%(count)s ngày", round(days)) % {"count": formats.number(days, 1)}
    return formats.span(value * 60)
