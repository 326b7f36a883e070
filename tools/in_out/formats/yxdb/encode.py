"""From Arrow columns to the bytes of records."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from engine.errors import ToolError
from engine.types import BLOBS, DATES, Field, FieldType
from tools.in_out.formats.yxdb import dates, text
from tools.in_out.formats.yxdb.arrays import Bytes, Ints, Mask, binary, binary_array, bits, nulls, values
from tools.in_out.formats.yxdb.layout import MAX_RECORD, NUMBERS, WIDE, Column, Layout
from tools.in_out.formats.yxdb.notes import Notes
from tools.in_out.formats.yxdb.pieces import digits, fill, inline, prefixes

_FAR = 0x0FFFFFFF  # the greatest distance that a descriptor tells without its highest bit


def encode(batch: pa.RecordBatch, layout: Layout, first: int, notes: Notes) -> Bytes:
    """The records of a batch, one behind the other; `first` is the number of the first in the file, from 1.

    Raises:
        ToolError: a record takes more than 2 GiB.
    """
    rows = _Rows(layout, batch.num_rows, first, notes)
    for column, array in zip(layout.columns, batch.columns, strict=True):
        rows.put(column, array)
    return rows.bytes()


class _Rows:
    """Records in the making: the fixed parts as a matrix, and the pieces of variable data that follow each."""

    def __init__(self, layout: Layout, count: int, first: int, notes: Notes) -> None:
        self.layout = layout
        self.fixed = np.zeros((count, layout.least), dtype=np.uint8)
        self.first = first
        self.notes = notes
        self._pieces: list[pa.Array] = []
        self._used = np.full(count, layout.least, dtype=np.int64)  # bytes of each record so far

    def put(self, column: Column, array: pa.Array) -> None:
        """Write the values of one field."""
        array = _as_declared(column.field, array)
        null = nulls(array)
        type_ = column.field.type
        if type_ is FieldType.Bool:
            self.fixed[:, column.offset] = bits(array.buffers()[1], array)
            self.fixed[null, column.offset] = 2
            return
        if column.variable:
            self._put_variable(column, array, null)
            return
        value = self.fixed[:, column.offset : column.offset + column.width]
        if type_ in NUMBERS:
            value.view(NUMBERS[type_])[:, 0] = values(array, NUMBERS[type_])
        elif type_ in DATES:
            null = self._put_moment(column, array, value, null)
        elif type_ is FieldType.FixedDecimal:
            null = self._put_decimal(column, array, value, null)
        else:
            self._put_fixed_text(column, array, value, null)
        self.fixed[:, column.offset + column.width] = null

    def _put_moment(self, column: Column, array: pa.Array, value: Bytes, null: Mask) -> Mask:
        type_, name = column.field.type, column.field.name
        days, seconds, rest = _moments(array)
        self.notes.count(name, "cut to whole seconds", rest & ~null, self.first)
        low, high = (0, 0) if type_ is FieldType.Time else (dates.FIRST_DAY, dates.LAST_DAY)
        outside = ((days < low) | (days > high)) & ~null
        self.notes.count(name, f"not a {type_} that the format can hold, written as null", outside, self.first)
        null = null | outside
        days, seconds = np.where(null, 0, days), np.where(null, 0, seconds)
        if type_ is not FieldType.Time:
            early = days < dates.ALTERYX_FIRST_DAY
            self.notes.count(name, "before the year 1400, which Alteryx shows as null", early, self.first)
            dates.write_days(days, value[:, :10])
        if type_ is not FieldType.Date:
            dates.write_seconds(seconds, value[:, -8:])
        if type_ is FieldType.DateTime:
            value[:, 10] = ord(" ")
        return null

    def _put_decimal(self, column: Column, array: pa.Array, value: Bytes, null: Mask) -> Mask:
        offsets, data = binary(digits(array))
        long = (np.diff(offsets) > column.width) & ~null
        what = f"more than {column.width} characters, written as null"
        self.notes.count(column.field.name, what, long, self.first)
        null = null | long
        fill(value, offsets, data, skip=null)
        return null

    def _put_fixed_text(self, column: Column, array: pa.Array, value: Bytes, null: Mask) -> None:
        offsets, data = self._text(column, array, null)
        ends = np.flatnonzero(data.view("<u2" if column.field.type in WIDE else "u1") == 0)
        if len(ends):
            hit = np.zeros(len(null), dtype=np.bool_)
            hit[np.searchsorted(offsets // (2 if column.field.type in WIDE else 1), ends, side="right") - 1] = True
            what = f"with a character U+0000, which ends a {column.field.type}; readers cut there"
            self.notes.count(column.field.name, what, hit, self.first)
        fill(value, offsets, data)

    def _text(self, column: Column, array: pa.Array, null: Mask) -> tuple[Ints, Bytes]:
        """Offsets and bytes of a text column in the encoding of the file, cut to the size of the field."""
        field = column.field
        wide = field.type in WIDE
        if wide:
            offsets, data = text.to_utf16(*binary(array))
        else:
            offsets, data, lost = text.to_latin1(*binary(array))
            what = f"characters that a {field.type} cannot hold, written as '?' (a V_WString can)"
            self.notes.count(field.name, what, lost & ~null, self.first)
        assert field.size is not None
        offsets, data, long = text.cut(offsets, data, field.size, wide)
        plural = "" if field.size == 1 else "s"
        self.notes.count(field.name, f"cut to {field.size:,} character{plural}", long & ~null, self.first)
        return offsets, data

    def _put_variable(self, column: Column, array: pa.Array, null: Mask) -> None:
        offsets, data = binary(array) if column.field.type in BLOBS else self._text(column, array, null)
        lengths = np.where(null, 0, np.diff(offsets))
        _check_blob(column.field, lengths, self.first)
        behind = lengths > 3
        prefix = np.where(behind, np.where(lengths < 128, 1, 4), 0)
        distance = self._used - column.offset
        descriptor = np.where(distance > _FAR, distance | 0x80000000, distance)
        descriptor[~behind] = inline(offsets[:-1][~behind], lengths[~behind], data)
        descriptor[null] = 1
        self.fixed[:, column.offset : column.offset + 4].view("<u4")[:, 0] = descriptor
        self._used += np.where(behind, prefix + lengths, 0)
        if behind.any():
            self._pieces += [prefixes(lengths, prefix), binary_array(pa.binary(), offsets, data, ~behind)]

    def bytes(self) -> Bytes:
        """All records."""
        if self._used.max(initial=0) > MAX_RECORD:
            record = self.first + int(self._used.argmax())
            raise ToolError(f"Record {record:,} is larger than 2 GiB, which a .yxdb file cannot hold.")
        if self.layout.variable:
            self.fixed[:, -4:].view("<u4")[:, 0] = self._used - self.layout.least
        if not self._pieces:
            return self.fixed.reshape(-1)
        starts = np.arange(len(self.fixed) + 1) * self.layout.least
        fixed = binary_array(pa.binary(), starts, self.fixed.reshape(-1), np.zeros(len(self.fixed), dtype=np.bool_))
        import pyarrow.compute as pc

        nothing = pa.scalar(b"", pa.binary())
        joined = pc.binary_join_element_wise(
            fixed, *self._pieces, nothing, null_handling="replace", null_replacement=b""
        )
        return binary(joined)[1]


def _as_declared(field: Field, array: pa.Array) -> pa.Array:
    """The array in the Arrow type that the field's own type asks for; bytes must never be taken for something else."""
    if array.type == field.arrow_type:
        return array
    try:
        return array.cast(field.arrow_type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ToolError(f"[{field.name}] is of type {field.type}, its values are {array.type}: {error}.") from error


def _moments(array: pa.Array) -> tuple[Ints, Ints, Mask]:
    """Days since 1970-01-01 and seconds since midnight of a date or time column, and where there was more than that."""
    if pa.types.is_date(array.type):
        days = values(array, "<i4").astype(np.int64)
        return days, np.zeros_like(days), np.zeros(len(days), dtype=np.bool_)
    micros = values(array, "<i8")
    seconds = micros // 1_000_000
    days = seconds // dates.SECONDS_A_DAY
    return days, seconds - days * dates.SECONDS_A_DAY, seconds * 1_000_000 != micros


def _check_blob(field: Field, lengths: Ints, first: int) -> None:
    if field.size is not None and lengths.max(initial=0) > field.size and field.type in BLOBS:
        row = int((lengths > field.size).argmax())
        raise ToolError(
            f"Record {first + row:,}: [{field.name}] has {lengths[row]:,} bytes, its size allows {field.size:,}.",
            hint="Give the field a larger size with Select.",
        )
