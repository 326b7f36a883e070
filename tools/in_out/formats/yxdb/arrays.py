"""NumPy and Arrow, side by side on the same memory."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes: TypeAlias = npt.NDArray[np.uint8]
Ints: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]


def validity(null: Mask) -> pa.Buffer | None:
    """The validity bitmap of an Arrow array; None where nothing is null."""
    return pa.py_buffer(np.packbits(~null, bitorder="little")) if null.any() else None


def nulls(array: pa.Array) -> Mask:
    """Which values of an array are null."""
    if not array.null_count:
        return np.zeros(len(array), dtype=np.bool_)
    return ~bits(array.buffers()[0], array)


def bits(buffer: pa.Buffer, array: pa.Array) -> Mask:
    """A bitmap of an array (its validity, or the values of a Bool) as one Boolean a value."""
    last = array.offset + len(array)
    packed = np.frombuffer(buffer, dtype=np.uint8, count=(last + 7) // 8)
    return np.unpackbits(packed, count=last, bitorder="little")[array.offset :].view(np.bool_)


def values(array: pa.Array, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """The values of a numeric array, without a copy; what stands in null places is left over from before."""
    kind = np.dtype(dtype)
    return np.frombuffer(array.buffers()[1], dtype=kind, count=len(array), offset=array.offset * kind.itemsize)


def numeric(type_: pa.DataType, data: npt.NDArray[Any], null: Mask) -> pa.Array:
    """An Arrow array over contiguous values."""
    return pa.Array.from_buffers(type_, len(data), [validity(null), pa.py_buffer(data)])


def binary(array: pa.Array) -> tuple[Ints, Bytes]:
    """Offsets (n + 1, from 0) and bytes of the values of a text or blob array; nulls have none."""
    if len(array) == 0:
        return np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.uint8)
    _, offset_buffer, data_buffer = array.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int32)[array.offset :][: len(array) + 1].astype(np.int64)
    data = np.frombuffer(data_buffer, dtype=np.uint8) if data_buffer else np.empty(0, dtype=np.uint8)
    lengths = np.diff(offsets)
    if array.null_count and lengths[null := nulls(array)].any():  # bytes left over under a null
        return gather(data, offsets[:-1], np.where(null, 0, lengths))
    return offsets - offsets[0], data[offsets[0] : offsets[-1]]


def binary_array(type_: pa.DataType, offsets: npt.NDArray[Any], data: Bytes, null: Mask) -> pa.Array:
    """A text or blob array from offsets (n + 1) and bytes."""
    buffers = [validity(null), pa.py_buffer(np.ascontiguousarray(offsets, dtype=np.int32)), pa.py_buffer(data)]
    return pa.Array.from_buffers(type_, len(offsets) - 1, buffers)


def gather(data: Bytes, starts: Ints, lengths: Ints) -> tuple[Ints, Bytes]:
    """Copy the ranges `data[start : start + length]` one behind the other; returns offsets (n + 1) and bytes.

    The ranges must come in order and not overlap. Seen as a binary array, gaps and ranges alternate, and Arrow's
    filter drops the gaps: that copies each range once, about 13 ns a range, several times faster than an index.
    """
    if len(starts) == 1:  # also where one value is larger than 32-bit offsets reach
        begin, length = int(starts[0]), int(lengths[0])
        return np.array([0, length], dtype=np.int64), data[begin : begin + length].copy()
    bounds = np.zeros(2 * len(starts) + 1, dtype=np.int32)
    bounds[1::2] = starts
    bounds[2::2] = starts + lengths
    alternate = np.full((len(starts) + 3) // 4, 0b10101010, dtype=np.uint8)
    count = 2 * len(starts)
    pieces = pa.Array.from_buffers(pa.binary(), count, [None, pa.py_buffer(bounds), pa.py_buffer(data)])
    mask = pa.Array.from_buffers(pa.bool_(), count, [None, pa.py_buffer(alternate)])
    return binary(pieces.filter(mask))
