"""One input of a join, and the keys by which its records find those of the others.

Keys of different types are compared as one type that holds both. Null equals Null and NaN equals NaN, as in Alteryx;
texts are compared exactly, upper and lower case included.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import ToolError, ToolWarning
from engine.types import BLOBS, INTEGERS, NUMBERS, TEXTS, Field, FieldType

_FLOATS = (FieldType.Float, FieldType.Double)


@dataclass(frozen=True)
class Side:
    """One input of a join.

    Attributes:
        schema: its fields.
        keys: the key fields, each with the type as which it is compared; none: the record number is the key.
    """

    schema: pa.Schema
    keys: tuple[tuple[str, pa.DataType], ...] = ()

    def key_columns(self, batch: pa.RecordBatch, first: int) -> list[pa.Array]:
        """The keys of a batch whose first record has the number `first`, ready to be compared."""
        if not self.keys:
            return [record_numbers(batch, first)]
        return [_comparable(batch.column(name), type_) for name, type_ in self.keys]


def record_numbers(batch: pa.RecordBatch, first: int) -> pa.Array:
    """The numbers of a batch's records, `first` and up."""
    return pa.array(np.arange(first, first + batch.num_rows, dtype=np.int64))


def _comparable(column: pa.Array, type_: pa.DataType) -> pa.Array:
    cast = column if column.type == type_ else column.cast(type_, safe=False)
    return pc.add(cast, 0.0) if type_ == pa.float64() else cast  # -0.0 becomes 0.0


def key_type(fields: Sequence[Field], setting: str) -> pa.DataType:
    """The type as which keys of these fields are compared.

    Raises:
        ToolError: they cannot be compared.
    """
    kinds = {_kind(field) for field in fields}
    if len(kinds) > 1 or kinds & {"Blob", "SpatialObj"}:
        types = " and ".join(f"[{field.name}] ({field.type})" for field in fields)
        raise ToolError(
            f"{types} cannot be compared: texts go with texts, numbers with numbers, Bool, Date, Time and DateTime "
            "with their own.",
            hint="Change a type with Select first.",
            setting=setting,
        )
    return _number_type(fields) if kinds == {"number"} else fields[0].arrow_type


def inexact(fields: Sequence[Field], setting: str) -> Iterator[ToolWarning]:
    """A warning where keys are numbers that may be equal on paper and yet not in the machine."""
    if any(field.type in _FLOATS for field in fields):
        named = " and ".join(f"[{field.name}] ({field.type})" for field in fields)
        message = f"{named} are compared as Double, so that 0.1 + 0.2 is not 0.3."
        yield ToolWarning(message, hint="Make them FixedDecimal or text with Select first.", setting=setting)


def _kind(field: Field) -> str:
    if field.type in BLOBS:
        return "Blob"
    return "text" if field.type in TEXTS else "number" if field.type in NUMBERS else str(field.type)


def _number_type(fields: Sequence[Field]) -> pa.DataType:
    if any(field.type in _FLOATS for field in fields):
        return pa.float64()
    if all(field.type in INTEGERS for field in fields):
        return pa.int64()
    scale = max(field.scale or 0 for field in fields)
    whole = max(19 if field.type in INTEGERS else field.arrow_type.precision - field.arrow_type.scale
                for field in fields)  # fmt: skip
    if whole + scale <= 38:
        return pa.decimal128(38, scale)
    return pa.decimal256(76, scale) if whole + scale <= 76 else pa.float64()
