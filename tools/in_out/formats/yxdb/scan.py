"""Finding where records end in the stream of blocks."""

from __future__ import annotations

import struct

import numpy as np

from tools.in_out.formats.yxdb.arrays import Bytes, Ints
from tools.in_out.formats.yxdb.blocks import BLOCK, BlockReader
from tools.in_out.formats.yxdb.errors import Damaged
from tools.in_out.formats.yxdb.layout import MAX_RECORD, Layout

WINDOW = 8 << 20
"""Bytes of records that are decoded together. Twice that is the most they take as Arrow data: Latin-1 as UTF-8."""
SPARE = 4
"""Bytes to spare behind the records, so that a 32-bit word may be read anywhere in them."""
_LZF_GAIN = 90  # no LZF token expands to more than 88 times its size
_LENGTH = struct.Struct("<I").unpack_from


class RecordStream:
    """Whole records out of blocks, a window at a time."""

    def __init__(self, blocks: BlockReader, layout: Layout) -> None:
        self._blocks = blocks
        self._layout = layout
        self._data: Bytes = np.zeros(min(WINDOW + BLOCK, blocks.left * _LZF_GAIN) + SPARE, dtype=np.uint8)
        self._filled = 0  # bytes of the stream in `_data`, from the start of a record on
        self._ends: list[int] = []  # of the records there that are whole
        self._taken = 0

    @property
    def offset(self) -> int:
        """The file offset of the next block."""
        return self._blocks.offset

    def take(self, most: int) -> tuple[Bytes, Ints]:
        """The bytes of the next records, and where each of them ends; at least one, at most `most`.

        The bytes are good until the next call.

        Raises:
            Damaged: the blocks end before the next record does.
        """
        self._drop()
        while len(self._ends) < most and not (self._ends and self._filled >= WINDOW):
            block = self._blocks.take()
            if block is None:
                break
            self._append(block)
            self._scan()
        if not self._ends:
            raise Damaged("the data end before the last record", self._blocks.offset)
        ends = np.fromiter(self._ends[:most], dtype=np.int64)
        ends = ends[: max(1, int(np.searchsorted(ends, WINDOW, side="right")))]
        self._taken = len(ends)
        return self._data[: self._filled + SPARE], ends

    def _append(self, block: Bytes) -> None:
        size = self._filled + len(block)
        if size + SPARE > len(self._data):
            larger = np.zeros(size * 3 // 2 + SPARE, dtype=np.uint8)
            larger[: self._filled] = self._data[: self._filled]
            self._data = larger
        self._data[self._filled : size] = block
        self._filled = size

    def _drop(self) -> None:
        """Let go of the records that were taken."""
        if self._taken:
            size = self._ends[self._taken - 1]
            self._data[: self._filled - size] = self._data[size : self._filled].copy()
            self._filled -= size
            self._ends = [end - size for end in self._ends[self._taken :]]
            self._taken = 0

    def _scan(self) -> None:
        """Find the records that have become whole."""
        begin = self._ends[-1] if self._ends else 0
        if not self._layout.variable:
            self._ends += range(begin + self._layout.size, self._filled + 1, self._layout.size)
            return
        fixed, least = self._layout.size, self._layout.least
        data = self._data[: self._filled].data
        add = self._ends.append
        try:
            while True:  # records cannot be found but one after the other; this takes 0.1 µs each
                begin += _LENGTH(data, begin + fixed)[0] + least
                add(begin)
        except struct.error:
            if self._ends and self._ends[-1] > self._filled:
                self._check(self._ends.pop())

    def _check(self, end: int) -> None:
        """Whether a record that ends there, past what has been read, can be."""
        size = end - (self._ends[-1] if self._ends else 0)
        if size > MAX_RECORD or end - self._filled > self._blocks.left * _LZF_GAIN:
            raise Damaged(f"a record of {size:,} bytes, more than the rest of the file holds", self._blocks.offset)
