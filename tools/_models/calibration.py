"""Whether a classifier is right as often as it says: the reliability diagram and the expected calibration error.

Chuan Guo et al., On Calibration of Modern Neural Networks, 2017.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from tools._reports import templates

BINS = 10
_SIDE, _LEFT, _BOTTOM, _TOP = 270, 44, 40, 10
_ALIKE = 0.02  # a difference that nobody would act on
_NEAR = 0.05  # a mean distance that few pictures in a step give by chance alone

_SVG = """
<figure class="reliability"><svg viewBox="0 0 {{ right + 24 }} {{ side }}" role="img"
 aria-label="How often it is right by how sure it is">
{% for place in places %}
<line class="grid" x1="{{ left }}" x2="{{ right }}" y1="{{ place.y }}" y2="{{ place.y }}"/>
<text x="{{ left - 6 }}" y="{{ place.y + 4 }}" text-anchor="end">{{ place.text }}</text>
<text x="{{ place.x }}" y="{{ side - 22 }}" text-anchor="middle">{{ place.text }}</text>
{% endfor %}
<text x="{{ (left + right) / 2 }}" y="{{ side - 5 }}" text-anchor="middle">how sure it is</text>
<line class="ideal" x1="{{ left }}" y1="{{ places[0].y }}" x2="{{ right }}" y2="{{ places[-1].y }}"/>
<polyline class="validation" points="{% for dot in dots %}{{ dot.x }},{{ dot.y }} {% endfor %}"/>
{% for dot in dots %}<circle class="validation" cx="{{ dot.x }}" cy="{{ dot.y }}" r="{{ dot.r }}">
<title>{{ dot.told }}</title></circle>
{% endfor %}
</svg><figcaption>How often it is right, by how sure it is. On the dashed line a model is right as often as it says;
below it, it is too sure. A larger dot stands for more pictures.</figcaption></figure>
"""
STYLE = """
.reliability { max-width: 19rem; margin: 0; } svg .ideal { stroke: var(--soft); stroke-dasharray: 4 4; }
"""


@dataclass(frozen=True)
class Calibration:
    """Records by the probability of what they were called, in `BINS` equal steps from 0 to 1; empty steps left out.

    Attributes:
        sure: the mean probability of each step.
        right: the part of each step's records that was called rightly.
        counts: how many records each step has.
    """

    sure: NDArray[np.float64]
    right: NDArray[np.float64]
    counts: NDArray[np.int64]

    @property
    def error(self) -> float:
        """The expected calibration error: the mean distance of `sure` from `right` over all records, 0 to 1."""
        return float(np.average(np.abs(self.sure - self.right), weights=self.counts))

    @property
    def excess(self) -> float:
        """How much surer it is than right, over all records; negative where it is too modest."""
        return float(np.average(self.sure - self.right, weights=self.counts))


def calibrate(truth: NDArray[np.int32], probabilities: NDArray[np.float32]) -> Calibration:
    """Compare probabilities, shape (records, labels), with the codes of the true labels, shape (records,)."""
    sure = probabilities.max(1).astype(np.float64)
    right = probabilities.argmax(1) == truth
    steps = np.minimum((sure * BINS).astype(int), BINS - 1)
    counts = np.bincount(steps, minlength=BINS)
    taken = np.flatnonzero(counts)
    means = [np.bincount(steps, values, BINS)[taken] / counts[taken] for values in (sure, right)]
    return Calibration(means[0], means[1], counts[taken])


def verdict(calibration: Calibration) -> str:
    """A sentence on how far its probabilities can be taken at their word."""
    error, excess = calibration.error, calibration.excess
    told = f"Its probabilities are off by {100 * error:.1f} points on average (expected calibration error {error:.3f})"
    if abs(excess) < _ALIKE:
        near = error < _NEAR
        return told + (
            ": they can be taken at their word." if near else ": it is too sure of some, too unsure of others."
        )
    return told + (": it is surer than it should be." if excess > 0 else ": it is right more often than it says.")


def diagram(calibration: Calibration) -> Markup:
    """The reliability diagram as inline SVG."""
    width = _SIDE - _TOP - _BOTTOM

    def x(value: float) -> float:
        return round(_LEFT + width * value, 1)

    def y(value: float) -> float:
        return round(_SIDE - _BOTTOM - width * value, 1)

    most = calibration.counts.max()
    dots = [
        {
            "x": x(sure),
            "y": y(right),
            "r": round(3 + 6 * float(np.sqrt(count / most)), 1),
            "told": f"{count:,} pictures: {sure:.0%} sure, {right:.0%} right",
        }
        for sure, right, count in zip(calibration.sure, calibration.right, calibration.counts, strict=True)
    ]
    places = [{"x": x(part), "y": y(part), "text": f"{part:.0%}"} for part in (0, 0.25, 0.5, 0.75, 1)]
    chart = templates().from_string(_SVG).render(side=_SIDE, left=_LEFT, right=_LEFT + width, places=places, dots=dots)
    return Markup(chart)  # noqa: S704 (rendered with escaping)
