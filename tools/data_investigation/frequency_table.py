"""FrequencyTable: how often each value of a field comes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from pydantic import Field as ConfigField

from engine.expression import convert
from engine.tool import Anchor, Emission, FieldName, Schemas
from engine.types import Field, FieldType, Meaning, schema_of
from tools._profiling.columns import chosen, not_blob
from tools._profiling.profile import Profile, ProfileConfig
from tools._reports import page, templates

_DATA = schema_of(
    Field("FieldName", FieldType.V_WString),
    Field("FieldValue", FieldType.V_WString),
    Field("Frequency", FieldType.Int64),
    Field("Percent", FieldType.Double),
    Field("Cumulative_Frequency", FieldType.Int64),
    Field("Cumulative_Percent", FieldType.Double),
)
_REPORT = schema_of(Field("Report", FieldType.V_WString, meaning=Meaning.report))
_SHOWN = 100
_TABLE = """
<h2>{{ name }}</h2>
<div class="wide"><table class="grid">
<tr><th>Value</th><th class="number">Frequency</th><th class="number">Percent</th>
<th class="number">Cumulative frequency</th><th class="number">Cumulative percent</th></tr>
{% for row in rows %}
<tr><td>{{ shown(row.FieldValue) }}</td><td class="number">{{ "{:,}".format(row.Frequency) }}</td>
<td class="number">{{ "%.1f"|format(row.Percent) }}%</td>
<td class="number">{{ "{:,}".format(row.Cumulative_Frequency) }}</td>
<td class="number">{{ "%.1f"|format(row.Cumulative_Percent) }}%</td></tr>
{% endfor %}
</table></div>
{% if more %}<p class="note">{{ "{:,}".format(more) }} more values are not shown.</p>{% endif %}
"""


class FrequencyTableConfig(ProfileConfig):
    fields: list[FieldName] = ConfigField(min_length=1)
    """The fields whose values are counted, each on its own."""


class FrequencyTable(Profile[FrequencyTableConfig]):
    """Count how often each value of a field comes.

    D has a record for each value, the most frequent first, with its share of all records and the sums up to here. R is
    the same as a report, I with bars; both show the first 100 values of a field. Null counts as a value.

    For how values of several fields come together see ContingencyTable.

    Example: `{tool: FrequencyTable, fields: [Class]}`
    """

    outputs = (
        Anchor("D", "Data: a record for each value."),
        Anchor("R", "Report: the same as a page."),
        Anchor("I", "Interactive: the values with bars."),
    )
    keywords = ("count", "histogram", "distribution", "value counts", "group by")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        for place, field in enumerate(chosen(inputs["in"], self.config.fields)):
            not_blob(field, f"fields.{place}")
        return {"D": _DATA, "R": _REPORT, "I": _REPORT}

    def complete(self) -> Iterator[Emission]:
        from tools._reports.bars import STYLE, bars
        from tools._reports.crosstab_page import shown

        tables, pictures = [], []
        for field in self._columns.fields:
            first: list[dict[str, object]] = []
            count = 0
            for batch in self._counted(field):
                yield "D", batch
                first += batch.slice(0, max(_SHOWN - len(first), 0)).to_pylist()
                count += batch.num_rows
            values = [(row["FieldValue"], int(str(row["Frequency"]))) for row in first]
            template = templates().from_string(_TABLE)
            tables.append(template.render(name=field.name, rows=first, more=count - len(first), shown=shown))
            pictures.append(bars(field.name, values, self._columns.records, count - len(first)))
        title = f"Frequencies: {', '.join(field.name for field in self._columns.fields)}"
        yield "R", pa.RecordBatch.from_arrays([pa.array([page(title, "".join(tables))])], schema=_REPORT)
        yield "I", pa.RecordBatch.from_arrays([pa.array([page(title, "".join(pictures), STYLE)])], schema=_REPORT)

    def _counted(self, field: Field) -> Iterator[pa.RecordBatch]:
        """The values of a field, the most frequent first, as records of D."""
        total, seen = max(self._columns.records, 1), 0
        text = convert.template(field.type, FieldType.V_WString)
        query = f"SELECT {text.format(x='value')} FROM batch"  # noqa: S608 - a template of our own
        value = pa.schema([self._columns.column(field)])
        with self.context.sql.per_batch(query, value, ["value"]) as written:
            for batch in self._columns.counted(field, [-2, 1]):
                (values,) = written(batch)
                counts = batch["count"].to_numpy()
                sums = seen + np.cumsum(counts)
                seen = int(sums[-1])
                columns = [[field.name] * len(counts), values, counts, 100 * counts / total, sums, 100 * sums / total]
                yield pa.RecordBatch.from_arrays([pa.array(column) for column in columns], schema=_DATA)
