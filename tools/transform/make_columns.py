"""MakeColumns: records side by side, several to a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
import pyarrow as pa
from pydantic import Field as ConfigField

from engine.context import Context
from engine.errors import ToolError
from engine.feed import NUMBER, Feed
from engine.spool import Spool
from engine.tool import Config, Emission, Gather, GroupBy, Schemas
from tools._records.beside import beside
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
    by: GroupBy = []
    """Fields whose values make groups: each group begins a row of its own, with their values at its beginning."""


class MakeColumns(Gather[MakeColumnsConfig]):
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
        self._names = [field.name for field in group_fields(entering, self.config.by, "by")]
        self._others = [name for name in entering.names if name not in self._names]
        self._keys = Grouped(context, pa.schema([entering.field(name) for name in self._names]))
        fields = [*_PLACES, *(entering.field(name) for name in [*self._names, *self._others])]
        self._placed = pa.schema(fields)
        columns = ", ".join(f"c{place}" for place in range(len(fields)))
        self._feed = Feed(context.sql, f"SELECT {columns} FROM input ORDER BY c0, c1, c2", self._placed)  # noqa: S608

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._keys.write(batch.select(self._names))
        yield from super().process(anchor, batch)

    def result(self, streams: Mapping[str, Spool]) -> Iterator[Emission]:
        for batch, places in self._places(streams["in"]):
            values = batch.select([*self._names, *self._others]).columns
            self._feed.write(pa.RecordBatch.from_arrays([*places, *values], schema=self._placed))
        streams["in"].close()
        begun: pa.RecordBatch | None = None  # a row that may go on
        for batch in self._feed.result(self._placed):
            together = batch if begun is None else pa.concat_batches([begun, batch])
            last = int(_starts(together)[-1])
            begun = together.slice(last)
            if last:
                yield "out", self._side_by_side(together.slice(0, last))
        if begun is not None:
            yield "out", self._side_by_side(begun)

    def close(self, failed: bool) -> None:
        super().close(failed)
        for part in ("_feed", "_keys"):
            if hasattr(self, part):
                getattr(self, part).close()

    def _places(self, records: Spool) -> Iterator[tuple[pa.RecordBatch, Sequence[pa.Array]]]:
        """The records as they came, each with its group, which its first record numbers, its row and its column."""
        if self._names:
            yield from beside(records, self._places_in_groups())
            return
        count, width, done = records.rows, self.config.columns, 0
        for batch in records:
            number = np.arange(done, done + batch.num_rows)
            row, at = np.divmod(number, width)
            if self.config.arrange == "vertically":
                at, row = np.divmod(number, -(-count // width))
            done += batch.num_rows
            yield batch, [pa.array(numbers) for numbers in (np.zeros_like(number), row, at)]

    def _places_in_groups(self) -> Iterator[pa.RecordBatch]:
        """The places of all records in their order, set aside: two queries at once would not leave each other room."""
        out = pa.schema([pa.field(NUMBER, pa.int64()), *_PLACES])
        keys = [f"c{place}" for place in range(len(self._names))]
        places = self.context.spool(pa.schema(_PLACES))
        try:
            for batch in self._keys.many(self._query(), out, order=[1], keys=keys):
                places.append(batch.select(places.schema.names))
            self._keys.close()
            yield from places
        finally:
            places.close()

    def _query(self) -> str:
        """The same, of groups: `p` is a record's place in its group, `h` the height of a column."""
        columns = self.config.columns
        over = f"OVER (PARTITION BY {', '.join(f'c{place}' for place in range(len(self._names)))}"
        row, at, height = f"p // {columns}", f"p % {columns}", ""
        if self.config.arrange == "vertically":
            row, at, height = "p % h", "p // h", f", (count(*) {over}) + {columns} - 1) // {columns} AS h"
        group, place = f"min({NUMBER}) {over}) AS g", f"row_number() {over} ORDER BY {NUMBER}) - 1 AS p"
        return f"SELECT {NUMBER}, g, {row}, {at} FROM (SELECT {NUMBER}, {group}, {place}{height} FROM input)"  # noqa: S608

    def _side_by_side(self, records: pa.RecordBatch) -> pa.RecordBatch:
        """Whole rows of `_placed`, as they leave."""
        starts = _starts(records)
        cells = np.full((len(starts), self.config.columns), -1)
        place = records.column(2).to_numpy()
        cells[np.cumsum(place == 0) - 1, place] = np.arange(len(place))
        values = records.columns[len(_PLACES) :]
        columns = [key.take(pa.array(starts)) for key in values[: len(self._names)]]
        for which in cells.T:
            taken = pa.array(which, mask=which < 0)
            columns += [value.take(taken) for value in values[len(self._names) :]]
        return pa.RecordBatch.from_arrays(columns, schema=self._out)


def _starts(records: pa.RecordBatch) -> Numbers:
    """Where rows begin: in their first column there is always a record."""
    return np.flatnonzero(records.column(2).to_numpy() == 0)
