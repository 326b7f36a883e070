"""WeightedAverage: an average in which some records count more than others."""

from __future__ import annotations

from typing import Annotated

import pyarrow as pa

from engine.context import Context
from engine.errors import ToolError
from engine.feed import column, in_order
from engine.tool import Config, GroupBy, NumberName, Schemas, hint
from engine.types import NUMBERS, Field, FieldType, find_field
from tools._records.asking import FromQuery
from tools._records.groups import group_fields
from tools._records.naming import check_new


class WeightedAverageConfig(Config):
    value: NumberName
    """The numbers to average."""
    weight: NumberName
    """How much each of them counts."""
    rename: Annotated[str, hint(label="Field name")] = "WeightedAverage"
    """The name of the field that leaves."""
    by: GroupBy = []
    """Fields whose values make groups; one record leaves for each."""


class WeightedAverage(FromQuery[WeightedAverageConfig]):
    """Average a field, each value counted by its weight: the sum of value times weight, divided by that of the weights.

    Records where value or weight is Null do not count; where the weights add up to 0, the average is Null. Groups are
    sorted; without groups one record leaves.

    Example: `{tool: WeightedAverage, value: Price, weight: Units, by: [Region]}`
    """

    keywords = ("mean", "average", "weight")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        groups = [inputs["in"].field(field.name) for field in group_fields(inputs["in"], self.config.by, "by")]
        self._number(inputs["in"], self.config.value, "value")
        self._number(inputs["in"], self.config.weight, "weight")
        name = check_new(self.config.rename, [field.name for field in groups], "rename")
        return {"out": pa.schema([*groups, Field(name, FieldType.Double).arrow()])}

    def _number(self, schema: pa.Schema, name: str, setting: str) -> Field:
        field = find_field(schema, name, setting=setting)
        if field.type not in NUMBERS:
            message = f"[{field.name}] is a {field.type}; only numbers can be averaged."
            raise ToolError(message, hint="Make it a number with Select first.", setting=setting)
        return field

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        groups = [field.name for field in group_fields(entering, self.config.by, "by")]
        value = self._number(entering, self.config.value, "value").name
        weight = self._number(entering, self.config.weight, "weight").name
        names = list(dict.fromkeys([*groups, value, weight]))
        fed = pa.schema([entering.field(name) for name in names])
        keys = [column(fed, name) for name in groups]
        query = _query(keys, column(fed, value), column(fed, weight))
        self._ask(query, fed, self.schema(context.inputs)["out"], keys)


def _query(groups: list[str], value: str, weight: str) -> str:
    value, weight = f"CAST({value} AS DOUBLE)", f"CAST({weight} AS DOUBLE)"
    weights = f"fsum({weight}) FILTER ({value} IS NOT NULL)"
    average = f"CASE WHEN {weights} <> 0 THEN fsum({value} * {weight}) / {weights} END"
    grouped = f" GROUP BY {', '.join(groups)}" if groups else ""
    return f"SELECT {', '.join([*groups, average])} FROM {in_order('input')}{grouped}"  # noqa: S608 - neutral names
