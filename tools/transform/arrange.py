"""Arrange: fields of a record put below each other, as a table for people shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

import numpy as np
import pyarrow as pa
from pydantic import Field as ConfigField
from pydantic import model_validator

from engine.batches import MAX_ROWS
from engine.context import Context
from engine.errors import ToolError
from engine.tool import Config, Emission, FieldName, Schemas, Tool, hint
from engine.types import Field, FieldType, find_field
from tools._records.groups import group_fields
from tools._records.naming import check_new
from tools._records.stacking import Stack, Stacking, repeated


class ArrangedColumn(Config):
    """A field that leaves."""

    name: str = ConfigField(min_length=1)
    """What it is called."""
    fields: Annotated[list[FieldName | None], ConfigField(min_length=1)]
    """The fields whose values stand in it, from top to bottom; `null` where a place stays empty."""


class ArrangeConfig(Config):
    by: Annotated[list[FieldName], hint(label="Key fields")] = []
    """Key fields: they stay beside each of the new records."""
    columns: Annotated[list[ArrangedColumn], ConfigField(min_length=1)]
    """The fields that leave, each made of several fields."""
    description: str = ""
    """The name of a field that says what each of the new records is; empty: none."""
    descriptions: list[str] = []
    """What it says, from top to bottom; empty: the names of the fields in the first column."""

    @model_validator(mode="after")
    def _equally_high(self) -> Self:
        heights = {len(column.fields) for column in self.columns}
        if len(heights) > 1:
            raise ValueError("all columns must list equally many fields; write null where a place stays empty")
        if self.descriptions and not self.description:
            raise ValueError("give the field of the descriptions a name by `description`")
        if self.descriptions and len(self.descriptions) not in heights:
            raise ValueError(f"there are {len(self.descriptions)} descriptions for {heights.pop()} records")
        return self


class Arrange(Tool[ArrangeConfig]):
    """Arrange the fields of each record below each other, in several columns: one record becomes several.

    The first new record has the first field of each column, the second the second, and so on; key fields are repeated.
    A column has the type that holds the values of all its fields, as with Union. For a single column with the names of
    the fields beside it see Transpose.

    Example: `{tool: Arrange, by: [Region], description: Quarter, descriptions: [first, second],
    columns: [{name: Sales, fields: [Q1Sales, Q2Sales]}, {name: Cost, fields: [Q1Cost, Q2Cost]}]}`
    """

    stateless = True
    keywords = ("unpivot", "transpose", "reshape", "report", "layout", "stack")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        fields = [entering.field(key.name) for key in group_fields(entering, self.config.by, "by")]
        if self.config.description:
            check_new(self.config.description, (field.name for field in fields), "description")
            fields.append(Field(self.config.description, FieldType.V_WString).arrow())
        for place, stack in enumerate(self._stacks(entering)):
            check_new(stack.target.name, (field.name for field in fields), f"columns.{place}.name")
            fields.append(stack.target.arrow())
        return {"out": pa.schema(fields)}

    def _stacks(self, schema: pa.Schema) -> list[Stack]:
        stacks = []
        for place, line in enumerate(self.config.columns):
            setting = f"columns.{place}.fields"
            sources = [
                find_field(schema, name, setting=f"{setting}.{row}") if name else None
                for row, name in enumerate(line.fields)
            ]
            if not any(sources):
                raise ToolError(
                    f"The column '{line.name}' names no field.", hint="Name one, or remove it.", setting=setting
                )
            stacks.append(Stack.of(line.name, sources, setting))
        return stacks

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._keys = [field.name for field in group_fields(entering, self.config.by, "by")]
        self._out = self.schema(context.inputs)["out"]
        self._height = len(self.config.columns[0].fields)
        first = [name or "" for name in self.config.columns[0].fields]
        self._descriptions = pa.array(self.config.descriptions or first, pa.string())
        self._stacking = Stacking(context, self._stacks(entering))

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        step = max(MAX_ROWS // self._height, 1)
        for start in range(0, batch.num_rows, step):
            yield "out", self._arranged(batch.slice(start, step))

    def _arranged(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        columns = [repeated(batch[key], self._height) for key in self._keys]
        if self.config.description:
            columns.append(self._descriptions.take(pa.array(np.tile(np.arange(self._height), batch.num_rows))))
        return pa.RecordBatch.from_arrays([*columns, *self._stacking(batch)], schema=self._out)

    def close(self, failed: bool) -> None:
        if hasattr(self, "_stacking"):
            self._stacking.close()
