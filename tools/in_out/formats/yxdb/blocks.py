"""The stream of record bytes, cut into blocks: stored as they are, or in LZF."""

from __future__ import annotations

import struct
from typing import BinaryIO

import numpy as np

from tools.in_out.formats.yxdb import lzf
from tools.in_out.formats.yxdb.arrays import Bytes
from tools.in_out.formats.yxdb.errors import Damaged

BLOCK = 0x40000  # bytes of records in a block
_STORED = 0x80000000
_WORD = struct.Struct("<I")


class BlockReader:
    """Reads the blocks between two file offsets, one after the other.

    `framed` is False for files without compression, whose records follow each other without any blocks.
    """

    def __init__(self, file: BinaryIO, begin: int, end: int, framed: bool = True) -> None:
        self._file = file
        self.offset = begin
        self._end = end
        self._framed = framed

    @property
    def left(self) -> int:
        """Bytes of the file that have not been read."""
        return self._end - self.offset

    def read_into(self, target: Window) -> bool:
        """Append the next block to `target`; False where there is none.

        Raises:
            Damaged: the block does not fit into the file, or cannot be expanded.
        """
        if self.left <= 0:
            return False
        self._file.seek(self.offset)
        if not self._framed:
            self._read_stored(target, 0, min(BLOCK, self.left))
            return True
        word = self._file.read(4)
        length = _WORD.unpack(word)[0] & ~_STORED if len(word) == 4 else 0
        if not 0 < length <= self.left - 4:
            raise Damaged(f"a block of {length:,} bytes where {max(self.left - 4, 0):,} are left", self.offset)
        if _WORD.unpack(word)[0] & _STORED:
            self._read_stored(target, 4, length)
        else:
            self._read_packed(target, length)
        return True

    def _read_stored(self, target: Window, skip: int, length: int) -> None:
        room = target.room(length)[:length]
        if self._file.readinto(room.data) != length:  # type: ignore[attr-defined]
            raise Damaged("the file became shorter while it was read", self.offset)
        target.filled += length
        self.offset += skip + length

    def _read_packed(self, target: Window, length: int) -> None:
        if length > BLOCK:
            raise Damaged(f"a compressed block of {length:,} bytes, at most {BLOCK:,} are possible", self.offset)
        try:
            target.filled += lzf.decompress(self._file.read(length), target.room(BLOCK)[:BLOCK])
        except ValueError as error:
            raise Damaged(str(error), self.offset) from error
        self.offset += 4 + length


class Window:
    """The part of the stream that is in memory: `data[:filled]`, with some bytes to spare behind it."""

    SPARE = 4

    def __init__(self, capacity: int) -> None:
        self.data: Bytes = np.zeros(capacity + self.SPARE, dtype=np.uint8)
        self.filled = 0

    def room(self, size: int) -> Bytes:
        """Where the next bytes go; at least `size` of them fit."""
        if self.filled + size + self.SPARE > len(self.data):
            larger = np.zeros(self.filled * 3 // 2 + size + self.SPARE, dtype=np.uint8)
            larger[: self.filled] = self.data[: self.filled]
            self.data = larger
        return self.data[self.filled : len(self.data) - self.SPARE]

    def drop(self, size: int) -> None:
        """Let go of the first `size` bytes."""
        self.data[: self.filled - size] = self.data[size : self.filled].copy()
        self.filled -= size


class BlockWriter:
    """Cuts a stream of bytes into blocks and writes them."""

    def __init__(self, file: BinaryIO, compress: bool) -> None:
        self._file = file
        self._compress = compress
        self._held = np.empty(BLOCK, dtype=np.uint8)
        self._count = 0  # bytes held

    def write(self, data: Bytes) -> None:
        """Append bytes to the stream."""
        while len(data):
            if not self._count and len(data) >= BLOCK:
                self._emit(data[:BLOCK])
                data = data[BLOCK:]
                continue
            piece = data[: BLOCK - self._count]
            self._held[self._count : self._count + len(piece)] = piece
            self._count += len(piece)
            data = data[len(piece) :]
            if self._count == BLOCK:
                self.flush()

    def flush(self) -> None:
        """Write what is held as a block of its own."""
        if self._count:
            self._emit(self._held[: self._count])
            self._count = 0

    def _emit(self, block: Bytes) -> None:
        packed = lzf.compress(block) if self._compress else None
        if packed is None:
            self._file.write(_WORD.pack(len(block) | _STORED))
            self._file.write(np.ascontiguousarray(block).data)
        else:
            self._file.write(_WORD.pack(len(packed)))
            self._file.write(packed.data)
