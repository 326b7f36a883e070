"""CrossTab: values of a field become fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import Field as ConfigField
from pydantic import model_validator

from engine.context import Context
from engine.errors import ToolError, ToolWarning
from engine.expression import convert
from engine.feed import column, in_order
from engine.tool import Config, Emission, FieldName, GroupBy, Schemas, Tool, hint
from engine.types import BLOBS, INTEGERS, NUMBERS, TEXTS, Field, FieldType, find_field, open_schema
from tools._records.actions import ACTIONS, aggregate
from tools._records.cells import Block, Cells, Doubles
from tools._records.grouped import Grouped
from tools._records.groups import group_fields
from tools._records.naming import free_name

Method = Literal[
    "Sum", "Avg", "Count", "CountNonNull", "Min", "Max", "First", "Last", "Concat", "PercentRow", "PercentColumn",
    "TotalColumn", "TotalRow",
]  # fmt: skip
_SHARE = "Share"  # the sum of a cell, of which these are made
_SHARES = ("PercentRow", "PercentColumn", "TotalColumn")
_TOTAL = "Total"
_MOST_FIELDS = 5_000
_CELLS = 1 << 18  # of a block that is worked on at once


class CrossTabConfig(Config):
    by: GroupBy = []
    """The fields whose values make the records; none: one record leaves."""
    header: Annotated[FieldName, hint(label="Column headers")]
    """The field whose values become fields."""
    value: Annotated[FieldName, hint(label="Values for new columns")]
    """The field whose values fill them."""
    methods: Annotated[list[Method], ConfigField(min_length=1)] = ["Sum"]
    """What to do where several records meet in a cell; with more than one, names begin with it. TotalColumn adds a
    field with the sum of each record, TotalRow a last record in which each method is of all records."""
    separator: Annotated[str, hint(when={"methods": ["Concat"]})] = ","
    """Concat: what stands between the values."""
    clean_names: bool = True
    """Whether all but letters, digits and _ in the new names become _, as in Alteryx."""

    @model_validator(mode="after")
    def _has_cells(self) -> Self:
        if self.methods == ["TotalRow"]:
            raise ValueError("TotalRow adds a record to what other methods give: add one, such as Sum")
        return self


class CrossTab(Tool[CrossTabConfig]):
    """Turn the values of a field into fields: from long to wide.

    One record leaves for each combination of `by`, sorted; one field for each value of `header`, in alphabetical order;
    Null where there was no record. A Null in `header` becomes `_Null_`, an empty text `_Empty_`. Which fields leave is
    known only from the data: tools behind find them after the first run.

    PercentRow and PercentColumn give the share of the sum in that of its record or its field. TotalColumn adds one
    field, `Total`, with the sum of each record. TotalRow adds one record behind the others, with `Total` in the first
    text field of `by`: what each method makes of all records (the average of all, not the sum of averages).

    Example: `{tool: CrossTab, by: [Region], header: Quarter, value: Sales, methods: [Sum, TotalRow]}`
    """

    keywords = ("pivot", "wide", "spread", "matrix", "reshape", "columns from rows", "total")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        entering = inputs["in"]
        groups = group_fields(entering, self.config.by, "by")
        header = find_field(entering, self.config.header, setting="header")
        value = find_field(entering, self.config.value, setting="value")
        if header.type in BLOBS:
            message = f"[{header.name}] is a {header.type}; its values cannot be names."
            raise ToolError(message, hint="Choose a text, number or date field.", setting="header")
        for place, method in enumerate(self.config.methods):
            if method != "TotalRow" and value.type not in (NUMBERS if method in _SHARES else ACTIONS[method].fits):
                message = f"{method} does not work on [{value.name}], which is {value.type}."
                raise ToolError(message, hint="Choose First, Last or Concat.", setting=f"methods.{place}")
        return {"out": open_schema(pa.schema([entering.field(field.name) for field in groups]))}

    def warnings(self, inputs: Schemas) -> Iterator[ToolWarning]:
        if "TotalRow" in self.config.methods and not self.config.by:
            yield ToolWarning("TotalRow has no effect: without `by`, one record leaves for all.", setting="methods")

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        keys = [entering.field(field.name) for field in group_fields(entering, self.config.by, "by")]
        self._keys = pa.schema(keys)
        self._header = find_field(entering, self.config.header)
        self._value = find_field(entering, self.config.value)
        self._methods = [method for method in dict.fromkeys(self.config.methods) if method != "TotalRow"]
        self._made = list(dict.fromkeys(_made(method) for method in self._methods))
        names = dict.fromkeys([*self._keys.names, self._header.name, self._value.name])
        self._fed = pa.schema([entering.field(name) for name in names])
        values = [self._result(method).arrow() for method in self._made]
        self._coming = pa.schema([*keys, pa.field("header", pa.string()), *values])
        self._records = Grouped(context, self._fed)
        self._cells = Cells(context, self._keys, values)

    def _result(self, method: str) -> Field:
        """The fields that a method gives, as one."""
        if _made(method) == _SHARE:
            return Field(method, FieldType.Double)
        gives = ACTIONS[method].gives
        return gives(self._value) if gives else self._value

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._records.write(batch.select(self._fed.names))
        yield from ()

    def complete(self) -> Iterator[Emission]:
        total = list(self._total_cells()) if self._keys.names and "TotalRow" in self.config.methods else []
        for cells in self._all_cells():
            self._cells.add(cells)
            self._check_headings()
        for cells in total:
            self._cells.add_total(cells)
        yield from self._table()

    def _all_cells(self) -> Iterator[pa.RecordBatch]:
        keys = [column(self._fed, name) for name in self._keys.names]
        inner, order = column(self._fed, self._header.name), range(1, len(keys) + 2)
        return self._records.many(self._query(keys, keys), self._coming, order=order, keys=keys, inner=[inner])

    def _total_cells(self) -> Iterator[pa.RecordBatch]:
        """Those of the last record, whose keys are Null, but for `Total` in the first that has room for it."""
        keys = [f"any_value({column(self._fed, name)}) FILTER (false)" for name in self._keys.names]
        roomy = (
            place
            for place, field in enumerate(map(Field.of, self._keys))
            if field.type in TEXTS and (field.size or 0) >= len(_TOTAL)
        )
        if (place := next(roomy, None)) is not None:
            keys[place] = f"'{_TOTAL}'"
        yield from self._records.few(f"{self._query(keys, [])} ORDER BY header NULLS FIRST", self._coming)

    def _query(self, keys: list[str], groups: list[str]) -> str:
        """Every cell that has records: keys, header, values."""
        text = convert.template(self._header.type, FieldType.V_WString).format(x=column(self._fed, self._header.name))
        columns = ", ".join([*keys, "header", *map(self._sql, self._made)])
        records = f"SELECT *, {text} AS header FROM {in_order('input')}"  # noqa: S608 - neutral names
        return f"SELECT {columns} FROM ({records}) GROUP BY {', '.join([*groups, 'header'])}"  # noqa: S608

    def _sql(self, method: str) -> str:
        value = column(self._fed, self._value.name)
        if method == _SHARE:
            return f"fsum(CAST({value} AS DOUBLE))"
        sql = aggregate(method, self._value, value, separator=self.config.separator)
        return f"CAST({sql} AS BIGINT)" if method == "Sum" and self._value.type in INTEGERS else sql

    def _check_headings(self) -> None:
        if self._cells.width > _MOST_FIELDS:
            message = f"[{self.config.header}] has more than {_MOST_FIELDS:,} values; each would be a field."
            raise ToolError(message, hint="Choose a field with fewer, or group them first.", setting="header")

    def _table(self) -> Iterator[Emission]:
        schema, empty = self._schema(self._cells.headings), True
        sums = self._cells.sums(self._made.index(_SHARE)) if "PercentColumn" in self._methods else np.zeros(0)
        for block in self._cells.blocks(_CELLS):
            columns = block.keys()
            for method in self._methods:
                columns += self._columns(method, block, sums)
            yield "out", pa.RecordBatch.from_arrays(columns, schema=schema)
            empty = False
        if empty:
            yield "out", pa.RecordBatch.from_pylist([], schema=schema)

    def _columns(self, method: Method, block: Block, sums: Doubles) -> list[pa.Array]:
        value = self._made.index(_made(method))
        if method == "PercentRow":
            return block.row_shares(value)
        if method == "PercentColumn":
            return block.column_shares(value, sums)
        return [block.row_totals(value)] if method == "TotalColumn" else block.wide(value)

    def _schema(self, headings: list[str | None]) -> pa.Schema:
        fields = list(self._keys)
        for method in self._methods if headings else []:
            prefix = f"{method}_" if len(self._methods) > 1 else ""
            names = [_TOTAL] if method == "TotalColumn" else [prefix + self._named(heading) for heading in headings]
            new = self._result(method).arrow()
            for name in names:
                fields.append(new.with_name(free_name(name, (known.name for known in fields))))
        return pa.schema(fields)

    def _named(self, header: str | None) -> str:
        if not header:
            return "_Null_" if header is None else "_Empty_"
        return re.sub(r"\W", "_", header) if self.config.clean_names else header

    def close(self, failed: bool) -> None:
        for held in (getattr(self, "_records", None), getattr(self, "_cells", None)):
            if held is not None:
                held.close()


def _made(method: str) -> str:
    """What a method is made of in the query."""
    return _SHARE if method in _SHARES else method
