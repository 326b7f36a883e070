"""Transpose: fields become records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
import pyarrow as pa

from engine.batches import MAX_ROWS
from engine.context import Context
from engine.errors import ToolError, ToolWarning, listed
from engine.tool import Config, Emission, FieldName, Schemas, Tool, hint
from engine.types import Field, FieldType, fields_of, find_field
from tools._records.naming import free_name
from tools._records.stacking import Stack, Stacking, repeated


class TransposeConfig(Config):
    by: Annotated[list[FieldName], hint(label="Key fields")] = []
    """Key fields: they stay beside each value."""
    fields: Annotated[list[FieldName], hint(label="Data fields", none="all that are no key")] = []
    """The fields that become records, in this order; none: all that are no key."""
    unknown: Annotated[bool, hint(label="Unknown fields")] = False
    """Whether fields that are not listed become records too, after the others."""
    missing: Annotated[Literal["warn", "stop", "ignore"], hint(label="Missing fields")] = "warn"
    """What to do where the input lacks a listed field."""


class Transpose(Tool[TransposeConfig]):
    """Turn fields into records: from wide to long.

    For each record and each of `fields` a record leaves, with the keys, the field's name in `Name` and its value in
    `Value`. Values of one type keep it; of several types they become the one that holds all: the larger whole number,
    FixedDecimal or Double for decimals, and text for what has nothing else in common. Null stays Null.

    Example: `{tool: Transpose, by: [Region], fields: [Q1, Q2, Q3, Q4]}`
    """

    version = 2
    stateless = True
    keywords = ("unpivot", "melt", "long", "gather", "reshape", "rows from columns")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        keys, fields, _ = self._split(entering)
        name = Field(free_name("Name", keys), FieldType.V_WString)
        values = _stack(keys, fields).target
        return {"out": pa.schema([*(entering.field(key) for key in keys), name.arrow(), values.arrow()])}

    def _split(self, schema: pa.Schema) -> tuple[list[str], list[Field], list[str]]:
        """The keys, the fields that become records, and the listed ones that the input lacks."""
        keys = _named(schema, self.config.by, "by")
        listed_fields: list[Field] = []
        missing: list[str] = []
        for place, name in enumerate(self.config.fields):
            try:
                listed_fields.append(find_field(schema, name, setting=f"fields.{place}"))
            except ToolError:
                if self.config.missing == "stop":
                    raise
                missing.append(name)
        others = [field for field in fields_of(schema) if field.name not in keys and field not in listed_fields]
        fields = [*listed_fields, *(others if self.config.unknown or not self.config.fields else [])]
        if not fields:
            raise ToolError(
                f"No field is left to become records; the input has {listed(schema.names)}.", setting="fields"
            )
        return keys, fields, missing

    def warnings(self, inputs: Schemas) -> Iterator[ToolWarning]:
        _, _, missing = self._split(inputs["in"])
        if missing and self.config.missing == "warn":
            yield ToolWarning(f"The input lacks {listed(f'[{name}]' for name in missing)}.", setting="fields")

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._keys, self._fields, _ = self._split(entering)
        self._out = self.schema(context.inputs)["out"]
        self._stacking = Stacking(context, [_stack(self._keys, self._fields)])

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        step = max(MAX_ROWS // len(self._fields), 1)
        for start in range(0, batch.num_rows, step):
            yield "out", self._long(batch.slice(start, step))

    def _long(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        count = len(self._fields)
        names = pa.array([field.name for field in self._fields], pa.string())
        name = names.take(pa.array(np.tile(np.arange(count), batch.num_rows)))
        keys = [repeated(batch[key], count) for key in self._keys]
        return pa.RecordBatch.from_arrays([*keys, name, *self._stacking(batch)], schema=self._out)

    def close(self, failed: bool) -> None:
        if hasattr(self, "_stacking"):
            self._stacking.close()


def _named(schema: pa.Schema, names: list[str], setting: str) -> list[str]:
    found = [find_field(schema, name, setting=f"{setting}.{place}").name for place, name in enumerate(names)]
    return list(dict.fromkeys(found))


def _stack(keys: list[str], fields: list[Field]) -> Stack:
    name = free_name("Name", keys)
    return Stack.of(free_name("Value", [*keys, name]), fields, "fields")
