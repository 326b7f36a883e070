"""The stream of record bytes, cut into blocks: stored as they are, or in LZF.

A block is a 32-bit word and what it announces: the length, with the highest bit set for bytes as they are, clear for
LZF. Compressing takes longer than all the rest, and liblzf lets go of Python's lock: it works in threads, a few
blocks ahead of the reader and behind the writer.
"""

from __future__ import annotations

import struct
from collections import deque
from concurrent.futures import Executor, Future
from typing import BinaryIO

import numpy as np

from tools.in_out.formats.yxdb import lzf
from tools.in_out.formats.yxdb.arrays import Bytes
from tools.in_out.formats.yxdb.errors import Damaged

BLOCK = 0x40000  # bytes of records in a block
AHEAD = 8  # blocks at work at the same time
THREADS = 2
_STORED = 0x80000000
_WORD = struct.Struct("<I")
_LONGEST_PAUSE = 32  # blocks


class BlockReader:
    """The blocks between two file offsets, one after the other.

    `framed` is False for files without compression, whose records follow each other without any blocks.
    """

    def __init__(self, file: BinaryIO, begin: int, end: int, pool: Executor, framed: bool = True) -> None:
        self.offset = begin  # of the next block to be taken
        self._file = file
        self._end = end
        self._pool = pool
        self._framed = framed
        self._fetched = begin  # up to where the file has been read
        self._ahead: deque[tuple[int, Future[Bytes]]] = deque()

    @property
    def left(self) -> int:
        """Bytes of the file that have not been taken."""
        return self._end - self.offset

    def take(self) -> Bytes | None:
        """The next block, expanded; None where there is none.

        Raises:
            Damaged: the block does not fit into the file, or cannot be expanded.
        """
        while len(self._ahead) < AHEAD and self._fetched < self._end:
            block = self._fetch()
            self._ahead.append((self._fetched, block))
        if not self._ahead:
            return None
        end, block = self._ahead.popleft()
        try:
            data = block.result()
        finally:
            del block  # it holds its error, which holds this frame: a cycle that would keep all this memory
        self.offset = end
        return data

    def _fetch(self) -> Future[Bytes]:
        """Read a block and have it expanded; what is wrong with it comes to light when it is taken."""
        try:
            return self._framed_block() if self._framed else self._bare_block()
        except Damaged as damage:
            self._fetched = self._end
            return _failed(damage)

    def _bare_block(self) -> Future[Bytes]:
        return _done(self._bytes(0, min(BLOCK, self._end - self._fetched)))

    def _framed_block(self) -> Future[Bytes]:
        begin = self._fetched
        self._file.seek(begin)
        raw = self._file.read(4)
        word = _WORD.unpack(raw)[0] if len(raw) == 4 else 0
        length, left = word & ~_STORED, self._end - begin - 4
        if not 0 < length <= left:
            raise Damaged(f"a block of {length:,} bytes where {max(left, 0):,} are left", begin)
        if word & _STORED:
            return _done(self._bytes(4, length))
        if length > BLOCK:
            raise Damaged(f"a compressed block of {length:,} bytes, at most {BLOCK:,} are possible", begin)
        return self._pool.submit(_expand, self._bytes(4, length), begin)

    def _bytes(self, skip: int, length: int) -> Bytes:
        self._file.seek(self._fetched + skip)
        data = np.frombuffer(self._file.read(length), dtype=np.uint8)
        if len(data) != length:
            raise Damaged("the file became shorter while it was read", self._fetched)
        self._fetched += skip + length
        return data


def _done(data: Bytes) -> Future[Bytes]:
    future: Future[Bytes] = Future()
    future.set_result(data)
    return future


def _failed(damage: Damaged) -> Future[Bytes]:
    future: Future[Bytes] = Future()
    future.set_exception(damage)
    return future


def _expand(packed: Bytes, offset: int) -> Bytes:
    target = np.empty(BLOCK, dtype=np.uint8)
    try:
        return target[: lzf.decompress(packed.tobytes(), target)]
    except ValueError as error:
        raise Damaged(str(error), offset) from error


class BlockWriter:
    """Cuts a stream of bytes into blocks and writes them.

    Where compression does not pay (pictures are compressed already), it pauses, longer each time: 1, 2, 4, ... blocks.

    Attributes:
        index: file offsets of the blocks that `mark` announced, complete after `finish`.
    """

    def __init__(self, file: BinaryIO, pool: Executor | None) -> None:
        """Without a `pool`, blocks are stored."""
        self.index: list[int] = []
        self._file = file
        self._pool = pool
        self._held: list[Bytes] = []
        self._count = 0  # bytes held
        self._marked = False
        self._ahead: deque[tuple[bool, Bytes, Future[Bytes | None] | None]] = deque()
        self._pause = 1
        self._to_store = 0  # blocks to go until compression is tried again

    def write(self, data: Bytes) -> None:
        """Append bytes to the stream; they must not change any more."""
        while len(data):
            piece, data = data[: BLOCK - self._count], data[BLOCK - self._count :]
            self._held.append(piece)
            self._count += len(piece)
            if self._count == BLOCK:
                self._flush()

    def mark(self) -> None:
        """The next bytes start a new block, which the index lists."""
        self._flush()
        self._marked = True

    def finish(self) -> None:
        """Write all that is held."""
        self._flush()
        while self._ahead:
            self._emit()

    def _flush(self) -> None:
        if not self._count:
            return
        block = self._held[0] if len(self._held) == 1 else np.concatenate(self._held)
        packed = None
        if self._to_store:
            self._to_store -= 1
        elif self._pool:
            packed = self._pool.submit(lzf.compress, block)
        self._ahead.append((self._marked, block, packed))
        self._held, self._count, self._marked = [], 0, False
        if len(self._ahead) > AHEAD:
            self._emit()

    def _emit(self) -> None:
        marked, block, future = self._ahead.popleft()
        if marked:
            self.index.append(self._file.tell())
        packed = future.result() if future else None
        if future:
            self._pause = 1 if packed is not None else min(2 * self._pause, _LONGEST_PAUSE)
            self._to_store = self._pause - 1
        self._file.write(_WORD.pack(len(block) | _STORED if packed is None else len(packed)))
        self._file.write(np.ascontiguousarray(block if packed is None else packed).data)
