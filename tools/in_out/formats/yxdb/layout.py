"""Where each field stands in the fixed part of a record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.types import BLOBS, Field, FieldType

MAX_RECORD = 0x7FFFFFFF  # bytes
RECORDS_A_BLOCK = 65_536
"""A record block; each starts a new LZF block, and the index says where."""
WIDE = (FieldType.WString, FieldType.V_WString)  # in UTF-16; the other texts are in Latin-1
NUMBERS = {
    FieldType.Byte: "u1",
    FieldType.Int16: "<i2",
    FieldType.Int32: "<i4",
    FieldType.Int64: "<i8",
    FieldType.Float: "<f4",
    FieldType.Double: "<f8",
}
"""How numbers are stored, as NumPy names it."""
_VARIABLE = (FieldType.V_String, FieldType.V_WString, *BLOBS)
_WIDTHS = {
    **{type_: np.dtype(kind).itemsize for type_, kind in NUMBERS.items()},
    FieldType.Date: 10,
    FieldType.Time: 8,
    FieldType.DateTime: 19,
}


@dataclass(frozen=True)
class Column:
    """A field at its place: `width` bytes of value from `offset` on, behind them a null flag if `flagged`."""

    field: Field
    offset: int
    width: int
    flagged: bool

    @property
    def end(self) -> int:
        """Where the next field starts."""
        return self.offset + self.width + self.flagged

    @property
    def variable(self) -> bool:
        """Whether the value stands behind the fixed part, and here only a descriptor of it."""
        return self.field.type in _VARIABLE


@dataclass(frozen=True)
class Layout:
    """The fixed part of a record: its columns, and its size in bytes."""

    columns: tuple[Column, ...]

    @property
    def size(self) -> int:
        """Bytes of the fixed part."""
        return self.columns[-1].end

    @property
    def variable(self) -> bool:
        """Whether a length and variable data follow the fixed part."""
        return any(column.variable for column in self.columns)

    @property
    def least(self) -> int:
        """Bytes of a record without variable data."""
        return self.size + 4 * self.variable


def layout_of(fields: Iterable[Field]) -> Layout:
    """Lay out records of these fields."""
    columns: list[Column] = []
    for field in fields:
        offset = columns[-1].end if columns else 0
        columns.append(Column(field, offset, *_width(field)))
    return Layout(tuple(columns))


def _width(field: Field) -> tuple[int, bool]:
    """Bytes of value, and whether a null flag follows."""
    if field.type in _VARIABLE:
        return 4, False
    if field.type is FieldType.Bool:
        return 1, False
    if field.type in _WIDTHS:
        return _WIDTHS[field.type], True
    assert field.size is not None
    return field.size * (2 if field.type is FieldType.WString else 1), True
