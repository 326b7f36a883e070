"""MakeColumns: records side by side, several to a row."""

from __future__ import annotations

from typing import Literal

import pyarrow as pa
from pydantic import Field as ConfigField

from engine.context import Context
from engine.errors import ToolError
from engine.feed import NUMBER, column
from engine.tool import Config, FieldName, Schemas
from tools._records.asking import FromQuery
from tools._records.groups import group_fields
from tools._records.naming import free_name

_MOST_FIELDS = 5_000


class MakeColumnsConfig(Config):
    columns: int = ConfigField(default=2, ge=1, le=1_000)
    """How many records stand side by side."""
    arrange: Literal["horizontally", "vertically"] = "horizontally"
    """Whether records fill one row after the other from left to right, or one column after the other from top to
    bottom."""
    by: list[FieldName] = []
    """Fields whose values make groups: each group begins a row of its own, with their values at its beginning."""


class MakeColumns(FromQuery[MakeColumnsConfig]):
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
        self._ask(self._query(entering), entering, self.schema(context.inputs)["out"])

    def _query(self, schema: pa.Schema) -> str:
        """Every record with its group (`g`), its place in it (`p`) and the height of a column (`h`); then, row by row,
        the one record that belongs into each column."""
        keys = [column(schema, field.name) for field in group_fields(schema, self.config.by, "by")]
        others = [name for name in (column(schema, name) for name in schema.names) if name not in keys]
        group = f"PARTITION BY {', '.join(keys)}" if keys else ""
        places = (
            f"SELECT *, min({NUMBER}) OVER ({group}) AS g,"  # noqa: S608 - neutral names
            f" row_number() OVER ({group} ORDER BY {NUMBER}) - 1 AS p,"
            f" (count(*) OVER ({group}) + {self.config.columns} - 1) // {self.config.columns} AS h FROM input"
        )
        row, place = f"p // {self.config.columns}", f"p % {self.config.columns}"
        if self.config.arrange == "vertically":
            row, place = "p % h", "p // h"
        cells = [
            f"first({name}) FILTER ({place} = {number})" for number in range(self.config.columns) for name in others
        ]
        columns = ", ".join([*(f"first({key})" for key in keys), *cells])
        return f"SELECT {columns} FROM ({places}) GROUP BY g, {row} ORDER BY g, {row}"  # noqa: S608 - neutral names
