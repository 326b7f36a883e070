"""A line chart over epochs as inline SVG: sharp at any size, coloured by the page, nothing to load."""

from __future__ import annotations

import math
from collections.abc import Iterable

from markupsafe import Markup

from tools._reports import templates

_WIDTH, _HEIGHT = 480, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 12, 34

_SVG = """
<figure><svg viewBox="0 0 {{ width }} {{ height }}" role="img" aria-label="{{ title }} by epoch">
{% for y, text in levels %}
<line class="grid" x1="{{ left }}" x2="{{ width - right }}" y1="{{ y }}" y2="{{ y }}"/>
<text x="{{ left - 6 }}" y="{{ y + 4 }}" text-anchor="end">{{ text }}</text>
{% endfor %}
{% for x, text in ticks %}
<text x="{{ x }}" y="{{ height - 16 }}" text-anchor="middle">{{ text }}</text>
{% endfor %}
{% for name, points in lines.items() %}
<polyline class="{{ name }}" points="{{ points|map("join", ",")|join(" ") }}"/>
{% for x, y in points if loop.length == 1 %}<circle class="{{ name }}" cx="{{ x }}" cy="{{ y }}" r="3"/>{% endfor %}
<circle class="{{ name }}" cx="{{ points[best - 1][0] }}" cy="{{ points[best - 1][1] }}" r="4"/>
{% endfor %}
</svg><figcaption>{{ title }} by epoch:
{% for name in lines %}
<svg width="18" height="8"><line class="{{ name }}" x1="0" x2="18" y1="4" y2="4" stroke-width="3"/></svg>
{{ name }}{{ ", " if not loop.last }}{% endfor %}. The dots mark the epoch that was kept.</figcaption></figure>
"""

STYLE = """
.curves { display: flex; flex-wrap: wrap; gap: 1rem; }
.curves figure { flex: 1 1 22rem; margin: 0; }
@media print { .curves figure { flex-basis: 40%; } }
svg text { fill: var(--soft); font-size: 12px; } svg .grid { stroke: var(--line); }
svg .training { stroke: var(--bar); } svg .validation { stroke: var(--accent); }
svg polyline { fill: none; stroke-width: 2; } svg circle.training { fill: var(--bar); }
svg circle.validation { fill: var(--accent); }
"""


def curve(
    title: str, lines: dict[str, list[float]], best: int, *, per_cent: bool = False, also: Iterable[float] = ()
) -> Markup:
    """A figure with one line a series.

    Args:
        lines: values of each epoch, by name (`training`, `validation`: also their CSS classes); all equally many.
        best: the epoch to mark, counted from 1.
        also: values that the scale has room for too, so that several figures have the same.
    """
    epochs = len(next(iter(lines.values())))
    steps = _levels([*also, *(value for values in lines.values() for value in values)])
    low, high = steps[0], steps[-1]

    def x(epoch: int) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * ((epoch - 1) / (epochs - 1) if epochs > 1 else 0.5), 1)

    def y(value: float) -> float:
        return round(_HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * (value - low) / (high - low), 1)

    every = max(1, math.ceil(epochs / 12))
    chart = (
        templates()
        .from_string(_SVG)
        .render(
            title=title,
            width=_WIDTH,
            height=_HEIGHT,
            left=_LEFT,
            right=_RIGHT,
            levels=[(y(step), f"{step:.0%}" if per_cent else f"{step:g}") for step in steps],
            ticks=[(x(epoch), epoch) for epoch in range(1, epochs + 1, every)],
            lines={
                name: [(x(index + 1), y(value)) for index, value in enumerate(values)] for name, values in lines.items()
            },
            best=best,
        )
    )
    return Markup(chart)  # noqa: S704 (rendered with escaping)


def _levels(values: list[float]) -> list[float]:
    """Round values, evenly spaced, around all of `values`."""
    low, high = min(values), max(values)
    rough = max(high - low, 1e-3) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(index * step, 10) for index in range(first, max(last, first + 1) + 1)]
