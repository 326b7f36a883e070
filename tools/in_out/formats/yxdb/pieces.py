"""The small pieces of a record that are not the values themselves."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tools.in_out.formats.yxdb.arrays import Bytes, Ints, Mask, binary_array


def inline(starts: Ints, lengths: Ints, data: Bytes) -> Ints:
    """Descriptors of values of at most three bytes, which stand in the descriptor itself."""
    descriptor = lengths << 28
    for place in range(3):
        there = np.flatnonzero(lengths > place)
        descriptor[there] |= data[starts[there] + place].astype(np.int64) << (8 * place)
    return descriptor


def prefixes(lengths: Ints, sizes: Ints) -> pa.Array:
    """The lengths that stand before variable values: one byte below 128, else four, none where `sizes` says 0."""
    words = (2 * lengths + (lengths < 128)).astype("<u4")
    if sizes.max() == 1:
        return binary_array(pa.binary(), np.arange(len(sizes) + 1), words.astype(np.uint8), sizes == 0)
    offsets = np.concatenate(([0], np.cumsum(sizes)))
    data = words.view(np.uint8).reshape(-1, 4)[np.arange(4) < sizes[:, None]]
    return binary_array(pa.binary(), offsets, data, np.zeros(len(lengths), dtype=np.bool_))


def fill(target: Bytes, offsets: Ints, data: Bytes, skip: Mask | None = None) -> None:
    """Write values to the left of a matrix; what is not filled stays zero and so ends the text."""
    lengths = np.diff(offsets)
    if skip is not None:
        data = data[np.repeat(~skip, lengths)]
        lengths = np.where(skip, 0, lengths)
    target[np.arange(target.shape[1]) < lengths[:, None]] = data


def digits(array: pa.Array) -> pa.Array:
    """Decimal numbers as text with all their decimals, never with an exponent."""
    import pyarrow.compute as pc

    type_ = array.type
    whole_type = pa.decimal128(38, 0) if type_.bit_width == 128 else pa.decimal256(76, 0)
    whole = pa.Array.from_buffers(whole_type, len(array), array.buffers(), offset=array.offset)
    text = pc.abs(whole).cast(pa.string())
    if type_.scale:
        text = pc.utf8_lpad(text, type_.scale + 1, "0")
        text = pc.binary_replace_slice(text, -type_.scale, -type_.scale, ".")
    sign = pc.if_else(pc.less(whole, pa.scalar(0, whole_type)), "-", "")
    return pc.fill_null(pc.binary_join_element_wise(sign, text, ""), "")
