"""FieldSummary: each field at a glance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from engine.statistics import Statistics
from engine.tool import Anchor, Emission, Schemas
from engine.types import BLOBS, DATES, NUMBERS, Field, FieldType, Meaning, schema_of
from tools._profiling.columns import chosen
from tools._profiling.profile import Profile, ProfileConfig
from tools._reports import page, templates

_TEXT, _DOUBLE = FieldType.V_WString, FieldType.Double
_OUT = schema_of(
    Field("Name", _TEXT),
    Field("Field_Category", _TEXT),
    Field("Type", _TEXT),
    Field("Records", FieldType.Int64),
    Field("Percent_Missing", _DOUBLE),
    Field("Unique_Values", FieldType.Int64),
    Field("Min", _TEXT),
    *(Field(name, _DOUBLE) for name in ("Quartile_1", "Median", "Mean", "Quartile_3")),
    Field("Max", _TEXT),
    Field("Std_Dev", _DOUBLE),
    Field("Remarks", _TEXT),
)
_REPORT = schema_of(Field("Report", _TEXT, meaning=Meaning.report))
_MISSING = 5  # per cent from which a field earns a remark
_FEW = 10  # different values up to which numbers look like categories
_TABLE = """
<div class="wide"><table class="grid">
<tr>{% for name in names %}<th>{{ name.replace("_", " ") }}</th>{% endfor %}</tr>
{% for row in rows %}
<tr>{% for name in names %}
<td{% if row[name] is number %} class="number"{% endif %}>{{ written(row[name]) }}</td>
{% endfor %}</tr>
{% endfor %}
</table></div>
"""


class FieldSummary(Profile[ProfileConfig]):
    """Summarise each field: share of Nulls, different values, range, mean, quartiles, and what is odd about it.

    O has a record for each field, R the same as a report, I the most frequent values of each field with bars. All is
    exact, also for more records than fit in memory. Min and Max of texts are in the order of their characters; Blobs
    have neither.

    Remarks say what is worth a look: many Nulls, one value only, numbers with so few different values that they may be
    categories, texts where nearly every value is different.

    Example: `{tool: FieldSummary}`
    """

    outputs = (
        Anchor("O", "Output: a record for each field."),
        Anchor("R", "Report: the same as a page."),
        Anchor("I", "Interactive: the most frequent values with bars."),
    )
    keywords = ("profile", "statistics", "describe", "summary", "histogram", "quality", "nulls")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        chosen(inputs["in"], self.config.fields)
        return {"O": _OUT, "R": _REPORT, "I": _REPORT}

    def complete(self) -> Iterator[Emission]:
        from tools._reports.bars import STYLE, bars

        found = [self._statistics(field) for field in self._columns.fields]
        rows = [_row(one) for one in found]
        yield "O", pa.RecordBatch.from_pylist(rows, schema=_OUT)
        title = f"Field summary of {self._columns.records:,} records"
        body = templates().from_string(_TABLE).render(names=_OUT.names, rows=rows, written=_written)
        yield "R", pa.RecordBatch.from_arrays([pa.array([page(title, body)])], schema=_REPORT)
        pictures = [
            bars(one.field.name, one.top, one.records, (one.unique or 0) + (one.nulls > 0) - len(one.top))
            for one in found
            if one.top
        ]
        yield "I", pa.RecordBatch.from_arrays([pa.array([page(title, "".join(pictures), STYLE)])], schema=_REPORT)


def _row(found: Statistics) -> dict[str, Any]:
    numbers = found.numbers if found.numbers and found.numbers.count else None
    lower, median, upper = numbers.quartiles if numbers else (None, None, None)
    return {
        "Name": found.field.name,
        "Field_Category": _category(found.field.type),
        "Type": found.field.type.value,
        "Records": found.records,
        "Percent_Missing": 100 * found.nulls / found.records if found.records else 0.0,
        "Unique_Values": found.unique,
        "Min": None if found.least is None else _plain(found.least),
        "Quartile_1": lower,
        "Median": median,
        "Mean": numbers.mean if numbers else None,
        "Quartile_3": upper,
        "Max": None if found.most is None else _plain(found.most),
        "Std_Dev": numbers.deviation if numbers else None,
        "Remarks": " ".join(_remarks(found)) or None,
    }


def _category(type_: FieldType) -> str:
    if type_ in NUMBERS:
        return "Numeric"
    if type_ in DATES:
        return "Date"
    return "Blob" if type_ in BLOBS else "Bool" if type_ is FieldType.Bool else "Text"


def _remarks(found: Statistics) -> Iterator[str]:
    if not found.records:
        return
    filled = found.records - found.nulls
    if not filled:
        yield "Every value is missing."
        return
    if 100 * found.nulls / found.records > _MISSING:
        yield f"{100 * found.nulls / found.records:.1f}% of the values are missing."
    if found.unique == 1:
        yield "There is only one value."
    elif found.numbers and found.unique and found.unique <= _FEW < filled:
        yield "Few different values: these numbers may be categories."
    elif found.texts and found.unique and filled > _FEW and found.unique > 0.9 * filled:
        yield "Nearly every value is different."
    if found.texts and (found.texts.leading or found.texts.trailing):
        yield "Some values begin or end with blanks."


def _plain(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
