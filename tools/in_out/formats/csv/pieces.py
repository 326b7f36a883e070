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
from itertools import chain, islice
from typing import BinaryIO, TypeVar

import pyarrow as pa

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Piece:
    """Some lines, and the place in the file where they begin."""

    data: memoryview
    begin: int


class Pieces:
    """The pieces of a file.

    Args:
        file: at its beginning.
        quote: what may enclose a value; empty where nothing does.
        size: bytes of a piece at most; a longer line ends the pieces, too.

    Attributes:
        end: the bytes in the pieces so far.
    """

    def __init__(self, file: BinaryIO, quote: bytes, size: int) -> None:
        self.end = 0
        self._file = file
        self._quote = quote
        self._size = size

    def __iter__(self) -> Iterator[Piece]:
        while data := self._file.read(self._size):
            is_last = len(data) < self._size
            end = len(data) if is_last else data.rfind(b"\n") + 1
            if not end or not self._is_plain(data, end):
                return
            self.end += end
            yield Piece(memoryview(data)[:end], self.end - end)
            self._file.seek(self.end)  # back to where a line begins: cheaper than to copy what was cut off

    def _is_plain(self, data: bytes, end: int) -> bool:
        """Whether lines end where they seem to. A mark of the encoding would be taken away from any piece's start."""
        has_quote = bool(self._quote) and data.find(self._quote, 0, end) >= 0
        return not has_quote and not (self.end and data.startswith(codecs.BOM_UTF8))


def side_by_side(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Apply `function` to the items in as many threads as Arrow has; results in order, a few ahead and no more.

    A single item needs no thread: with ten thousand small files, starting them took half of the time.
    """
    rest = iter(items)
    first = [*islice(rest, 2)]
    if len(first) < 2:
        yield from map(function, first)
        return
    threads = pa.cpu_count()
    ahead: deque[Future[R]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="flowrun-parse") as pool:
        try:
            for item in chain(first, rest):
                ahead.append(pool.submit(function, item))
                if len(ahead) > threads:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()
