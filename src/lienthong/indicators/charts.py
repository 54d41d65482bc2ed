"""Charts drawn on the server as SVG: classes instead of styles, words instead of colours alone, a table beside each."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lienthong.ui import formats

WIDTH, HEIGHT = 360, 190
_LEFT, _TOP, _BOTTOM = 36, 12, 24
_BAR_SHARE = 0.36
_STEPS = (1, 2, 5)
_GRID = 4


@dataclass(frozen=True, slots=True)
class Bars:
    """One pair of bars over a label."""

    label: str
    first: int
    second: int


def round_top(value: float) -> int:
    """Give the end of an axis: a round number not below a value, divisible by four lines."""
    if value <= _GRID:
        return _GRID
    power = 1
    while True:
        for step in _STEPS:
            if step * power * _GRID >= value:
                return step * power * _GRID
        power *= 10


def pairs(items: Sequence[Bars], *, title: str) -> SafeString:
    """Draw two bars for each item, the first dark and whole, the second light with an edge."""
    top = round_top(max((max(item.first, item.second) for item in items), default=0))
    inner = HEIGHT - _TOP - _BOTTOM
    slot = (WIDTH - _LEFT) / max(len(items), 1)
    width = slot * _BAR_SHARE
    shapes = []
    for at, item in enumerate(items):
        x = _LEFT + at * slot + slot * (0.5 - _BAR_SHARE)
        for kind, value, left in (("is-first", item.first, x), ("is-second", item.second, x + width)):
            height = inner * value / top
            shapes.append((kind, _n(left), _n(_TOP + inner - height), _n(width), _n(height)))
    bars = format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="{}"></rect>', shapes)
    return _frame(title, _grid(top, "") + _labels([item.label for item in items], slot) + bars)


def line(points: Sequence[tuple[str, Decimal | None]], *, title: str) -> SafeString:
    """Draw shares in percent as a line; a month without data leaves a gap."""
    inner = HEIGHT - _TOP - _BOTTOM
    slot = (WIDTH - _LEFT) / max(len(points), 1)
    places: list[tuple[float, float] | None] = [
        None if value is None else (_LEFT + slot * (at + 0.5), _TOP + inner * (1 - float(value) / 100))
        for at, (_label, value) in enumerate(points)
    ]
    runs: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    lines = format_html_join(
        "",
        '<polyline points="{}"></polyline>',
        ((" ".join(f"{_n(x)},{_n(y)}" for x, y in run),) for run in runs if len(run) > 1),
    )
    dots = format_html_join(
        "", '<circle cx="{}" cy="{}" r="3.5"></circle>', ((_n(place[0]), _n(place[1])) for place in places if place)
    )
    return _frame(title, _grid(100, " %") + _labels([label for label, _value in points], slot) + lines + dots)


def meter(percent: Decimal | None) -> SafeString:
    """Draw a share as a filled strip; decoration, since the number stands beside it."""
    filled = 0 if percent is None else max(0, min(100, float(percent)))
    return format_html(
        '<svg class="lt-meter" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="is-all" width="100" height="6"></rect><rect class="is-part" width="{}" height="6"></rect></svg>',
        _n(filled),
    )


def _frame(title: str, content: SafeString) -> SafeString:
    return format_html(
        '<svg class="lt-chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>', WIDTH, HEIGHT, title, content
    )


def _grid(top: int, unit: str) -> SafeString:
    inner = HEIGHT - _TOP - _BOTTOM
    rows = []
    for at in range(_GRID + 1):
        y = _TOP + inner * (1 - at / _GRID)
        rows.append((_LEFT, _n(y), WIDTH, _n(y), _LEFT - 5, _n(y + 3.5), _short(top * at // _GRID) + unit))
    return format_html_join(
        "",
        '<line class="is-grid" x1="{}" y1="{}" x2="{}" y2="{}"></line><text class="is-value" x="{}" y="{}">{}</text>',
        rows,
    )


def _labels(labels: Sequence[str], slot: float) -> SafeString:
    return format_html_join(
        "",
        '<text class="is-label" x="{}" y="{}">{}</text>',
        ((_n(_LEFT + slot * (at + 0.5)), HEIGHT - 7, label) for at, label in enumerate(labels)),
    )


def _short(value: int) -> str:
    thousand = 1000
    return formats.number(value) if value < 10 * thousand else f"{formats.number(value // thousand)}k"


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
