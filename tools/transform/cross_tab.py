"""CrossTab: values of a field become fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as ConfigField

from engine.context import Context
from engine.errors import ToolError
from engine.expression import convert
from engine.feed import Feed, column
from engine.spool import Spool
from engine.tool import Config, Emission, FieldName, Schemas, Tool
from engine.types import BLOBS, INTEGERS, NUMBERS, Field, FieldType, find_field, open_schema
from tools._records.actions import ACTIONS, aggregate
from tools._records.groups import Numbers, group_fields
from tools._records.naming import free_name

Method = Literal[
    "Sum", "Avg", "Count", "CountNonNull", "Min", "Max", "First", "Last", "Concat", "PercentRow", "PercentColumn",
    "TotalColumn",
]  # fmt: skip
_SHARES = ("PercentRow", "PercentColumn", "TotalColumn")
_MOST_FIELDS = 5_000
_CELLS = 1 << 20  # of a block that is worked on at once


class CrossTabConfig(Config):
    by: list[FieldName] = []
    """The fields whose values make the records; none: one record leaves."""
    header: FieldName
    """The field whose values become fields."""
    value: FieldName
    """The field whose values fill them."""
    methods: Annotated[list[Method], ConfigField(min_length=1)] = ["Sum"]
    """What to do where several records meet in a cell; with more than one, names begin with it."""
    separator: str = ","
    """Concat: what stands between the values."""
    clean_names: bool = True
    """Whether all but letters, digits and _ in the new names become _, as in Alteryx."""


class CrossTab(Tool[CrossTabConfig]):
    """Turn the values of a field into fields: from long to wide.

    One record leaves for each combination of `by`, sorted; one field for each value of `header`, in alphabetical order;
    Null where there was no record. A Null in `header` becomes `_Null_`, an empty text `_Empty_`. PercentRow and
    PercentColumn give the share of the sum in that of its record or its field, TotalColumn adds one field with the sum
    of all. Which fields leave is known only from the data: tools behind find them after the first run.

    Example: `{tool: CrossTab, by: [Region], header: Quarter, value: Sales, methods: [Sum]}`
    """

    keywords = ("pivot", "wide", "spread", "matrix", "reshape", "columns from rows")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        entering = inputs["in"]
        groups = group_fields(entering, self.config.by, "by")
        header = find_field(entering, self.config.header, setting="header")
        value = find_field(entering, self.config.value, setting="value")
        if header.type in BLOBS:
            message = f"[{header.name}] is a {header.type}; its values cannot be names."
            raise ToolError(message, hint="Choose a text, number or date field.", setting="header")
        for place, method in enumerate(self.config.methods):
            if value.type not in (NUMBERS if method in _SHARES else ACTIONS[method].fits):
                message = f"{method} does not work on [{value.name}], which is {value.type}."
                raise ToolError(message, hint="Choose First, Last or Concat.", setting=f"methods.{place}")
        return {"out": open_schema(pa.schema([entering.field(field.name) for field in groups]))}

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        groups = [field.name for field in group_fields(entering, self.config.by, "by")]
        header = find_field(entering, self.config.header)
        self._value = find_field(entering, self.config.value)
        self._names = list(dict.fromkeys([*groups, header.name, self._value.name]))
        fed = pa.schema([entering.field(name) for name in self._names])
        keys = [entering.field(name) for name in groups]
        self._values = [self._result(method).arrow() for method in self.config.methods]
        self._long = pa.schema([("row", pa.int64()), ("header", pa.string()), *keys, *self._values])
        self._keys = pa.schema(keys)
        self._feed = Feed(context.sql, self._query(fed, groups, header), fed)
        self._cells = context.spool(self._long)

    def _result(self, method: Method) -> Field:
        """The fields that a method gives, as one."""
        if method in _SHARES:
            return Field(method, FieldType.Double)
        gives = ACTIONS[method].gives
        return gives(self._value) if gives else self._value

    def _query(self, schema: pa.Schema, groups: list[str], header: Field) -> str:
        """Every cell that has records, row by row: number of the row, header, fields of `by`, results."""
        text = convert.template(header.type, FieldType.V_WString).format(x=column(schema, header.name))
        keys = [column(schema, name) for name in groups]
        value = column(schema, self._value.name)
        methods = [f"{self._sql(method, value)} AS v{place}" for place, method in enumerate(self.config.methods)]
        inner = f"SELECT {', '.join([*keys, f'{text} AS header', *methods])} FROM input"  # noqa: S608 - neutral names
        inner += f" GROUP BY {', '.join([*keys, text])}"
        order = ", ".join(f"{key} NULLS FIRST" for key in keys)
        row = f"dense_rank() OVER (ORDER BY {order}) - 1" if keys else "0"
        over = {"PercentRow": f"PARTITION BY {', '.join(keys)}" if keys else "", "PercentColumn": "PARTITION BY header"}
        over["TotalColumn"] = over["PercentRow"]
        results = [
            _share(method, f"v{place}", over[method]) if method in _SHARES else f"v{place}"
            for place, method in enumerate(self.config.methods)
        ]
        columns = ", ".join([f"{row} AS row_number", "header", *keys, *results])
        return f"SELECT {columns} FROM ({inner}) ORDER BY row_number, header NULLS FIRST"  # noqa: S608 - neutral names

    def _sql(self, method: Method, value: str) -> str:
        if method in _SHARES:
            return f"fsum(CAST({value} AS DOUBLE))"
        sql = aggregate(method, self._value, value, separator=self.config.separator)
        return f"CAST({sql} AS BIGINT)" if method == "Sum" and self._value.type in INTEGERS else sql

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._feed.write(batch.select(self._names))
        yield from ()

    def complete(self) -> Iterator[Emission]:
        headers: set[str | None] = set()
        for cells in self._feed.result(self._long):
            headers.update(pc.unique(cells.column(1)).to_pylist())
            if len(headers) > _MOST_FIELDS:
                message = f"[{self.config.header}] has more than {_MOST_FIELDS:,} values; each would be a field."
                raise ToolError(message, hint="Choose a field with fewer, or group them first.", setting="header")
            self._cells.append(cells)
        ordered = sorted(headers, key=lambda header: (header is not None, (header or "").encode()))
        schema = self._schema(ordered)
        blocks = rows_together(self._cells, max(_CELLS // max(len(headers), 1), 1))
        for block in blocks:
            yield "out", self._wide(block, ordered, schema)
        if not self._cells.rows:
            yield "out", pa.RecordBatch.from_pylist([], schema=schema)

    def _schema(self, headers: list[str | None]) -> pa.Schema:
        fields = list(self._keys)
        for method, field in zip(self.config.methods, self._values, strict=True):
            prefix = f"{method}_" if len(self.config.methods) > 1 else ""
            names = ["Total"] if method == "TotalColumn" else [prefix + self._named(header) for header in headers]
            for name in names if headers else []:
                fields.append(field.with_name(free_name(name, (known.name for known in fields))))
        return pa.schema(fields)

    def _named(self, header: str | None) -> str:
        if not header:
            return "_Null_" if header is None else "_Empty_"
        return re.sub(r"\W", "_", header) if self.config.clean_names else header

    def _wide(self, cells: pa.RecordBatch, headers: list[str | None], schema: pa.Schema) -> pa.RecordBatch:
        """Records of cells that belong together."""
        rows = cells.column(0).to_numpy() - cells.column(0)[0].as_py()
        firsts = np.unique(rows, return_index=True)[1]
        places = np.full((len(firsts), len(headers)), -1)
        places[rows, pc.index_in(cells.column(1), pa.array(headers, pa.string())).to_numpy()] = np.arange(len(rows))
        columns = [cells.column(2 + place).take(pa.array(firsts)) for place in range(len(self._keys))]
        for place, method in enumerate(self.config.methods):
            values = cells.column(2 + len(self._keys) + place)
            chosen = [firsts] if method == "TotalColumn" else list(places.T)
            columns += [values.take(pa.array(indices, mask=indices < 0)) for indices in chosen]
        return pa.RecordBatch.from_arrays(columns, schema=schema)

    def close(self, failed: bool) -> None:
        if hasattr(self, "_feed"):
            self._feed.close()
        if hasattr(self, "_cells"):
            self._cells.close()


def _share(method: Method, value: str, window: str) -> str:
    total = f"sum({value}) OVER ({window})"
    return total if method == "TotalColumn" else f"CASE WHEN {total} <> 0 THEN 100 * {value} / {total} END"


def rows_together(cells: Spool, most: int) -> Iterator[pa.RecordBatch]:
    """Cells in blocks of at most `most` rows, each row whole."""
    held: pa.Table | None = None
    for batch in cells:
        table = pa.Table.from_batches([batch])
        table = table if held is None else pa.concat_tables([held, table])
        rows: Numbers = table.column(0).to_numpy()
        ends = [*np.searchsorted(rows, np.arange(rows[0], rows[-1], most)[1:]), np.searchsorted(rows, rows[-1])]
        start = 0
        for end in ends:
            if end > start:
                yield _batch(table.slice(start, end - start))
                start = end
        held = table.slice(start)
    if held is not None:
        yield _batch(held)


def _batch(table: pa.Table) -> pa.RecordBatch:
    return table.combine_chunks().to_batches()[0]
