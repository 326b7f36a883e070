"""From the bytes of records to Arrow columns."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import numpy as np
import pyarrow as pa

from engine.types import DATES, TEXTS, FieldType
from tools.in_out.formats.yxdb import dates, text
from tools.in_out.formats.yxdb.arrays import Bytes, Ints, Mask, binary_array, gather, numeric, validity
from tools.in_out.formats.yxdb.errors import Damaged
from tools.in_out.formats.yxdb.layout import NUMBERS, WIDE, Column, Layout
from tools.in_out.formats.yxdb.notes import Notes


@dataclass(frozen=True)
class Records:
    """Whole records in memory.

    Attributes:
        data: their bytes; at least four more follow.
        starts: where each begins in `data`.
        ends: where each ends.
        fixed: their fixed parts, one a row.
        first: the number of the first in the file, from 1.
        offset: where in the file their blocks begin.
    """

    data: Bytes
    starts: Ints
    ends: Ints
    fixed: Bytes
    first: int
    offset: int

    @classmethod
    def within(cls, data: Bytes, ends: Ints, layout: Layout, first: int, offset: int) -> Records:
        """The records that end at `ends`, the first of them beginning at 0."""
        starts = np.concatenate(([0], ends[:-1]))
        if not layout.variable:
            return cls(data, starts, ends, data[: ends[-1]].reshape(-1, layout.size), first, offset)
        every = np.ndarray((ends[-1] - layout.size + 1,), np.dtype((np.void, layout.size)), data.data, strides=(1,))
        return cls(data, starts, ends, every[starts].view(np.uint8).reshape(-1, layout.size), first, offset)


def decode(column: Column, records: Records, notes: Notes) -> pa.Array:
    """The values of one field as an Arrow array.

    Raises:
        Damaged: a value does not lie within its record.
    """
    type_ = column.field.type
    if type_ is FieldType.Bool:
        value = records.fixed[:, column.offset]
        bits = pa.py_buffer(np.packbits(value == 1, bitorder="little"))
        return pa.Array.from_buffers(pa.bool_(), len(value), [validity(value == 2), bits])
    if column.variable:
        return _variable(column, records, notes)
    value = records.fixed[:, column.offset : column.offset + column.width]
    null = records.fixed[:, column.offset + column.width] != 0
    if type_ in NUMBERS:
        return numeric(column.field.arrow_type, value.view(NUMBERS[type_])[:, 0].copy(), null)
    if type_ in DATES:
        return _moment(column, value, null, records, notes)
    return _fixed_text(column, value, null, records, notes)


def _moment(column: Column, value: Bytes, null: Mask, records: Records, notes: Notes) -> pa.Array:
    type_ = column.field.type
    if type_ is FieldType.Date:
        number, wrong = dates.read_days(value)
    elif type_ is FieldType.Time:
        seconds, wrong = dates.read_seconds(value)
        number = seconds * 1_000_000
    else:
        days, wrong = dates.read_days(value[:, :10])
        seconds, wrong_time = dates.read_seconds(value[:, 11:])
        wrong |= wrong_time | (value[:, 10] != ord(" "))
        number = (days * dates.SECONDS_A_DAY + seconds) * 1_000_000
    notes.count(column.field.name, f"not a {type_}, read as null", wrong & ~null, records.first)
    kind = np.int32 if type_ is FieldType.Date else np.int64
    return numeric(column.field.arrow_type, number.astype(kind, copy=False), null | wrong)


def _fixed_text(column: Column, value: Bytes, null: Mask, records: Records, notes: Notes) -> pa.Array:
    wide = column.field.type is FieldType.WString
    blank = (value.view("<u2") if wide else value) == 0
    lengths = np.where(blank.any(axis=1), blank.argmax(axis=1), blank.shape[1]) * (2 if wide else 1)
    offsets, data = gather(records.data, records.starts + column.offset, np.where(null, 0, lengths))
    if column.field.type is FieldType.FixedDecimal:
        return _decimals(column, binary_array(pa.string(), *text.from_latin1(offsets, data), null), records, notes)
    return _text(column, offsets, data, null, records, notes)


def _text(column: Column, offsets: Ints, data: Bytes, null: Mask, records: Records, notes: Notes) -> pa.Array:
    if column.field.type not in WIDE:
        return binary_array(pa.string(), *text.from_latin1(offsets, data), null)
    offsets, data, broken = text.from_utf16(offsets, data)
    notes.count(column.field.name, "half a character, shown as \ufffd", broken, records.first)
    return binary_array(pa.string(), offsets, data, null)


def _decimals(column: Column, digits: pa.Array, records: Records, notes: Notes) -> pa.Array:
    try:
        return digits.cast(column.field.arrow_type)
    except pa.ArrowInvalid:
        numbers = [_decimal(digit, column.field.arrow_type) for digit in digits.to_pylist()]
        wrong = np.array([number is None for number in numbers]) & digits.is_valid().to_numpy(zero_copy_only=False)
        notes.count(column.field.name, "not a decimal number of this size, read as null", wrong, records.first)
        return pa.array(numbers, column.field.arrow_type)


def _decimal(digits: str | None, type_: pa.DataType) -> Decimal | None:
    try:
        return None if digits is None else pa.scalar(Decimal(digits), type_).as_py()
    except (InvalidOperation, pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return None


def _variable(column: Column, records: Records, notes: Notes) -> pa.Array:
    descriptor = records.fixed[:, column.offset : column.offset + 4].view("<u4")[:, 0].astype(np.int64)
    null = descriptor == 1
    starts, lengths = _places(column, descriptor, records)
    offsets, data = gather(records.data, starts, lengths)
    if column.field.type in TEXTS:
        return _text(column, offsets, data, null, records, notes)
    return binary_array(pa.binary(), offsets, data, null)


def _places(column: Column, descriptor: Ints, records: Records) -> tuple[Ints, Ints]:
    """Where the values stand in the data, and how long they are, from their descriptors.

    0 is empty, 1 is null; bits 28 and 29 hold the length of one to three bytes that stand in the descriptor itself;
    anything else is the distance from the descriptor to a length (odd: one byte, twice the length plus one; even:
    four bytes, twice the length) with the value behind it.
    """
    here = (descriptor < 0x80000000) & (descriptor >= 0x10000000)
    far = (descriptor > 1) & ~here
    at = records.starts + column.offset + np.where(far, descriptor & 0x7FFFFFFF, 0)
    behind = records.starts + records.fixed.shape[1] + 4
    _check(column, records, ~far | ((at >= behind) & (at < records.ends)))
    first = records.data[at]
    lengths = np.where(far, first >> 1, np.where(here, descriptor >> 28, 0))
    starts = at + far
    long = np.flatnonzero(far & (first & 1 == 0))
    if len(long):
        words = np.ndarray((len(records.data) - 3,), "<u4", records.data.data, strides=(1,))
        lengths[long] = words[at[long]] >> 1
        starts[long] += 3
    _check(column, records, (starts + lengths <= records.ends) & ((lengths <= 3) | ~here))
    if column.field.type is FieldType.V_WString:
        _check(column, records, lengths % 2 == 0)
    return starts, lengths


def _check(column: Column, records: Records, right: Mask) -> None:
    if not right.all():
        record = records.first + int(right.argmin())
        message = f"the value of [{column.field.name}] does not lie within its record {record:,}"
        raise Damaged(message, records.offset)
