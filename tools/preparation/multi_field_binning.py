"""MultiFieldBinning: the numbers of several fields sorted into classes."""

from __future__ import annotations

from typing import Annotated, Literal

import pyarrow as pa
from pydantic import Field as ConfigField

from engine.context import Context
from engine.errors import ToolError
from engine.feed import NUMBER, column
from engine.tool import Config, GroupBy, NumberName, Schemas
from engine.types import NUMBERS, Field, FieldType
from tools._records.asking import AddsFields
from tools._records.groups import group_fields
from tools._records.naming import free_name


class MultiFieldBinningConfig(Config):
    fields: Annotated[list[NumberName], ConfigField(min_length=1)]
    """The numbers to sort into bins, each field for itself."""
    method: Literal["equal_records", "equal_intervals"] = "equal_records"
    """Whether each bin has as many records, or covers as long a part of the way from the least number to the
    greatest."""
    bins: int = ConfigField(default=10, ge=1, le=100_000)
    """How many bins."""
    by: GroupBy = []
    """Fields whose values make groups; each group is sorted into bins for itself."""


class MultiFieldBinning(AddsFields[MultiFieldBinningConfig]):
    """Sort the numbers of several fields into bins, numbered from 1.

    For each field a field `<name>_Tile_Num` is added. Null, and what is no finite number, is in no bin. Records keep
    their order. For other kinds of bins, and for one field, see Tile.

    Example: `{tool: MultiFieldBinning, fields: [Age, Income], method: equal_intervals, bins: 5}`
    """

    keywords = ("bin", "bucket", "class", "decile", "quantile", "discretize", "many columns")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        self._binned(entering)
        group_fields(entering, self.config.by, "by")
        fields = list(entering)
        for field in self._binned(entering):
            name = free_name(f"{field.name}_Tile_Num", (known.name for known in fields))
            fields.append(Field(name, FieldType.Int32, source="MultiFieldBinning").arrow())
        return {"out": pa.schema(fields, entering.metadata)}

    def _binned(self, schema: pa.Schema) -> list[Field]:
        fields = group_fields(schema, self.config.fields, "fields")
        for place, field in enumerate(fields):
            if field.type not in NUMBERS:
                message = f"[{field.name}] is a {field.type}; bins are for numbers."
                raise ToolError(message, hint="Make it a number with Select first.", setting=f"fields.{place}")
        return fields

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        groups = [field.name for field in group_fields(entering, self.config.by, "by")]
        binned = [field.name for field in self._binned(entering)]
        names = list(dict.fromkeys([*groups, *binned]))
        fed = pa.schema([entering.field(name) for name in names])
        keys = [column(fed, name) for name in groups]
        numbers = ", ".join(f"{_finite(column(fed, name))} AS v{place}" for place, name in enumerate(binned))
        bins = ", ".join(self._sql(f"v{place}", keys) for place in range(len(binned)))
        inner = f"SELECT {', '.join([*keys, NUMBER, numbers])} FROM input"  # noqa: S608 - neutral names
        query = f"SELECT {bins} FROM ({inner}) ORDER BY {NUMBER}"  # noqa: S608 - neutral names
        self._ask(query, fed, self.schema(context.inputs)["out"])

    def _sql(self, value: str, keys: list[str]) -> str:
        """The bin of a value."""
        bins = self.config.bins
        if self.config.method == "equal_records":
            partition = ", ".join([*keys, f"({value} IS NULL)"])
            place = f"ntile({bins}) OVER (PARTITION BY {partition} ORDER BY {value}, {NUMBER})"
            return f"CASE WHEN {value} IS NOT NULL THEN CAST({place} AS INTEGER) END"
        window = f"(PARTITION BY {', '.join(keys)})" if keys else "()"
        least, width = f"min({value}) OVER {window}", f"(max({value}) OVER {window} - min({value}) OVER {window})"
        share = f"coalesce(({value} - {least}) / nullif({width}, 0), 0)"
        place = f"least({bins}, floor({share} * {bins}) + 1)"
        return f"CASE WHEN {value} IS NOT NULL THEN CAST({place} AS INTEGER) END"


def _finite(name: str) -> str:
    return f"CASE WHEN isfinite(CAST({name} AS DOUBLE)) THEN CAST({name} AS DOUBLE) END"
