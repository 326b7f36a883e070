"""A text file in pieces of whole lines, so that several can be parsed at once.

Where a quote stands, a line break may belong to a value, and only a parser that has read all before it can tell. There
the pieces end, and whoever wants the rest reads it from `end` in one go.
"""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

import pyarrow as pa

from engine.batches import MAX_ROWS

T = TypeVar("T")
R = TypeVar("R")

_FIRST = 1 << 20  # bytes of the first piece; it tells how long lines are


@dataclass(frozen=True)
class Piece:
    """Some lines, and the place in the file where they begin."""

    data: memoryview
    begin: int


class Pieces:
    """The pieces of a file, each about as long as a batch.

    Args:
        file: at its beginning.
        quote: what may enclose a value; empty where nothing does.
        most: bytes of a piece; a longer line ends the pieces, too.

    Attributes:
        end: the bytes in the pieces so far.
    """

    def __init__(self, file: BinaryIO, quote: bytes, most: int) -> None:
        self.end = 0
        self._file = file
        self._quote = quote
        self._most = most

    def __iter__(self) -> Iterator[Piece]:
        size, rest = min(_FIRST, self._most), memoryview(b"")
        while True:
            buffer = bytearray(max(size, 2 * len(rest)))
            buffer[: len(rest)] = rest
            count = len(rest) + self._file.readinto(memoryview(buffer)[len(rest) :])  # type: ignore[attr-defined]
            is_last = count == len(rest)
            end = count if is_last else buffer.rfind(b"\n", 0, count) + 1
            piece, rest = memoryview(buffer)[:end], memoryview(buffer)[end:count]
            if not self._is_plain(buffer, end) or len(rest) > self._most:
                return
            if end:
                self.end += end
                yield Piece(piece, self.end - end)
                size = max(1, min(self._most, end * MAX_ROWS // (buffer.count(b"\n", 0, end) + 1)))
            if is_last:
                return

    def _is_plain(self, buffer: bytearray, end: int) -> bool:
        """Whether lines end where they seem to. A mark of the encoding would be taken away from any piece's start."""
        has_quote = bool(self._quote) and buffer.find(self._quote, 0, end) >= 0
        return not has_quote and not (self.end and buffer.startswith(codecs.BOM_UTF8))


def side_by_side(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Apply `function` to the items in as many threads as Arrow has; results in order, a few ahead and no more."""
    threads = pa.cpu_count()
    ahead: deque[Future[R]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="flowrun-parse") as pool:
        try:
            for item in items:
                ahead.append(pool.submit(function, item))
                if len(ahead) > threads:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()
