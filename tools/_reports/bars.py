"""A table of values with a bar for each, to be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tools._reports import templates
from tools._reports.crosstab_page import shown

STYLE = """
table.bars td.bar { min-width: 14rem; padding: .2rem; }
table.bars td.bar div { height: 1.1rem; background: var(--bar); border-radius: 2px; }
"""
_TABLE = """
<div class="wide"><table class="grid bars">
<tr><th>{{ heading }}</th><th class="number">Frequency</th><th class="number">Percent</th><th></th></tr>
{% for value, count in values %}
<tr><td>{{ shown(value) }}</td><td class="number">{{ "{:,}".format(count) }}</td>
<td class="number">{{ "%.1f"|format(100 * count / total) }}%</td>
<td class="bar"><div style="width:{{ "%.2f"|format(100 * count / largest) }}%"></div></td></tr>
{% endfor %}
</table></div>
{% if more %}<p class="note">{{ "{:,}".format(more) }} more values are not shown.</p>{% endif %}
"""


def bars(heading: str, values: Sequence[tuple[Any, int]], total: int, more: int = 0) -> str:
    """HTML of values with their counts, most frequent first; `more` values are left out."""
    largest = max((count for _, count in values), default=1)
    template = templates().from_string(_TABLE)
    return template.render(heading=heading, values=values, total=max(total, 1), largest=largest, more=more, shown=shown)
