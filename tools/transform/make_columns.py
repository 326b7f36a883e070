"""MakeColumns: records side by side, several to a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import pyarrow as pa
from pydantic import Field as ConfigField

from engine.context import Context
from engine.errors import ToolError
from engine.feed import NUMBER, column
from engine.tool import Config, Emission, FieldName, Schemas, Tool
from tools._records.grouped import Grouped
from tools._records.groups import Numbers, group_fields
from tools._records.naming import free_name

_MOST_FIELDS = 5_000
_PLACES = [pa.field(name, pa.int64()) for name in ("group", "row", "column")]


class MakeColumnsConfig(Config):
    columns: int = ConfigField(default=2, ge=1, le=1_000)
    """How many records stand side by side."""
    arrange: Literal["horizontally", "vertically"] = "horizontally"
    """Whether records fill one row after the other from left to right, or one column after the other from top to
    bottom."""
    by: list[FieldName] = []
    """Fields whose values make groups: each group begins a row of its own, with their values at its beginning."""


class MakeColumns(Tool[MakeColumnsConfig]):
    """Put records side by side, for a table that fits a page: a list of 50 becomes 10 rows of 5.

    Every field leaves once for each column, as `Column_1_Name`, `Column_2_Name`, and so on; fields of `by` leave once.
    The last row of a group is filled up with Null. Groups leave in the order of their first records.

    Example: `{tool: MakeColumns, columns: 5, arrange: vertically, by: [Region]}`
    """

    keywords = ("wrap", "layout", "report", "side by side", "columns", "reshape")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        keys = {field.name for field in group_fields(entering, self.config.by, "by")}
        others = [field for field in entering if field.name not in keys]
        if not others:
            raise ToolError("No field is left to be put side by side.", hint="Remove one from `by`.", setting="by")
        if len(others) * self.config.columns > _MOST_FIELDS:
            message = f"{len(others)} fields in {self.config.columns} columns are more than {_MOST_FIELDS:,} fields."
            raise ToolError(message, hint="Take fewer columns, or leave fields out with Select.", setting="columns")
        fields = [entering.field(field.name) for field in group_fields(entering, self.config.by, "by")]
        for number in range(1, self.config.columns + 1):
            for field in others:
                name = free_name(f"Column_{number}_{field.name}", (known.name for known in fields))
                fields.append(field.with_name(name))
        return {"out": pa.schema(fields)}

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        (self._out,) = self.schema(context.inputs).values()
        self._keys = [field.name for field in group_fields(entering, self.config.by, "by")]
        self._others = [name for name in entering.names if name not in self._keys]
        self._records = Grouped(context, entering)

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._records.write(batch)
        yield from ()

    def complete(self) -> Iterator[Emission]:
        begun: pa.RecordBatch | None = None  # a row that may go on
        for batch in self._placed():
            together = batch if begun is None else pa.concat_batches([begun, batch])
            last = int(_starts(together)[-1])
            begun = together.slice(last)
            if last:
                yield "out", self._side_by_side(together.slice(0, last))
        if begun is not None:
            yield "out", self._side_by_side(begun)

    def close(self, failed: bool) -> None:
        if hasattr(self, "_records"):
            self._records.close()

    def _placed(self) -> Iterator[pa.RecordBatch]:
        """The records row by row, from left to right, with the number of their column (`place`) in front."""
        schema = self.context.inputs["in"]
        keys, others = ([column(schema, name) for name in names] for names in (self._keys, self._others))
        fields = [*_PLACES, *(schema.field(name) for name in [*self._keys, *self._others])]
        query = self._query(schema, keys, [*keys, *others])
        return self._records.many(query, pa.schema(fields), order=[1, 2, 3], keys=keys)

    def _query(self, schema: pa.Schema, keys: Sequence[str], names: Sequence[str]) -> str:
        """Every record: its group, row and column, and then its fields.

        A group (`g`) is numbered by its first record; `p` is a record's place in it, `h` the height of a column.
        """
        columns = self.config.columns
        group, place, count = "0", NUMBER, str(self._records.rows)
        if keys:
            over = f"OVER (PARTITION BY {', '.join(keys)}"
            group, count = f"min({NUMBER}) {over})", f"count(*) {over})"
            place = f"row_number() {over} ORDER BY {NUMBER}) - 1"
        row, at = f"p // {columns}", f"p % {columns}"
        if self.config.arrange == "vertically":
            row, at, place = "p % h", "p // h", f"{place} AS p, ({count} + {columns} - 1) // {columns} AS h"
        else:
            place += " AS p"
        placed = f"SELECT *, {group} AS g, {place} FROM input"  # noqa: S608 - neutral names
        return f"SELECT g, {row}, {at}, {', '.join(names)} FROM ({placed})"  # noqa: S608

    def _side_by_side(self, records: pa.RecordBatch) -> pa.RecordBatch:
        """Whole rows of `_placed`, as they leave."""
        starts = _starts(records)
        cells = np.full((len(starts), self.config.columns), -1)
        place = records.column(2).to_numpy()
        cells[np.cumsum(place == 0) - 1, place] = np.arange(len(place))
        values = records.columns[len(_PLACES) :]
        columns = [key.take(pa.array(starts)) for key in values[: len(self._keys)]]
        for which in cells.T:
            taken = pa.array(which, mask=which < 0)
            columns += [value.take(taken) for value in values[len(self._keys) :]]
        return pa.RecordBatch.from_arrays(columns, schema=self._out)


def _starts(records: pa.RecordBatch) -> Numbers:
    """Where rows begin: in their first column there is always a record."""
    return np.flatnonzero(records.column(2).to_numpy() == 0)
