"""DynamicSelect: fields chosen by type, or by a formula about them."""

from __future__ import annotations

from typing import Annotated, Self

import pyarrow as pa
from pydantic import model_validator

from engine.context import Context
from engine.errors import ToolError
from engine.tool import Config, Expression, Map, Schemas, hint
from engine.types import INTEGERS, FieldType, fields_of
from tools._formulas.fields import about_fields, type_of


class DynamicSelectConfig(Config):
    types: Annotated[list[FieldType], hint(unless="expression")] = []
    """The types of the fields that leave."""
    expression: Annotated[Expression, hint(unless="types", examples=['StartsWith([Name], "Q")'])] = ""
    """Instead of types: the condition that a field must meet, about its `[Name]`, `[Type]`, `[Size]`, `[Source]`,
    `[Description]` and `[FieldNumber]`."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.types) == bool(self.expression):
            raise ValueError("give either types, as in types: [Date, DateTime], or an expression")
        return self


class DynamicSelect(Map[DynamicSelectConfig]):
    """Let fields pass by their type, or by a formula about their names, whatever fields the input has.

    Example: `{tool: DynamicSelect, expression: 'StartsWith([Name], "Q") OR [Type] = "Date"'}`
    """

    keywords = ("columns", "field type", "choose fields", "keep", "drop columns")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        kept = [field for field, passes in zip(entering, self._passing(entering), strict=True) if passes]
        if not kept:
            setting = "types" if self.config.types else "expression"
            raise ToolError("No field of the input is meant, so none would leave.", setting=setting)
        return {"out": pa.schema(kept, entering.metadata)}

    def _passing(self, schema: pa.Schema) -> list[bool]:
        if self.config.types:
            return [field.type in self.config.types for field in fields_of(schema)]
        if type_of(self.config.expression, self.home, "expression") not in (
            FieldType.Bool,
            *INTEGERS,
            FieldType.Double,
        ):
            message = "The expression is neither true nor false."
            raise ToolError(message, hint="Compare, as in [Type] = 'Date'.", setting="expression")
        return [bool(result) for result in about_fields(self.config.expression, schema, self.home)]

    def open(self, context: Context) -> None:
        super().open(context)
        self._out = self.schema(context.inputs)["out"]

    def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        return pa.RecordBatch.from_arrays([batch[name] for name in self._out.names], schema=self._out)
