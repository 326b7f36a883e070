"""ContingencyTable: how often values of two to four fields come together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as ConfigField
from pydantic import model_validator

from engine.batches import MAX_ROWS
from engine.context import Context
from engine.errors import ToolError
from engine.tool import Anchor, Config, Emission, FieldName, Schemas, Tool
from engine.types import INTEGERS, TEXTS, Field, FieldType, Meaning, find_field, schema_of
from tools._reports import page
from tools._reports.crosstab import Crosstab

_REPORT = schema_of(Field("Report", FieldType.V_WString, meaning=Meaning.report))
_ALLOWED = (FieldType.Bool, *INTEGERS, *TEXTS)
_MERGE_ROWS = 100_000
_MAX_COMBINATIONS = 5_000_000
_MAX_ROWS, _MAX_COLUMNS = 500, 200  # what a page shows; beyond, nobody reads it
_TURNED_CELLS = 10_000  # of a pivot that can be turned: its page holds it once for each field


class ContingencyTableConfig(Config):
    fields: Annotated[list[FieldName], ConfigField(min_length=2, max_length=4)]
    """Two to four fields with few values each, such as the true and the predicted class. The values of the last one
    head the columns."""
    chi_squared: bool = False
    """Whether to test if two fields depend on each other (two fields only)."""

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if len({name.casefold() for name in self.fields}) < len(self.fields):
            raise ValueError("the same field is named twice")
        if self.chi_squared and len(self.fields) != 2:
            raise ValueError(f"chi_squared needs exactly two fields, not {len(self.fields)}")
        return self


class ContingencyTable(Tool[ContingencyTableConfig]):
    """Count how often the values of two to four fields come together: a confusion matrix, for one.

    D has a record for each combination that occurs, with `Frequency` and `Percent` (of all records), sorted by the
    fields. R is a report with counts, row and column percentages and, if asked for, the chi-squared test. I is a table
    to explore, with bars, a switch between counts and percentages, and another for the field that heads the columns.
    On the canvas, a cell shows the pictures that it counts, where the records before had some.

    Fields hold text, whole numbers or Bool; numbers with decimals and dates have too many values: round or group them
    with Formula first. Null counts as a value of its own.

    Example: `{tool: ContingencyTable, fields: [Class, Predicted]}`
    """

    outputs = (
        Anchor("D", "Data: a record for each combination."),
        Anchor("R", "Report: counts, percentages, test."),
        Anchor("I", "Interactive: the table with bars."),
    )
    keywords = ("confusion matrix", "crosstab", "pivot", "accuracy", "chi-squared")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        fields = self._fields(inputs["in"])
        counts = Field("Frequency", FieldType.Int64), Field("Percent", FieldType.Double)
        taken = {count.name.casefold() for count in counts}
        for place, field in enumerate(fields):
            if field.name.casefold() in taken:
                raise ToolError(
                    f"[{field.name}] is the name of a field that this tool adds.",
                    hint="Rename it with Select first.",
                    setting=f"fields.{place}",
                )
        named = [inputs["in"].field(field.name) for field in fields]
        return {"D": pa.schema([*named, *(count.arrow() for count in counts)]), "R": _REPORT, "I": _REPORT}

    def _fields(self, schema: pa.Schema) -> list[Field]:
        fields = [find_field(schema, name, setting=f"fields.{place}") for place, name in enumerate(self.config.fields)]
        wrong = [
            ToolError(
                f"[{field.name}] is {field.type}; a contingency table counts text, whole numbers and Bool.",
                hint="Round or group its values with Formula first.",
                setting=f"fields.{place}",
            )
            for place, field in enumerate(fields)
            if field.type not in _ALLOWED
        ]
        if wrong:
            raise ExceptionGroup("fields that cannot be counted", wrong)
        return fields

    def open(self, context: Context) -> None:
        super().open(context)
        self._names = [field.name for field in self._fields(context.inputs["in"])]
        self._parts: list[pa.Table] = []
        self._part_rows = 0
        self._merge_at = _MERGE_ROWS

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        keys = pa.Table.from_batches([batch.select(self._names)])
        part = keys.group_by(self._names).aggregate([([], "count_all")])
        self._parts.append(part)
        self._part_rows += part.num_rows
        if self._part_rows >= self._merge_at:
            self._merge()
        yield from ()

    def _merge(self) -> pa.Table:
        """The counts so far, in one table; it is merged again when as much has come anew."""
        merged = pa.concat_tables(self._parts).group_by(self._names).aggregate([("count_all", "sum")])
        merged = merged.rename_columns([*self._names, "count_all"])
        if merged.num_rows > _MAX_COMBINATIONS:
            raise ToolError(
                f"There are more than {_MAX_COMBINATIONS:,} combinations of values.",
                hint="Choose fields with fewer values, or group them with Formula first.",
                setting="fields",
            )
        self._parts, self._part_rows = [merged], merged.num_rows
        self._merge_at = max(_MERGE_ROWS, 2 * merged.num_rows)
        return merged

    def complete(self) -> Iterator[Emission]:
        data = self._data()
        for batch in data.to_batches(max_chunksize=MAX_ROWS):
            yield "D", batch
        title = f"Contingency table: {' × '.join(self._names)}"
        report, pivot = self._pages(title, data)
        yield "R", _one(report)
        yield "I", _one(pivot)

    def _data(self) -> pa.Table:
        schema = self.schema(self.context.inputs)["D"]
        if not self._parts:
            return schema.empty_table()
        counts = self._merge()
        counts = _sorted(counts, self._names)
        frequency = counts["count_all"].cast(pa.int64())
        total = pc.sum(frequency).as_py() or 1
        percent = pc.divide(pc.multiply(frequency.cast(pa.float64()), 100.0), float(total))
        columns = [*(counts[name] for name in self._names), frequency, percent]
        return pa.Table.from_arrays(columns, schema=schema).combine_chunks()

    def _pages(self, title: str, data: pa.Table) -> tuple[str, str]:
        from tools._reports.crosstab_page import pivot_page, report_page

        table = _crossed(data, self._names)
        if table is None:
            text = f"<p>{data.num_rows:,} combinations are too many to show. The anchor D holds them all.</p>"
            self.context.warning("There are too many values for a report.", hint="The anchor D holds all of them.")
            return page(title, text), page(title, text)
        return report_page(title, table, chi_squared=self.config.chi_squared), pivot_page(
            title, self._turned(table, data)
        )

    def _turned(self, table: Crosstab, data: pa.Table) -> list[Crosstab]:
        """The table, and where it is small those with each other field on top."""
        if table.counts.size > _TURNED_CELLS:
            return [table]
        *others, _ = self._names
        orders = [[*(name for name in self._names if name != top), top] for top in reversed(others)]
        turned = [_crossed(_sorted(data, order), order) for order in orders]
        return [table, *(one for one in turned if one is not None)]


def _sorted(data: pa.Table, names: list[str]) -> pa.Table:
    return data.take(pc.sort_indices(data, sort_keys=[(name, "ascending", "at_start") for name in names]))


def _one(report: str) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([report], pa.string())], schema=_REPORT)


def _crossed(data: pa.Table, names: list[str]) -> Crosstab | None:
    """The counts as a table of rows and columns, both in order; None where it would be too large to show."""
    if data.num_rows > _MAX_ROWS * _MAX_COLUMNS:
        return None
    *row_names, column_name = names
    headings = list(zip(*(data[name].to_pylist() for name in row_names), strict=True))
    values = data[column_name].to_pylist()
    rows = list(dict.fromkeys(headings))  # already in order
    columns = sorted(set(values), key=lambda value: (value is not None, value))
    if len(rows) > _MAX_ROWS or len(columns) > _MAX_COLUMNS:
        return None
    row_of = {heading: place for place, heading in enumerate(rows)}
    column_of = {value: place for place, value in enumerate(columns)}
    counts = np.zeros((len(rows), len(columns)), np.int64)
    for heading, value, count in zip(headings, values, data["Frequency"].to_pylist(), strict=True):
        counts[row_of[heading], column_of[value]] = count
    return Crosstab(tuple(row_names), column_name, rows, columns, counts)
