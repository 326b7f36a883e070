"""Text columns between Arrow's UTF-8 and the two encodings of the format, a whole column at a time.

Each function takes offsets (n + 1) and the bytes of all values together and gives the same back in the other
encoding. Columns that are pure ASCII, most of them, take a short way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tools.in_out.formats.yxdb.arrays import Bytes, Ints, Mask, gather

_REPLACEMENT = 0xFFFD


def _lengthened(offsets: Ints, widths: npt.NDArray[np.integer[Any]]) -> Ints:
    """Offsets after each unit has taken `widths` units; whatever the encoding, order is kept."""
    ends = np.zeros(len(widths) + 1, dtype=np.int64)
    np.cumsum(widths, out=ends[1:])
    return ends[offsets]


def _is_ascii(units: npt.NDArray[np.unsignedinteger[Any]]) -> bool:
    return len(units) == 0 or bool(units.max() < 0x80)


def from_latin1(offsets: Ints, data: Bytes) -> tuple[Ints, Bytes]:
    """Latin-1 to UTF-8."""
    if _is_ascii(data):
        return offsets, data
    text = data.tobytes().decode("latin-1").encode()
    return _lengthened(offsets, 1 + (data >> 7)), np.frombuffer(text, dtype=np.uint8)


def from_utf16(offsets: Ints, data: Bytes) -> tuple[Ints, Bytes, Mask]:
    """UTF-16 (offsets in bytes, even) to UTF-8; halves of surrogate pairs become U+FFFD. The mask: in which values."""
    units = data.view("<u2")
    offsets = offsets // 2
    broken = np.zeros(len(offsets) - 1, dtype=np.bool_)
    if _is_ascii(units):
        return offsets, units.astype(np.uint8), broken
    widths = 1 + (units >= 0x80).astype(np.uint8) + (units >= 0x800)
    if (halves := _lone_halves(units, offsets)) is not None:
        units = np.where(halves, np.uint16(_REPLACEMENT), units)
        broken[np.searchsorted(offsets, np.flatnonzero(halves), side="right") - 1] = True
    widths -= (units >> 11) == 0x1B  # the two halves of a pair make four bytes together
    text = units.tobytes().decode("utf-16-le").encode()
    return _lengthened(offsets, widths), np.frombuffer(text, dtype=np.uint8), broken


def _lone_halves(units: npt.NDArray[np.uint16], offsets: Ints) -> Mask | None:
    """Which units are surrogates without their other half in the same value; None where all is well."""
    high, low = (units >> 10) == 0x36, (units >> 10) == 0x37
    if not (high.any() or low.any()):
        return None
    starts = np.zeros(len(units) + 1, dtype=np.bool_)
    starts[offsets] = True
    pair = high[:-1] & low[1:] & ~starts[1:-1]
    high[:-1] &= ~pair
    low[1:] &= ~pair
    lone: Mask = high | low
    return lone if lone.any() else None


def to_latin1(offsets: Ints, data: Bytes) -> tuple[Ints, Bytes, Mask]:
    """UTF-8 to Latin-1; characters it has not become question marks. The mask: in which values."""
    lost = np.zeros(len(offsets) - 1, dtype=np.bool_)
    if _is_ascii(data):
        return offsets, data, lost
    leads = ((data & 0xC0) != 0x80).astype(np.uint8)
    foreign = np.flatnonzero(data >= 0xC4)  # the lead byte of a character past U+00FF
    lost[np.searchsorted(offsets, foreign, side="right") - 1] = True
    text = data.tobytes().decode().encode("latin-1", errors="replace")
    return _lengthened(offsets, leads), np.frombuffer(text, dtype=np.uint8), lost


def to_utf16(offsets: Ints, data: Bytes) -> tuple[Ints, Bytes]:
    """UTF-8 to UTF-16; the offsets come in bytes."""
    if _is_ascii(data):
        return offsets * 2, data.astype("<u2").view(np.uint8)
    units = ((data & 0xC0) != 0x80).astype(np.uint8) + (data >= 0xF0)
    text = data.tobytes().decode().encode("utf-16-le")
    return _lengthened(offsets, units) * 2, np.frombuffer(text, dtype=np.uint8)


def cut(offsets: Ints, data: Bytes, size: int, wide: bool) -> tuple[Ints, Bytes, Mask]:
    """Cut values to `size` characters (UTF-16 units if `wide`), never within a pair. The mask: which were longer."""
    limit = size * 2 if wide else size
    lengths = np.diff(offsets)
    long = lengths > limit
    if not long.any():
        return offsets, data, long
    lengths = np.minimum(lengths, limit)
    if wide:
        last = data.view("<u2")[(offsets[:-1][long] + limit) // 2 - 1]
        lengths[long] -= 2 * ((last >> 10) == 0x36)
    return *gather(data, offsets[:-1], lengths), long
