"""The report of an association analysis: a target and what goes with it, and every field with every other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tools._reports import page, templates

_STYLE = """
table.grid td.cell { text-align: right; min-width: 4.5rem; }
.cell { background: color-mix(in srgb, var(--toward) var(--share), transparent); }
"""
_CELL = """
{% macro cell(one) %}
<td class="number cell" style="--toward:var({{ "--accent" if one.value > 0 else "--bad" }});
--share:{{ "%.0f"|format(55 * one.value|abs) if one.known else 0 }}%">
{{ "%.3f"|format(one.value) if one.known else "" }}{{ one.stars }}</td>
{% endmacro %}
"""
_BODY = (
    _CELL
    + """
{% if target %}
<h2>What goes with {{ target }}</h2>
<div class="wide"><table class="grid">
<tr><th>Field</th><th class="number">Association</th><th class="number">p-value</th></tr>
{% for name, one in ranked %}
<tr><td>{{ name }}</td>{{ cell(one) }}<td class="number">{{ one.chance }}</td></tr>
{% endfor %}
</table></div>
{% endif %}
<h2>Every field with every other</h2>
<div class="wide"><table class="grid">
<tr><th></th>{% for name in names %}<th class="number">{{ name }}</th>{% endfor %}</tr>
{% for row in rows %}
<tr><th>{{ names[loop.index0] }}</th>{% for one in row %}{{ cell(one) }}{% endfor %}</tr>
{% endfor %}
</table></div>
<p class="note">{{ measure }}, {{ "{:,}".format(records) }} records. How likely such an association is by chance alone:
*** below 0.001, ** below 0.01, * below 0.05.</p>
"""
)


def association_page(
    names: Sequence[str], correlations: Any, chances: Any, *, target: str, measure: str, records: int
) -> str:
    """A whole HTML page.

    Args:
        names: of the fields; the target, if there is one, comes first.
        correlations, chances: matrices in this order, NaN where there is none.
        target: its name, or empty.
        measure: what the numbers are, in words.
        records: how many they are from.
    """
    rows = [
        [_one(float(r), float(p)) for r, p in zip(*pair, strict=True)]
        for pair in zip(correlations, chances, strict=True)
    ]
    for place, row in enumerate(rows):
        row[place]["stars"] = ""
    ranked = sorted(zip(names[1:], rows[0][1:], strict=True), key=lambda pair: -abs(pair[1]["value"])) if target else []
    template = templates().from_string(_BODY)
    body = template.render(names=names, rows=rows, ranked=ranked, target=target, measure=measure, records=records)
    return page("Association analysis", body, _STYLE)


def _one(value: float, chance: float) -> dict[str, Any]:
    known = not math.isnan(value)
    stars = "*" * sum(chance < bound for bound in (0.001, 0.01, 0.05))
    shown = "" if math.isnan(chance) else ("< 0.0001" if chance < 0.0001 else f"{chance:.4f}")
    return {"value": value if known else 0.0, "known": known, "stars": stars, "chance": shown}
