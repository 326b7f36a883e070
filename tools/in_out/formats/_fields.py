"""Fields from outside: names that are usable, Arrow types that flowrun does not carry made into some that it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import ToolError, listed
from engine.types import BLOBS, Field, FieldType, fields_of
from tools.in_out.formats._values import as_text

_DIRECT = {
    pa.int8(): FieldType.Int16,
    pa.uint16(): FieldType.Int32,
    pa.uint32(): FieldType.Int64,
    pa.float16(): FieldType.Float,
    pa.large_string(): FieldType.V_WString,
    pa.string_view(): FieldType.V_WString,
    pa.large_binary(): FieldType.Blob,
    pa.binary_view(): FieldType.Blob,
    pa.date64(): FieldType.Date,
    pa.null(): FieldType.V_WString,
    pa.time32("s"): FieldType.Time,
    pa.time32("ms"): FieldType.Time,
    pa.time64("ns"): FieldType.Time,
}


def unique_names(names: Iterable[str]) -> list[str]:
    """Names for fields: one without a name is called after its place (`Field_2`), a second `a` is called `a2`."""
    unique: list[str] = []
    taken: set[str] = set()
    for place, name in enumerate(names, 1):
        base = name if name.strip() else f"Field_{place}"
        number, fresh = 1, base
        while fresh.casefold() in taken:
            number += 1
            fresh = f"{base}{number}"
        taken.add(fresh.casefold())
        unique.append(fresh)
    return unique


def refuse_blobs(schema: pa.Schema, what: str) -> None:
    """Raise a ToolError if there are fields with bytes: what holds text would bloat them, and nobody reads them."""
    blobs = [f"[{field.name}]" for field in fields_of(schema) if field.type in BLOBS]
    if blobs:
        raise ToolError(
            f"{what} cannot hold {listed(blobs)}: bytes are no text.",
            hint="Write .yxdb or .parquet, or leave the field out with Select.",
            setting="path",
        )


def carried(field: pa.Field) -> Field:
    """What an Arrow field from outside becomes. flowrun's own metadata is kept where it fits the values."""
    own = {key: value for key, value in (field.metadata or {}).items() if key.startswith(b"flowrun:")}
    if own:
        kept = Field.of(field)
        if kept.arrow_type == field.type:
            return kept
        own.clear()
    type_ = field.type
    if isinstance(type_, pa.BaseExtensionType):
        return carried(pa.field(field.name, type_.storage_type))
    if pa.types.is_dictionary(type_) or pa.types.is_run_end_encoded(type_):
        return carried(pa.field(field.name, type_.value_type))
    if type_ == pa.uint64():
        return Field(field.name, FieldType.FixedDecimal, 20, 0)
    if pa.types.is_decimal(type_):
        scale = max(type_.scale, 0)
        return Field(field.name, FieldType.FixedDecimal, type_.precision - min(type_.scale, 0) + bool(scale), scale)
    if pa.types.is_timestamp(type_):
        return Field(field.name, FieldType.DateTime)
    if pa.types.is_fixed_size_binary(type_):
        return Field(field.name, FieldType.Blob)
    if pa.types.is_duration(type_):
        return Field(field.name, FieldType.Double)
    if pa.types.is_nested(type_) or pa.types.is_interval(type_):
        return Field(field.name, FieldType.V_WString)
    return Field(field.name, _DIRECT[type_]) if type_ in _DIRECT else Field.of(field.remove_metadata())


def conversion_note(field: pa.Field) -> str | None:
    """What the user should know of a conversion that changes how values look; None where it changes nothing."""
    type_ = field.type
    if pa.types.is_timestamp(type_) and type_.tz is not None:
        return f"[{field.name}]: times with the zone {type_.tz} became times in UTC."
    if pa.types.is_duration(type_):
        return f"[{field.name}]: durations became seconds."
    if getattr(type_, "unit", "") == "ns":
        return f"[{field.name}]: times were cut to microseconds."
    if pa.types.is_nested(type_):
        return f"[{field.name}]: values of the type {type_} became JSON text."
    return None


def convert_arrow(column: pa.Array, field: Field) -> pa.Array:
    """A column from outside as `field`, which is what `carried` said, stores it.

    Raises:
        ToolError: a value is beyond what the field can hold.
    """
    try:
        return _converted(column, field)
    except pa.ArrowInvalid as error:
        raise ToolError(f"[{field.name}]: a value of the type {column.type} is no {field.type}: {error}") from None


def _converted(column: pa.Array, field: Field) -> pa.Array:
    target = field.arrow_type
    if column.type == target:
        return column
    if isinstance(column.type, pa.BaseExtensionType):
        return _converted(column.storage, field)
    if pa.types.is_dictionary(column.type):
        return _converted(column.dictionary_decode(), field)
    if pa.types.is_run_end_encoded(column.type):
        return _converted(pc.run_end_decode(column), field)
    if pa.types.is_duration(column.type):
        seconds = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}[column.type.unit]
        return pc.divide(column.cast(pa.int64()).cast(pa.float64()), seconds)
    if pa.types.is_nested(column.type) or pa.types.is_interval(column.type):
        return pa.array([None if value is None else as_text(value) for value in column.to_pylist()], target)
    if pa.types.is_fixed_size_binary(column.type):
        return column.cast(pa.binary())
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp(column.type.unit))
    cuts_fractions = pa.types.is_temporal(column.type)
    return column.cast(target, safe=not (cuts_fractions and getattr(column.type, "unit", "") == "ns"))


def convert_batch(batch: pa.RecordBatch, fields: Sequence[Field], schema: pa.Schema) -> pa.RecordBatch:
    """A batch from outside with the columns of `fields`, as `schema` (theirs) says; blank where it has none."""
    there = set(batch.schema.names)
    columns = [
        convert_arrow(batch.column(field.name), field) if field.name in there else blank(field, batch.num_rows)
        for field in fields
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def blank(field: Field, rows: int) -> pa.Array:
    """So many nulls, in place of values that nobody needs."""
    return _nulls(field.arrow_type, 1 << max(rows - 1, 0).bit_length()).slice(0, rows)


@lru_cache(maxsize=64)
def _nulls(type_: pa.DataType, rows: int) -> pa.Array:
    return pa.nulls(rows, type_)
