"""Transpose: fields become records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pyarrow as pa

from engine.context import Context
from engine.errors import ToolError, ToolWarning, listed
from engine.expression import convert
from engine.sql import quote_name
from engine.tool import Config, Emission, FieldName, Schemas, Tool
from engine.types import BLOBS, INTEGERS, NUMBERS, TEXTS, Field, FieldType, fields_of, find_field
from tools._records.naming import free_name

_ROWS = 65_536  # of a batch that leaves, about


class TransposeConfig(Config):
    by: list[FieldName] = []
    """Key fields: they stay beside each value."""
    fields: list[FieldName] = []
    """The fields that become records, in this order; none: all that are no key."""
    unknown: bool = False
    """Whether fields that are not listed become records too, after the others."""
    missing: Literal["warn", "stop", "ignore"] = "warn"
    """What to do where the input lacks a listed field."""


class Transpose(Tool[TransposeConfig]):
    """Turn fields into records: from wide to long.

    For each record and each of `fields` a record leaves, with the keys, the field's name in `Name` and its value in
    `Value`. Values of one type keep it; whole numbers of several types become Int64, other numbers Double, and anything
    mixed becomes text. Null stays Null.

    Example: `{tool: Transpose, by: [Region], fields: [Q1, Q2, Q3, Q4]}`
    """

    stateless = True
    keywords = ("unpivot", "melt", "long", "gather", "reshape", "rows from columns")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        keys, fields, _ = self._split(entering)
        return {"out": pa.schema([*(entering.field(key) for key in keys), *_pair(keys, fields)])}

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
        self._value = Field.of(self._out.field(len(self._keys) + 1))
        self._converted = [field for field in self._fields if _must_convert(field, self._value)]
        if self._converted:
            columns = ", ".join(
                convert.template(field.type, self._value).format(x=quote_name(field.name)) for field in self._converted
            )
            query = f"SELECT {columns} FROM batch"  # noqa: S608 - all of it quoted
            self._query = context.sql.per_batch(query, entering, [field.name for field in self._converted])

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        step = max(_ROWS // len(self._fields), 1)
        for start in range(0, batch.num_rows, step):
            yield "out", self._long(batch.slice(start, step))

    def _long(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        values = {field.name: batch[field.name] for field in self._fields}
        if self._converted:
            values |= zip((field.name for field in self._converted), self._query(batch), strict=True)
        count, rows = len(self._fields), batch.num_rows
        record_by_record = pa.array(np.arange(count * rows).reshape(count, rows).T.ravel())
        type_ = self._value.arrow_type
        value = pa.concat_arrays([values[field.name].cast(type_) for field in self._fields]).take(record_by_record)
        names = pa.array([field.name for field in self._fields], pa.string())
        keys = [batch[key].take(pa.array(np.repeat(np.arange(rows), count))) for key in self._keys]
        name = names.take(pa.array(np.tile(np.arange(count), rows)))
        return pa.RecordBatch.from_arrays([*keys, name, value], schema=self._out)

    def close(self, failed: bool) -> None:
        if hasattr(self, "_query"):
            self._query.close()


def _named(schema: pa.Schema, names: list[str], setting: str) -> list[str]:
    found = [find_field(schema, name, setting=f"{setting}.{place}").name for place, name in enumerate(names)]
    return list(dict.fromkeys(found))


def _pair(keys: list[str], fields: list[Field]) -> list[pa.Field]:
    """The two new fields."""
    name = free_name("Name", keys)
    value = free_name("Value", [*keys, name])
    return [Field(name, FieldType.V_WString).arrow(), _common(value, fields).arrow()]


def _common(name: str, fields: list[Field]) -> Field:
    """The field that can hold the values of all."""
    first = fields[0]
    types = {field.type for field in fields}
    if len(types) == 1 and all(field.scale == first.scale for field in fields):
        sizes = [field.size for field in fields if field.size is not None]
        meaning = first.meaning if len({field.meaning for field in fields}) == 1 else None
        return Field(name, first.type, max(sizes, default=None), first.scale, meaning=meaning)
    blob = next((field for field in fields if field.type in BLOBS), None)
    if blob is not None:
        message = f"[{blob.name}] is a {blob.type}, other fields are not; they fit into no common field."
        raise ToolError(message, hint="Choose fields of like types.", setting="fields")
    if types <= set(INTEGERS):
        return Field(name, FieldType.Int64)
    return Field(name, FieldType.Double if types <= set(NUMBERS) else FieldType.V_WString)


def _must_convert(field: Field, value: Field) -> bool:
    return field.type is not value.type and not (field.type in TEXTS and value.type in TEXTS)
