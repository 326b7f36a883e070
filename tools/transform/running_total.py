"""RunningTotal: sums from the first record to each."""

from __future__ import annotations

from typing import Annotated

import pyarrow as pa
from pydantic import Field as ConfigField

from engine.context import Context
from engine.errors import ToolError
from engine.feed import NUMBER, column
from engine.tool import Config, GroupBy, NumberName, Schemas
from engine.types import INTEGERS, NUMBERS, Field, FieldType, find_field
from tools._records.actions import ACTIONS
from tools._records.asking import AddsFields
from tools._records.groups import group_fields
from tools._records.naming import free_name


class RunningTotalConfig(Config):
    fields: Annotated[list[NumberName], ConfigField(min_length=1)]
    """The numbers to add up."""
    by: GroupBy = []
    """Fields whose values make groups; each group has totals of its own, wherever its records stand."""


class RunningTotal(AddsFields[RunningTotalConfig]):
    """Add fields with the sum of another from the first record to this one.

    The new fields are called `RunTot_` and the name. Records keep their order; Null adds nothing, and before the first
    number the total is Null. Totals of whole numbers are Int64, of FixedDecimal exact, else Double.

    Example: `{tool: RunningTotal, fields: [Sales], by: [Region]}`
    """

    keywords = ("cumulative", "cumsum", "sum so far", "running sum")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        group_fields(entering, self.config.by, "by")
        fields = list(entering)
        for place, name in enumerate(self.config.fields):
            total = self._total(find_field(entering, name, setting=f"fields.{place}"), place)
            fields.append(total.with_name(free_name(total.name, (field.name for field in fields))))
        return {"out": pa.schema(fields, entering.metadata)}

    def _total(self, field: Field, place: int) -> pa.Field:
        if field.type not in NUMBERS:
            message = f"[{field.name}] is a {field.type}; only numbers add up."
            raise ToolError(message, hint="Make it a number with Select first.", setting=f"fields.{place}")
        gives = ACTIONS["Sum"].gives
        assert gives is not None
        return gives(field).arrow().with_name(f"RunTot_{field.name}")

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        groups = [field.name for field in group_fields(entering, self.config.by, "by")]
        fields = [find_field(entering, name) for name in self.config.fields]
        names = list(dict.fromkeys([*groups, *(field.name for field in fields)]))
        fed = pa.schema([entering.field(name) for name in names])
        partition = f"PARTITION BY {', '.join(column(fed, name) for name in groups)} " if groups else ""
        window = f"({partition}ORDER BY {NUMBER} ROWS UNBOUNDED PRECEDING)"
        totals = ", ".join(_sum(field, column(fed, field.name), window) for field in fields)
        query = f"SELECT {totals} FROM input ORDER BY {NUMBER}"  # noqa: S608 - neutral names
        self._ask(query, fed, self.schema(context.inputs)["out"])


def _sum(field: Field, name: str, window: str) -> str:
    if field.type in INTEGERS:
        return f"CAST(sum({name}) OVER {window} AS BIGINT)"
    exact = field.type is FieldType.FixedDecimal and not pa.types.is_decimal256(field.arrow_type)
    return f"sum({name if exact else f'CAST({name} AS DOUBLE)'}) OVER {window}"
