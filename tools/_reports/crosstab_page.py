"""A crosstab as HTML: the plain table of a report, and a pivot whose cells fill with bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tools._reports import page, templates
from tools._reports.crosstab import ChiSquared, Crosstab

_GRID = """
{% macro grid(table, kind="") %}
<div class="wide {{ kind }}"><table class="grid crosstab">
<thead>
<tr>
{% for field in table.row_fields %}
<th scope="col" rowspan="2"{% if loop.first %} class="head"{% endif %}>{{ field }}</th>
{% endfor %}
<th scope="colgroup" colspan="{{ table.columns|length }}">{{ table.column_field }}</th>
<th scope="col" rowspan="2" class="number">Totals</th>
</tr>
<tr>{% for column in table.columns %}<th scope="col" class="number">{{ shown(column) }}</th>{% endfor %}</tr>
</thead>
<tbody>
{% for cells in table.cells %}{% set row = loop.index0 %}
<tr{% if loop.last %} class="total"{% endif %}>
{% if loop.last %}
<th scope="row" colspan="{{ table.row_fields|length }}" class="head">Totals</th>
{% else %}
{% for value in table.rows[loop.index0] %}
<th scope="row"{% if loop.first %} class="head"{% endif %}>{{ shown(value) }}</th>
{% endfor %}
{% endif %}
{% for cell in cells %}
<td class="number{% if loop.last %} total{% endif %}"
{% if cell.count %} data-where='{{ table.where(row, loop.index0)|tojson }}'{% endif %}
{{ caller(cell) }}</td>
{% endfor %}
</tr>
{% endfor %}
</tbody>
</table></div>
{% endmacro %}
"""
_REPORT = """
<p>{{ "{:,}".format(table.total) }} records.
{% if table.agreement is not none %}
Both fields hold the same values; they agree in <b>{{ "%.1f"|format(table.agreement) }}%</b> of the records.
{% endif %}</p>
{% call(cell) grid(table) %}
>{{ "{:,}".format(cell.count) }}<br><small>{{ "%.1f"|format(cell.of_row) }}%</small>
<br><small>{{ "%.1f"|format(cell.of_column) }}%</small>
{% endcall %}
<p class="note">In each cell: the count, its share of the row, its share of the column.</p>
{% if chi_squared %}
<h2>Chi-squared test</h2>
{% if test is none %}
<p>Not defined: each field needs at least two values.</p>
{% else %}
<table class="grid">
<tr><th scope="row">Statistic</th><td class="number">{{ "%.4f"|format(test.statistic) }}</td></tr>
<tr><th scope="row">Degrees of freedom</th><td class="number">{{ test.degrees }}</td></tr>
<tr><th scope="row">p</th><td class="number">{{ "%.4g"|format(test.p) }}</td></tr>
</table>
<p class="note">p is the chance of counts at least this uneven if the fields had nothing to do with each other.
{% if test.rare %}In {{ test.rare }} cells fewer than 5 records were expected: take p as rough.{% endif %}</p>
{% endif %}
{% endif %}
"""
_PIVOT = """
<div class="pivot">
{% for view, label in views.items() %}
<input type="radio" name="view" id="{{ view }}"{% if loop.first %} checked{% endif %}>
<label for="{{ view }}">{{ label }}</label>
{% endfor %}
{% if tables|length > 1 %}<br>
{% for table in tables %}
<input type="radio" name="turn" id="turn{{ loop.index0 }}"{% if loop.first %} checked{% endif %}>
<label for="turn{{ loop.index0 }}">{{ table.row_fields|join(", ") }} × {{ table.column_field }}</label>
{% endfor %}{% endif %}
{% for table in tables %}
{% call(cell) grid(table, "turn%d" % loop.index0) %}
 style="--count:{{ "%.2f"|format(cell.of_largest) }}%;--row:{{ "%.2f"|format(cell.of_row) }}%;
--column:{{ "%.2f"|format(cell.of_column) }}%;--all:{{ "%.2f"|format(cell.of_total) }}%">
<span class="count">{{ "{:,}".format(cell.count) }}</span>
<span class="row">{{ "%.1f"|format(cell.of_row) }}%</span>
<span class="column">{{ "%.1f"|format(cell.of_column) }}%</span>
<span class="all">{{ "%.1f"|format(cell.of_total) }}%</span>
{% endcall %}
{% endfor %}
</div>
"""
_VIEWS = {"count": "Count", "row": "Row percent", "column": "Column percent", "all": "Total percent"}
_STYLE = """
.pivot > input { position: absolute; opacity: 0; }
.pivot > label {
  display: inline-block; padding: .3rem .7rem; margin: 0 .25rem .75rem 0; border: 1px solid var(--line);
  border-radius: 4px; cursor: pointer;
}
.pivot > input:checked + label { background: var(--band); font-weight: 600; }
.pivot > input:focus-visible + label { outline: 2px solid var(--accent); }
.pivot td {
  height: 4rem; min-width: 4.5rem; vertical-align: top;
  background: linear-gradient(var(--bar), var(--bar)) no-repeat bottom / 100% calc(var(--full) * .52);
}
.pivot td span { display: none; }
@media print { .pivot > input:not(:checked) + label { display: none; } }
""" + "\n".join(
    f"#{view}:checked ~ .wide td {{ --full: var(--{view}); }} #{view}:checked ~ .wide td .{view} {{ display: inline; }}"
    for view in _VIEWS
)
# A pivot is turned by showing another of its tables.
_TURNS = "\n".join(f".pivot > #turn{turn}:not(:checked) ~ .turn{turn} {{ display: none; }}" for turn in range(4))


def report_page(title: str, table: Crosstab, *, chi_squared: bool) -> str:
    """The table with counts, row and column shares, and the test if asked for."""
    test = ChiSquared.of(table) if chi_squared else None
    return page(title, _rendered(_GRID + _REPORT, table=table, chi_squared=chi_squared, test=test))


def pivot_page(title: str, tables: Sequence[Crosstab]) -> str:
    """A table to look at: one figure a cell with a bar, and a switch between counts and shares.

    Args:
        tables: the same counts, turned: up to four, of which one is shown.
    """
    return page(title, _rendered(_GRID + _PIVOT, tables=tables, views=_VIEWS), _STYLE + _TURNS)


def _rendered(template: str, **values: Any) -> str:
    return templates().from_string(template).render(shown=shown, **values)


def shown(value: Any) -> str:
    """A value as a heading: null as Alteryx shows it, an empty text so that it can be seen."""
    if value is None:
        return "[Null]"
    return "[Empty]" if value == "" else str(value)
