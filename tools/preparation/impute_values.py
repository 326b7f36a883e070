"""ImputeValues: numbers in place of missing ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as ConfigField
from pydantic import model_validator

from engine.context import Context
from engine.errors import ToolError
from engine.feed import Feed, column, in_order
from engine.spool import Spool
from engine.tool import Config, Emission, Gather, NumberName, Schemas, hint
from engine.types import INTEGERS, NUMBERS, Field, FieldType, find_field
from tools._records.actions import aggregate
from tools._records.naming import free_name

_ACTIONS = {"average": "Avg", "median": "Median", "mode": "Mode"}


class ImputeValuesConfig(Config):
    fields: Annotated[list[NumberName], ConfigField(min_length=1)]
    """The fields with missing numbers."""
    replace: Annotated[float | None, hint(label="Value to replace", none="Null")] = None
    """The number that stands for a missing one, such as -999; left out, Null does."""
    method: Annotated[Literal["average", "median", "mode", "value"], hint(label="Replace with")] = "average"
    """What comes in its place: average, median or most frequent number of the others in the field, or `value`."""
    value: Annotated[float | None, hint(when={"method": ["value"]})] = None
    """The number for `method: value`."""
    indicator: Annotated[bool, hint(label="Add an indicator field")] = False
    """Whether a field `<name>_Indicator` tells which values were replaced."""
    separate: Annotated[bool, hint(label="Put results into a new field")] = False
    """Whether the result goes into a new field `<name>_ImputedValue`, and the old one stays as it is."""

    @model_validator(mode="after")
    def _value_given(self) -> Self:
        if (self.value is None) == (self.method == "value"):
            raise ValueError("value goes with `method: value`, and with nothing else")
        return self


class ImputeValues(Gather[ImputeValuesConfig]):
    """Put the average, the median, the most frequent or a given number in the place of missing ones.

    Missing is Null, or the number that you give as `replace`; it does not count in the average. A field keeps its type:
    into whole numbers go rounded ones. All records are read first.

    Example: `{tool: ImputeValues, fields: [Age, Income], method: median, indicator: true}`
    """

    keywords = ("missing", "null", "fill", "average", "median", "replace nulls")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        fields = list(entering)
        for field in self._imputed(entering):
            new = [entering.field(field.name).with_name(f"{field.name}_ImputedValue")] if self.config.separate else []
            new += [Field(f"{field.name}_Indicator", FieldType.Bool).arrow()] if self.config.indicator else []
            for extra in new:
                fields.append(extra.with_name(free_name(extra.name, (known.name for known in fields))))
        return {"out": pa.schema(fields, entering.metadata)}

    def _imputed(self, schema: pa.Schema) -> list[Field]:
        fields = [find_field(schema, name, setting=f"fields.{place}") for place, name in enumerate(self.config.fields)]
        for place, field in enumerate(fields):
            if field.type not in NUMBERS:
                message = f"[{field.name}] is a {field.type}; only numbers can be imputed."
                raise ToolError(message, hint="Use DataCleansing or Formula for texts.", setting=f"fields.{place}")
        return fields

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._out = self.schema(context.inputs)["out"]
        self._fields = self._imputed(entering)
        self._found = pa.schema([self._result(field) for field in self._fields])
        if self.config.value is None:
            fed = pa.schema([entering.field(field.name) for field in self._fields])
            action = _ACTIONS[self.config.method]
            results = ", ".join(aggregate(action, field, column(fed, field.name)) for field in self._fields)
            self._feed = Feed(context.sql, f"SELECT {results} FROM {in_order('input')}", fed)  # noqa: S608 - neutral names
        else:
            self._values = [_fitted(pa.scalar(self.config.value), field) for field in self._fields]

    def _result(self, field: Field) -> pa.Field:
        return field.arrow() if self.config.method == "mode" else pa.field(field.name, pa.float64())

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        if self.config.value is None:
            columns = [self._nulled(batch[field.name]) for field in self._fields]
            self._feed.write(pa.RecordBatch.from_arrays(columns, [field.name for field in self._fields]))
        yield from super().process(anchor, batch)

    def _nulled(self, column: pa.Array) -> pa.Array:
        """The column with Null where a value is missing."""
        if self.config.replace is None:
            return column
        missing = pc.equal(column.cast(pa.float64(), safe=False), self.config.replace)
        return pc.if_else(missing, pa.scalar(None, column.type), column)

    def result(self, streams: Mapping[str, Spool]) -> Iterator[Emission]:
        if self.config.value is None:
            (found,) = self._feed.result(self._found)
            self._values = [
                _fitted(column[0], field) for column, field in zip(found.columns, self._fields, strict=True)
            ]
            self._tell()
        for batch in streams["in"]:
            yield "out", self._impute(batch)

    def _tell(self) -> None:
        for field, value in zip(self._fields, self._values, strict=True):
            if value.is_valid:
                self.context.info(f"The {self.config.method} of [{field.name}] is {value.as_py()}.")
            else:
                self.context.warning(f"[{field.name}] has no value to take the {self.config.method} of; it stays Null.")

    def _impute(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        columns = list(batch.columns)
        for field, value in zip(self._fields, self._values, strict=True):
            place = batch.schema.names.index(field.name)
            nulled = self._nulled(batch.column(place))
            if self.config.separate:
                columns.append(nulled.fill_null(value))
            else:
                columns[place] = nulled.fill_null(value)
            if self.config.indicator:
                columns.append(nulled.is_null())
        return pa.RecordBatch.from_arrays(columns, schema=self._out)

    def close(self, failed: bool) -> None:
        super().close(failed)
        if hasattr(self, "_feed"):
            self._feed.close()


def _fitted(value: pa.Scalar, field: Field) -> pa.Scalar:
    """A number as one of the field's type: whole ones are rounded."""
    if field.type in INTEGERS and pa.types.is_floating(value.type):
        value = pc.round(value)
    try:
        return value.cast(field.arrow_type)
    except pa.ArrowInvalid:
        raise ToolError(
            f"{value.as_py()} does not fit into [{field.name}], which is {field.type}.",
            hint="Give the field a greater type with Select first.",
            setting="value",
        ) from None
